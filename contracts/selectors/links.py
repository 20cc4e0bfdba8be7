"""Reads of what a client and an expert have in common, and the desk on which it is judged."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from accounts.models import Organisation
from contracts.models import Contract, Link
from contracts.models.link import HARD, LinkKind
from experts.models import Expert
from experts.outside import is_of_a_business
from marketplace.kit.egress import CLOSED_V4, CLOSED_V6

# After so long a former member is anybody, as for reviewers (migrations/conflicts.sql of experts).
FORMER_MEMBER = timedelta(days=730)
# Addresses that half the world signs in from show nothing: those that are not public.
NOT_PUBLIC = [str(block) for block in (*CLOSED_V4, *CLOSED_V6)]

# Each line is one kind and whether it is so; the two sides are a line each to begin with.
FOUND = """
WITH client AS (
  SELECT person.id, person.email FROM accounts_membership AS membership
  JOIN accounts_user AS person ON person.id = membership.user_id
  WHERE membership.organisation_id = %(organisation)s
), expert AS (
  SELECT expert.id AS expert_id, person.id, person.email FROM experts_expert AS expert
  JOIN accounts_user AS person ON person.id = expert.user_id WHERE expert.id = %(expert)s
), theirs AS (
  SELECT membership.organisation_id FROM accounts_membership AS membership
  JOIN expert ON expert.id = membership.user_id
  WHERE membership.organisation_id <> %(organisation)s
), seats AS (
  SELECT client.id IS NOT NULL AS is_client, session.ip, session.user_agent
  FROM usersessions_usersession AS session
  LEFT JOIN client ON client.id = session.user_id LEFT JOIN expert ON expert.id = session.user_id
  WHERE (client.id IS NOT NULL OR expert.id IS NOT NULL)
    AND NOT session.ip <<= ANY (%(not_public)s::inet[])
), together AS (
  SELECT one.user_agent = other.user_agent AND one.ip = other.ip AS is_device
  FROM seats AS one JOIN seats AS other ON one.is_client AND NOT other.is_client
  AND network(set_masklen(one.ip, CASE family(one.ip) WHEN 4 THEN 24 ELSE 48 END))
    = network(set_masklen(other.ip, CASE family(other.ip) WHEN 4 THEN 24 ELSE 48 END))
), papers AS (
  SELECT DISTINCT ON (organisation_id, expert_id) organisation_id, expert_id,
    upper(regexp_replace(vat_id, '[^[:alnum:]]', '', 'g')) AS vat
  FROM contracts_billingdetails
  WHERE organisation_id = %(organisation)s OR expert_id = %(expert)s
  ORDER BY organisation_id, expert_id, id DESC
), cards AS (
  SELECT DISTINCT contract.organisation_id, payment.card FROM contracts_payment AS payment
  JOIN contracts_milestone AS milestone ON milestone.id = payment.milestone_id
  JOIN contracts_contract AS contract ON contract.id = milestone.contract_id
  WHERE payment.card <> '' AND (contract.organisation_id = %(organisation)s
    OR contract.organisation_id IN (SELECT organisation_id FROM theirs))
)
SELECT kind FROM (VALUES
  ('member', EXISTS (SELECT FROM client JOIN expert USING (id))),
  ('mailbox', EXISTS (SELECT FROM client JOIN expert
    ON contracts_mailbox(client.email) = contracts_mailbox(expert.email)
    AND client.id <> expert.id)),
  ('vat', EXISTS (SELECT FROM papers AS one JOIN papers AS other USING (vat)
    WHERE vat <> '' AND one.expert_id IS NULL AND other.organisation_id IS NULL)),
  ('card', EXISTS (SELECT FROM cards AS one JOIN cards AS other USING (card)
    WHERE one.organisation_id = %(organisation)s AND other.organisation_id <> %(organisation)s)),
  ('bank', EXISTS (SELECT FROM contracts_payoutaccount AS one
    JOIN contracts_payoutaccount AS other USING (bank)
    JOIN experts_expert AS member ON member.id = other.expert_id
    JOIN client ON client.id = member.user_id
    WHERE bank <> '' AND one.expert_id = %(expert)s AND other.expert_id <> %(expert)s)),
  ('former', EXISTS (SELECT FROM accounts_membershipchange AS change
    JOIN expert ON expert.id = change.user_id WHERE change.organisation_id = %(organisation)s
    AND change.verb IN ('leave', 'remove') AND change.at > %(former)s)),
  ('invited', EXISTS (SELECT FROM accounts_memberinvitation AS invitation
    JOIN expert ON lower(expert.email) = lower(invitation.email)
    WHERE invitation.organisation_id = %(organisation)s)),
  ('elsewhere', EXISTS (SELECT FROM accounts_membership AS membership
    JOIN client ON client.id = membership.user_id
    WHERE membership.organisation_id IN (SELECT organisation_id FROM theirs))),
  ('device', EXISTS (SELECT FROM together WHERE is_device)),
  ('network', EXISTS (SELECT FROM together) AND NOT EXISTS (SELECT FROM together WHERE is_device)),
  ('domain', %(is_of_a_business)s AND EXISTS (SELECT FROM client JOIN expert
    ON split_part(lower(client.email), '@', 2) = split_part(lower(expert.email), '@', 2)
    AND client.id <> expert.id))
) AS found (kind, is_so) WHERE is_so
"""


# More people do not keep a secret, and longer ways lead from anybody of a trade to anybody else.
LONGEST_RING = 6
RING = """
WITH RECURSIVE walk (first, person, path, closes) AS (
  SELECT contract.organisation_id, expert.user_id, ARRAY[contract.id], false
  FROM contracts_contract AS contract
  JOIN experts_expert AS expert ON expert.id = contract.expert_id
  WHERE contract.id = %(contract)s
UNION ALL
  SELECT walk.first, expert.user_id, walk.path || contract.id,
    EXISTS (SELECT FROM accounts_membership AS home
      WHERE home.organisation_id = walk.first AND home.user_id = expert.user_id)
  FROM walk
  JOIN accounts_membership AS membership ON membership.user_id = walk.person
  JOIN contracts_contract AS contract ON contract.organisation_id = membership.organisation_id
    AND contract.status <> 'cancelled' AND contract.started_at > %(since)s
  JOIN experts_expert AS expert ON expert.id = contract.expert_id
  WHERE NOT walk.closes AND cardinality(walk.path) < %(longest)s
    AND contract.id <> ALL (walk.path)
)
SELECT DISTINCT contract.organisation_id, contract.expert_id
FROM contracts_contract AS contract JOIN walk ON walk.closes AND contract.id = ANY (walk.path)
"""


def between(organisation: Organisation, expert: Expert, *, at: datetime) -> frozenset[LinkKind]:
    """Return everything the two have in common at a moment (UTC), by one question."""
    given: dict[str, Any] = {
        "organisation": organisation.pk,
        "expert": expert.pk,
        "former": at - FORMER_MEMBER,
        "not_public": NOT_PUBLIC,
        "is_of_a_business": is_of_a_business(expert.user.email),
    }
    with connection.cursor() as cursor:
        cursor.execute(FOUND, given)
        return frozenset(LinkKind(kind) for (kind,) in cursor.fetchall())


def belong_together(organisation: Organisation, expert: Expert, *, at: datetime) -> bool:
    """Whether they are one person or business, by what cannot be chance or by our staff's word."""
    judged = Link.objects.filter(
        organisation=organisation, expert=expert, status=Link.Status.RELATED
    )
    return judged.exists() or not between(organisation, expert, at=at).isdisjoint(HARD)


