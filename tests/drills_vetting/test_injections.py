"""Nothing that evidence says does anything (check B-13): what strangers write is data.

No model sits at the desk that could be talked to; our own code reads evidence, and people do. So
each text is compared with a harmless one in the same place: the same rows come of it in the same
states, the same mails, and pages of the same elements.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Mail, User
from accounts.models.user import REVIEWERS
from experts.models import Application, Badge, Expert, Wording
from experts.services import checks, reviews, seats
from experts.services.reviews import Judgement, Mark
from tests import factories
from tests.conftest import NOON
from tests.drills_vetting.injections import CANARY, texts
from tests.experts.test_checks import web  # noqa: F401 (a fixture)

APPS = Path(__file__).resolve().parents[2]
# A claim, two titles with what they show, and a page of the applicant's: so many places for text.
PLACES = 6
HARMLESS = ["I measured it before and after, twice."] * PLACES
# Keys and numbers differ from one application to the next; what follows them is no address.
SAME = re.compile(r"[a-z]{3}_[0-9a-z]{12}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|\d+|[?&#]\S*")
MODELS = re.compile(
    r"^\s*(?:import|from) (?:openai|anthropic|transformers|langchain)", re.MULTILINE
)
# What Django's record pages make of a line break.
LINES = frozenset({"br"})


@pytest.fixture
def reviewer(db) -> User:
    user = factories.user("Rhea Lindqvist", is_staff=True, is_superuser=True)
    user.groups.add(Group.objects.get_or_create(name=REVIEWERS)[0])
    return user


@pytest.fixture
def bystander(db) -> Badge:
    """Somebody else's badge in the same skill."""
    return factories.badge(
        factories.expert(factories.user("Ada Okonkwo")), factories.skill("evals")
    )


def test_the_corpus_is_fifty_different_texts():
    assert len(set(texts())) == 50
    assert all(CANARY in text for text in texts())


@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.drills)])
def test_fifty_texts_change_nothing(reviewer, bystander, web, every):  # noqa: F811
    world = rights_and_badges()
    expected = story(HARMLESS, 0, reviewer, web)

    for number, written in enumerate(in_places(texts()[::every]), start=1):
        found = story(written, number, reviewer, web)

        for step, facts in expected.items():
            assert found[step] == facts, (step, written)
        assert rights_and_badges() == world


def test_no_model_is_near():
    """Whoever lets one read evidence has this test to change, and its docstring to think about."""
    packages = ("accounts", "experts", "jobs", "contracts", "marketplace")
    modules = [path for package in packages for path in (APPS / package).rglob("*.py")]

    found = [path for path in modules if MODELS.search(path.read_text())]

    assert [path.relative_to(APPS).as_posix() for path in found] == ["experts/gateway.py"]


def in_places(written: list[str]) -> Iterator[list[str]]:
    """Give every text each kind of place in turn, so many at a time as there are places."""
    for start in range(0, len(written), PLACES):
        batch = written[start : start + PLACES]
        yield batch + HARMLESS[len(batch) :]


def story(written: list[str], number: int, reviewer: User, site: Any) -> dict[str, Any]:
    """Let one applicant write these texts and a reviewer judge them; return what came of it."""
    grace = factories.expert(factories.user(f"Grace {number}"))
    applicant, desk, stranger = Client(), Client(), Client()
    applicant.force_login(grace.user)
    desk.force_login(reviewer)
    case = written_down(applicant, grace, written, number, site)

    # Texts of one template are near copies, and would be found to be: each is read as the first.
    Wording.objects.all().delete()
    said = {"submitting": applicant.post(f"/applications/{case.public_id}/submit/").status_code}
    checks.run(case.pk, at=NOON)
    case.refresh_from_db()
    facts: dict[str, Any] = said | {"checked": rows_of(case)}
    facts["own page"] = elements(applicant, f"/applications/{case.public_id}/")
    facts["queue"] = elements(desk, "/admin/vetting/?view=mine")
    facts["record"] = elements(desk, f"/admin/experts/application/{case.pk}/change/")
    facts["read"] = elements(desk, f"/admin/vetting/{case.public_id}/")
    seats.claim(case, by=reviewer, at=NOON)
    facts["bench"] = elements(desk, f"/admin/vetting/{case.public_id}/")
    facts["looked at"] = rows_of(case)
    marks = [Mark(each, 4, "Seen.") for each in case.rubric.criteria.all()]
    judgement = Judgement(marks=marks, message="Clear.")
    badge = reviews.grant(case, level=1, judgement=judgement, by=reviewer, at=NOON)
    assert badge is not None
    facts["judged"] = rows_of(case)
    for page in (f"badges/{badge.public_id}", f"experts/{grace.slug}", f"verify/{badge.number}"):
        facts[page.partition("/")[0]] = elements(stranger, f"/{page}/")
    return facts


def written_down(
    applicant: Client, grace: Expert, written: list[str], number: int, site: Any
) -> Application:
    """Fill the forms of an application as a browser does."""
    claim, *titled, page = written
    case = factories.application(grace, factories.skill("evals"), claim="")
    case.evidence.all().delete()
    at = f"/applications/{case.public_id}"
    assert applicant.post(f"{at}/claim/", {"claim": claim, "built_on": ""}).status_code == 302
    for title, shows, path in ((*titled[:2], "one"), (*titled[2:], "two")):
        site.pages[f"/{path}-{number}"] = (200, page)
        typed = {
            "kind": "repository",
            "title": " ".join(title.split())[:120],
            "url": f"{site.at}/{path}-{number}",
            "claim": shows,
            "own_share": "80",
        }
        assert applicant.post(f"{at}/evidence/", typed).status_code == 302
    case.evidence.update(proof="code", shown="everything")
    return case


def rows_of(case: Application) -> dict[str, Any]:
    """Return what the database holds of a case, but not what was written into it."""
    told = Mail.objects.filter(to=case.expert.user.email).order_by("pk")
    case = Application.objects.get(pk=case.pk)
    return {
        "case": (case.status, case.level, case.round, case.message, case.asked_parts),
        "history": list(case.history.values_list("verb", "went_to")),
        "seats": list(case.reviews.values_list("seat", "status", "verdict", "level")),
        "checks": list(case.checks.order_by("pk").values_list("kind", "status")),
        "trail": list(case.trail.values_list("act", "about")),
        "badges": list(case.expert.badges.values_list("level", "status", "public_reason")),
        "mails": list(told.values_list("subject", flat=True)),
    }


def rights_and_badges() -> list[Any]:
    """Return what everybody else may do and holds."""
    people = User.objects.exclude(name__startswith="Grace ").order_by("pk")
    return [
        list(people.values_list("email", "is_staff", "is_superuser", "is_active", "groups")),
        list(Badge.objects.exclude(expert__user__name__startswith="Grace ").values_list("status")),
    ]


class Elements(HTMLParser):
    """Lists what a page is made of: its elements, where they lead, and what may run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in LINES:
            names = sorted(name for name, _value in attrs)
            leads = [SAME.sub("", value or "") for name, value in attrs if name in LEADS]
            self.found.append((tag, *names, *leads))


LEADS = frozenset({"href", "src", "action", "formaction", "hx-post", "hx-get"})


def elements(client: Client, address: str) -> list[tuple[str, ...]]:
    """Return what the page at an address is made of; the page is one, and not an error."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    parser = Elements()
    parser.feed(answer.content.decode())
    return parser.found
