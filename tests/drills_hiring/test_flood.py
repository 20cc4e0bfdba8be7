"""A thousand notes that machines wrote, between two hundred that people wrote."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import islice

import pytest

from experts.models import Expert
from jobs import selectors
from jobs.models import Job, JobSkill
from jobs.services import proposals
from jobs.services.guard import HeldBack
from jobs.services.proposals import NoSlotLeft
from marketplace.demo.cast import read
from tests import factories
from tests.conftest import NOON
from tests.drills_hiring import corpus
from tests.drills_hiring.corpus import Asked
from tests.drills_hiring.paraphrased import paraphrased
from tests.jobs import written

pytestmark = [pytest.mark.drills, pytest.mark.django_db]

JOBS, ACCOUNTS, FROM_EACH = 50, 40, 25
PEOPLE, FROM_EACH_PERSON = 100, 2
MOST_ITEMS = 30
# Three floods: of the two families the rules were set beside, of one that is only read, and half
# and half. Each family is its writer, its seed and its accounts.
Family = tuple[Callable[[random.Random, Asked], str], int, int]
FLOODS: Mapping[str, Mapping[str, Family]] = {
    "known": {"spun": (corpus.spun, 1, 20), "assembled": (corpus.assembled, 20_261, 20)},
    "held out": {"paraphrased": (paraphrased, 517_903, ACCOUNTS)},
    "mixed": {
        "spun": (corpus.spun, 1, 10),
        "assembled": (corpus.assembled, 20_261, 10),
        "paraphrased": (paraphrased, 517_903, 20),
    },
}
A_WHILE = timedelta(minutes=7)


@pytest.fixture
def jobs_of_clients(acme) -> list[Job]:
    """Fifty open jobs, each of another client, in other words and for another skill."""
    lines = read("jobs")
    rows = []
    for number in range(JOBS):
        line = lines[number % len(lines)]
        client = factories.organisation(factories.user(f"Client {number}"), f"Client {number}")
        row = factories.job(client, title=line["title"], scope=line["scope"], today=line["today"])
        skill = factories.skill(line["must"][0]["skill"])
        JobSkill.objects.create(job=row, skill=skill, is_must=True, level=1)
        rows.append(row)
    return rows


def vetted(name: str) -> Expert:
    """Build somebody who may propose."""
    expert = factories.expert(factories.user(name))
    factories.badge(expert, factories.skill("evals"))
    return expert


def asked_by(job: Job) -> Asked:
    return Asked(job.title, job.organisation.name, job.skills.get().skill.name, job.scope)


def machines(jobs: list[Job], families: Mapping[str, Family]) -> list[tuple[str, Expert, Job, str]]:
    """Write a thousand notes."""
    sent = []
    for number, (name, (write, seed, accounts)) in enumerate(families.items()):
        dice = random.Random(seed)  # noqa: S311 (a corpus that is the same every time)
        for account in range(accounts):
            expert = vetted(f"Account {number} {account}")
            chosen = dice.sample(jobs, FROM_EACH)
            sent += [(name, expert, job, write(dice, asked_by(job))) for job in chosen]
    return sent


def people(jobs: list[Job]) -> list[tuple[str, Expert, Job, str]]:
    """Let a hundred people write two notes each."""
    dice = random.Random(7)  # noqa: S311 (a corpus that is the same every time)
    sent = []
    for number, notes in enumerate(islice(corpus.honest(dice), PEOPLE)):
        expert = vetted(f"Person {number}")
        chosen = dice.sample(jobs, FROM_EACH_PERSON)
        sent += [("honest", expert, job, note) for job, note in zip(chosen, notes, strict=True)]
    return sent


def send_all(notes: list[tuple[str, Expert, Job, str]]) -> Counter[tuple[str, str]]:
    """Send them in any order; return how many of each family ended how."""
    ended: Counter[tuple[str, str]] = Counter()
    random.Random(3).shuffle(notes)  # noqa: S311 (the same order every time)
    for number, (family, expert, job, note) in enumerate(notes):
        keywords = written.proposal(job, cover_note=note, answer="")
        try:
            proposals.send(job, **keywords, by=expert.user, at=NOON + A_WHILE * number)
        except HeldBack:
            ended[family, "held back"] += 1
        except NoSlotLeft:
            ended[family, "no slot"] += 1
        else:
            ended[family, "sent"] += 1
    return ended


@pytest.mark.parametrize("families", FLOODS.values(), ids=FLOODS)
def test_clients_read_people_and_not_the_flood(jobs_of_clients, families):
    notes = [*machines(jobs_of_clients, families), *people(jobs_of_clients)]
    family_of = {expert.pk: family for family, expert, _job, _note in notes}

    ended = send_all(notes)

    items = Counter(
        family_of[row.expert_id]
        for job in jobs_of_clients
        for row in selectors.received_proposals(job, tab="all")
    )
    for family in (*families, "honest"):
        figures = ", ".join(
            f"{ended[family, end]} {end}" for end in ("sent", "held back", "no slot")
        )
        print(f"{family}: {figures}, {items[family]} items of their own", flush=True)
    machine_made = sum(items[family] for family in families)
    print(f"{machine_made} of 1000 machine-written are items in a client's list", flush=True)
    assert len(notes) == ACCOUNTS * FROM_EACH + PEOPLE * FROM_EACH_PERSON
    assert machine_made <= MOST_ITEMS
    assert ended["honest", "sent"] == items["honest"] == PEOPLE * FROM_EACH_PERSON
