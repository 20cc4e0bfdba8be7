"""Writing a proposal, sending it and taking it back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors as people
from accounts.models import User
from accounts.services import second_factors
from accounts.services.sanctions import refuse_restricted
from experts.models import Badge, Expert, Skill
from jobs import policies, selectors
from jobs.models import CheckAnswer, Job, JobCheck, MustAnswer, Proposal, ProposedMilestone
from jobs.models.proposal import MOST_MILESTONES
from jobs.selectors.likeness import likeness
from jobs.selectors.slots import slots_of
from jobs.services import guard, notes
from jobs.services.guard import HeldBack, Point, Words
from marketplace.kit.errors import DomainError
from marketplace.kit.money import Money
from marketplace.kit.words import deadline_text


@dataclass(frozen=True, slots=True)
class Part:
    """One milestone as the expert writes it."""

    title: str
    amount: Money
    due_on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """A word on one check: a commitment, or what instead and why."""

    commits: bool
    counter: str = ""


class NeedsABadge(DomainError):
    """Only vetted experts propose; that is what clients come for."""

    code = "needs_a_badge"
    status = 403
    sentence = _("You need one valid badge to send proposals. Apply for a badge first.")


class OwnJob(DomainError):
    """Nobody hires themselves."""

    code = "own_job"
    status = 403
    sentence = _("This is a job of your own organisation.")


class JobNotOpen(DomainError):
    """The client takes no proposals now."""

    code = "job_not_open"
    sentence = _("This job takes no proposals now. The client has paused or closed it.")


class AlreadyProposed(DomainError):
    """One live proposal per expert and job."""

    code = "already_proposed"
    sentence = _("You have already sent a proposal for this job.")


class NoSlotLeft(DomainError):
    """As many proposals wait as may wait at a time."""

    code = "no_slot_left"


def refuse_to_propose(job: Job, expert: Expert) -> None:
    """Say why this expert cannot propose to this job, if they cannot.

    :raises OwnJob: when they belong to the organisation that posted it.
    :raises NeedsABadge: without a valid badge.
    :raises JobNotOpen: when the job is not open.
    """
    if people.membership(expert.user, job.organisation):
        raise OwnJob
    if not expert.badges.valid().exists():
        raise NeedsABadge
    if job.status != Job.Status.OPEN:
        raise JobNotOpen


NOTHING: Mapping[str, Any] = MappingProxyType({})


@transaction.atomic
def save(
    job: Job,
    *,
    cover_note: str,
    answer: str,
    milestones: Sequence[Part],
    checks: Mapping[JobCheck, Answer],
    musts: Mapping[Skill, str],
    badges: Collection[Badge],
    ai_use: str,
    typed: Mapping[str, Any] = NOTHING,
    by: User,
    at: datetime,
) -> Proposal:
    """Keep an expert's draft for this job, however incomplete.

    :param typed: what its form sent, where some of it cannot be taken yet, to be shown again.
    :raises PermissionDenied: when `by` has no expert profile.
    :raises OwnJob, NeedsABadge, JobNotOpen: when they cannot propose to it.
    :raises AlreadyProposed: when theirs has been sent.
    """
    job, expert = hold_job(job), _expert(by)
    refuse_to_propose(job, expert)
    proposal = _draft_of(job, expert, at)
    proposal.cover_note, proposal.answer, proposal.ai_use = cover_note, answer, ai_use
    proposal.typed = dict(typed)
    proposal.save(update_fields=["cover_note", "answer", "ai_use", "typed"])
    proposal.shown_badges.set(row for row in badges if row.expert_id == expert.pk)
    _set_milestones(proposal, milestones)
    _set_answers(proposal, checks)
    _set_must_answers(proposal, musts)
    return proposal


def content_of(proposal: Proposal) -> dict[str, Any]:
    """Return what a proposal says by the names `save` and `send` know."""
    return {
        "cover_note": proposal.cover_note,
        "answer": proposal.answer,
        "ai_use": proposal.ai_use,
        "milestones": [
            Part(row.title, row.amount, row.due_on) for row in proposal.milestones.all()
        ],
        "checks": {
            row.job_check: Answer(row.commits, row.counter) for row in proposal.answers.all()
        },
        "musts": {row.skill: row.text for row in proposal.must_answers.all()},
        "badges": list(proposal.shown_badges.all()),
    }


class ProposalIsIncomplete(DomainError):
    """The client could not compare it."""

    code = "proposal_is_incomplete"


def send(
    job: Job,
    *,
    cover_note: str,
    answer: str,
    milestones: Sequence[Part],
    checks: Mapping[JobCheck, Answer],
    musts: Mapping[Skill, str],
    badges: Collection[Badge],
    ai_use: str,
    by: User,
    at: datetime,
) -> Proposal:
    """Send an expert's proposal to the client.

    :raises PermissionDenied: when `by` has no expert profile.
    :raises OwnJob, NeedsABadge, JobNotOpen: when they cannot propose to it.
    :raises AlreadyProposed: when theirs has been sent.
    :raises ProposalIsIncomplete: without a note, a milestone or an answer to everything asked.
    :raises AccountIsRestricted: while a sanction of theirs is in force; a draft can be kept.
    :raises SecondFactorFirst: when a password alone opens their account.
    :raises NoSlotLeft: while as many of theirs wait for an answer as may; the draft is not kept.
    :raises HeldBack: when the guard holds it back; the draft is not kept, and what
        was tried is remembered, to know others by that write the same.
    """
    refuse_restricted(by)
    second_factors.demand(by)
    words: dict[str, Any] = {
        "cover_note": cover_note,
        "answer": answer,
        "milestones": milestones,
        "checks": checks,
        "musts": musts,
        "badges": badges,
        "ai_use": ai_use,
    }
    try:
        return _save_and_send(job, words, by, at)
    except HeldBack:
        notes.learn(job, _expert(by), cover_note, at=at)
        raise


@transaction.atomic
def _save_and_send(job: Job, words: Mapping[str, Any], by: User, at: datetime) -> Proposal:
    """Keep it, send it, and keep nothing of it when anything is refused."""
    proposal = save(job, **words, by=by, at=at)
    _refuse_incomplete(proposal)
    if not proposal.job.invitations.filter(expert=proposal.expert).exists():
        _take_a_slot(proposal.expert, at)
    proposal.alike_to = notes.compare(proposal, at=at)
    proposal.submitted_at = at
    proposal.move("submit", by=by, at=at)
    proposal.save(update_fields=["submitted_at", "alike_to"])
    return proposal


def look_over(
    job: Job, expert: Expert, words: Words, *, levels: Mapping[int, int], at: datetime
) -> list[Point]:
    """Say what would hold a proposal back and what might make it better; nothing is kept.

    :param levels: the level of each of the expert's valid badges (skill -> level).
    """
    found = likeness(job, expert, words.note, at)
    return guard.points(words, selectors.uncovered(job, levels), found)


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Take a proposal or its draft back; the expert may write another while the job is open.

    :raises PermissionDenied: unless `by` wrote it.
    :raises IllegalMove: once an offer was made or it was answered for good.
    """
    if not policies.wrote(by, proposal):
        raise PermissionDenied
    proposal.move("withdraw", by=by, at=at)
    return proposal


