"""What people fill in about offers, work and feedback; cleaning only, the services decide."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from contracts.models import Clawback, Contract, ContractCheck, Feedback, Milestone
from contracts.models.feedback import SCORE_KEYS
from contracts.selectors.books import Search, next_month
from contracts.services.milestones import Reading
from contracts.services.offers import Part
from experts.forms.models import ModelsField
from jobs.models import CheckAnswer, JobCheck, Proposal
from jobs.models.proposal import MOST_MILESTONES
from marketplace.kit import vat
from marketplace.kit.forms import ChoiceCards, LineField, MoneyField, Scores, SiteForm, TextField
from marketplace.kit.money import Money
from marketplace.kit.places import countries
from marketplace.kit.rows import Rows
from marketplace.kit.words import month_and_year_text

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


class OfferForm(SiteForm):
    """The terms of an offer: prefilled from the proposal, with a target for each check."""

    title = LineField(label=_("Title of the contract"), max_length=120)
    review_window_days = forms.TypedChoiceField(
        label=_("Time to review submitted work"),
        coerce=int,
        choices=[(7, _("7 days")), (14, _("14 days"))],
        widget=ChoiceCards(
            hints={
                "7": _("For small milestones and a quick rhythm."),
                "14": _("For work that several people have to look at."),
            }
        ),
    )
    message = TextField(label=_("Message to the expert"), max_length=2000, rows=4, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, proposal: Proposal) -> None:
        self.proposal = proposal
        self.checks = list(proposal.job.checks.all())
        self.milestones = Rows(
            MilestoneRow,
            prefix="milestones",
            most=MOST_MILESTONES,
            data=data,
            initial=[
                {"title": row.title, "amount": row.amount, "due_on": row.due_on}
                for row in proposal.milestones.all()
            ],
        )
        super().__init__(
            data if self.milestones.is_bound else None, initial=self._first_words(data)
        )
        for check in self.checks:
            self.fields[_target(check)] = LineField(label=check.metric, max_length=60)

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
        }

    @property
    def targets(self) -> Iterator[tuple[JobCheck, BoundField, CheckAnswer | None]]:
        """Each check with the field of its target and what the expert answered."""
        answers = {row.job_check_id: row for row in self.proposal.answers.all()}
        for check in self.checks:
            yield check, self[_target(check)], answers.get(check.pk)

    @property
    def amounts(self) -> list[Money]:
        """The amounts as they stand now, for the receipt beside the form; unreadable ones are 0."""
        nothing = Money(0, self.proposal.currency)
        return [_readable(form["amount"]) or nothing for form in self.milestones]

    def _first_words(self, data: Mapping[str, Any] | None) -> dict[str, Any]:
        """What stands in the form before it is checked: what was typed, or the proposal."""
        if data is not None:
            return dict(data.items())
        answers = {row.job_check_id: row for row in self.proposal.answers.all()}
        return {
            "title": self.proposal.job.title,
            "review_window_days": settings.REVIEW_WINDOW_DAYS,
        } | {_target(check): _first_target(check, answers.get(check.pk)) for check in self.checks}


class DeclineOfferForm(SiteForm):
    """Why the expert says no."""

    note = TextField(
        label=_("What would have to change"),
        max_length=1000,
        required=False,
        help_text=_("The client reads it. They can change the terms and offer again."),
    )


class SubmissionForm(SiteForm):
    """Work handed in: a note, a link, and for every agreed check a value and how it was measured.

    :param checks: the contract's checks, in order.
    """

    note = TextField(
        label=_("What you hand in"),
        max_length=4000,
        rows=6,
        help_text=_("Say what was built, where it runs and what is known to be open."),
    )
    link = forms.URLField(
        label=_("Link to the work"), max_length=500, required=False, assume_scheme="https"
    )
    built_on = ModelsField(
        label=_("Models it runs on"),
        required=False,
        help_text=_("As the API names them: gpt-6-sol. You are both warned before one retires."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, milestone: Milestone) -> None:
        super().__init__(data)
        self.checks = list(milestone.contract.checks.all())
        for check in self.checks:
            self.fields[_value(check)] = LineField(
                label=_("Measured value"), max_length=60, required=False
            )
            self.fields[_explanation(check)] = LineField(
                label=_("How it was measured, or why not"), max_length=400, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Ask for a sentence at each check that is missed or not measured."""
        for check in self.checks:
            reading = self._reading(check)
            if not reading.explanation and check.needs_a_sentence(reading.value):
                self.add_error(_explanation(check), _("Say why it is missed or not measured"))
        return self.cleaned_data

    @property
    def work(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "note": self.cleaned_data["note"],
            "link": self.cleaned_data["link"],
            "built_on": self.cleaned_data["built_on"],
            "readings": {check.position: self._reading(check) for check in self.checks},
        }

    @property
    def readings(self) -> Iterator[tuple[ContractCheck, BoundField, BoundField]]:
        """Each check with its two fields."""
        for check in self.checks:
            yield check, self[_value(check)], self[_explanation(check)]

    def _reading(self, check: ContractCheck) -> Reading:
        return Reading(
            value=self.cleaned_data.get(_value(check), ""),
            explanation=self.cleaned_data.get(_explanation(check), ""),
        )


