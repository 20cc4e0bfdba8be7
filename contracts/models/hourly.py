"""Hourly work: weeks that are paid for ahead, and the hours an expert writes down for them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.milestone import Milestone, Release
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

# Hours are counted in quarters, and a rate is whole units of money: every amount is then exact.
QUARTER = 15
A_DAY = 24 * 60
MOST_LINES = 60
MONDAY = 1
A_WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def _is_monday(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(starts_on__iso_week_day=MONDAY), name=name)


def _is_in_quarters(name: str, most: int) -> models.CheckConstraint:
    in_quarters = models.Q(minutes__gte=QUARTER, minutes__lte=most)
    exactly = models.Q(minutes=models.F("minutes") / QUARTER * QUARTER)
    return models.CheckConstraint(condition=in_quarters & exactly, name=name)


class Period(models.Model):
    """A week that is paid for ahead: the milestone holds the money, this row says for which hours.

    What a week leaves over stays held in its milestone and counts for the weeks after it.
    """

    milestone = models.OneToOneField(Milestone, models.PROTECT, related_name="period")
    starts_on = models.DateField()
    minutes = models.PositiveIntegerField()

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = (
            _is_monday("period_on_monday"),
            _is_in_quarters("period_quarters", 7 * A_DAY),
        )


class TimesheetStatus(models.TextChoices):
    """Where a row of Timesheet stands."""

    OPEN = "open", _("Being written")
    SUBMITTED = "submitted", _("In review")
    QUERIED = "queried", _("Question asked")
    RELEASED = "released", _("Released")
    VOID = "void", _("Nothing left to pay it from")


S = TimesheetStatus
# Handed in and not decided: the money for its hours is spoken for.
WAITING_SHEETS = (S.SUBMITTED, S.QUERIED)


class Timesheet(Stateful):
    """One week's hours in the expert's own words; the client sees them once they are handed in."""

    Status = TimesheetStatus

    MOVES = moves(
        submit=([Status.OPEN, Status.QUERIED], Status.SUBMITTED),
        query=([Status.SUBMITTED], Status.QUERIED),
        approve=([Status.SUBMITTED], Status.RELEASED),
        # Nobody answered within the review window.
        approve_unanswered=([Status.SUBMITTED], Status.RELEASED),
        # The money it was to be paid from is gone: returned, or awarded in a dispute.
        void=(WAITING_SHEETS, Status.VOID),
    )

    public_id = PublicIdField(prefix="tsh")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="timesheets")
    starts_on = models.DateField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Until when the client means to answer; empty while the clock stands still.
    review_due_at = models.DateTimeField(null=True, blank=True)
    # What the client asked last.
    question = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.OPEN)

    class Meta:
        ordering = ("-starts_on", "-pk")
        constraints = (
            status_is_known(TimesheetStatus, "timesheet_status_known"),
            _is_monday("timesheet_on_monday"),
            models.UniqueConstraint(
                fields=("contract", "starts_on"),
                condition=~models.Q(status="void"),
                name="timesheet_once_a_week",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="submitted") | models.Q(review_due_at__isnull=False),
                name="timesheet_in_review_has_an_end",
            ),
        )

    @property
    def ends_on(self) -> date:
        """The Sunday of its week."""
        return self.starts_on + timedelta(days=6)

    @property
    def minutes(self) -> int:
        """All of its hours; no query where the lines, or their sum, came with it."""
        if "written_minutes" in self.__dict__:
            return int(self.__dict__["written_minutes"])
        return sum(row.minutes for row in self.lines.all())

    @property
    def amount(self) -> Money:
        """What its hours cost, before fees."""
        return self.contract.price_of(self.minutes)

    @property
    def is_void(self) -> bool:
        """Whether it was closed unpaid; the week may be written anew."""
        return self.status == S.VOID

    @property
    def may_be_written(self) -> bool:
        """Whether the expert may still change it."""
        return self.may("submit")


class TimesheetEvent(Transition):
    """What happened to a timesheet."""

    row = models.ForeignKey(Timesheet, models.PROTECT, related_name="history")


class TimesheetLine(models.Model):
    """Some hours of one day and what was done in them; nothing else is recorded of anybody."""

    timesheet = models.ForeignKey(Timesheet, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    day = models.DateField()
    minutes = models.PositiveIntegerField()
    what = models.CharField(max_length=300)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("timesheet", "position"), name="hours_position_once"),
            _is_in_quarters("hours_quarters", A_DAY),
        )


class TimesheetRelease(models.Model):
    """A release that paid for hours: a timesheet draws on the oldest money first, then the next."""

    timesheet = models.ForeignKey(Timesheet, models.PROTECT, related_name="releases")
    release = models.OneToOneField(Release, models.PROTECT, related_name="timesheet_part")
