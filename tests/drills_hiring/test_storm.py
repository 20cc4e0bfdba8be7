"""Sixty-four people do everything that ends a hiring, in the same moment, over HTTP."""

import http.client
import itertools
import threading
import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, Notification, User
from contracts.models import Contract, Offer
from contracts.services import offers
from jobs.models import Block, Conversation, Job, Proposal
from jobs.services import messages, proposals
from tests import factories
from tests.contracts import agreed
from tests.jobs import written

pytestmark = [pytest.mark.drills, pytest.mark.django_db(transaction=True)]

EXPERTS, OFFERS, PEOPLE = 16, 8, 64
TOKEN = "a" * 32
PATIENCE = 300.0
TOO_MANY = 503
NOTES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class Person(threading.Thread):
    """Somebody with a browser and one form filled in, who presses when everybody does."""

    def __init__(self, user: User, verb: str, page: str, **typed: str) -> None:
        super().__init__(daemon=True)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.user, self.verb, self.page, self.typed = user, verb, page, typed
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}"
        self.status, self.read, self.turned_away = 0, "", 0

    def aim(self, server: str, together: threading.Barrier) -> None:
        """Name the site, and the moment."""
        self.server, self.together = urlsplit(server).netloc, together

    def run(self) -> None:
        """Send the form, and again for as long as there are too many at the door."""
        connection = http.client.HTTPConnection(self.server, timeout=PATIENCE)
        headers = {
            "Cookie": self.cookies,
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.together.wait(PATIENCE)
        while self.status in {0, TOO_MANY}:
            connection.request("POST", self.page, urlencode(self.typed), headers)
            answer = connection.getresponse()
            self.status, self.read = answer.status, answer.read().decode()
            if self.status == TOO_MANY:
                self.turned_away += 1
                time.sleep(0.3)  # sooner than they are asked to


@pytest.fixture
def job(acme) -> Job:
    """An open job without anything to answer but the note."""
    return factories.job(acme.memberships.get().organisation)


@pytest.fixture
def received(job, acme) -> Sequence[Proposal]:
    """Sixteen proposals, each with a conversation; half of them with an offer."""
    rows = []
    for number in range(EXPERTS):
        expert = factories.expert(factories.user(f"Expert {number}"))
        factories.badge(expert, factories.skill("rag"))
        note = " ".join(f"{word}{number} part" for word in NOTES)
        keywords = written.proposal(job, cover_note=note, answer="")
        row = proposals.send(job, **keywords, by=expert.user, at=now())
        messages.begin(row, text="When could you begin?", files=[], by=acme, at=now())
        if number < OFFERS:
            part = agreed.part(due_on=now().date())
            offers.make(row, **agreed.terms(row, milestones=[part]), by=acme, at=now())
        rows.append(row)
    return rows


@pytest.fixture
def colleagues(job) -> Sequence[User]:
    """Six more owners of Acme."""
    users = [factories.user(f"Colleague {number}") for number in range(6)]
    for user in users:
        Membership.objects.create(
            organisation=job.organisation, user=user, role=Membership.Role.OWNER, created_at=now()
        )
    return users


def everybody(job: Job, received: Sequence[Proposal], colleagues: Sequence[User]) -> list[Person]:
    """Sixteen withdraw, eight accept, sixteen block; eighteen choose, six close the job."""
    people = []
    for number, row in enumerate(received):
        user, owner = row.expert.user, colleagues[number % len(colleagues)]
        talk = Conversation.objects.get(job=job, expert=row.expert)
        people.append(Person(user, "withdraw", reverse("jobs:withdraw", args=[row.public_id])))
        people.append(Person(user, "block", reverse("contracts:block", args=[talk.public_id])))
        if number < OFFERS:
            offer = Offer.objects.get(proposal=row).public_id
            people += [
                Person(user, "accept", reverse("contracts:accept-offer", args=[offer])),
                Person(owner, "take back", reverse("contracts:withdraw-offer", args=[offer])),
            ]
        else:
            decline = reverse("jobs:decline", args=[row.public_id])
            people.append(Person(owner, "decline", decline, reason="price"))
    close = reverse("jobs:close", args=[job.public_id])
    people += [Person(user, "close", close, outcome="cancelled") for user in colleagues]
    for row in received[OFFERS : OFFERS + 2]:
        shortlist = reverse("jobs:shortlist", args=[row.public_id])
        people.append(Person(colleagues[0], "shortlist", shortlist))
    return people


@pytest.mark.parametrize("storm", range(3))
def test_each_ends_in_one_way_and_the_losers_read_it(live_server, job, received, colleagues, storm):
    people = everybody(job, received, colleagues)
    assert len(people) == PEOPLE
    together = threading.Barrier(PEOPLE)
    for person in people:
        person.aim(live_server.url, together)
        person.start()
    for person in people:
        person.join(PATIENCE)

    said = Counter((person.verb, person.status) for person in people)
    turned_away = sum(person.turned_away for person in people)
    print(f"storm {storm + 1}: {dict(sorted(said.items()))}, turned away {turned_away}", flush=True)
    assert {status for _verb, status in said} <= {302, 303, 403, 404, 409, 422}
    nobody_is_left_without_words(people)
    one_legal_outcome(job, received, said)


def nobody_is_left_without_words(people: Sequence[Person]) -> None:
    for person in people:
        if person.status == 409:
            assert "Nothing was changed" in person.read, person.verb
        elif person.status not in {302, 303}:
            assert "<h1" in person.read, (person.verb, person.status)


def one_legal_outcome(
    job: Job, received: Sequence[Proposal], said: Counter[tuple[str, int]]
) -> None:
    """What is stored is what people were told, and every history is one unbroken way."""
    job.refresh_from_db()
    accepted = Contract.objects.count()
    ends = [event.verb for event in job.history.all() if event.verb in {"fill", "close"}]
    assert ends == (["fill"] if accepted else ["close"])
    assert said["accept", 302] == accepted <= 1
    assert said["close", 302] == 1 - accepted
    assert job.status == (Job.Status.FILLED if accepted else Job.Status.CLOSED)
    assert Proposal.objects.filter(status=Proposal.Status.HIRED).count() == accepted
    assert Offer.objects.filter(status=Offer.Status.ACCEPTED).count() == accepted
    assert not Offer.objects.filter(status=Offer.Status.SENT).exists()
    for row in (job, *received):
        way = [(event.came_from, event.went_to) for event in row.history.order_by("pk")]
        assert all(before[1] == after[0] for before, after in itertools.pairwise(way))
    for row in received:
        row.refresh_from_db()
        assert row.status in {"hired", "closed", "withdrawn", "declined"}
        told = Notification.objects.filter(user=row.expert.user, subject__contains=job.title)
        assert row.status in {"hired", "withdrawn"} or told.exists()
    withdrawn = Proposal.objects.filter(status=Proposal.Status.WITHDRAWN).count()
    assert withdrawn == said["withdraw", 302]
    assert Block.objects.count() == said["block", 303] == EXPERTS
