"""The demo's contracts: offers accepted, milestones paid for, worked on and released.

Each contract is a generator that names the moment of its next step; the steps of all contracts are
played in the order of time, because the Stripe stand-in has one clock for all money.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from contracts.models import Contract, Milestone, Operation, Payment, Submission
from contracts.selectors import parties
from contracts.services import (
    billing,
    bonuses,
    chargebacks,
    feedback,
    funding,
    milestones,
    offered,
    offers,
    onboarding,
    operations,
)
from experts.models import Expert
from jobs import clauses
from jobs.models import Job, Proposal, ProposedMilestone
from jobs.services import received
from marketplace.demo import disputes, hourly, turns
from marketplace.demo.cast import Scene, read
from marketplace.demo.demand import Posted, hiring
from marketplace.demo.models import built_on, declared
from marketplace.demo.words import Words
from marketplace.kit.money import Money
from marketplace.local.fakestripe.remote import Remote

Steps = Iterator[datetime]
# How far a contract has come: how many milestones are released, and where the next one stands.
STORIES = (
    (None, ""), (None, "thanked"), (None, ""), (1, "submitted"), (1, "changes_asked"),
    (1, "shared"), (1, "funding"), (0, "settled"), (0, "by the hour"), (1, "part"),
    (2, "settling"),
    (0, "decided"), (1, "change"), (0, "disputed"), (1, "given_back"), (0, "deciding"),
    # Agreed lately: with these there are enough contracts to say what work is agreed at.
    (0, "planned"), (1, "planned"), (0, "planned"), (1, "planned"), (0, "planned"), (1, "planned"),
    (0, "planned"), (1, "planned"), (0, "planned"),
)  # fmt: skip
# Which finished contracts a bank questions, and what it says, with the days in between.
BANKS = {
    0: ((3, "needs_response"), (6, "under_review"), (12, "won")),
    1: ((11, "needs_response"),),
}
# In this contract the last milestone ended in a dispute: how.
DISPUTED = {2: "final"}
# These experts have not set up payouts yet: money released to them waits.
WITHOUT_PAYOUTS = frozenset({10})
AN_HOUR, A_WEEK = timedelta(hours=1), timedelta(days=7)
# Unfinished work began lately: no clock that runs on it has run out when the site starts.
HELD_FOR, IN_REVIEW_FOR = timedelta(days=8), timedelta(days=3)
STREETS = ("Mill Lane", "Station Road", "Harbour Street", "Orchard Close", "Bridge Street")


def play(scene: Scene, words: Words, filled: Sequence[Posted]) -> None:
    """Play the contracts of these jobs up to now."""
    stage = Stage(scene, words)
    # A job whose every proposal was held back, as too like others, has nobody to hire.
    answered = (posted for posted in filled if posted.job.proposals.received().exists())
    oldest_first = sorted(answered, key=lambda posted: -posted.days_ago)
    stage.begin(scene.ago(oldest_first[0].days_ago))
    story_of = stories()
    plays = [stage.contract(posted, story_of[posted.line]) for posted in oldest_first]
    # The number keeps generators, which have no order, from being compared.
    waiting = [(next(steps), number, steps) for number, steps in enumerate(plays)]
    heapq.heapify(waiting)
    while waiting:
        at, number, steps = heapq.heappop(waiting)
        stage.turn_to(at)
        following = next(steps, None)
        if following is not None:
            heapq.heappush(waiting, (following, number, steps))
    stage.turn_to(scene.now)


def stories() -> dict[int, int]:
    """Return which story a filled job has, by its line in the file: the oldest has the first.

    So a job has the same story in a demo of any size.
    """
    lines = read("jobs")
    filled = [number for number, line in enumerate(lines) if line["state"] == "filled"]
    filled.sort(key=lambda number: -lines[number]["days_ago"])
    return {line: story for story, line in enumerate(filled)}


class Stage:
    """Where contracts are played: the scene, and the stand-in whose clock follows each step."""

    def __init__(self, scene: Scene, words: Words) -> None:
        self.scene, self.words = scene, words
        self.disagreements = disputes.Disagreements(scene)
        self.stripe = Remote(settings.STRIPE_API_BASE)

    def begin(self, at: datetime) -> None:
        """Let the stand-in's world begin at a moment in the past."""
        self.stripe.begin_at(int(at.timestamp()))

    def turn_to(self, at: datetime) -> None:
        """Turn the clock to a moment; it never goes back."""
        ahead = int(at.timestamp()) - self.stripe.clock()
        if ahead > 0:
            self.stripe.advance(ahead)

    def contract(self, posted: Posted, number: int) -> Steps:
        """Play one contract from the client's choice to where its story ends."""
        day = day_counter(self.scene, posted.days_ago)
        released, next_stands = STORIES[number % len(STORIES)]
        yield (at := day(4))
        if next_stands == "by the hour":
            hourly.offer(self._choose(posted.job, at), title=posted.job.title, at=at)
            contract = Contract.objects.select_related("expert__user").get(job=posted.job)
            yield from hourly.weeks(self.scene, contract, self.stripe)
            return
        contract = self._hire(posted.job, at, done=released)
        if number % 3:
            self._describe(contract.expert, at)
        if number not in WITHOUT_PAYOUTS:
            yield (at := day(1))
            self._set_up_payouts(contract.expert, at)
        rows = list(contract.milestones.select_related("contract"))
        finished = rows if released is None else rows[:released]
        pace = max(posted.days_ago - 7, 4) / (2 * len(rows) + 1)
        for milestone in finished:
            yield (at := day(pace))
            self._fund(milestone, at)
            ending = DISPUTED.get(number, "") if milestone == rows[-1] else ""
            yield (at := day(pace + disputes.LASTS.get(ending, 0)))
            self._end(milestone, ending, at)
        if len(finished) < len(rows):
            yield from self._leave(rows[len(finished)], next_stands, day)
        else:
            yield (at := day(0.5))
            self._rate(contract, at)
            if next_stands == "thanked":
                self._thank(contract, at + AN_HOUR)
            for days, stage in BANKS.get(number, ()):
                yield (at := day(days))
                self._bank(contract, stage, at)

    def _leave(self, milestone: Milestone, stands: str, day: Callable[[float], datetime]) -> Steps:
        """Bring a milestone to a state short of its release."""
        if stands == "planned":
            return
        if stands == "funding":
            # A page that was opened days ago would have closed: this client is at it right now.
            yield (at := self.scene.now)
            funding.checkout_url(milestone, by=hiring(milestone.contract.organisation), at=at)
            return
        if stands == "change":
            yield (at := self.scene.now)
            turns.propose_a_change(milestone.contract, at)
            return
        if stands in disputes.LASTS:
            yield (at := self.scene.now - timedelta(days=disputes.LASTS[stands], hours=2))
            self._fund(milestone, at)
            self._dispute(milestone, stands, self.scene.now - AN_HOUR)
            return
        yield (at := max(day(0.5), self.scene.now - HELD_FOR))
        self._fund(milestone, at)
        if stands in turns.OF_HELD_MONEY:
            yield (at := day(0.5))
            turns.OF_HELD_MONEY[stands](milestone, at)
            return
        yield (at := max(day(0.5), self.scene.now - IN_REVIEW_FOR))
        submission = self._submit(milestone, at, missing_one=True)
        if stands == "changes_asked":
            self._ask_for_changes(submission, at + AN_HOUR)

    def _end(self, milestone: Milestone, ending: str, at: datetime) -> None:
        if ending:
            self._dispute(milestone, ending, at)
        else:
            self._release(self._submit(milestone, at), at + AN_HOUR)

    @transaction.atomic
    def _dispute(self, milestone: Milestone, how: str, at: datetime) -> None:
        """Play a dispute on funded work up to `at`, all at once.

        Whoever looks meanwhile, as the sweeps do, would find deadlines that are over.
        """
        begin = at - timedelta(days=disputes.LASTS[how])
        self._submit(milestone, begin, missing_one=True)
        self.disagreements.play(milestone, how, begin + AN_HOUR)
        for operation in Operation.objects.filter(contract=milestone.contract, moved_at=None):
            transaction.on_commit(partial(operations.send, operation.pk, at=at))

    def _choose(self, job: Job, at: datetime) -> Proposal:
        """Read the proposals, put some aside, and choose the first of the rest."""
        by = hiring(job.organisation)
        sent = list(Proposal.objects.filter(job=job).select_related("expert__user", "job"))
        for proposal in sent:
            received.mark_viewed(proposal, by=by, at=at)
        chosen, *others = sent
        for proposal in others[:1]:
            received.decline(proposal, **self.words.decline(), by=by, at=at)
        received.shortlist(chosen, by=by, at=at)
        return chosen

    def _hire(self, job: Job, at: datetime, *, done: int | None) -> Contract:
        """Offer what the chosen expert proposed, and let them accept.

        What comes after the milestones that will be `done` is due in the weeks from now.
        """
        by, chosen = hiring(job.organisation), self._choose(job, at)
        offer = offers.make(
            chosen,
            title=job.title,
            milestones=[
                offered.Part(row.title, row.amount, self._due(row, number, done, at))
                for number, row in enumerate(chosen.milestones.select_related("proposal"))
            ],
            targets=[check.target for check in job.checks.all()],
            review_window_days=settings.REVIEW_WINDOW_DAYS,
            clauses=clauses.usual(job),
            message="",
            by=by,
            at=at,
        )
        return offers.accept(offer, by=chosen.expert.user, at=at + AN_HOUR)

    def _due(self, row: ProposedMilestone, number: int, done: int | None, at: datetime) -> date:
        if done is None or number < done:
            return max(row.due_on, at.date())
        return self.scene.now.date() + A_WEEK * (1 + number - done)

    def _set_up_payouts(self, expert: Expert, at: datetime) -> None:
        if hasattr(expert, "payout_account"):
            return
        onboarding.start(expert, by=expert.user, at=at)
        expert.refresh_from_db()
        self.stripe.onboard(expert.payout_account.stripe_id)
        onboarding.sync(expert.payout_account, at=at)

    def _describe(self, expert: Expert, at: datetime) -> None:
        """Say what invoices call an expert; every third never gets round to it."""
        if parties.details_of_expert(expert):
            return
        dice = self.scene.for_one(expert.slug).dice
        billing.describe_expert(
            expert,
            legal_name=expert.name,
            address=f"{dice.randrange(1, 90)} {dice.choice(STREETS)}\n{expert.place}".strip(),
            country=expert.country,
            vat_id="",
            by=expert.user,
            at=at,
        )

    def _fund(self, milestone: Milestone, at: datetime) -> None:
        milestone.refresh_from_db()
        funding.checkout_url(milestone, by=hiring(milestone.contract.organisation), at=at)
        payment = milestone.payments.latest("pk")
        self.stripe.pay(payment.session_id or "")
        funding.sync(payment, at=at)

    def _submit(
        self, milestone: Milestone, at: datetime, *, missing_one: bool = False
    ) -> Submission:
        milestone.refresh_from_db()
        return milestones.submit(
            milestone,
            note=self.words.note_for(milestone),
            link=f"https://work.attest.example/{milestone.public_id}",
            readings=self.words.readings(milestone.contract, missing_one=missing_one),
            built_on=built_on(_main_skill(milestone.contract), self.words.dice),
            declared=declared(milestone.contract),
            by=milestone.contract.expert.user,
            at=at,
        )

    def _release(self, submission: Submission, at: datetime) -> None:
        submission.milestone.refresh_from_db()
        by = hiring(submission.milestone.contract.organisation)
        release = milestones.approve(submission, by=by, at=at)
        for operation in Operation.objects.filter(release=release):
            operations.send(operation.pk, at=at)

    def _ask_for_changes(self, submission: Submission, at: datetime) -> None:
        submission.milestone.refresh_from_db()
        contract = submission.milestone.contract
        failing = contract.checks.all()[:1]
        milestones.ask_for_changes(
            submission,
            note=self.words.change_request(failing[0]),
            failing=failing,
            by=hiring(contract.organisation),
            at=at,
        )

    def _thank(self, contract: Contract, at: datetime) -> None:
        client = hiring(contract.organisation)
        bonuses.checkout_url(contract, Money(250_00, contract.currency), by=client, at=at)
        payment = contract.milestones.get(kind=Milestone.Kind.BONUS).payments.get()
        self.stripe.pay(payment.session_id or "")
        funding.sync(payment, at=at)

    def _bank(self, contract: Contract, stage: str, at: datetime) -> None:
        """Let the client's bank question the first payment, or bring that further."""
        payment = Payment.objects.get(milestone__contract=contract, milestone__position=1)
        dispute = self.stripe.dispute(payment.charge_id or "", stage)
        chargebacks.settle(payment, chargebacks.look(dispute["id"]), at=at)

    def _rate(self, contract: Contract, at: datetime) -> None:
        contract.refresh_from_db()
        client, expert = hiring(contract.organisation), contract.expert.user
        of_expert, of_client = self.words.review_of_expert(contract), self.words.review_of_client()
        row = feedback.give(contract, **of_expert, by=client, at=at)
        feedback.give(contract, **of_client, by=expert, at=at)
        if answer := self.words.reply(of_expert["rating"]):
            feedback.reply(row, text=answer, by=expert, at=at + AN_HOUR)


def day_counter(scene: Scene, days_ago: float) -> Callable[[float], datetime]:
    """Return a function that goes so many days on from a day in the past, never beyond now."""
    gone = 0.0

    def go_on(days: float) -> datetime:
        nonlocal gone
        gone += days
        moment = scene.now - timedelta(days=days_ago - gone)
        return min(moment, scene.now - AN_HOUR)

    return go_on


def _main_skill(contract: Contract) -> str:
    assert contract.job  # noqa: S101 (it came from one)
    wish = contract.job.skills.filter(is_must=True).select_related("skill").first()
    return wish.skill.slug if wish else ""
