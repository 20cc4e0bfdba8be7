"""A client's published need, with the checks by which the work will be accepted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from experts.models import Skill
from experts.models.skill import Level
from jobs.models.plan import AcceptanceCheck, Comparator
from jobs.models.use_case import UseCase
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.places import language_name
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

MOST_MUST_HAVES = 4
MOST_NICE_TO_HAVES = 4
MOST_CHECKS = 12
MOST_WEEKS = 52
# No hourly limit above this makes sense in any currency we know.
HIGHEST_RATE_MINOR = 10_000_00
# How long a client may say nothing: then the job pauses, and in the end it closes (D6).
PAUSES_AFTER, CLOSES_AFTER = timedelta(days=7), timedelta(days=30)
# How long before it happens the client is told.
NOTICE_OF_PAUSE, NOTICE_OF_CLOSING = timedelta(days=2), timedelta(days=7)


class JobQuerySet(models.QuerySet["Job"]):
    """Which jobs a reader finds."""

    def visible_to(self, user: User | AnonymousUser) -> JobQuerySet:
        """Public jobs to all, members' jobs to the signed in, and those one has part in."""
        published = ~models.Q(status__in=UNPUBLISHED)
        if not isinstance(user, User):
            return self.filter(published, visibility=Job.Visibility.PUBLIC)
        for_members = models.Q(visibility__in=(Job.Visibility.PUBLIC, Job.Visibility.MEMBERS))
        # Subqueries and not joins: a join per member, match and proposal would repeat the job.
        own = models.Q(pk__in=Job.objects.of_client(user).values("pk"))
        matched = models.Q(pk__in=Job.objects.filter(matches__expert__user=user).values("pk"))
        answered = models.Q(pk__in=Job.objects.filter(proposals__expert__user=user).values("pk"))
        invited = models.Q(pk__in=Job.objects.filter(invitations__expert__user=user).values("pk"))
        return self.filter(own | (published & (for_members | matched | answered | invited)))

    def of_client(self, user: User) -> JobQuerySet:
        """The jobs of this person's organisations."""
        return self.filter(organisation__memberships__user=user)

    def open(self) -> JobQuerySet:
        """Those one can propose to."""
        return self.filter(status=Job.Status.OPEN)

    def unmatched(self) -> JobQuerySet:
        """Open jobs whose experts are still to be found and told."""
        return self.open().filter(matched_at=None)