def hold_job(job: Job) -> Job:
    """Return the job as it is now; its lock keeps it open and its checks as they are."""
    return Job.objects.select_for_update(no_key=True).get(pk=job.pk)


def _expert(user: User) -> Expert:
    expert = Expert.objects.filter(user=user).first()
    if expert is None:
        raise PermissionDenied
    return expert


def _draft_of(job: Job, expert: Expert, at: datetime) -> Proposal:
    live = job.proposals.live().filter(expert=expert).first()
    if live is None:
        return Proposal.objects.create(job=job, expert=expert, currency=job.currency, created_at=at)
    if live.status != Proposal.Status.DRAFT:
        raise AlreadyProposed
    return live


def _set_milestones(proposal: Proposal, milestones: Sequence[Part]) -> None:
    proposal.milestones.all().delete()
    ProposedMilestone.objects.bulk_create(
        ProposedMilestone(
            proposal=proposal,
            position=position,
            title=part.title,
            amount_minor=part.amount.minor,
            due_on=part.due_on,
        )
        for position, part in enumerate(milestones, start=1)
    )


def _set_answers(proposal: Proposal, checks: Mapping[JobCheck, Answer]) -> None:
    proposal.answers.all().delete()
    asked = {check.pk for check in proposal.job.checks.all()}
    CheckAnswer.objects.bulk_create(
        CheckAnswer(
            proposal=proposal, job_check=check, commits=answer.commits, counter=answer.counter
        )
        for check, answer in checks.items()
        if check.pk in asked
    )


def _set_must_answers(proposal: Proposal, musts: Mapping[Skill, str]) -> None:
    proposal.must_answers.all().delete()
    asked = {wish.skill_id for wish in proposal.job.musts}
    MustAnswer.objects.bulk_create(
        MustAnswer(proposal=proposal, skill=skill, text=text)
        for skill, text in musts.items()
        if skill.pk in asked and text
    )


def _refuse_incomplete(proposal: Proposal) -> None:
    """Refuse what the client could not compare; reads what was just written."""
    job = proposal.job
    if not proposal.cover_note:
        raise ProposalIsIncomplete(_("Write a cover note."))
    if not proposal.ai_use:
        raise ProposalIsIncomplete(_("Say whether AI wrote with you. The client sees it."))
    if job.screening_question and not proposal.answer:
        raise ProposalIsIncomplete(_("Answer the client's question."))
    if not 1 <= proposal.milestones.count() <= MOST_MILESTONES:
        raise ProposalIsIncomplete(_("Plan between one and ten milestones."))
    if proposal.answers.count() != job.checks.count():
        raise ProposalIsIncomplete(
            _("Answer every acceptance check. The client may have changed them: look again.")
        )


def _take_a_slot(expert: Expert, at: datetime) -> None:
    """Refuse one proposal too many; the lock makes those sent in the same moment count."""
    expert = Expert.objects.select_for_update(no_key=True).get(pk=expert.pk)
    slots = slots_of(expert, at)
    if slots.left:
        return
    when = deadline_text(slots.next_at) if slots.next_at else ""
    raise NoSlotLeft(
        _(
            "All %(total)s of your proposals that may wait at a time are waiting. One comes back "
            "when a client answers or a job closes, on %(when)s at the latest. Save a draft."
        )
        % {"total": slots.total, "when": when}
    )
