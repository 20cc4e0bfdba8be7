"""What keeps an expert from their money: it is kept, they are told, and it leaves once it can."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from accounts.models.user import FINANCE
from contracts.models import FormerPayoutAccount, Operation, PayoutAccount
from contracts.services import inbox, milestones, onboarding, operations
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

Status = Operation.Status
A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
THREE_DAYS = timedelta(days=3)


@laid
def fiona(db):
    """A member of staff who watches the money."""
    user = factories.user("Fiona", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    return user


@laid
def released(held, acme):
    """$2,820.00 on their way to Ada."""
    milestone = held.milestone
    milestones.release_part(milestone, milestone.amount, number=1, by=acme, at=NOON)
    return Operation.objects.get()


def told(user, kind: str = "") -> list[str]:
    rows = Notification.objects.filter(user=user, key__contains=kind).order_by("pk")
    return list(rows.values_list("subject", flat=True))


def see(stripe, account, state: str, at=NOON) -> PayoutAccount:
    """Let Stripe decide about the account, and look."""
    stripe.onboard(account.stripe_id, state)
    return onboarding.sync(account, at=at)


@pytest.mark.parametrize(
    ("state", "subject"),
    [
        ("restricted", "You cannot be paid at the moment: your payout account needs something"),
        ("rejected", "Your payout account was rejected: please write to us"),
    ],
)
def test_an_account_that_is_lost_before_the_money_leaves_keeps_it_waiting(
    stripe, sdk, account, released, ada, state, subject
):
    see(stripe, account, state, NOON + AN_HOUR)
    operations.send(released.pk, at=NOON + AN_HOUR)

    released.refresh_from_db()
    assert (released.status, sdk.v1.transfers.list().data) == (Status.BLOCKED, [])
    assert subject in told(ada, "account:")
    assert "Set up payouts: $2,820.00 is waiting for you" in told(ada, ":blocked")

    see(stripe, account, "active", NOON + 2 * AN_HOUR)
    operations.send(released.pk, at=NOON + 2 * AN_HOUR)

    released.refresh_from_db()
    assert (released.status, len(sdk.v1.transfers.list().data)) == (Status.SUCCEEDED, 1)
    assert told(ada, "account:")[-1] == "Payouts are set up: released money is sent to you"


def test_a_capability_lost_unseen_is_found_by_stripes_no(stripe, sdk, account, released):
    stripe.onboard(account.stripe_id, "restricted")

    operations.send(released.pk, at=NOON)

    released.refresh_from_db()
    assert (released.status, released.attempt) == (Status.BLOCKED, 2)
    assert released.error_code == "insufficient_capabilities_for_transfer"
    see(stripe, account, "active")
    operations.send(released.pk, at=NOON)
    assert len(sdk.v1.transfers.list().data) == 1


def test_who_was_rejected_opens_no_other_account(stripe, sdk, account, ada):
    see(stripe, account, "rejected")

    with pytest.raises(onboarding.AccountWasRejected):
        onboarding.start(ada.expert, by=ada, at=NOON)

    assert len(sdk.v2.core.accounts.list().data) == 1


@pytest.fixture
def replaced(stripe, sdk, account, released, ada) -> PayoutAccount:
    """Ada's account was closed with money on its way to it, and she opened another."""
    sdk.v2.core.accounts.close(account.stripe_id)
    onboarding.sync(account, at=NOON + A_MINUTE)
    operations.send(released.pk, at=NOON)
    onboarding.start(ada.expert, by=ada, at=NOON + A_MINUTE)
    fresh = PayoutAccount.objects.get()
    return see(stripe, fresh, "active", NOON + A_MINUTE)


def test_a_closed_account_is_replaced_and_remembered(account, replaced, ada):
    former = FormerPayoutAccount.objects.get()

    assert (former.stripe_id, former.expert) == (account.stripe_id, ada.expert)
    assert replaced.stripe_id != account.stripe_id
    assert {
        "Your payout account is closed: open a new one to be paid",
        "Your payout account has been replaced",
    } <= set(told(ada, "account:"))


def test_money_decided_for_the_closed_one_goes_nowhere_else_by_itself(
    sdk, account, replaced, released
):
    operations.send(released.pk, at=NOON + AN_HOUR)

    released.refresh_from_db()
    assert released.status == Status.BLOCKED
    assert released.params["destination"] == account.stripe_id
    assert sdk.v1.transfers.list().data == []


def test_a_person_sends_it_to_the_new_one(sdk, replaced, released, fiona):
    after = NOON + A_MINUTE + THREE_DAYS
    onboarding.send_to_new_account(released, by=fiona, at=after)
    operations.send(released.pk, at=after)

    [transfer] = sdk.v1.transfers.list().data
    assert (transfer.destination, transfer.amount) == (replaced.stripe_id, 2_820_00)
    assert released.history.filter(verb="wake").get().by == fiona
    with pytest.raises(IllegalMove):
        onboarding.send_to_new_account(released, by=fiona, at=NOON)