class JobStatus(models.TextChoices):
    """Where a row of Job stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")
    FILLED = "filled", _("Filled")
    CLOSED = "closed", _("Closed")
    REMOVED = "removed", _("Removed")


# Where only its client and our staff see a job.
UNPUBLISHED = (JobStatus.DRAFT, JobStatus.IN_REVIEW, JobStatus.REMOVED)


# The words of a job, as the board looks for them.
TEXT = SearchVector("title", "scope", config="english")


class Job(Stateful):
    """What the AI should do, for how much, by whom it is visible and how it is judged."""

    Status = JobStatus

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public: anyone can read it")
        MEMBERS = "members", _("Members: people who are signed in")
        INVITED = "invited", _("Invite only: experts it fits and is sent to")

    class Sensitivity(models.TextChoices):
        NONE = "none", _("No sensitive data")
        PERSONAL = "personal", _("Personal data")
        HEALTH = "health", _("Health data")
        FINANCE = "finance", _("Financial data")

    class Outcome(models.TextChoices):
        HIRED_HERE = "hired_here", _("Hired here")
        HIRED_ELSEWHERE = "hired_elsewhere", _("Hired elsewhere")
        CANCELLED = "cancelled", _("The project was cancelled")
        NO_BUDGET = "no_budget", _("The budget was lost")
        # Nobody chooses it: time does.
        NO_ANSWER = "no_answer", _("The client did not come back to it")
        # Nobody chooses it either: our staff took it down.
        REMOVED = "removed", _("We took the job down")

    MOVES = moves(
        publish=([Status.DRAFT], Status.OPEN),
        # Something speaks for a look by our staff before experts see it (D6).
        review=([Status.DRAFT], Status.IN_REVIEW),
        let_through=([Status.IN_REVIEW], Status.OPEN),
        send_back=([Status.IN_REVIEW], Status.DRAFT),
        pause=([Status.OPEN], Status.PAUSED),
        resume=([Status.PAUSED], Status.OPEN),
        fill=([Status.OPEN, Status.PAUSED], Status.FILLED),
        close=([Status.OPEN, Status.PAUSED], Status.CLOSED),
        # The client has said nothing for a week, and then for a month.
        # Nobody of the client's is left who may answer; see `jobs.services.held`.
        hold=([Status.OPEN], Status.PAUSED),
        fall_silent=([Status.OPEN], Status.PAUSED),
        expire=([Status.OPEN, Status.PAUSED], Status.CLOSED),
        remove=([Status.DRAFT, Status.IN_REVIEW, Status.OPEN, Status.PAUSED], Status.REMOVED),
    )

    public_id = PublicIdField(prefix="job")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="jobs")
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    use_case = models.ForeignKey(UseCase, models.PROTECT, related_name="jobs")
    title = models.CharField(_("title"), max_length=120)
    scope = models.TextField(_("scope"), max_length=6000)
    today = models.TextField(_("what you have today"), max_length=3000, blank=True)
    sensitivity = models.CharField(
        _("data sensitivity"), max_length=8, choices=Sensitivity.choices, default=Sensitivity.NONE
    )
    screening_question = models.CharField(_("screening question"), max_length=300, blank=True)
    budget_min_minor = models.BigIntegerField(_("budget from"), null=True, blank=True)
    budget_max_minor = models.BigIntegerField(_("budget to"), null=True, blank=True)
    currency = models.CharField(max_length=3, default="usd")
    # Guides the match: what an hour may cost and how many working hours should overlap.
    max_rate_minor = models.PositiveIntegerField(_("highest hourly rate"), null=True, blank=True)
    time_zone = models.CharField(_("your time zone"), max_length=64, default="UTC")
    shared_hours = models.PositiveSmallIntegerField(_("working hours to share"), default=2)
    weeks = models.PositiveSmallIntegerField(_("weeks"), default=4)
    # In which one can work on it, any of them; ISO 639 codes.
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages of work"))
    visibility = models.CharField(
        _("visibility"), max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    # When the client last did something about it; the clock of silence starts there.
    acted_at = models.DateTimeField(null=True, blank=True)
    # When the experts it fits were worked out and told; empty means that it is still to be done.
    matched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Hashes of what its client wrote beyond the template, by which likes are found.
    sketch = ArrayField(models.BigIntegerField(), default=list, editable=False)
    # What was typed in a step of the draft and cannot be taken yet; see `jobs.services.typed`.
    typed = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            status_is_known(JobStatus, "job_status_known"),
            models.CheckConstraint(
                condition=models.Q(budget_min_minor=None, budget_max_minor=None)
                | models.Q(
                    budget_min_minor__gt=0, budget_max_minor__gte=models.F("budget_min_minor")
                ),
                name="job_budget_is_a_range",
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=("public", "members", "invited")),
                name="job_visibility_known",
            ),
            models.CheckConstraint(
                condition=models.Q(languages__len__gte=1), name="job_names_a_language"
            ),
            models.CheckConstraint(
                condition=models.Q(shared_hours__lte=8), name="job_shared_hours_in_a_day"
            ),
        )
        indexes = (
            # The search document of a job is its own index: the database keeps it with each write.
            GinIndex(TEXT, name="job_words"),
            models.Index(
                fields=("-published_at",), condition=models.Q(status="open"), name="job_board"
            ),
            models.Index(
                fields=("published_at",),
                condition=models.Q(status="open", matched_at=None),
                name="job_to_match",
            ),
            GinIndex(fields=("sketch",), name="job_likes"),
            models.Index(
                fields=("acted_at",),
                condition=models.Q(status__in=("open", "paused")),
                name="job_silence",
            ),
        )

    @property
    def budget(self) -> tuple[Money, Money] | None:
        """The range the client means to spend, or nothing while it is a draft without one."""
        if self.budget_min_minor is None or self.budget_max_minor is None:
            return None
        return Money(self.budget_min_minor, self.currency), Money(
            self.budget_max_minor, self.currency
        )

    @property
    def max_rate(self) -> Money | None:
        """What an hour may cost at most; nothing means that the client set no limit."""
        return None if self.max_rate_minor is None else Money(self.max_rate_minor, self.currency)

    @property
    def language_names(self) -> list[str]:
        """The languages one can work in, in the reader's."""
        return [language_name(code) for code in self.languages]

    @property
    def check_count(self) -> int:
        """How many acceptance checks there are; no query where that was counted with the job."""
        if "counted_checks" in self.__dict__:
            return int(self.__dict__["counted_checks"])
        return self.checks.count()

    @property
    def musts(self) -> list[JobSkill]:
        """The skills without which the job is not for you; reads its skills."""
        return [wish for wish in self.skills.all() if wish.is_must]

    @property
    def nices(self) -> list[JobSkill]:
        """The skills the client would also like; reads its skills."""
        return [wish for wish in self.skills.all() if not wish.is_must]

    @property
    def pauses_at(self) -> datetime | None:
        """When an open job pauses itself, unless its client does something before."""
        if self.status != self.Status.OPEN or self.acted_at is None:
            return None
        return self.acted_at + PAUSES_AFTER

    @property
    def closes_at(self) -> datetime | None:
        """When a paused job closes itself, unless its client does something before."""
        if self.status != self.Status.PAUSED or self.acted_at is None:
            return None
        return self.acted_at + CLOSES_AFTER

    @property
    def is_editable(self) -> bool:
        """Whether its text and terms may still change."""
        return self.status in {self.Status.DRAFT, self.Status.OPEN, self.Status.PAUSED}


# Outcomes that time or our staff conclude.
NOT_CHOSEN = (Job.Outcome.NO_ANSWER, Job.Outcome.REMOVED)


class JobEvent(Transition):
    """What happened to a job."""

    row = models.ForeignKey(Job, models.PROTECT, related_name="history")


class JobSkill(models.Model):
    """A skill the job asks for, at least at this level."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    is_must = models.BooleanField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)

    class Meta:
        ordering = ("-is_must", "skill__position")
        constraints = (
            models.UniqueConstraint(fields=("job", "skill"), name="job_skill_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values), name="job_skill_level_known"
            ),
        )


class JobCheck(AcceptanceCheck):
    """One acceptance check as the client asks for it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="checks")

    class Meta(AcceptanceCheck.Meta):
        constraints = (
            models.UniqueConstraint(fields=("job", "position"), name="job_check_position_once"),
            models.CheckConstraint(
                condition=models.Q(comparator__in=Comparator.values),
                name="job_check_comparator_known",
            ),
        )


class PlannedMilestone(models.Model):
    """How the client would cut the work; a proposal starts from it."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="plan")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("milestone"), max_length=120)
    share_percent = models.PositiveSmallIntegerField(_("share, per cent"))

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("job", "position"), name="plan_position_once"),
        )
