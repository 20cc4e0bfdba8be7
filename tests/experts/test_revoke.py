"""Taking a badge away for cause, for now or for ever, with a reason that strangers read."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Notification
from experts.models import Badge, Expert
from experts.services import badges
from experts.services.badges import AlreadyProven, ReasonMissing
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.laid import laid

WHY = "The repository turned out to be a colleague's."


@laid
def badge(grace) -> Badge:
    """Grace's valid badge in evals."""
    return factories.badge(grace, factories.skill("evals"))


def test_a_suspended_badge_does_not_count(badge, rhea):
    badges.suspend(badge, reason=WHY, by=rhea, at=NOON)

    badge.refresh_from_db()
    assert (badge.status, badge.public_reason) == ("suspended", WHY)
    assert not Expert.objects.vetted().exists()
    line = badge.history.get()
    assert (line.verb, line.by, line.reason) == ("suspend", rhea, WHY)


def test_a_reinstated_badge_counts_until_the_day_it_had(badge, rhea):
    badges.suspend(badge, reason=WHY, by=rhea, at=NOON)

    badges.reinstate(badge, reason="The colleague confirmed her share.", by=rhea, at=NOON)

    badge.refresh_from_db()
    assert (badge.status, badge.valid_until) == ("active", date(2031, 1, 1))
    assert badge.public_reason == "The colleague confirmed her share."


def test_it_is_not_reinstated_beside_another(badge, grace, rhea):
    badges.suspend(badge, reason=WHY, by=rhea, at=NOON)
    factories.badge(grace, badge.skill, level=1)

    with pytest.raises(AlreadyProven):
        badges.reinstate(badge, reason="Cleared.", by=rhea, at=NOON)

    badge.refresh_from_db()
    assert badge.status == "suspended"


@pytest.mark.parametrize("status", ["active", "aging", "suspended", "lapsed"])
def test_a_revoked_badge_is_gone_for_ever(badge, rhea, status):
    Badge.objects.update(status=status)
    badge.refresh_from_db()

    badges.revoke(badge, reason=WHY, by=rhea, at=NOON)

    for again in (badges.suspend, badges.reinstate, badges.revoke):
        with pytest.raises(IllegalMove):
            again(badge, reason=WHY, by=rhea, at=NOON)
    badge.refresh_from_db()
    assert badge.status == "revoked"


@pytest.mark.parametrize("verb", ["suspend", "revoke"])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_there_is_no_verdict_without_a_reason(badge, rhea, verb, reason):
    with pytest.raises(ReasonMissing):
        getattr(badges, verb)(badge, reason=reason, by=rhea, at=NOON)

    badge.refresh_from_db()
    assert badge.status == "active"


@pytest.mark.parametrize("who", ["mallory", "holder"])
@pytest.mark.parametrize("verb", ["suspend", "reinstate", "revoke"])
def test_it_is_the_reviewers_but_not_the_holders_to_do(badge, rhea, mallory, verb, who):
    people = {"mallory": mallory, "holder": badge.expert.user}
    badge.expert.user.is_staff = True
    badge.expert.user.groups.set(rhea.groups.all())
    badge.move("suspend", by=rhea, at=NOON) if verb == "reinstate" else None
    before = badge.status

    with pytest.raises(PermissionDenied):
        getattr(badges, verb)(badge, reason=WHY, by=people[who], at=NOON)

    badge.refresh_from_db()
    assert badge.status == before


@pytest.mark.parametrize(
    ("verb", "subject"),
    [
        ("suspend", "Your badge is suspended: Evals, level 2"),
        ("revoke", "Your badge was revoked: Evals, level 2"),
    ],
)
def test_the_holder_is_told_why(badge, rhea, verb, subject):
    getattr(badges, verb)(badge, reason=WHY, by=rhea, at=NOON)

    told = Notification.objects.get(user=badge.expert.user)
    assert told.subject == subject
    assert WHY in told.body


@pytest.mark.parametrize("verb", ["suspend", "revoke"])
def test_a_stranger_reads_why_and_sees_no_evidence(client, badge, rhea, verb):
    getattr(badges, verb)(badge, reason=WHY, by=rhea, at=NOON)

    page = client.get(reverse("experts:badge", args=[badge.public_id])).content.decode()

    assert "a colleague&#x27;s" in page
    assert "Repository 1" not in page
