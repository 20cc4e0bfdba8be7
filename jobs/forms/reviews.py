"""Cleans what our staff decide about a held job."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kit.forms import SiteForm, TextField

THROUGH, BACK = "through", "back"


class ReviewForm(SiteForm):
    """Let it through, or send it back with what has to change."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (THROUGH, _("Let it through: experts see it now")),
            (BACK, _("Send it back: it is a draft again")),
        ],
        widget=forms.RadioSelect,
    )
    answer = TextField(
        label=_("What has to change"),
        max_length=1000,
        required=False,
        help_text=_("The client reads it. Needed when you send the job back."),
    )

    @property
    def lets_through(self) -> bool:
        """Whether the decision is that experts may see it."""
        return bool(self.cleaned_data["decision"] == THROUGH)

    def clean(self) -> dict[str, Any]:
        """Ask for words when they are needed."""
        gathered = super().clean() or self.cleaned_data
        if gathered.get("decision") == BACK and not gathered.get("answer"):
            self.add_error("answer", _("Say what has to change"))
        return gathered
