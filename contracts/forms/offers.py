"""What people fill in about offers; cleaning only, the services decide."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from contracts.forms.clauses import ClauseForm
from contracts.models import Offer, OfferCheck
from contracts.services.offered import Part
from jobs import clauses
from jobs.models import CheckAnswer, JobCheck, Proposal
from jobs.models.plan import AcceptanceCheck
from jobs.models.proposal import MOST_MILESTONES
from marketplace.kit.forms import ChoiceCards, LineField, MoneyField, SiteForm, TextField
from marketplace.kit.money import Money
from marketplace.kit.rows import Rows

# The figure a counter-proposal begins with: "0.93, because the scans are poor".
LEADING_FIGURE = re.compile(r"\s*(-?\d[\d,]*(?:\.\d+)?)")


class MilestoneRow(SiteForm):
    """One milestone of an offer."""

    title = LineField(label=_("What is delivered"), max_length=120)
    amount = MoneyField(
        label=_("Amount, USD"),
        currency=settings.CURRENCY,
        least=settings.MILESTONE_MIN_MINOR,
        most=settings.MILESTONE_MAX_MINOR,
    )
    due_on = forms.DateField(
        label=_("Due"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class OfferForm(ClauseForm):
    """The terms of an offer, with a target for each check.

    They are filled in from the proposal; or from the offer that is answered with other terms.
    """

    title = LineField(label=_("Title of the contract"), max_length=120)
    review_window_days = forms.TypedChoiceField(
        label=_("Time to review submitted work"),
        coerce=int,
        # Shorter than five days and silence decides before a week's end; two weeks let a team look.
        choices=[(5, _("5 days")), (7, _("7 days")), (10, _("10 days")), (14, _("14 days"))],
        widget=ChoiceCards(
            hints={
                "5": _("For small milestones and a quick rhythm."),
                "7": _("A week, for most work."),
                "10": _("For work that has to be tried out."),
                "14": _("For work that several people have to look at."),
            }
        ),
    )
    message = TextField(label=_("Message to the expert"), max_length=2000, rows=4, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        proposal: Proposal,
        answered: Offer | None = None,
    ) -> None:
        self.proposal, self.answered = proposal, answered
        source = answered or proposal
        self.checks: list[JobCheck] | list[OfferCheck] = (
            list(answered.checks.all()) if answered else list(proposal.job.checks.all())
        )
        self.milestones = Rows(
            MilestoneRow,
            prefix="milestones",
            most=MOST_MILESTONES,
            data=data,
            initial=[
                {"title": row.title, "amount": row.amount, "due_on": row.due_on}
                for row in source.milestones.all()
            ],
        )
        super().__init__(
            data if self.milestones.is_bound else None, initial=self._first_words(data)
        )
        for check in self.checks:
            self.fields[_target(check)] = LineField(label=check.metric, max_length=60)
        self.offer_clauses(answered.clauses if answered else clauses.usual(proposal.job))
        if answered:
            self.fields["message"].label = _("Why")

    @property
    def errors(self) -> ErrorDict:
        """What is wrong with the terms, or with a milestone of them."""
        rows = self.milestones.errors
        return ErrorDict(super().errors | ({"milestones": rows} if rows else {}))

    @property
    def terms(self) -> dict[str, Any]:
        """What the service is given."""
        names = ("title", "review_window_days", "message")
        return {name: self.cleaned_data[name] for name in names} | {
            "milestones": [Part(**row) for row in self.milestones.cleaned_data],
            "targets": [self.cleaned_data[_target(check)] for check in self.checks],
            "clauses": self.clauses,
        }

    @property
    def targets(self) -> Iterator[tuple[AcceptanceCheck, BoundField, CheckAnswer | None]]:
        """Each check with the field of its target and what the expert answered to the job's."""
        answers = {} if self.answered else _answers(self.proposal)
        for check in self.checks:
            yield check, self[_target(check)], answers.get(check.pk)

    @property
    def amounts(self) -> list[Money]:
        """The amounts as they stand now, for the receipt beside the form; unreadable ones are 0."""
        nothing = Money(0, self.proposal.currency)
        return [_readable(form["amount"]) or nothing for form in self.milestones]

    def _first_words(self, data: Mapping[str, Any] | None) -> dict[str, Any]:
        """What stands in the form before it is checked: what was typed, or what it begins with."""
        if data is not None:
            return dict(data.items())
        if self.answered:
            return {
                "title": self.answered.title,
                "review_window_days": self.answered.review_window_days,
            } | {_target(check): check.target for check in self.checks}
        answers = _answers(self.proposal)
        return {
            "title": self.proposal.job.title,
            "review_window_days": settings.REVIEW_WINDOW_DAYS,
        } | {_target(check): _first_target(check, answers.get(check.pk)) for check in self.checks}


class DeclineOfferForm(SiteForm):
    """Why a side says no."""

    note = TextField(
        label=_("Why"),
        max_length=1000,
        required=False,
        help_text=_("The other side reads it."),
    )


def _answers(proposal: Proposal) -> dict[int, CheckAnswer]:
    return {row.job_check_id: row for row in proposal.answers.all()}


def _target(check: AcceptanceCheck) -> str:
    return f"target_{check.position}"


def _first_target(check: AcceptanceCheck, answer: CheckAnswer | None) -> str:
    """The figure the expert named instead, or the client's own target."""
    found = LEADING_FIGURE.match(answer.counter) if answer and not answer.commits else None
    return found[1] if found else check.target


def _readable(field: BoundField) -> Money | None:
    value = field.value()
    if isinstance(value, Money):
        return value
    try:
        amount = field.field.clean(value)
    except forms.ValidationError:
        return None
    return amount if isinstance(amount, Money) else None
