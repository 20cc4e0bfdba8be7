"""Cleans a reviewer's scores and decision."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from experts.casework import Decision
from experts.models import Criterion, Review
from experts.services.reviews import Judgement, Mark
from marketplace.kit.forms import Scores, SiteForm, TextField

# What each decision needs besides the scores; what it does not need is not sent.
NEEDS = {
    "grant": ("message",),
    "ask_for_changes": ("parts", "message"),
    "reject": ("message", "would_change", "reapply_on"),
}
EVERYTHING = ("parts", "message", "would_change", "reapply_on")


class JudgementForm(SiteForm):
    """A reviewer's scores and decision; which fields are needed depends on the decision."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    parts = forms.MultipleChoiceField(
        label=_("What to change"),
        choices=Review.Part.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Used when you ask for changes."),
    )
    message = TextField(
        label=_("Note to the applicant"),
        max_length=2000,
        rows=4,
        required=False,
        help_text=_("Sent as written. Needed to ask for changes and to reject."),
    )
    would_change = TextField(
        label=_("The one thing that would change it"),
        max_length=600,
        rows=2,
        required=False,
        help_text=_("Needed to reject."),
    )
    reapply_on = forms.DateField(
        label=_("Earliest day to reapply"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
        help_text=_("Used when you reject; within a year."),
    )
    note = TextField(
        label=_("Internal note"),
        max_length=2000,
        rows=2,
        required=False,
        help_text=_("Only reviewers read it, and only after they have judged."),
    )

    def __init__(
        self,
        *args: Any,
        criteria: Iterable[Criterion],
        decisions: Sequence[Decision],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.criteria, self.decisions = list(criteria), {each.value: each for each in decisions}
        chooser = self.fields["decision"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 (declared above)
        chooser.choices = [(each.value, each.label) for each in decisions]
        for criterion in self.criteria:
            self.fields[f"points_{criterion.key}"] = points_field(criterion)
            self.fields[f"finding_{criterion.key}"] = finding_field(criterion)

    def chosen(self) -> Decision:
        """Return the decision that was ticked."""
        return self.decisions[self.cleaned_data["decision"]]

    def needed(self) -> Sequence[str]:
        """Return the fields that the decision ticked so far needs; all while none is."""
        ticked = self.decisions.get(str(self["decision"].value() or ""))
        return NEEDS[ticked.verb] if ticked else EVERYTHING

    def judgement(self) -> Judgement:
        """Return what was typed, for the service."""
        typed = self.cleaned_data
        return Judgement(
            marks=[
                Mark(criterion, points, typed[f"finding_{criterion.key}"])
                for criterion, points in zip(self.criteria, self.points(), strict=True)
                if points is not None
            ],
            message=typed["message"],
            would_change=typed["would_change"],
            note=typed["note"],
            parts=typed["parts"],
            reapply_on=typed["reapply_on"],
        )

    def points(self) -> list[int | None]:
        """Return the scores in the order of the criteria; None where there is none yet."""
        given = self.initial
        if self.is_bound and not hasattr(self, "cleaned_data"):
            self.full_clean()
        if self.is_bound:
            given = self.cleaned_data
        return [given.get(f"points_{each.key}") for each in self.criteria]

    def rows(self) -> list[dict[str, Any]]:
        """Return each criterion with its two fields, for the template."""
        return [
            {
                "criterion": criterion,
                "points": self[f"points_{criterion.key}"],
                "finding": self[f"finding_{criterion.key}"],
            }
            for criterion in self.criteria
        ]

    @staticmethod
    def initial_of(review: Review | None, reapply_on: date) -> dict[str, Any]:
        """Return an earlier judgement as a start for the next one."""
        initial: dict[str, Any] = {"reapply_on": reapply_on}
        if review is None:
            return initial
        initial["note"] = review.note
        for score in review.scores.all():
            initial[f"points_{score.criterion.key}"] = score.points
            initial[f"finding_{score.criterion.key}"] = score.finding
        return initial

    def as_typed(self) -> dict[str, Any]:
        """Return what was typed, valid or not, as a start for the same form without complaints."""
        scored = dict(
            zip((f"points_{each.key}" for each in self.criteria), self.points(), strict=True)
        )
        return {name: self[name].value() for name in self.fields} | scored


def points_field(criterion: Criterion) -> forms.TypedChoiceField:
    """Return 0 to 5 as boxes, each spoken with the sentence that anchors it."""
    return forms.TypedChoiceField(
        label=criterion.name,
        choices=[
            (str(points), f"{points} / {len(criterion.anchors) - 1}: {anchor}")
            for points, anchor in enumerate(criterion.anchors)
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=Scores,
    )


def finding_field(criterion: Criterion) -> TextField:
    """Return the place for what was found."""
    return TextField(
        label=_("Your finding: %(name)s") % {"name": criterion.name},
        max_length=1000,
        rows=2,
        required=False,
    )
