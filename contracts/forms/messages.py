"""What people fill in to write to each other and to meet; cleaning only, the services decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Flag
from contracts.forms.parts import FilesField
from jobs.models.interview import LENGTHS
from jobs.services.messages import MOST_FILES
from marketplace.kit import leaks, lures
from marketplace.kit.forms import LineField, SiteForm, TextField
from marketplace.kit.words import filled_in


def _moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class MessageForm(SiteForm):
    """A message with files; one that leads elsewhere, or gives a secret away, is asked about once.

    :param is_protected: whether a contract protects the two, so that an address is harmless; money
        that goes elsewhere is not.
    """

    text = TextField(
        label=_("Message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "data-ctrl-enter": ""}),
        error_messages={"required": _("Write a message")},
    )
    attached = FilesField(label=_("Files"), required=False)

    def __init__(self, *args: Any, is_protected: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_protected = is_protected
        self.asks = False

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        # The button "Send it anyway" carries the answer, so it is no field of its own.
        if self.data.get("anyway") != "1" and (warning := self._warning(text)):
            self.asks = True
            raise ValidationError(warning, code="asks")
        return text

    def clean_attached(self) -> list[Any]:
        found: list[Any] = self.cleaned_data["attached"]
        if len(found) > MOST_FILES:
            raise ValidationError(_("Attach at most five files to a message."))
        return found

    @property
    def sent(self) -> dict[str, Any]:
        """What the service is given."""
        return {"text": self.cleaned_data["text"], "files": self.cleaned_data["attached"]}

    def _warning(self, text: str) -> str:
        secrets = [f"{leak.what} ({leak.masked})" for leak in leaks.find(text)]
        if secrets:
            return gettext(
                "This has %(what)s. Whoever reads it can use it. Share a secret where it can be"
                " taken back."
            ) % {"what": get_text_list(secrets, gettext("and"))}
        found = lures.find(text)
        if self.is_protected:
            found = lures.about_money(found)
        if not found:
            return ""
        if self.is_protected:
            return gettext(
                "This has %(what)s. The contract protects only what is paid here: elsewhere no"
                " money is held, and we cannot help."
            ) % {"what": _listed(found)}
        return gettext(
            "This has %(what)s. Until there is a contract here, nobody is protected elsewhere:"
            " no money is held, and we cannot help. The other side reads it behind a warning."
        ) % {"what": _listed(found)}


def _listed(found: list[str]) -> str:
    return get_text_list(lures.words(found), gettext("and"))


class ReportForm(SiteForm):
    """What is wrong with a message."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Flag.Reason.choices,
        widget=forms.RadioSelect,
    )
    note = TextField(label=_("What else should we know?"), max_length=1000, rows=3, required=False)
    blocks = forms.BooleanField(
        label=_("Also block them: take no more messages from them"), required=False
    )


class InterviewForm(SiteForm):
    """One to three times on the writer's own clock, how long it takes and where to meet."""

    first = forms.DateTimeField(label=_("First time, on your clock"), widget=_moment_input())
    second = forms.DateTimeField(label=_("Second time"), widget=_moment_input(), required=False)
    third = forms.DateTimeField(label=_("Third time"), widget=_moment_input(), required=False)
    minutes = forms.TypedChoiceField(
        label=_("Length"),
        coerce=int,
        initial=30,
        choices=[(row, filled_in(_("%d minutes"), row)) for row in LENGTHS],
    )
    link = forms.URLField(
        label=_("Link to meet at"),
        max_length=500,
        assume_scheme="https",
        required=False,
        help_text=_("A room of the video service you use. We record nothing."),
    )
    note = LineField(label=_("What you want to talk about"), max_length=500, required=False)

    @property
    def proposed(self) -> dict[str, Any]:
        """What the service is given."""
        given = (self.cleaned_data[name] for name in ("first", "second", "third"))
        same = {name: self.cleaned_data[name] for name in ("minutes", "link", "note")}
        return same | {"starts": [start for start in given if start]}
