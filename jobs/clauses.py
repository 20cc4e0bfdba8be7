"""The clauses an offer is put together from: one for each topic, chosen by the two sides.

The binding texts are in `catalogue/clauses.json`, in English, like all that a court would read;
which of them a job's use case and data bring is in `catalogue/riders.json`, and nowhere else. A
text that was offered once is never edited: other words are the next version of the clause, and the
version before stays in the file for the contracts that name it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from jobs.models import Job

CATALOGUE = Path(__file__).resolve().parent / "catalogue" / "clauses.json"
RIDERS = CATALOGUE.with_name("riders.json")


class Topic(TextChoices):
    """What a clause is about; an offer has one of each, in this order."""

    IP = "ip", _("Rights to the work")
    CONFIDENTIALITY = "confidentiality", _("Confidentiality")
    OPEN_SOURCE = "open_source", _("Open source")
    DATA = "data", _("Data protection")
    AI_USE = "ai_use", _("Responsible AI")


# What each says in plain words: a title, and one sentence that binds nobody.
PLAIN: Mapping[str, tuple[Any, Any]] = {
    "ip.assigned": (
        _("The client's, on release"),
        _("All that is delivered becomes the client's when its milestone is released."),
    ),
    "ip.licensed": (
        _("The expert's, licensed to the client"),
        _("The client may use it for ever; what was made from their data is theirs alone."),
    ),
    "ip.published": (
        _("Published as open source"),
        _("The work is published for everybody; the client's data and what was made of it is not."),
    ),
    "confidentiality.mutual": (
        _("Both keep secrets, for three years"),
        _("Each side keeps what it learns of the other to itself."),
    ),
    "confidentiality.strict": (
        _("Strict, without an end"),
        _("Not even the contract is spoken of, and all copies are deleted afterwards."),
    ),
    "confidentiality.none": (
        _("Nothing is secret"),
        _("The expert may show the work once it is paid for."),
    ),
    "open_source.permissive": (
        _("Permissive licences only"),
        _("MIT, BSD and Apache are fine and listed; copyleft needs the client's yes."),
    ),
    "open_source.any": (
        _("Any open-source licence"),
        _("Copyleft is fine too; everything used is listed with its licence."),
    ),
    "open_source.none": (
        _("None without asking"),
        _("Nothing of third parties goes in before the client has agreed to it."),
    ),
    "data.no_personal": (
        _("No personal data"),
        _("Test data is made up or anonymous, and is deleted 30 days after the end."),
    ),
    "data.personal": (
        _("Personal data, on instruction"),
        _("Only for this work and where the client says; deleted 30 days after the end."),
    ),
    "data.special": (
        _("Health or financial data stays inside"),
        _("The expert works within the client's systems, and nothing is copied out."),
    ),
    "ai_use.disclosed": (
        _("AI assistants, disclosed"),
        _("The expert may use them, says which, and answers for all of the work."),
    ),
    "ai_use.none": (
        _("No AI assistants"),
        _("People write the work; models are used only as part of what is delivered."),
    ),
    "ai_use.tested": (
        _("Disclosed, and tested against misuse"),
        _("The delivery is attacked before hand-over, and the findings come with it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One text about one topic, in one version."""

    topic: Topic
    key: str
    version: int
    text: str

    @property
    def ref(self) -> str:
        """What an offer and a contract name it by: "ip.assigned.1"."""
        return f"{self.topic.value}.{self.key}.{self.version}"

    @property
    def reference(self) -> str:
        """What it says in a few words, with its name: "Assigned (ip.assigned.1)"."""
        return f"{self.title} ({self.ref})"

    @property
    def title(self) -> str:
        """What it says in a few words."""
        return str(PLAIN[f"{self.topic.value}.{self.key}"][0])

    @property
    def plain(self) -> str:
        """What it says in one plain sentence, which binds nobody."""
        return str(PLAIN[f"{self.topic.value}.{self.key}"][1])


@cache
def library() -> Mapping[str, Clause]:
    """Return every version of every clause by its reference, in the order of the file."""
    rows = json.loads(CATALOGUE.read_text(encoding="utf-8"))["clauses"]
    found = [Clause(Topic(row.pop("topic")), **row) for row in rows]
    return {clause.ref: clause for clause in found}


def current(topic: Topic) -> Sequence[Clause]:
    """Return what may be chosen about a topic: of each clause the latest version."""
    latest: dict[str, Clause] = {}
    for clause in library().values():
        if clause.topic == topic and clause.version >= latest.get(clause.key, clause).version:
            latest[clause.key] = clause
    return list(latest.values())


def named(refs: Sequence[str]) -> list[Clause]:
    """Return the clauses these references name.

    :raises KeyError: when one names none.
    """
    return [library()[ref] for ref in refs]


@cache
def _riders() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return json.loads(RIDERS.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def of_sensitivity(sensitivity: str) -> list[Clause]:
    """Return the clauses that data of this kind brings into an offer, one for each topic it says.

    Personal data is processed on instruction; health and financial data stays inside, and what is
    built on it is tested against misuse, with a person before each act.
    """
    return _brought(_riders()["sensitivities"][sensitivity])


def of_use_case(slug: str) -> list[Clause]:
    """Return the clauses that a use case brings: where AI speaks to people or acts for them."""
    return _brought(_riders()["use_cases"].get(slug, {}))


def usual(job: Job) -> list[str]:
    """Return the references an offer for this job begins with, one for each topic.

    It is the first of the topic, unless the use case or the data of the job brings another.
    """
    return [clause.ref for clause in _usual(job)]


def rider(job: Job) -> list[Clause]:
    """Return what of them is about data and AI, as experts see it before they propose."""
    return [clause for clause in _usual(job) if clause.topic in {Topic.DATA, Topic.AI_USE}]


def _usual(job: Job) -> list[Clause]:
    chosen = {topic: current(topic)[0] for topic in Topic}
    for clause in (*of_use_case(job.use_case.slug), *of_sensitivity(job.sensitivity)):
        chosen[clause.topic] = clause
    return [chosen[topic] for topic in Topic]


def _brought(keys: Mapping[str, str]) -> list[Clause]:
    """Return the latest versions of the clauses with these keys, by topic."""
    return [
        clause
        for topic, key in keys.items()
        for clause in current(Topic(topic))
        if clause.key == key
    ]
