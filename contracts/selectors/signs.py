"""What money that is laundered looks like, asked of one payout in one statement.

Each line of `OF_A_TRANSFER` is one typology of the design (threat 12) and whether it is so. Sums
are of the price, before our fees, in minor units of the payout's currency. The figures below are
the only ones; none is law, each is where honest work is rare by what it says beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from contracts.models import Operation, PayoutCase, Sign
from contracts.models.link import Link, LinkKind
from contracts.models.payout_case import SignKind

DAY = timedelta(days=1)
# How far back is looked: twelve weeks show what is usual, the thirteenth what is new.
LOOKED_BACK = 91 * DAY
A_WEEK, A_MONTH = 7 * DAY, 30 * DAY

# Velocity. Nobody finishes eight pieces of agreed work in a day, least of all of some size; and who
# gets three times their best week of the last twelve, in several pieces, has changed what they do.
# Who has been here for less than we look back has no such week yet: the ladder is for them.
PIECES_A_DAY, SMALLEST_PIECE = 8, 200_00
BURST_FROM, BURST_PIECES, BURST_TIMES = 18_000_00, 3, 3
# In and out. Work of this price takes longer than two days when the two have just met.
QUICKLY, QUICK_FROM = 2 * DAY, 5_000_00
# Many clients. A first small task is usual; eight in a month, by clients who came for this expert
# alone and make up half of the income, are not.
CLIENTS, SMALL_CLIENT, NEW_CLIENT, CLIENTS_FROM = 8, 1_000_00, 90 * DAY, 3_000_00
# Fan out. Paid trials go to two or three; a fifth new expert at the same price within a fortnight,
# whom nobody else has hired, is paid for something else. Prices are the same within a twentieth.
NEW_EXPERTS, NEW_EXPERT, FAN_OUT_WITHIN, FAN_OUT_FROM = 5, 90 * DAY, 14 * DAY, 2_500_00
# From this sum on banks report cash in the United States (31 CFR 1010.311), and the European Union
# has its limit there; who avoids being looked at stays a little below, several times.
LOOKED_AT_FROM, JUST_BELOW, TIMES_BELOW = 10_000_00, 9_000_00, 3
# The ladder: up to which age an account receives at most so much in a month. Vetting, a proposal
# and the work take most of the first month, and a freelancer's best month is below the last step.
LADDER = {A_MONTH: LOOKED_AT_FROM, 90 * DAY: 25_000_00, 365 * DAY: 100_000_00}
# Nothing handed in and no word between the two since they began: small sums are paid like that
# among people who sit together, a month's income is not.
UNSEEN_FROM = 5_000_00
# Refunds. A project may fail; three in a month that fail whole, most of what the client paid, move
# money through us and nothing else.
RETURNS, RETURNS_FROM = 3, 1_500_00
# What our staff judged of an account stays judged for so long: the same is seen again, not asked.
JUDGED_FOR = 90 * DAY

# `rates` are what had come within a day, a week and a month whenever something was released, from
# the release that is to be paid out until now: what follows it while it clears counts as well.
OF_A_TRANSFER = """
WITH this AS (
  SELECT release.gross_minor AS amount, release.created_at AS moment, contract.organisation_id,
    contract.expert_id, contract.currency, expert.created_at AS since, expert.country
  FROM contracts_operation AS operation
  JOIN contracts_release AS release ON release.id = operation.release_id
  JOIN contracts_milestone AS milestone ON milestone.id = release.milestone_id
  JOIN contracts_contract AS contract ON contract.id = milestone.contract_id
  JOIN experts_expert AS expert ON expert.id = contract.expert_id
  WHERE operation.id = %(operation)s
), income AS MATERIALIZED (
  SELECT release.gross_minor AS amount, release.gross_minor - release.expert_fee_minor AS net,
    release.created_at, release.number = 1 AS is_first, release.milestone_id, milestone.funded_at,
    milestone.kind = 'work' AND contract.kind = 'fixed' AS is_work,
    contract.organisation_id, contract.expert_id, contract.job_id, contract.started_at
  FROM this
  JOIN contracts_contract AS contract
    ON contract.expert_id = this.expert_id AND contract.currency = this.currency
  JOIN contracts_milestone AS milestone ON milestone.contract_id = contract.id
  JOIN contracts_release AS release ON release.milestone_id = milestone.id
  WHERE release.created_at > this.moment - %(looked_back)s AND release.created_at <= %(at)s
), rates AS (
  SELECT created_at,
    count(*) FILTER (WHERE is_first AND is_work AND amount >= %(smallest_piece)s) OVER a_day
      AS pieces_a_day,
    count(*) FILTER (WHERE is_first) OVER a_week AS pieces,
    sum(amount) OVER a_week AS in_a_week,
    sum(amount) OVER a_month AS in_a_month,
    count(*) FILTER (WHERE amount >= %(just_below)s AND amount < %(looked_at_from)s
      OR net >= %(just_below)s AND net < %(looked_at_from)s) OVER a_month AS below
  FROM income WINDOW
    a_day AS (ORDER BY created_at RANGE %(day)s PRECEDING),
    a_week AS (ORDER BY created_at RANGE %(week)s PRECEDING),
    a_month AS (ORDER BY created_at RANGE %(month)s PRECEDING)
), before AS (
  SELECT coalesce(max(in_a_week), 0) AS best FROM rates JOIN this
    ON rates.created_at <= this.moment - %(week)s
), since_then AS (
  SELECT rates.* FROM rates JOIN this ON rates.created_at >= this.moment
), together AS (
  SELECT income.* FROM income JOIN this USING (organisation_id)
  WHERE is_work AND income.created_at > this.moment - %(month)s
), clients AS (
  SELECT income.organisation_id, sum(income.amount) AS paid FROM income JOIN this
    ON income.created_at > this.moment - %(month)s GROUP BY income.organisation_id
), small AS (
  SELECT count(*) AS number, coalesce(sum(clients.paid), 0) AS paid FROM clients
  JOIN accounts_organisation AS client ON client.id = clients.organisation_id
  JOIN this ON client.created_at > this.moment - %(new_client)s
  WHERE clients.paid < %(small_client)s
    AND NOT EXISTS (SELECT FROM contracts_contract AS other
      WHERE other.organisation_id = client.id AND other.expert_id <> this.expert_id)
), fan AS (
  SELECT count(DISTINCT contract.expert_id) AS experts,
    coalesce(sum(release.gross_minor), 0) AS paid
  FROM this
  JOIN contracts_contract AS contract
    ON contract.organisation_id = this.organisation_id AND contract.currency = this.currency
  JOIN contracts_milestone AS milestone ON milestone.contract_id = contract.id
  JOIN contracts_release AS release ON release.milestone_id = milestone.id
  JOIN experts_expert AS expert ON expert.id = contract.expert_id
  WHERE release.created_at > this.moment - %(fan_out_within)s AND release.created_at <= %(at)s
    AND abs(release.gross_minor - this.amount) * 20 <= this.amount
    AND expert.created_at > this.moment - %(new_expert)s
    AND NOT EXISTS (SELECT FROM contracts_contract AS other
      WHERE other.expert_id = contract.expert_id
        AND other.organisation_id <> this.organisation_id)
)
SELECT kind, about FROM this, before, small, fan, LATERAL (VALUES
  ('velocity', '', EXISTS (SELECT FROM since_then WHERE pieces_a_day >= %(pieces_a_day)s
    OR (pieces >= %(burst_pieces)s AND in_a_week >= %(burst_from)s
      AND in_a_week > before.best * %(burst_times)s
      AND this.since < this.moment - %(looked_back)s))),
  ('round_trip', organisation_id::text, EXISTS (SELECT FROM contracts_link AS link
    WHERE link.organisation_id = this.organisation_id AND link.expert_id = this.expert_id
      AND link.kind = %(ring)s AND link.status <> %(unrelated)s)),
  ('in_and_out', organisation_id::text, (SELECT sum(together.amount) FROM together
    WHERE created_at > this.moment - %(week)s AND created_at < funded_at + %(quickly)s
      AND created_at < started_at + %(month)s) >= %(quick_from)s),
  ('many_clients', '', small.number >= %(clients)s AND small.paid >= %(clients_from)s
    AND small.paid * 2 >= (SELECT sum(clients.paid) FROM clients)),
  ('fan_out', organisation_id::text, fan.experts >= %(new_experts)s
    AND fan.paid >= %(fan_out_from)s AND this.since > this.moment - %(new_expert)s),
  ('country', this.country || ' ' || coalesce((SELECT account.country
      FROM contracts_payoutaccount AS account WHERE account.expert_id = this.expert_id), ''),
    EXISTS (SELECT FROM contracts_payoutaccount AS account
      WHERE account.expert_id = this.expert_id AND account.country NOT IN ('', this.country))),
  ('structuring', '', EXISTS (SELECT FROM since_then WHERE below >= %(times_below)s)),
  ('ladder', '', EXISTS (SELECT FROM since_then JOIN
      unnest(%(ages)s::interval[], %(sums)s::bigint[]) AS step (age, most)
    ON since_then.created_at < this.since + step.age AND in_a_month > step.most)),
  ('no_delivery', organisation_id::text, (SELECT sum(together.amount) FROM together
    WHERE NOT EXISTS (SELECT FROM contracts_submission AS work
        WHERE work.milestone_id = together.milestone_id)
      AND NOT EXISTS (SELECT FROM jobs_conversation AS conversation
        JOIN jobs_message AS message ON message.conversation_id = conversation.id
        WHERE conversation.job_id = together.job_id AND conversation.expert_id = together.expert_id
          AND message.created_at >= together.started_at)) >= %(unseen_from)s)
) AS found (kind, about, is_so) WHERE is_so
"""

# Refunds go to the card that paid, whatever it was: there is no other way out for them.
OF_A_REFUND = """
WITH this AS (
  SELECT contract.organisation_id, contract.currency FROM contracts_operation AS operation
  JOIN contracts_contract AS contract ON contract.id = operation.contract_id
  WHERE operation.id = %(operation)s
), paid AS (
  SELECT payment.id, payment.amount_minor AS amount FROM this
  JOIN contracts_contract AS contract
    ON contract.organisation_id = this.organisation_id AND contract.currency = this.currency
  JOIN contracts_milestone AS milestone ON milestone.contract_id = contract.id
  JOIN contracts_payment AS payment ON payment.milestone_id = milestone.id
  WHERE payment.held_at > %(at)s - %(month)s AND payment.held_at <= %(at)s
), returned AS (
  SELECT paid.id, paid.amount FROM paid JOIN contracts_refund AS refund
    ON refund.payment_id = paid.id AND refund.kind = ANY (%(kinds)s)
  GROUP BY paid.id, paid.amount HAVING sum(refund.amount_minor) * 5 >= paid.amount * 4
)
SELECT 'refunds', '' FROM (SELECT count(*) AS number, sum(amount) AS total FROM returned) AS back
WHERE number >= %(returns)s AND total >= %(returns_from)s
  AND total * 2 >= (SELECT sum(amount) FROM paid)
