"""Lays proposals side by side, by the criteria their client named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from experts.selectors import valid_levels
from jobs.models import CheckAnswer, Job, Proposal
from jobs.selectors import Coverage, coverage
from marketplace.kit.comparison import Cell, Line, line
from marketplace.kit.hours import shared_hours
from marketplace.kit.money import Money
from marketplace.kit.words import day_text, written


@dataclass(frozen=True, slots=True)
class Digest:
    """A proposal in the figures by which it is compared."""

    proposal: Proposal
    total: Money
    delivers_on: date | None
    coverage: Coverage
    committed: int
    checks: int
    shared_hours: int

    @property
    def may_get_offer(self) -> bool:
        """Whether the client could make an offer on it."""
        return self.proposal.may("offer")


def digests(job: Job, proposals: Sequence[Proposal], *, on: date) -> list[Digest]:
    """Work out each proposal's figures; one query of their badges however many there are."""
    levels = valid_levels({row.expert_id for row in proposals})
    return [
        Digest(
            proposal=row,
            total=row.total,
            delivers_on=row.delivers_on,
            coverage=coverage(job, levels.get(row.expert_id, {})),
            committed=row.commitments,
            checks=job.check_count,
            shared_hours=shared_hours(job.time_zone, row.expert.time_zone, on=on),
        )
        for row in proposals
    ]


def lines(job: Job, columns: Sequence[Digest]) -> list[Line]:
    """Lay proposals side by side by the client's own criteria."""
    return [
        line(_("Total price"), columns, lambda d: _price(d.total), lambda d: -d.total.minor),
        line(_("Delivers"), columns, _delivery_text, lambda d: -_ordinal(d.delivers_on)),
        line(_("Must-have skills, vetted"), columns, _vetted_text, lambda d: d.coverage.count),
        *_check_lines(job, columns),
        line(_("Working hours you share"), columns, _hours_text, lambda d: d.shared_hours),
        line(_("First milestone"), columns, _first_text, lambda d: -_first(d).minor),
    ]


def _check_lines(job: Job, columns: Sequence[Digest]) -> list[Line]:
    answers = [
        {answer.job_check_id: answer for answer in column.proposal.answers.all()}
        for column in columns
    ]
    made = []
    for check in job.checks.all():
        given = [by_check.get(check.pk) for by_check in answers]
        cells = [
            Cell(_answer_text(answer), answer is not None and answer.commits) for answer in given
        ]
        made.append(Line(check.text, cells))
    return made


def _answer_text(answer: CheckAnswer | None) -> str:
    if answer is None:
        return _("no answer")
    return _("commits") if answer.commits else answer.counter


def _delivery_text(column: Digest) -> str:
    return day_text(column.delivers_on) if column.delivers_on else _("no date")


def _vetted_text(column: Digest) -> str:
    names = {"count": column.coverage.count, "total": column.coverage.total}
    return _("%(count)s of %(total)s") % names


def _hours_text(column: Digest) -> str:
    return _("%(hours)s h") % {"hours": column.shared_hours}


def _first(column: Digest) -> Money:
    return next((row.amount for row in column.proposal.milestones.all()), column.total)


def _first_text(column: Digest) -> str:
    return _price(_first(column))


def _price(amount: Money) -> str:
    """Write a price for comparing: cents only where there are some."""
    return written(amount, 2 if amount.minor % 100 else 0)


def _ordinal(day: date | None) -> int:
    return (day or date.max).toordinal()
