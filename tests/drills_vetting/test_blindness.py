"""The second reviewer crawls everything there is, and finds nothing of what the first thinks."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from accounts.models.user import REVIEWERS
from experts.models import Application, Review
from experts.services import reviews, seats, vetting
from experts.services.reviews import Judgement, Mark
from tests import factories
from tests.conftest import NOON

# What the first reviewer writes: in the finding, the notes, and what they are called.
CANARIES = ("canaryfinding", "canarymessage", "canarynote", "canarychange")
NAME = "Quillon Canarybird"
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)')
# Where everybody's name stands for other reasons: the records of people, and leads' figures of
# all reviewers, which count only submissions that everybody has judged.
PEOPLE = (
    *("/admin/accounts/", "/admin/auth/", "/admin/account/", "/admin/usersessions/"),
    "/admin/vetting/reviewers/",
)
LEAVES = ("/accounts/logout/", "/static/", "/media/")
MOST_PAGES = 250


@pytest.fixture
def first(db) -> User:
    """The first reviewer, by a name nobody else has."""
    return reviewer(NAME)


@pytest.fixture(params=["reviewer", pytest.param("superuser", marks=pytest.mark.drills)])
def second(request, db) -> User:
    """The second reviewer, with as few and with as many rights as there are."""
    user = reviewer("Second Reviewer")
    user.is_superuser = request.param == "superuser"
    user.save()
    return user


def reviewer(name: str) -> User:
    user = factories.user(name, is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=REVIEWERS)[0])
    return user


@pytest.fixture
def case(first) -> Application:
    """A level 3 application that was asked for changes once, and judged by the first again."""
    grace = factories.expert(factories.user("Grace Mensah"))
    row = factories.application(grace, factories.skill("rag"), level=3)
    vetting.submit(row, by=grace.user, at=NOON)
    other = reviewer("Third Reviewer")
    for by in (first, other):
        seats.claim(row, by=by, at=NOON)
        reviews.ask_for_changes(row, judgement=judged(row, message="Add it."), by=by, at=NOON)
    vetting.submit(row, by=grace.user, at=NOON)
    seats.claim(row, by=first, at=NOON)
    reviews.reject(row, judgement=judged(row), by=first, at=NOON)
    return row


def judged(row: Application, **fields) -> Judgement:
    marks = [Mark(each, 1, "canaryfinding") for each in row.rubric.criteria.all()]
    words = {"message": "canarymessage", "would_change": "canarychange", "note": "canarynote"}
    return Judgement(marks=marks, **words | fields)


def crawl(client, starts) -> dict[str, str]:
    """Ask for every address one page names, and the pages those name; return what they said."""
    waiting, said = list(starts), {}
    while waiting and len(said) < MOST_PAGES:
        address = waiting.pop(0)
        if address in said or address.startswith(LEAVES):
            continue
        answer = client.get(address)
        said[address] = b"".join(answer).decode(errors="replace")
        if 300 <= answer.status_code < 400:
            said[address] += answer.headers["Location"]
            waiting.append(answer.headers["Location"])
        waiting += [unescape(found) for found in LINK.findall(said[address])]
    return {address: text for address, text in said.items() if address.startswith("/")}


def starts(row: Application) -> list[str]:
    """Return the pages from which everything can be reached, and those nothing links to."""
    seat = row.reviews.get(round=2, seat="first")
    views = [f"{reverse('admin:vetting:queue')}?view={view}" for view in ("mine", "leads", "all")]
    records = ["application", "review", "trailentry", "badge", "expert", "tie", "savedreply"]
    return [
        "/home/",
        "/admin/",
        *views,
        reverse("admin:vetting:case", args=[row.public_id]),
        reverse("admin:vetting:reviewers"),
        reverse("admin:vetting:trail"),
        reverse("experts:application", args=[row.public_id]),
        *[f"/admin/experts/{record}/" for record in records],
        f"/admin/experts/application/{row.pk}/change/",
        f"/admin/experts/application/{row.pk}/history/",
        *[f"/admin/experts/review/{pk}/change/" for pk in (seat.pk, seat.pk - 1, seat.pk + 1)],
        f"/admin/experts/review/{seat.pk}/history/",
        "/api/v1/experts/",
        f"/api/v1/applications/{row.public_id}/",
    ]


def found(said: dict[str, str]) -> list[tuple[str, str]]:
    """Return (address, canary) wherever something of the first judgement shows."""
    names = [(address, NAME) for address, text in said.items() if NAME in text]
    return [
        *[(address, word) for address, text in said.items() for word in CANARIES if word in text],
        *[(address, name) for address, name in names if not address.startswith(PEOPLE)],
    ]


@pytest.mark.parametrize(
    "sits",
    [
        pytest.param(False, id="before taking the seat", marks=pytest.mark.drills),
        pytest.param(True, id="in the seat"),
    ],
)
def test_before_judging_nothing_of_the_first_shows(client, case, second, sits):
    if sits:
        seats.claim(case, by=second, at=NOON)
    client.force_login(second)

    said = crawl(client, starts(case))

    assert len(said) > 20
    assert any("Second review" in text for text in said.values())
    assert found(said) == []


@pytest.mark.parametrize("verb", ["preview", "fields", "tally"])
def test_no_part_of_the_form_tells_it(client, case, second, verb):
    seats.claim(case, by=second, at=NOON)
    client.force_login(second)
    typed = {f"points_{each.key}": "4" for each in case.rubric.criteria.all()}

    answer = client.post(
        reverse(f"admin:vetting:{verb}", args=[case.public_id]),
        typed | {"decision": "grant-3", "message": "", "note": ""},
    )

    assert answer.status_code == 200
    assert found({verb: answer.content.decode()}) == []


@pytest.mark.drills
def test_after_judging_everything_shows(client, case, second):
    """The crawl is able to find what it looks for."""
    seats.claim(case, by=second, at=NOON)
    own = judged(case, message="Mine.", note="", would_change="")
    reviews.ask_for_changes(case, judgement=own, by=second, at=NOON)
    client.force_login(second)

    shown = {word for _, word in found(crawl(client, starts(case)))}

    assert {*CANARIES, NAME} <= shown


def test_a_verdict_does_not_show_in_the_figures(client, case, first, second):
    """Nobody learns from a count that rises what the first has decided."""
    client.force_login(second)

    page = client.get(reverse("admin:vetting:reviewers")).content.decode()

    counted = re.findall(rf"{NAME}</th>\s*<td class=\"num\">(\d+)", page)
    assert counted in ([], ["1"])  # the first submission, which both had judged
    assert Review.objects.given().filter(reviewer=first).count() == 2
