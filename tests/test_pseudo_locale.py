"""Every page in a language that marks each text it translates: what is not marked was left out.

What people wrote stands in the database and stays in its words; so do figures, addresses and the
few names that no language changes. The catalogue's names stand there too and are looked up.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
from babel import Locale
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real
from django.utils.translation.trans_real import DjangoTranslation

from experts.models import (
    Criterion,
    Domain,
    Expert,
    ModelFamily,
    Skill,
    SkillAlias,
    Surface,
)
from jobs.models import Job, Match, UseCase
from tests.access_table import ACCESS, PEOPLE
from tests.conftest import NOON
from tests.world import one_of_everything  # noqa: F401 (a fixture)

OPEN, CLOSE = "⟦", "⟧"
# Who looks at a page, if they may; two sides of a contract read different words.
READERS = ("acme", "ada", "rhea", "anonymous")
# Machines and those who build for them, and our staff's list of sample mails, read English; the
# clauses are shown in the words that bind.
ENGLISH = re.compile(r"^api-reference$|^admin:mails:|^contracts:clauses$")
UNTRANSLATABLE = {
    *("Attest", "OpenAI", "Upwork", "Stripe", "GitHub", "Atom", "API", "PDF", "CSV", "JSON", "URL"),
    *("USD", "EUR", "GBP", "UTC", "English", "Deutsch", "TOTP", "RAG"),
}
CATALOGUE = (Skill, SkillAlias, Criterion, Domain, ModelFamily, Surface, UseCase)
# What all of the catalogue is called here: no other text says it, so it is seen wherever it stands.
NAME = "Quillwork"
SPOKEN = {"alt", "aria-label", "placeholder", "title"}
SILENT = {"script", "style", "code", "pre", "kbd", "svg", "textarea", "bdi"}
WORD = re.compile(r"[A-Za-z][a-z]{2,}")
# Addresses, and the word an applicant puts where their work is.
CODE = re.compile(r"\S*(?:://|attest-)\S*")


class Marked(DjangoTranslation):
    """British English with marks around whatever is looked up."""

    def gettext(self, message: str) -> str:
        return mark(message.rpartition("\x04")[2])

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return mark((singular if n == 1 else plural).rpartition("\x04")[2])


def mark(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


class Said(HTMLParser):
    """What a page says: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent.append(tag)
        self.attributes += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.texts.append(data)

    def unmarked(self) -> Iterator[str]:
        """Each part of what was said outside of the marks; a marked text may have tags in it."""
        for part in self.attributes:
            yield unmarked(part)
        yield from unmarked("\0".join(self.texts)).split("\0")


def unmarked(text: str) -> str:
    """Return what stands outside of the marks, which may stand in each other."""
    depth, found = 0, []
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        found.append(letter if depth == 0 and letter != CLOSE else " ")
    return "".join(found)


def stored() -> Iterator[str]:
    """Every text that stands in the database, but for the catalogue's names."""
    for model in apps.get_models():
        texts = [field.name for field in model._meta.fields if isinstance(field, TEXT)]
        texts = [name for name in texts if name not in named(model)]
        for row in model._default_manager.values_list(*texts) if texts else ():
            yield from (str(value) for value in row if value)


def named(model: type[models.Model]) -> dict[str, str | list[str]]:
    """The fields in which a row of the catalogue is worded, and how all of them read here."""
    fields = [field for field in model._meta.fields if field.name.startswith("english_")]
    return {
        field.name: [NAME] * (field.size or 1) if isinstance(field, ArrayField) else NAME
        for field in fields
    }


TEXT = (models.CharField, models.TextField, models.JSONField, ArrayField)


def spelt_by_others() -> Iterator[str]:
    """What the tables of languages say in each: countries, languages, months, days, time zones."""
    for spoken in (Locale("en"), Locale("en", "GB")):
        for names in (spoken.territories, spoken.languages, spoken.currencies):
            yield from names.values()
        for forms in (spoken.months, spoken.days):
            yield from (name for width in forms["format"].values() for name in width.values())
    yield from available_timezones()
    yield "in 1 hour day week month year minutes hours days weeks months years ago British English"


@pytest.fixture
def marked(monkeypatch):
    monkeypatch.setitem(trans_real._translations, "en-gb", Marked("en-gb"))


@pytest.fixture
def renamed(world):
    """One of everything, and all of the catalogue called by a name nothing else has."""
    for model in CATALOGUE:
        model._default_manager.update(**named(model))
    reason = {"code": "must", "points": 9, "most": 10, "values": {"skill": NAME, "level": 2}}
    Match.objects.create(
        job=Job.objects.get(public_id=world["job"][0]),
        expert=Expert.objects.get(slug=world["expert"][0]),
        score=90,
        reasons=[reason],
        algorithm="",
        created_at=NOON,
    )
    return world


@pytest.fixture
def clients(world, django_user_model):
    """A browser for each reader."""
    found = {"anonymous": Client()}
    for name in READERS[:-1]:
        found[name] = Client()
        found[name].force_login(django_user_model.objects.get(email=f"{name}@attest.example"))
    return found


def test_no_page_says_what_no_language_can_change(renamed, marked, clients):
    known = set(WORD.findall(" ".join((*stored(), *spelt_by_others())))) | UNTRANSLATABLE
    found = set()
    for name, address, readers in pages(renamed):
        for reader in readers:
            answer = clients[reader].get(address)
            if answer["content-type"].startswith("text/html"):
                found |= {f"{name}: {part}" for part in foreign(answer.text, known)}

    assert sorted(found) == []


def pages(world: dict[str, list[str]]) -> Iterator[tuple[str, str, list[str]]]:
    """Return each page, its address and who reads it here: of a contract, both sides."""
    for name, method, kind, *statuses in ACCESS:
        readers = [person for person in READERS if statuses[PEOPLE.index(person)] == 200]
        if method == "get" and not ENGLISH.match(name):
            both = 2 if name.startswith("contracts:") else 1
            yield name, reverse(str(name), args=world[str(kind)]), readers[:both]


def foreign(html: str, known: set[str]) -> Iterator[str]:
    """Return the parts of a page that have a word which was not looked up and is not known."""
    page = Said()
    page.feed(html)
    for part in (*page.texts, *page.attributes):
        # Also within a marked sentence, which fills the name in, the name has marks of its own.
        if NAME in part.replace(mark(NAME), ""):
            yield " ".join(part.split())[:120]
    for part in page.unmarked():
        if set(WORD.findall(CODE.sub(" ", part))) - known:
            yield " ".join(part.split())[:120]