@pytest.mark.parametrize("who", ["ada", "acme", "rhea"])
def test_only_staff_who_watch_the_money_send_it_elsewhere(replaced, released, who, request):
    with pytest.raises(PermissionDenied):
        onboarding.send_to_new_account(released, by=request.getfixturevalue(who), at=NOON)

    released.refresh_from_db()
    assert released.status == Status.BLOCKED


def test_nothing_is_sent_elsewhere_while_its_account_is_the_same(account, released, fiona):
    with pytest.raises(IllegalMove):
        onboarding.send_to_new_account(released, by=fiona, at=NOON)


def test_another_bank_account_is_told_in_case_it_was_not_them(stripe, account, ada):
    for _ in range(2):
        event = agreed.told(
            "account.external_account.updated",
            "ba_1",
            endpoint="connect",
            account=account.stripe_id,
        )
        inbox.handle(event.pk, at=NOON)
        onboarding.note_new_details(account, source=event.event_id, at=NOON)

    assert told(ada, ":details:") == ["Your payout details were changed"] * 2


@pytest.mark.parametrize(
    ("kind", "waits"),
    [("created", False), ("updated", True), ("deleted", True)],
    ids=["the first details", "changed", "taken away"],
)
def test_nothing_follows_new_details_for_three_days(
    client, stripe, sdk, account, released, ada, kind, waits
):
    event = agreed.told(
        f"account.external_account.{kind}", "ba_1", endpoint="connect", account=account.stripe_id
    )
    inbox.handle(event.pk, at=NOON)

    operations.send(released.pk, at=NOON + THREE_DAYS - A_MINUTE)
    assert len(sdk.v1.transfers.list().data) == int(not waits)
    client.force_login(ada)
    shown = client.get(reverse("contracts:earnings")).content.decode()
    assert ("Nothing is sent to them before" in shown) == waits

    onboarding.sync(account, at=NOON + THREE_DAYS)
    operations.send(released.pk, at=NOON + THREE_DAYS)
    assert len(sdk.v1.transfers.list().data) == 1


def test_details_added_to_others_wait_too(stripe, account):
    onboarding.note_new_details(account, source="1", is_new=True, at=NOON)
    onboarding.note_new_details(account, source="2", is_new=True, at=NOON + A_MINUTE)

    account.refresh_from_db()
    assert account.held_until == NOON + A_MINUTE + THREE_DAYS


def test_money_that_waits_for_long_is_brought_up_again(client, held, acme, ada, fiona, work):
    milestone = held.milestone
    milestones.release_part(milestone, milestone.amount, number=1, by=acme, at=NOON)
    work()

    for day in (29, 30, 31, 59, 60, 61, 79, 80, 90):
        onboarding.remind_of_blocked(at=NOON + timedelta(days=day))

    assert told(ada, ":blocked-") == [
        "$2,820.00 has been waiting for you since 1 Jan 2030: set up payouts"
    ]
    assert told(fiona) == [
        "Stuck for 60 days: $2,820.00 for Ada Okonkwo",
        "Stuck for 80 days: $2,820.00 for Ada Okonkwo",
    ]
    client.force_login(fiona)
    pages = Notification.objects.filter(user=fiona).values_list("url", flat=True)
    assert [client.get(page).status_code for page in pages] == [200, 200]


# --- The page


@pytest.fixture
def earnings(client, ada, monkeypatch):
    """Read the earnings page as Ada."""
    monkeypatch.setattr("contracts.views.earnings.now", lambda: NOON)
    client.force_login(ada)
    return lambda: " ".join(client.get(reverse("contracts:earnings")).content.decode().split())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pending", "Your move: set up payouts."),
        ("restricted", "asks for more before you can be paid"),
        ("rejected", "does not accept your payout account"),
    ],
)
def test_the_page_says_what_is_missing(earnings, stripe, account, state, words):
    see(stripe, account, state)

    assert words in earnings()


def test_a_closed_account_offers_a_new_one(earnings, sdk, account):
    sdk.v2.core.accounts.close(account.stripe_id)
    onboarding.sync(account, at=NOON)

    page = earnings()
    assert "Your payout account is closed." in page
    assert "Set up a new one to be paid." in page


def test_another_country_than_the_profiles_is_pointed_out(earnings, account):
    PayoutAccount.objects.update(country="DE")

    assert "Your payout account is in another country than your profile says." in earnings()


def test_a_link_that_ran_out_leads_to_a_fresh_one(client, stripe, account, ada, monkeypatch):
    monkeypatch.setattr("contracts.views.earnings.now", lambda: NOON)
    client.force_login(ada)

    again = client.get(reverse("contracts:start-payouts-again"))

    assert again.status_code == 303
    assert f"/onboard/{account.stripe_id}" in again.url
