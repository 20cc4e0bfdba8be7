"""An expert becomes somebody who can be paid."""

import pytest
from stripe import InvalidRequestError, PermissionError

from tests.fakestripe.conftest import open_account, send

V1_ACCOUNT = {
    "controller": {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "stripe_dashboard": {"type": "express"},
    },
    "capabilities": {"transfers": {"requested": True}},
}


def status(account):
    return account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status


def again(stripe, account):
    return stripe.v2.core.accounts.retrieve(
        account.id, {"include": ["configuration.recipient", "requirements", "identity"]}
    )


def test_a_new_account_waits_for_its_person(stripe):
    account = open_account(stripe)
    assert status(account) == "pending"
    assert len(account.requirements.entries) == 5
    assert account.metadata.to_dict() == {"expert": "exp_1"}
    assert account.defaults.responsibilities.losses_collector == "application"


def test_what_is_not_asked_for_is_not_told(stripe):
    account = stripe.v2.core.accounts.retrieve(open_account(stripe).id)
    assert account.configuration is account.identity is account.requirements is None


def test_a_verified_person_can_be_paid(stripe, remote):
    account = open_account(stripe)
    remote.onboard(account.id)
    verified = again(stripe, account)
    assert status(verified) == "active"
    assert verified.requirements.entries == []
    assert verified.identity.individual.surname == "Byron"


def test_both_apis_speak_of_the_same_account(stripe, remote):
    account = open_account(stripe)
    before = stripe.v1.accounts.retrieve(account.id)
    remote.onboard(account.id)
    after = stripe.v1.accounts.retrieve(account.id)
    assert (before.capabilities.transfers, after.capabilities.transfers) == ("pending", "active")
    assert (before.payouts_enabled, after.payouts_enabled) == (False, True)
    assert after.external_accounts.data[0].last4 == "6789"


def test_a_person_who_fails_verification_is_restricted(stripe, remote):
    account = open_account(stripe)
    remote.onboard(account.id, "restricted")
    assert status(again(stripe, account)) == "restricted"
    assert stripe.v1.accounts.retrieve(account.id).capabilities.transfers == "inactive"


def test_an_account_is_changed(stripe):
    account = open_account(stripe)
    changed = stripe.v2.core.accounts.update(
        account.id, {"display_name": "Ada Lovelace", "metadata": {"expert": "exp_2"}}
    )
    assert changed.display_name == "Ada Lovelace"
    assert changed.metadata.to_dict() == {"expert": "exp_2"}


def test_a_closed_account_opens_no_more_links(stripe):
    account = open_account(stripe)
    assert stripe.v2.core.accounts.close(account.id).closed
    with pytest.raises(InvalidRequestError, match="is closed"):
        link(stripe, account)


def test_accounts_are_listed_page_by_page(stripe):
    ids = [open_account(stripe).id for _ in range(3)]
    listed = stripe.v2.core.accounts.list({"limit": 2}).auto_paging_iter()
    assert [account.id for account in listed] == ids[::-1]


def test_the_older_api_opens_accounts_too(stripe, remote):
    account = stripe.v1.accounts.create(V1_ACCOUNT)
    url = stripe.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "http://attest.example/refresh",
            "return_url": "http://attest.example/back",
        }
    ).url
    assert f"/onboard/{account.id}" in url
    with pytest.raises(InvalidRequestError, match="not completed onboarding"):
        stripe.v1.accounts.login_links.create(account.id)
    remote.onboard(account.id)
    assert stripe.v1.accounts.login_links.create(account.id).url.endswith(f"/express/{account.id}")


def test_a_link_leads_to_the_onboarding_page(stripe, stand_in):
    account = open_account(stripe)
    made = link(stripe, account)
    assert made.url.startswith(f"{stand_in.url}/onboard/{account.id}?link=")
    assert made.account == account.id


def link(stripe, account):
    return stripe.v2.core.account_links.create(
        {
            "account": account.id,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": "http://attest.example/refresh",
                    "return_url": "http://attest.example/back",
                    "collection_options": {"fields": "eventually_due"},
                },
            },
        }
    )


def test_a_person_may_end_our_access_and_is_not_spoken_of_again(stripe, remote, ada, charge):
    remote.onboard(ada.id, "deauthorized")

    for ask in (
        lambda: stripe.v1.accounts.retrieve(ada.id),
        lambda: stripe.v1.balance.retrieve(options={"stripe_account": ada.id}),
        lambda: send(stripe, ada, charge, 1_00),
    ):
        with pytest.raises(PermissionError) as refused:
            ask()
        assert refused.value.error.code == "account_invalid"


def test_the_older_api_lets_the_platform_answer_for_an_account(stripe):
    account = stripe.v1.accounts.create({**V1_ACCOUNT, "country": "GB", "email": "ada@x.example"})
    controller = account.controller.to_dict()
    assert controller["losses"] == {"payments": "application"}
    assert stripe.v1.accounts.create().controller.stripe_dashboard.type == "full"
    with pytest.raises(InvalidRequestError, match="requires"):
        stripe.v1.accounts.create({"controller": {"losses": {"payments": "application"}}})
