"""An expert's answer to a job: price, plan and a word on every check."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import Badge, Expert, Skill
from jobs.models.job import Job, JobCheck
from jobs.models.plan import PricedPart
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money, total_of
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

MOST_MILESTONES = 10
EXCERPT_LENGTH = 160
# An expert has at most one proposal in these states for a job.
LIVE_PROPOSALS = ("draft", "submitted", "shortlisted", "archived", "offered", "hired")


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Who reads a proposal."""

    def visible_to(self, user: User | AnonymousUser) -> ProposalQuerySet:
        """Its author, and the client once it has been sent."""
        if not isinstance(user, User):
            return self.none()
        own = models.Q(expert__user=user)
        received = models.Q(submitted_at__isnull=False, job__in=Job.objects.of_client(user))
        return self.filter(own | received)

    def received(self) -> ProposalQuerySet:
        """Those that reached the client, whatever became of them."""
        return self.filter(submitted_at__isnull=False)

    def live(self) -> ProposalQuerySet:
        """Those that may still lead to a contract or have."""
        return self.filter(status__in=LIVE_PROPOSALS)


class ProposalStatus(models.TextChoices):
    """Where a row of Proposal stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    ARCHIVED = "archived", _("Archived")
    OFFERED = "offered", _("Offer made")
    HIRED = "hired", _("Hired")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Job closed")


class Proposal(Stateful):
    """Free to send; one live proposal per expert and job."""

    Status = ProposalStatus

    class DeclineReason(models.TextChoices):
        MISSING_SKILL = "missing_skill", _("Another expert's evidence fits the must-haves better")
        PRICE = "price", _("The price is above our budget")
        TIMING = "timing", _("The dates do not work for us")
        CHECKS = "checks", _("We need a firmer commitment to the checks")
        NO_REASON = "no_reason", _("No reason given")

    class AIUse(models.TextChoices):
        NONE = "none", _("I wrote it without AI")
        HELPED = "helped", _("AI helped me to draft it")
        GENERATED = "generated", _("AI wrote it and I checked it")

    MOVES = moves(
        submit=([Status.DRAFT], Status.SUBMITTED),
        shortlist=([Status.SUBMITTED, Status.ARCHIVED], Status.SHORTLISTED),
        archive=([Status.SUBMITTED, Status.SHORTLISTED], Status.ARCHIVED),
        restore=([Status.ARCHIVED], Status.SUBMITTED),
        offer=([Status.SUBMITTED, Status.SHORTLISTED, Status.ARCHIVED], Status.OFFERED),
        retract_offer=([Status.OFFERED], Status.SHORTLISTED),
        hire=([Status.OFFERED], Status.HIRED),
        decline=(
            [Status.SUBMITTED, Status.SHORTLISTED, Status.ARCHIVED],
            Status.DECLINED,
        ),
        withdraw=(
            [Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.ARCHIVED],
            Status.WITHDRAWN,
        ),
        close=(
            [Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.ARCHIVED, Status.OFFERED],
            Status.CLOSED,
        ),
    )
    public_id = PublicIdField(prefix="prp")
    job = models.ForeignKey(Job, models.PROTECT, related_name="proposals")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="proposals")
    cover_note = models.TextField(_("cover note"), max_length=4000, blank=True)
    answer = models.TextField(_("answer to the screening question"), max_length=2000, blank=True)
    # Asked of everybody who sends one, and shown to the client; empty in a draft.
    ai_use = models.CharField(max_length=12, choices=AIUse.choices, blank=True)
    # What the form of the draft sent, where some of it cannot be taken yet; it is shown again.
    typed = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    # The badges whose evidence the expert lays beside it.
    shown_badges = models.ManyToManyField(Badge, related_name="+", blank=True)
    # The first one to this job whose note is nearly the same; the client's list shows them as one.
    alike_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="alike"
    )
    currency = models.CharField(max_length=3, default="usd")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    viewed_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=16, choices=DeclineReason.choices, blank=True)
    decline_note = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(ProposalStatus, "proposal_status_known"),
            models.UniqueConstraint(
                fields=("job", "expert"),
                condition=models.Q(status__in=LIVE_PROPOSALS),
                name="proposal_one_live",
            ),
        )

    @property
    def told(self) -> tuple[str, str]:
        """Where its author is told it stands: that it was read, and nothing of an archive."""
        if self.status not in {self.Status.SUBMITTED, self.Status.ARCHIVED}:
            return self.status, self.get_status_display()
        return ("viewed", str(_("Viewed"))) if self.viewed_at else ("sent", str(_("Sent")))

    @property
    def read(self) -> tuple[str, str]:
        """Where the client is told it stands: what is sent to them is new until they open it."""
        if self.status != self.Status.SUBMITTED:
            return self.status, self.get_status_display()
        return ("viewed", str(_("Read"))) if self.viewed_at else ("sent", str(_("New")))

    @property
    def excerpt(self) -> str:
        """What the client's list shows of the note."""
        return self.cover_note[:EXCERPT_LENGTH]

    @property
    def delivers_on(self) -> date | None:
        """The last date of the plan; no query where the milestones, or it, came along."""
        if "last_due_on" in self.__dict__:
            day: date | None = self.__dict__["last_due_on"]
            return day
        return max((row.due_on for row in self.milestones.all()), default=None)

    @property
    def commitments(self) -> int:
        """To how many of the client's checks it commits; no query where that came likewise."""
        if "committed" in self.__dict__:
            return int(self.__dict__["committed"])
        return sum(row.commits for row in self.answers.all())

    @property
    def total(self) -> Money:
        """What the client would pay the expert, before fees; no query where it came likewise."""
        if "total_minor" in self.__dict__:
            return Money(self.__dict__["total_minor"], self.currency)
        return total_of((row.amount for row in self.milestones.all()), self.currency)


