"""Cleans what an expert writes in a proposal, and what a client answers."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from jobs.forms.parts import Data, FormWithParts, beside, filled
from jobs.models import Job, JobCheck, Proposal
from jobs.models.proposal import MOST_MILESTONES
from jobs.services.proposals import Answer, Part
from marketplace.kit.forms import LineField, MoneyField, SiteForm, TextField
from marketplace.kit.money import Money, total_of
from marketplace.kit.rows import Rows

# Further ahead than this a due date is a slip of the keyboard.
FURTHEST_DUE = timedelta(days=730)


class MilestoneForm(SiteForm):
    """One part of the work, its price and its date."""

    title = LineField(label=_("Milestone"), max_length=120)
    amount = MoneyField(
        label=_("Amount, USD"),
        currency=settings.CURRENCY,
        least=settings.MILESTONE_MIN_MINOR,
        most=settings.MILESTONE_MAX_MINOR,
    )
    due_on = forms.DateField(
        label=_("Due"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Enter a date like 2027-01-31")},
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_due_on(self) -> date:
        """Refuse the past and slips of the keyboard."""
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise forms.ValidationError(_("Enter a date that is not in the past"))
        if due_on > self.today + FURTHEST_DUE:
            raise forms.ValidationError(_("Enter a date within the next two years"))
        return due_on


class DraftAnswerForm(SiteForm):
    """A word on one acceptance check, or none yet."""

    COMMIT, COUNTER = "commit", "counter"

    word = forms.ChoiceField(
        choices=[(COMMIT, _("I commit to this")), (COUNTER, _("I propose something else"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": _("Commit to this check, or say what instead")},
    )
    counter = LineField(label=_("Which number, and why"), max_length=300, required=False)

    def __init__(self, *args: Any, check: JobCheck, **options: Any) -> None:
        super().__init__(*args, **options)
        self.check = check
        self.fields["word"].label = check.text
        self.fields["word"].help_text = check.how

    @property
    def answer(self) -> Answer | None:
        """What was said; a commitment needs no words."""
        word = self.cleaned_data["word"]
        if word == self.COMMIT:
            return Answer(commits=True)
        return Answer(commits=False, counter=self.cleaned_data["counter"]) if word else None


class AnswerForm(DraftAnswerForm):
    """A word on one acceptance check, as the client will read it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["word"].required = True

    def clean(self) -> dict[str, Any]:
        """Ask for the number and the reason where it is not a commitment."""
        gathered = super().clean() or self.cleaned_data
        if gathered.get("word") == self.COUNTER and not gathered.get("counter"):
            self.add_error("counter", _("Say which number you propose, and why"))
        return gathered


class DraftProposalForm(FormWithParts):
    """A proposal put aside for later: anything may still be missing."""

    milestone_form: Callable[..., MilestoneForm] = partial(MilestoneForm, empty_permitted=True)
    answer_form: type[DraftAnswerForm] = DraftAnswerForm

    cover_note = TextField(
        label=_("Cover note"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"class": "tall"}),
        help_text=_("The client's list shows the first 160 characters."),
    )
    answer = TextField(max_length=2000, rows=4, required=False)

    def __init__(
        self, data: Data | None = None, *, job: Job, draft: Proposal | None, today: date
    ) -> None:
        self.currency = job.currency
        self.milestones = Rows(
            partial(self.milestone_form, today=today),
            prefix="part",
            most=MOST_MILESTONES,
            data=data,
            initial=parts_of(draft) if draft else parts_planned(job, today),
        )
        is_changing = self.milestones.is_changing
        kept = {"cover_note": draft.cover_note, "answer": draft.answer} if draft else {}
        super().__init__(None if is_changing else data, initial=data if is_changing else kept)
        if job.screening_question:
            self.fields["answer"].label = job.screening_question
        else:
            del self.fields["answer"]
        self.answers = list(self._answer_forms(data, job, draft))
        answers = {str(form.prefix): form for form in self.answers}
        self.parts = {"milestones": self.milestones, **answers}

    @property
    def total(self) -> Money:
        """What the milestones add up to, as far as they can be read."""
        amounts = [read_amount(row["amount"]) for row in self.milestones]
        return total_of((amount for amount in amounts if amount), self.currency)

    def clean(self) -> dict[str, Any]:
        """Gather the parts under the names the service knows."""
        gathered = super().clean() or self.cleaned_data
        gathered.setdefault("answer", "")
        gathered["milestones"] = [Part(**row) for row in filled(self.milestones)]
        said = {form.check: form.answer for form in self.answers if form.is_valid()}
        gathered["checks"] = {check: answer for check, answer in said.items() if answer}
        return gathered

    def _answer_forms(
        self, data: Data | None, job: Job, draft: Proposal | None
    ) -> Iterator[DraftAnswerForm]:
        kept = words_of(draft) if draft else {}
        for check in job.checks.all():
            # By the row's key and not by its position: a check that changed while the expert wrote
            # must not get the answer to the one that stood in its place.
            options = {"prefix": f"check{check.pk}", "check": check, "initial": kept.get(check.pk)}
            yield beside(self.milestones, self.answer_form, data, **options)


class ProposalForm(DraftProposalForm):
    """A proposal on its way to the client: everything they compare is there."""

    milestone_form = MilestoneForm
    answer_form = AnswerForm

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.required = True


class DeclineForm(SiteForm):
    """Why a client says no."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Proposal.DeclineReason.choices,
        widget=forms.RadioSelect,
        help_text=_("The expert reads it."),
        error_messages={"required": _("Choose a reason; one of them is to give none")},
    )
    note = TextField(label=_("A word to the expert"), max_length=1000, rows=3, required=False)


def parts_of(draft: Proposal) -> list[dict[str, Any]]:
    """Return the milestones of a draft as rows."""
    return [
        {"title": row.title, "amount": row.amount, "due_on": row.due_on}
        for row in draft.milestones.all()
    ]


def parts_planned(job: Job, today: date) -> list[dict[str, Any]]:
    """Cut the middle of the client's budget and weeks as the client would cut the work."""
    plan = list(job.plan.all())
    if not plan or job.budget is None:
        return []
    least, most = job.budget
    amounts = (least + most).share(5_000).allocate([row.share_percent for row in plan])
    shares = list(accumulate(row.share_percent for row in plan))
    return [
        {
            "title": row.title,
            "amount": amount,
            "due_on": today + timedelta(days=job.weeks * 7 * share // shares[-1]),
        }
        for row, amount, share in zip(plan, amounts, shares, strict=True)
    ]


def read_amount(field: BoundField) -> Money | None:
    """Return the amount that stands in a field, or nothing where it cannot be read."""
    try:
        amount: Money | None = field.field.clean(field.value())
    except forms.ValidationError:
        return None
    return amount


def words_of(draft: Proposal) -> dict[int, dict[str, Any]]:
    """Return what a draft says on each check, as its form takes it."""
    return {
        row.job_check_id: {
            "word": DraftAnswerForm.COMMIT if row.commits else DraftAnswerForm.COUNTER,
            "counter": row.counter,
        }
        for row in draft.answers.all()
    }
