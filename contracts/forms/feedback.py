"""What each side says of the other; cleaning only, the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Feedback
from contracts.models.feedback import SCORE_KEYS
from marketplace.kit.forms import Scores, SiteForm, TextField


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
