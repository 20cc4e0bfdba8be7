"""Cleans what an expert writes in a proposal, and what a client answers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from experts.models import Badge, Expert
from jobs.forms.parts import Data, FormWithParts, beside, filled
from jobs.models import Job, JobCheck, Proposal
from jobs.models.plan import refuse_due
from jobs.models.proposal import MOST_MILESTONES
from jobs.selectors import uncovered
from jobs.services.guard import Words
from jobs.services.proposals import Answer, Part
from marketplace.kit.forms import LineField, MoneyField, SiteForm, TextField
from marketplace.kit.money import Money, total_of
from marketplace.kit.rows import Rows


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
        refuse_due(due_on, today=self.today)
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
    badges = forms.ModelMultipleChoiceField(
        label=_("Badges whose evidence you show"),
        queryset=Badge.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The client opens them from your proposal."),
    )
    ai_use = forms.ChoiceField(
        label=_("Did AI write with you?"),
        choices=Proposal.AIUse.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("The client sees your answer. No answer moves you up or down."),
    )

    def __init__(
        self,
        data: Data | None = None,
        *,
        job: Job,
        expert: Expert,
        levels: Mapping[int, int],
        draft: Proposal | None,
        today: date,
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
        shown = typed(data) if data is not None and is_changing else kept_in(draft)
        super().__init__(None if is_changing else data, initial=shown)
        self._ask_for_evidence(job, expert, levels)
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

    @property
    def words(self) -> Words:
        """What stands in the fields, however incomplete, to be looked over."""
        musts = {skill: written(self[name]) for name, skill in self.musts.items()}
        answer = [written(self["answer"])] if "answer" in self.fields else []
        counters = [written(form["counter"]) for form in self.answers]
        return Words(written(self["cover_note"]), musts, [*answer, *counters])

    @property
    def must_fields(self) -> list[BoundField]:
        """A line for each must-have without a badge."""
        return [self[name] for name in self.musts]

    def _ask_for_evidence(self, job: Job, expert: Expert, levels: Mapping[int, int]) -> None:
        """Offer the expert's badges, and ask for a sentence where a must-have has none."""
        badges: Any = self.fields["badges"]
        badges.queryset = expert.badges.valid().select_related("skill")
        held = list(badges.queryset)
        badges.choices = [(row.public_id, badge_text(row)) for row in held]
        asked = {wish.skill_id for wish in job.skills.all()}
        fitting = [row.public_id for row in held if row.skill_id in asked]
        self.initial.setdefault("badges", fitting)
        self.musts = {f"must{wish.skill_id}": wish.skill for wish in uncovered(job, levels)}
        for name, skill in self.musts.items():
            self.fields[name] = LineField(
                label=_("How you cover %(skill)s") % {"skill": skill.name},
                max_length=300,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Gather the parts under the names the service knows."""
        gathered = super().clean() or self.cleaned_data
        gathered.setdefault("answer", "")
        gathered["musts"] = {
            skill: gathered.pop(name) for name, skill in self.musts.items() if name in gathered
        }
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
        for name in {"cover_note", "answer", "ai_use"} & set(self.fields):
            self.fields[name].required = True


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


def written(field: BoundField) -> str:
    """Return what stands in a field, as much of it as the field may hold."""
    longest = getattr(field.field, "max_length", None)
    return str(field.value() or "")[:longest]


def kept_in(draft: Proposal | None) -> dict[str, Any]:
    """Return what a draft says, as the form takes it; nothing of one that was not begun."""
    if draft is None:
        return {}
    return {
        "cover_note": draft.cover_note,
        "answer": draft.answer,
        "ai_use": draft.ai_use,
        "badges": [row.public_id for row in draft.shown_badges.all()],
        **{f"must{row.skill_id}": row.text for row in draft.must_answers.all()},
    }


def typed(data: Data) -> dict[str, Any]:
    """Return what was typed, with all the badges that were ticked."""
    lists = getattr(data, "getlist", data.get)  # what a browser sends may name a field twice
    return {name: data[name] for name in data} | {"badges": lists("badges") or []}


def badge_text(badge: Badge) -> str:
    """Name a badge in a list to tick: RAG, level 2."""
    names = {"skill": badge.skill.name, "level": badge.level}
    return str(_("%(skill)s, level %(level)s") % names)


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