class ChangesForm(SiteForm):
    """What is missing: the checks that fail, and a word on each."""

    failing = forms.TypedMultipleChoiceField(
        label=_("Which agreed checks are not met"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = TextField(
        label=_("What has to change"),
        max_length=2000,
        rows=5,
        help_text=_("Name what you saw and what you expected. The expert works from this."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, contract: Contract) -> None:
        super().__init__(data)
        self.checks = {check.position: check for check in contract.checks.all()}
        field = self.fields["failing"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = [(number, check.metric) for number, check in self.checks.items()]

    @property
    def changes(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "note": self.cleaned_data["note"],
            "failing": [self.checks[number] for number in self.cleaned_data["failing"]],
        }


class ApproveForm(SiteForm):
    """The one tick before money leaves for good."""

    is_checked = forms.BooleanField(
        label=_("I checked the work against the agreed checks"),
        error_messages={"required": _("Tick this once you have checked the work")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, has_checks: bool) -> None:
        super().__init__(data)
        if not has_checks:
            self.fields["is_checked"].label = _("I have read what was handed in")


class PointsField(forms.TypedChoiceField):
    """One score of 1 to 5."""

    def __init__(self, **options: Any) -> None:
        choices = [(points, _("%d of 5") % points) for points in range(1, 6)]
        super().__init__(coerce=int, choices=choices, widget=Scores, **options)


class FeedbackForm(SiteForm):
    """A rating, six sub-scores and a few words.

    :param side: who speaks; it decides what they are asked.
    """

    rating = PointsField(label=_("Rating"), help_text=_("1 is poor, 5 is excellent."))
    text = TextField(
        label=_("In your words"),
        max_length=1500,
        rows=5,
        help_text=_("It is published with your name once both sides have written."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, side: Feedback.Side) -> None:
        super().__init__(data)
        self.keys = list(SCORE_KEYS[side])
        for key in self.keys:
            self.fields[f"score_{key.value}"] = PointsField(label=key.label)
        self.order_fields(["rating", *(f"score_{key.value}" for key in self.keys), "text"])

    @property
    def said(self) -> dict[str, Any]:
        """What the service is given."""
        scores = {key.value: self.cleaned_data[f"score_{key.value}"] for key in self.keys}
        return {
            "rating": self.cleaned_data["rating"],
            "scores": scores,
            "text": self.cleaned_data["text"],
        }


class ReplyForm(SiteForm):
    """The one answer to what was said."""

    text = TextField(
        label=_("Your reply"),
        max_length=1000,
        rows=4,
        help_text=_("It is public at once, below what was said, and cannot be changed."),
    )


def _target(check: JobCheck) -> str:
    return f"target_{check.position}"


def _value(check: ContractCheck) -> str:
    return f"value_{check.position}"


def _explanation(check: ContractCheck) -> str:
    return f"explanation_{check.position}"


def _first_target(check: JobCheck, answer: CheckAnswer | None) -> str:
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


class LinesForm(SiteForm):
    """Which lines of a book: everything is optional, and what cannot be read is left out."""

    kind = forms.ChoiceField(label=_("Type"), required=False)
    contract = forms.ChoiceField(label=_("Contract"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        kinds: Sequence[tuple[str, str]],
        contracts: Sequence[Contract],
        months: Sequence[date],
    ) -> None:
        super().__init__(data)
        self.contracts = {row.public_id: row for row in contracts}
        self._offer("kind", kinds)
        self._offer("contract", [(row.public_id, row.title) for row in contracts])
        years = [(str(year), str(year)) for year in sorted({m.year for m in months}, reverse=True)]
        named = [(f"{month:%Y-%m}", month_and_year_text(month)) for month in months]
        self._offer("period", [*years, *named])
        self.full_clean()

    @property
    def search(self) -> Search:
        """What could be read of it."""
        since, until = self._days()
        return Search(
            kind=self.cleaned_data.get("kind", ""),
            contract=self.contracts.get(self.cleaned_data.get("contract", "")),
            since=since,
            until=until,
        )

    @property
    def query(self) -> str:
        """The search as a query string that a page number can be put after."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return f"{urlencode(chosen)}&" if chosen else ""

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", _("All")), *choices]

    def _days(self) -> tuple[date | None, date | None]:
        """Return the first day of the period and the first one after it."""
        period = self.cleaned_data.get("period", "")
        if not period:
            return None, None
        year, _dash, month = period.partition("-")
        since = date(int(year), int(month or 1), 1)
        return since, next_month(since) if month else date(since.year + 1, 1, 1)


class BillingForm(SiteForm):
    """What papers call a side."""

    legal_name = LineField(
        label=_("Legal name"),
        max_length=160,
        help_text=_("Of the business, or your own if you work under it."),
    )
    address = TextField(
        label=_("Address"), max_length=400, help_text=_("As on an envelope, without the country.")
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose one")), *countries()]
    )
    vat_id = LineField(
        label=_("VAT number"),
        max_length=30,
        required=False,
        help_text=_("With its country code, such as GB123456789. Leave it out if there is none."),
    )

    def clean_vat_id(self) -> str:
        """Read a number as it is written anywhere."""
        number = vat.plain(self.cleaned_data["vat_id"])
        if number and not vat.is_number(number):
            raise forms.ValidationError(
                _("Enter 4 to 20 letters and digits, such as GB123456789"), code="not_a_number"
            )
        return number

    def clean(self) -> None:
        """Hold the number against the country."""
        number = self.cleaned_data.get("vat_id")
        prefix = vat.prefix_of(self.cleaned_data.get("country", ""))
        if number and not number.startswith(prefix):
            sentence = _("A VAT number of this country begins with %(prefix)s")
            self.add_error("vat_id", sentence % {"prefix": prefix})


class BankAnswerForm(SiteForm):
    """What our staff add to the evidence a bank is sent."""

    note = TextField(
        label=_("What else the bank should know"),
        max_length=4000,
        rows=4,
        required=False,
        help_text=_("It stands above the record. The bank reads one answer only."),
    )


class ReasonForm(SiteForm):
    """Why our staff do something with money that is not theirs."""

    reason = TextField(
        label=_("Why"),
        max_length=1000,
        rows=3,
        help_text=_("Kept with your name. Both sides may be shown it."),
    )


class ReturnForm(SiteForm):
    """How much of released money goes back to the client, and why."""

    amount = MoneyField(label=_("Amount of the price, USD"), currency=settings.CURRENCY)
    reason = TextField(label=_("Why"), max_length=1000, rows=3, help_text=_("The client reads it."))


class CoverForm(SiteForm):
    """How an amount that an expert's balance does not have is borne."""

    cover = forms.ChoiceField(
        label=_("Who bears what is missing"),
        choices=Clawback.Cover.choices,
        widget=forms.RadioSelect,
    )
    reason = TextField(label=_("Why"), max_length=1000, rows=3)
