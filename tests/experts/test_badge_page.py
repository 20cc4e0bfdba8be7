"""The page of a badge: as much of the evidence as its holder shows, and everybody who judged it."""

import re
from html import unescape

import pytest

from experts.models import Badge, Evidence
from experts.services import reviews, seats, vetting
from tests import factories
from tests.conftest import NOON

KEPT = ("Secret client", "code.attest.example/2", "Own share 35%", "Between us.")


@pytest.fixture
def read(client, db):
    """Return what a page says to a stranger, in words and without tags."""

    def read(address: str) -> str:
        page = re.sub(r"<[^>]+>", " ", client.get(address).content.decode())
        return " ".join(unescape(page).split())

    return read


def pages_of(badge: Badge) -> list[str]:
    """Return where evidence and judgement of a badge are shown."""
    return [f"/badges/{badge.public_id}/", f"/experts/{badge.expert.slug}/"]


@pytest.mark.parametrize("shown", ["title", "nothing"])
def test_evidence_is_shown_as_its_holder_allows(client, read, case, rhea, judged, shown):
    second = Evidence.objects.filter(title="Repository 2")
    second.update(shown=shown, claim="Secret client", own_share=35)
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    for address in pages_of(badge):
        page = read(address)
        assert "Repository 1" in page
        assert "Own share 80%." in page
        assert ("Repository 2" in page) == (shown == "title")
        assert ("Shown by its title; the rest is confidential." in page) == (shown == "title")
        assert ("1 piece was reviewed and stays confidential." in page) == (shown == "nothing")
        source = client.get(address).content.decode()
        assert not [word for word in KEPT if word in source]
        assert (second.get().public_id in source) == (shown == "title")
    told = client.get(f"/api/v1/badges/{badge.public_id}/").json()["evidence"]
    titled = {"id": second.get().public_id, "kind": "", "title": "Repository 2", "url": ""}
    assert told[1:] == ([titled | {"own_share": None}] if shown == "title" else [])


def test_everybody_who_judged_it_is_named_by_initials_with_their_scores(
    read, led, rhea, ines, tove, judged
):
    """Rhea and Ines differ, so Tove decides; what was said of an earlier submission is over."""
    for by in (rhea, ines):
        seats.claim(led, by=by, at=NOON)
        reviews.ask_for_changes(led, judgement=judged(led, 1), by=by, at=NOON)
    vetting.submit(led, by=led.expert.user, at=NOON)
    for by in (rhea, ines):
        seats.claim(led, by=by, at=NOON)
    reviews.grant(led, level=3, judgement=judged(led, 5), by=rhea, at=NOON)
    reviews.grant(led, level=2, judgement=judged(led, 3), by=ines, at=NOON)
    seats.claim(led, by=tove, at=NOON)
    badge = reviews.grant(led, level=3, judgement=judged(led, 4), by=tove, at=NOON)
    assert badge is not None

    for address in pages_of(badge):
        page = read(address)
        assert "RL , first review Granted level 3, 1 Jan 2030 Outcome 5/5" in page
        assert "ID , second review Granted level 2, 1 Jan 2030 Outcome 3/5" in page
        assert "TL , calibration Granted level 3, 1 Jan 2030 Outcome 4/5" in page
        assert "1/5" not in page
        assert "Reviewers RL, ID, TL" in page
        assert not [word for word in ("Rhea", "Ines", "Tove", "Between us.") if word in page]
    assert "Reviewers RL, ID, TL" in read(f"/verify/{badge.number}/")


def test_it_says_on_what_it_was_evidenced(read, case, rhea, judged):
    case.built_on.add(factories.release("gpt-6-sol"))
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    for address in pages_of(badge):
        assert "Evidenced on gpt-6-sol" in read(address)


def test_one_reviewer_is_one(read, case, rhea, judged):
    badge = reviews.grant(case, level=2, judgement=judged(case), by=rhea, at=NOON)

    assert "Reviewer RL" in read(f"/badges/{badge.public_id}/")


def test_a_judgement_of_the_next_level_shows_nowhere_before_the_decision(
    read, led, rhea, ines, judged
):
    """Grace holds level 1, and one of two has judged her application for level 3."""
    earlier = factories.application(led.expert, led.skill, level=1, status="granted", round=1)
    factories.judgement(earlier, factories.judge())
    badge = factories.badge(led.expert, led.skill, level=1, application=earlier)
    before = [read(address) for address in pages_of(badge)]
    for by in (rhea, ines):
        seats.claim(led, by=by, at=NOON)

    reviews.grant(led, level=3, judgement=judged(led), by=rhea, at=NOON)

    assert [read(address) for address in pages_of(badge)] == before
    assert "J , first review" in before[0]
