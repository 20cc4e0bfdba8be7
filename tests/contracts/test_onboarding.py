"""An expert sets up payouts on Stripe's pages; what we know of the account is a mirror."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from contracts import gateway
from contracts.models import Operation, PayoutAccount
from contracts.services import onboarding
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.test_release import approved

ACCOUNTS = "POST /v2/core/accounts"


def test_the_expert_is_sent_to_pages_that_open_their_account(stripe, sdk, ada):
    url = onboarding.start(ada.expert, by=ada, at=NOON)

    account = PayoutAccount.objects.get()
    found = sdk.v2.core.accounts.retrieve(account.stripe_id, {"include": ["identity", "defaults"]})
    assert account.stripe_id in url
    assert (account.expert, account.country) == (ada.expert, "NG")
    assert not account.can_receive
    assert account.requirements_due
    assert found.metadata["expert_id"] == ada.expert.public_id
    assert found.defaults.responsibilities.losses_collector == "application"


def test_coming_back_later_is_the_same_account_and_a_fresh_link(stripe, sdk, ada):
    first = onboarding.start(ada.expert, by=ada, at=NOON)
    second = onboarding.start(ada.expert, by=ada, at=NOON + timedelta(minutes=1))

    assert first != second
    assert PayoutAccount.objects.count() == len(sdk.v2.core.accounts.list().data) == 1


def test_nobody_sets_up_payouts_for_another(stripe, ada, acme):
    with pytest.raises(PermissionDenied):
        onboarding.start(ada.expert, by=acme, at=NOON)

    assert not PayoutAccount.objects.exists()
    assert stripe.journal(path="/v2/core/accounts") == []


def test_an_answer_that_is_lost_does_not_open_a_second_account(stripe, sdk, ada):
    stripe.plant(ACCOUNTS, "after", times=3)
    with pytest.raises(onboarding.OnboardingUnavailable):
        onboarding.start(ada.expert, by=ada, at=NOON)
    assert not PayoutAccount.objects.exists()

    onboarding.start(ada.expert, by=ada, at=NOON)

    [account] = sdk.v2.core.accounts.list().data
    assert PayoutAccount.objects.get().stripe_id == account.id


def test_an_account_that_can_be_paid_is_seen_as_such(account):
    assert account.can_receive
    assert account.requirements_due == []
    assert account.checked_at == NOON


@pytest.mark.parametrize("state", ["pending", "restricted", "rejected"])
def test_an_account_that_cannot_is_seen_as_such(stripe, account, state):
    stripe.onboard(account.stripe_id, state)

    assert not onboarding.sync(account, at=NOON).can_receive


def test_a_closed_account_is_seen_as_such(sdk, account):
    sdk.v2.core.accounts.close(account.stripe_id, {"applied_configurations": ["recipient"]})

    closed = onboarding.sync(account, at=NOON)

    assert closed.is_closed
    assert not closed.can_receive


def test_an_older_answer_does_not_undo_a_newer_one(account):
    stale = gateway.Account(account.stripe_id, "NG", False, ["individual.dob"], False)

    onboarding.settle(account, stale, at=NOON - timedelta(seconds=1))

    account.refresh_from_db()
    assert account.can_receive


def release(payment):
    """Let the paid milestone go, as the client would."""
    agreed.let_go(approved(payment.milestone), by=payment.by, at=NOON)


def test_money_that_waited_leaves_once_the_account_is_ready(stripe, held, ada, work):
    release(held)
    work()
    assert Operation.objects.get().status == Operation.Status.BLOCKED

    onboarding.start(ada.expert, by=ada, at=NOON)
    stripe.onboard(ada.expert.payout_account.stripe_id)
    onboarding.sync(ada.expert.payout_account, at=NOON)
    work()

    operation = Operation.objects.get()
    assert operation.status == Operation.Status.SUCCEEDED
    assert operation.params["destination"] == ada.expert.payout_account.stripe_id


def test_an_account_money_waits_for_is_asked_after(stripe, account, held, work):
    stripe.onboard(account.stripe_id, "restricted")
    onboarding.sync(account, at=NOON)
    release(held)
    work()
    stripe.onboard(account.stripe_id, "active")  # and the webhook is lost
    assert onboarding.awaited(at=NOON + timedelta(minutes=9)) == []

    later = NOON + timedelta(minutes=10)
    for key in onboarding.awaited(at=later):
        onboarding.sync(PayoutAccount.objects.get(pk=key), at=later)
    work(later)

    assert Operation.objects.get().status == Operation.Status.SUCCEEDED
    assert onboarding.awaited(at=later + timedelta(days=1)) == []