def counts_nothing(organisation: Organisation, expert: Expert, *, at: datetime) -> bool:
    """Whether what the two do for each other counts nothing: they are one, or stand in a ring that
    nobody has judged yet."""
    rings = Link.objects.filter(
        organisation=organisation,
        expert=expert,
        kind=LinkKind.RING,
        status=Link.Status.SEEN,
    )
    return rings.exists() or belong_together(organisation, expert, at=at)


def ring_of(contract: Contract, *, at: datetime) -> frozenset[tuple[int, int]]:
    """Return the pairs (organisation, expert) of all rings that a contract closes; mostly none.

    A ring is: who was hired hires, in an organisation of theirs, somebody who hires, and so on,
    until somebody is hired who belongs to the first client; of six contracts at most, within two
    years.
    """
    given: dict[str, Any] = {
        "contract": contract.pk,
        "longest": LONGEST_RING,
        "since": at - FORMER_MEMBER,
    }
    with connection.cursor() as cursor:
        cursor.execute(RING, given)
        return frozenset(cursor.fetchall())


def whole() -> QuerySet[Link]:
    """Return links with both sides, and how many contracts the two have had."""
    theirs = Q(organisation__contracts__expert=F("expert"))
    rows = Link.objects.select_related("organisation", "expert__user")
    return rows.annotate(contracts=Count("organisation__contracts", filter=theirs))


def waiting() -> QuerySet[Link]:
    """Return what nobody has judged, the oldest on top."""
    return whole().filter(status=Link.Status.SEEN).order_by("pk")


def judged() -> QuerySet[Link]:
    """Return what our staff have judged, the latest on top."""
    return whole().exclude(status=Link.Status.SEEN).order_by("-pk")
