"""Payouts that look laundered wait for a person; nobody else is told why, and contracts go on."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from accounts.models.user import FINANCE
from contracts.models import Contract, LedgerTransaction, Operation, PayoutCase, Sign
from contracts.personal import TABLES
from contracts.selectors import signs
from contracts.services import operations, payout_cases
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.banking import usd
from tests.contracts.conftest import hurry
from tests.laid import laid

WHY = "Moved to Berlin in spring; the lease is in the ticket."
DAY = timedelta(days=1)
Status = Operation.Status


@laid
def elsewhere(account):
    """Ada's profile says Nigeria, her bank is in Germany."""
    account.country = "DE"
    account.save(update_fields=["country"])
    return account


@laid
def waiting(elsewhere, held, acme):
    """$940.00 that were about to leave to her."""
    return sent(agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON))


@pytest.fixture
def fin():
    return factories.finance()


def sent(_released=None, at=NOON) -> Operation:
    """Let a worker try to send what was decided last."""
    operation = Operation.objects.latest("pk")
    hurry(operation, at)
    operations.send(operation.pk, at=at)
    operation.refresh_from_db()
    return operation


def told(person) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(user=person, key__startswith="payout-case:").order_by("pk")
    return list(rows.values_list("subject", "body"))


def transfers() -> int:
    return LedgerTransaction.objects.filter(kind=LedgerTransaction.Kind.TRANSFER).count()


def test_it_does_not_leave_and_nothing_moves(fin, waiting, sdk, ada):
    case = PayoutCase.objects.get()

    assert (waiting.status, waiting.sends) == (Status.UNDER_REVIEW, 0)
    assert (sdk.v1.transfers.list().data, transfers()) == ([], 0)
    assert (case.expert, case.status, case.look_until) == (ada.expert, "open", NOON + 5 * DAY)
    assert list(Sign.objects.values_list("kind", "about")) == [("country", "NG DE")]
    assert [subject for subject, _ in told(fin)] == [
        f"Look before it leaves: money for {ada.expert.name}"
    ]


def test_its_owner_is_told_until_when_and_nothing_else(client, waiting, ada):
    ((subject, body),) = told(ada)

    assert subject == "$940.00 is looked at before it leaves"
    assert "until 6 Jan 2030 at most" in body
    assert not [word for word in ("country", "launder", "Germany") if word in subject + body]

    client.force_login(ada)
    page = client.get(reverse("contracts:earnings")).content.decode()
    assert "A person looks at some payments before they leave" in page
    assert "launder" not in page


def test_nobodys_copy_of_their_data_has_it():
    assert not [row for row in TABLES if row.model in {PayoutCase, Sign} and row.of]


def test_everything_else_to_that_account_waits_too_and_the_contract_goes_on(
    waiting, elsewhere, held, acme
):
    elsewhere.country = "NG"
    elsewhere.save(update_fields=["country"])

    second = sent(agreed.part_released(held.milestone, usd(500_00), by=acme, at=NOON))

    assert second.status == Status.UNDER_REVIEW
    assert (PayoutCase.objects.count(), Sign.objects.count()) == (1, 1)
    assert Contract.objects.get().status == "active"


def test_once_cleared_it_is_sent_and_not_asked_again_soon(fin, waiting, elsewhere, held, acme, sdk):
    payout_cases.clear(PayoutCase.objects.get(), reason=WHY, by=fin, at=NOON + DAY)
    first = sent(at=NOON + DAY)
    second = sent(
        agreed.part_released(held.milestone, usd(500_00), by=acme, at=NOON + DAY), at=NOON + DAY
    )

    assert (first.status, second.status) == (Status.SUCCEEDED, Status.SUCCEEDED)
    assert [row.amount for row in sdk.v1.transfers.list().data] == [470_00, 940_00]
    case = PayoutCase.objects.get()
    assert [(row.verb, row.by, row.reason) for row in case.history.all()] == [("clear", fin, WHY)]


def test_after_a_while_the_same_is_asked_again(fin, waiting, elsewhere, held, acme):
    payout_cases.clear(PayoutCase.objects.get(), reason=WHY, by=fin, at=NOON)
    later = NOON + signs.JUDGED_FOR

    agreed.part_released(held.milestone, usd(500_00), by=acme, at=later)

    assert sent(at=later).status == Status.UNDER_REVIEW
    assert list(PayoutCase.objects.values_list("status", flat=True)) == ["cleared", "open"]
    # What was judged itself is never asked again.
    assert signs.of(waiting, at=later) == frozenset()


def test_what_is_kept_back_stays_until_it_is_cleared(fin, waiting):
    case = payout_cases.keep(PayoutCase.objects.get(), reason=WHY, by=fin, at=NOON)
    operations.send(waiting.pk, at=NOON + 30 * DAY)
    waiting.refresh_from_db()
    assert (waiting.status, transfers()) == (Status.UNDER_REVIEW, 0)

    payout_cases.clear(case, reason="Their bank has vouched.", by=fin, at=NOON + 30 * DAY)

    assert sent(at=NOON + 30 * DAY).status == Status.SUCCEEDED


def test_it_is_judged_once(fin, waiting):
    case = PayoutCase.objects.get()
    payout_cases.clear(case, reason=WHY, by=fin, at=NOON)

    for verb in (payout_cases.keep, payout_cases.clear):
        with pytest.raises(IllegalMove):
            verb(case, reason="Otherwise.", by=fin, at=NOON)

    case.refresh_from_db()
    assert (case.status, case.reason, case.history.count()) == ("cleared", WHY, 1)


def test_only_those_who_watch_the_money_judge_and_never_their_own(fin, waiting, acme, ada, rhea):
    ada.is_staff = True
    ada.save(update_fields=["is_staff"])
    ada.groups.add(fin.groups.get(name=FINANCE))

    for person in (acme, ada, rhea):
        with pytest.raises(PermissionDenied):
            payout_cases.clear(PayoutCase.objects.get(), reason=WHY, by=person, at=NOON)

    waiting.refresh_from_db()
    assert (waiting.status, PayoutCase.objects.get().status) == (Status.UNDER_REVIEW, "open")


def test_what_stripe_may_have_already_is_not_kept_back(elsewhere, held, acme, sdk):
    agreed.part_released(held.milestone, usd(1_000_00), by=acme, at=NOON)
    Operation.objects.update(first_sent_at=NOON)

    assert sent().status == Status.SUCCEEDED
    assert not PayoutCase.objects.exists()


def test_our_staff_are_reminded_once_of_what_is_late(fin, waiting):
    for at in (NOON + 4 * DAY, NOON + 5 * DAY, NOON + 6 * DAY):
        payout_cases.remind_of_late(at=at)

    assert [subject for subject, _ in told(fin)][1:] == [
        f"Overdue: money for {PayoutCase.objects.get().name} waits for a look"
    ]


def test_the_desk_lists_it_and_asks_for_a_reason(client, fin, waiting):
    client.force_login(fin)
    case = PayoutCase.objects.get()
    page = client.get(reverse("admin:payouts:index")).content.decode()
    assert "Paid out in another country than the profile&#x27;s" in page

    url = reverse("admin:payouts:clear", args=[case.public_id])
    refused = client.post(url, {"reason": ""})
    case.refresh_from_db()
    assert (refused.status_code, case.status) == (422, "open")

    kept = client.post(reverse("admin:payouts:keep", args=[case.public_id]), {"reason": WHY})
    assert kept.status_code == 302
    done = client.post(url, {"reason": "Their bank has vouched."}, follow=True)
    assert "Their bank has vouched." in done.content.decode()
    case.refresh_from_db()
    assert case.status == "cleared"
