"""B-03: a profile that goes to another person takes no badge with it that still counts."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification, User
from experts import verification
from experts.models import Badge, Credential, Expert
from experts.services import badges, credentials, profiles
from experts.services.badges import ReasonMissing
from experts.services.credentials import Published
from experts.services.profiles import HasAProfileAlready
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

REASON = "The account was sold."


@laid
def root(db) -> User:
    return User.objects.create_superuser("root@attest.example", name="Root", password="x")


@pytest.fixture
def sold(ada) -> Expert:
    """Ada's profile with three badges, each with its credential."""
    for slug in ("evals", "agents"):
        factories.badge(ada.expert, factories.skill(slug))
    credentials.keep_all_up(at=NOON)
    return ada.expert


def statuses(expert: Expert) -> set[str]:
    return set(Badge.objects.filter(expert=expert).values_list("status", flat=True))


def test_one_request_suspends_every_badge(client, sold, mallory, root, ada):
    client.force_login(root)
    address = reverse("admin:vetting:transfer", args=[sold.slug])

    answer = client.post(address, {"to": "Mallory@attest.example", "reason": REASON})

    assert answer.status_code == 302
    sold.refresh_from_db()
    assert sold.user == mallory
    assert statuses(sold) == {"suspended"}
    assert set(sold.badges.values_list("public_reason", flat=True)) == {REASON}
    assert Notification.objects.filter(user=ada, subject__contains="suspended").count() == 3


def test_what_was_issued_to_the_first_person_never_counts_again(sold, mallory, root, rhea):
    badge = sold.badges.first()
    old = badge.credentials.get().jwt
    profiles.transfer(sold, to=mallory, reason=REASON, by=root, at=NOON)
    badge.refresh_from_db()
    badges.reinstate(badge, reason="Shown again.", by=rhea, at=NOON)
    credentials.keep_all_up(at=NOON)
    new = Credential.objects.current().get(badge=badge).jwt

    check = lambda token: verification.examine(token, Published(at=NOON), at=NOON)  # noqa: E731
    assert [step.key for step in check(old).failures] == ["revocation"]
    assert check(new).is_verified
    assert verification.name_of(check(new).claims) == "Mallory"


def test_only_a_superuser_transfers_and_never_their_own(sold, mallory, rhea, ada, root):
    own = factories.expert(root, slug="root")
    for by, expert in ((rhea, sold), (ada, sold), (mallory, sold), (root, own)):
        with pytest.raises(PermissionDenied):
            profiles.transfer(expert, to=mallory, reason=REASON, by=by, at=NOON)

    assert statuses(sold) == {"active"}


def test_nobody_gets_a_second_profile(sold, mallory, root):
    factories.expert(mallory)

    with pytest.raises(HasAProfileAlready):
        profiles.transfer(sold, to=mallory, reason=REASON, by=root, at=NOON)

    assert statuses(sold) == {"active"}


@pytest.mark.parametrize("reason", ["", "  "])
def test_the_reason_is_public_so_there_is_one(sold, mallory, root, reason):
    with pytest.raises(ReasonMissing):
        profiles.transfer(sold, to=mallory, reason=reason, by=root, at=NOON)

    sold.refresh_from_db()
    assert sold.user != mallory
    assert statuses(sold) == {"active"}


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"to": "nobody@attest.example", "reason": REASON},
        {"to": "mallory@attest.example"},
        {"to": "not an address", "reason": REASON},
        {"to": "mallory@attest.example\x00", "reason": REASON},
        {"to": "mallory@attest.example", "reason": "x" * 501},
        {"to": "ada@attest.example", "reason": REASON},
    ],
)
def test_what_cannot_be_done_is_said(client, sold, mallory, root, typed):
    client.force_login(root)

    answer = client.post(reverse("admin:vetting:transfer", args=[sold.slug]), typed)

    assert answer.status_code == 422
    assert statuses(sold) == {"active"}