"""
# What both sides, and not a mistake, our staff or a dispute, sent back.
SENT_BACK = ["given_back", "agreed", "left_over", "no_meeting"]

FIGURES: Mapping[str, Any] = {
    "day": DAY,
    "week": A_WEEK,
    "month": A_MONTH,
    "looked_back": LOOKED_BACK,
    "pieces_a_day": PIECES_A_DAY,
    "smallest_piece": SMALLEST_PIECE,
    "burst_from": BURST_FROM,
    "burst_pieces": BURST_PIECES,
    "burst_times": BURST_TIMES,
    "quickly": QUICKLY,
    "quick_from": QUICK_FROM,
    "clients": CLIENTS,
    "small_client": SMALL_CLIENT,
    "new_client": NEW_CLIENT,
    "clients_from": CLIENTS_FROM,
    "new_experts": NEW_EXPERTS,
    "new_expert": NEW_EXPERT,
    "fan_out_within": FAN_OUT_WITHIN,
    "fan_out_from": FAN_OUT_FROM,
    "looked_at_from": LOOKED_AT_FROM,
    "just_below": JUST_BELOW,
    "times_below": TIMES_BELOW,
    "ages": list(LADDER),
    "sums": list(LADDER.values()),
    "unseen_from": UNSEEN_FROM,
    "returns": RETURNS,
    "returns_from": RETURNS_FROM,
    "kinds": SENT_BACK,
    "ring": LinkKind.RING,
    "unrelated": Link.Status.UNRELATED,
}
ASKED = {Operation.Kind.TRANSFER: OF_A_TRANSFER, Operation.Kind.REFUND: OF_A_REFUND}


@dataclass(frozen=True, slots=True)
class Seen:
    """One sign; `about` names what it is about: a client's key, two countries, or nothing."""

    kind: SignKind
    about: str


def of(operation: Operation, *, at: datetime) -> frozenset[Seen]:
    """Return what is seen of a transfer or a refund that is about to leave at a moment (UTC).

    What our staff have judged of this account within `JUDGED_FOR`, or of this payout at any time,
    is left out.
    """
    found = _found(operation, at)
    if not found or operation.contract is None:
        return frozenset()
    is_transfer = operation.kind == Operation.Kind.TRANSFER
    account = (
        {"case__expert": operation.contract.expert_id}
        if is_transfer
        else {"case__organisation": operation.contract.organisation_id}
    )
    judged = Sign.objects.filter(case__status=PayoutCase.Status.CLEARED, **account)
    recent = judged.filter(seen_at__gt=at - JUDGED_FOR).values_list("kind", "about")
    known = {*recent, *judged.filter(operation=operation).values_list("kind", "about")}
    return frozenset(seen for seen in found if (seen.kind, seen.about) not in known)


def _found(operation: Operation, at: datetime) -> frozenset[Seen]:
    asked = ASKED.get(Operation.Kind(operation.kind))
    if asked is None:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(asked, {"operation": operation.pk, "at": at, **FIGURES})
        return frozenset(Seen(SignKind(kind), about) for kind, about in cursor.fetchall())
