"""Changing the level of an application: free until it is submitted, and then not any more."""

import pytest
from django.core.exceptions import PermissionDenied

from experts.models import Application, Rubric
from experts.services import reviews, vetting
from experts.services.badges import AlreadyProven
from experts.services.vetting import LevelIsFixed
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def browser(client, draft):
    """Grace, signed in."""
    client.force_login(draft.expert.user)
    return client


@pytest.fixture
def at(draft):
    """Where the level of her draft is changed."""
    return f"/applications/{draft.public_id}/level/"


def test_it_is_changed_and_everything_else_stays(draft):
    vetting.change_level(draft, level=3, by=draft.expert.user)

    stored = Application.objects.get(pk=draft.pk)
    assert (stored.level, stored.claim, stored.rubric) == (3, draft.claim, draft.rubric)
    assert (stored.status, stored.evidence.count()) == ("draft", 2)


def test_the_page_shows_what_each_level_takes_and_then_what_the_new_one_does(browser, draft, at):
    Rubric.objects.update(minimum_means=[200, 320, 400])
    page = browser.get(at).content.decode()
    assert "You apply for level 2, shipped it." in page
    for takes in (
        "measured once; you can show how it was built. Needs a mean of 2.0 of 5",
        "numbers from before and after. Needs a mean of 3.2 of 5, and no criterion below 2.",
        "how it fails. Needs a mean of 4.0 of 5, and no criterion below 2. Two reviewers judge it",
    ):
        assert takes in page

    answer = browser.post(at, {"level": "3"}, follow=True)

    assert answer.redirect_chain == [(f"/applications/{draft.public_id}/", 302)]
    page = answer.content.decode()
    assert "You apply for level 3 now." in page
    assert "Level 3, led it in production" in page
    assert "how it fails. Needs a mean of 4.0 of 5" in page
    claim = browser.get(f"/applications/{draft.public_id}/claim/").content.decode()
    assert "how it fails. Needs a mean of 4.0 of 5" in claim
    assert at in claim


@pytest.mark.parametrize("level", ["", "0", "4", "two"])
def test_a_level_there_is_not_is_refused_beside_the_field(browser, draft, at, level):
    assert browser.post(at, {"level": level}).status_code == 422

    draft.refresh_from_db()
    assert draft.level == 2


def test_it_is_fixed_once_submitted_and_after_changes_were_asked(
    browser, case, rhea, judged, draft, at
):
    for state in ("reviewing", "changes_asked"):
        case.refresh_from_db()
        assert case.status == state

        answer = browser.post(at, {"level": "3"})

        assert answer.status_code == 422
        for page in (answer.content.decode(), browser.get(at).content.decode()):
            assert "The level cannot be changed once you have submitted." in page
        assert "Change the level</a>" not in browser.get(at[: -len("level/")]).content.decode()
        with pytest.raises(LevelIsFixed):
            vetting.change_level(case, level=1, by=case.expert.user)
        assert Application.objects.get(pk=case.pk).level == 2
        if state == "reviewing":
            reviews.ask_for_changes(case, judgement=judged(case), by=rhea, at=NOON)


def test_what_a_badge_says_already_is_not_asked_for(browser, draft, at):
    factories.badge(draft.expert, draft.skill, level=1)

    with pytest.raises(AlreadyProven):
        vetting.change_level(draft, level=1, by=draft.expert.user)
    page = browser.post(at, {"level": "1"}).content.decode()

    assert "This skill is already proven at this level or a higher one." in page
    assert Application.objects.get(pk=draft.pk).level == 2


def test_nobody_changes_it_for_another(draft, mallory, rhea):
    for other in (mallory, rhea):
        with pytest.raises(PermissionDenied):
            vetting.change_level(draft, level=1, by=other)

    assert Application.objects.get(pk=draft.pk).level == 2


def test_whoever_submits_from_an_old_page_gets_the_seats_of_the_new_level(draft):
    opened_before = Application.objects.get(pk=draft.pk)
    vetting.change_level(draft, level=3, by=draft.expert.user)

    vetting.submit(opened_before, by=draft.expert.user, at=NOON)

    assert [seat.seat for seat in draft.reviews.order_by("pk")] == ["first", "second"]
    assert Application.objects.get(pk=draft.pk).level == 3