class ProposalEvent(Transition):
    """What happened to a proposal."""

    row = models.ForeignKey(Proposal, models.PROTECT, related_name="history")


class ProposedMilestone(PricedPart):
    """One part of the work as the expert would do it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="milestones")

    class Meta(PricedPart.Meta):
        constraints = (
            models.UniqueConstraint(fields=("proposal", "position"), name="proposed_position_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="proposed_amount_positive"
            ),
        )

    @property
    def amount(self) -> Money:
        """The price of this part."""
        return Money(self.amount_minor, self.proposal.currency)


class CheckAnswer(models.Model):
    """Whether the expert commits to a check, or to which number instead."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="answers")
    job_check = models.ForeignKey(JobCheck, models.PROTECT, related_name="answers")
    commits = models.BooleanField()
    counter = models.CharField(_("instead, and why"), max_length=300, blank=True)

    class Meta:
        ordering = ("job_check__position",)
        constraints = (
            models.UniqueConstraint(fields=("proposal", "job_check"), name="check_answered_once"),
        )


class MustAnswer(models.Model):
    """How the expert covers a must-have without a badge, in one sentence."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="must_answers")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    text = models.CharField(_("how you cover it"), max_length=300)

    class Meta:
        ordering = ("skill__position",)
        constraints = (
            models.UniqueConstraint(fields=("proposal", "skill"), name="must_answered_once"),
        )


class SentNote(models.Model):
    """The note of a proposal as others are compared with it: `kit.wording.passages`.

    Without the passages that the job's own text has: to quote the client is no copying.
    """

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="sent_note")
    passages = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = (GinIndex(fields=("passages",), name="sent_note_passages"),)


class HeldNote(models.Model):
    """A note that was held back for being like others, kept as `SentNote` keeps one that was sent.

    What a machine tried teaches how it writes as well as what came through, and costs no client
    anything.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    expert = models.ForeignKey(Expert, models.CASCADE, related_name="held_notes")
    passages = ArrayField(models.BigIntegerField())
    held_at = models.DateTimeField()

    class Meta:
        indexes = (GinIndex(fields=("passages",), name="held_note_passages"),)
