"""Cleans what a reviewer does to a badge in public."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.kit.forms import SiteForm, TextField


class TouchForm(SiteForm):
    """What is done to a badge in public, and why."""

    verb = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)
    reason = TextField(
        label=_("Public reason"),
        max_length=1000,
        rows=3,
        help_text=_("Strangers read it on the badge's page, and the holder by mail."),
    )

    def __init__(self, *args: Any, verbs: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        chooser = self.fields["verb"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 (declared above)
        chooser.choices = verbs
