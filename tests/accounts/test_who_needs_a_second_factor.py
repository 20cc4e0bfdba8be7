"""Nobody posts, proposes, is paid or works for us behind a password alone (ADR 25)."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from accounts.models import Membership, User
from accounts.recovery_codes import RecoveryCodes
from contracts.models import PayoutAccount
from contracts.services import onboarding
from jobs.models import Job, Proposal
from tests import factories
from tests.conftest import NOON

PAGE = "/settings/second-factor/?next="


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def draft(acme) -> Job:
    return factories.job(acme.memberships.get().organisation, status=Job.Status.DRAFT)


def add_a_factor(user: User) -> None:
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def test_a_first_job_waits_for_it_and_is_kept(client, acme, draft):
    client.force_login(acme)
    preview = reverse("jobs:preview", args=[draft.public_id])
    publish = reverse("jobs:publish", args=[draft.public_id])

    answer = client.post(publish)
    assert answer["Location"] == f"{PAGE}{preview.replace('/', '%2F')}"
    draft.refresh_from_db()
    assert draft.status == Job.Status.DRAFT
    assert "Add a passkey" in client.get(answer["Location"]).content.decode()

    add_a_factor(acme)
    assert "Go on with what you began" in client.get(reverse("mfa_index")).content.decode()
    assert client.get(reverse("accounts:second-factor"))["Location"] == preview
    assert client.post(publish)["Location"] != answer["Location"]


def test_a_proposal_waits_before_anything_is_typed(client, acme, ada):
    job = factories.job(acme.memberships.get().organisation)
    client.force_login(ada)
    propose = reverse("jobs:propose", args=[job.public_id])

    assert client.get(propose)["Location"] == f"{PAGE}{propose.replace('/', '%2F')}"
    client.post(propose, {"then": "send"})
    assert not Proposal.objects.exclude(status=Proposal.Status.DRAFT).exists()

    add_a_factor(ada)
    assert client.get(propose).status_code == 200


def test_payouts_wait(client, ada):
    client.force_login(ada)

    answer = client.post(reverse("contracts:start-payouts"))

    assert answer["Location"].startswith(PAGE)
    with pytest.raises(onboarding.second_factors.SecondFactorFirst):
        onboarding.start(ada.expert, by=ada, at=NOON)
    assert not PayoutAccount.objects.exists()


@pytest.mark.parametrize("name", ["home", "admin:index", "admin:flags:index", "api:experts"])
def test_staff_do_nothing_without_one(client, rhea, name):
    client.force_login(rhea)

    assert client.get(reverse(name))["Location"].startswith(PAGE)
    assert client.get(reverse("mfa_index")).status_code == 200

    add_a_factor(rhea)
    assert client.get(reverse(name)).status_code == 200


def test_where_it_leads_on_to_is_here(client, ada):
    client.force_login(ada)
    client.get(reverse("accounts:second-factor"), {"next": "//evil.example/"})
    add_a_factor(ada)

    assert client.get(reverse("accounts:second-factor"))["Location"] == reverse("mfa_index")


def test_recovery_codes_alone_are_none(client, rhea):
    RecoveryCodes.activate(rhea)
    client.force_login(rhea)

    assert client.get(reverse("home")).status_code == 302


@pytest.fixture
def knows_a_password(client, acme):
    """Acme's owner, signed in by a password a while ago."""
    acme.set_password("correct-horse-battery")
    acme.save()
    client.force_login(acme)
    return acme


def test_a_role_is_changed_by_somebody_who_has_just_said_who_they_are(client, knows_a_password):
    organisation = knows_a_password.memberships.get().organisation
    user = factories.user("Finn")
    Membership.objects.create(organisation=organisation, user=user, role="viewer", created_at=NOON)
    add = reverse("accounts:member", args=[organisation.public_id, user.public_id])
    asked = client.post(add, {"role": "finance"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert user.memberships.get().role == "viewer"

    done = client.post(asked["Location"], {"password": "correct-horse-battery"})

    assert done["Location"] == reverse("accounts:organisation", args=[organisation.public_id])
    assert user.memberships.get().role == "finance"


@pytest.mark.parametrize(
    "name", ["account_email", "mfa_activate_totp", "mfa_generate_recovery_codes"]
)
def test_what_protects_an_account_is_not_changed_by_whoever_finds_it_open(
    client, knows_a_password, name
):
    answer = client.post(reverse(name), {"email": "new@acme.example", "action_add": ""})

    assert answer["Location"].startswith(reverse("account_reauthenticate"))
