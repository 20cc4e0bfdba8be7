"""What a stranger hands in to have a badge checked."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from experts.carriers import MOST_BYTES
from marketplace.kit.forms import SiteForm, TextField
from marketplace.kit.jws import MOST_CHARACTERS

if TYPE_CHECKING:
    Upload = UploadedFile[bytes]
else:  # the class is generic for mypy only
    Upload = UploadedFile


class VerifyForm(SiteForm):
    """A credential, pasted or as a file, and perhaps the address of the person who showed it."""

    credential = TextField(
        label=_("Credential"),
        max_length=MOST_CHARACTERS,
        rows=6,
        required=False,
        help_text=_("The long text of the .jwt file. It begins with the letters ey."),
    )
    file = forms.FileField(
        label=_("Or the file"),
        required=False,
        allow_empty_file=True,
        help_text=_("The .jwt, .json or .svg file of a badge, up to 256 KB."),
    )
    holder = forms.CharField(
        label=_("Their e-mail address, if you know it"),
        max_length=254,
        required=False,
        help_text=_("We compare it with the one the badge was issued to. It is not kept."),
    )

    def clean_file(self) -> Upload | None:
        """Refuse what is too large to hold a credential, before a byte of it is read."""
        file: Upload | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("Choose a file of 256 KB or less"))
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        if (
            not self.errors
            and not self.cleaned_data["credential"]
            and not self.cleaned_data["file"]
        ):
            self.add_error("credential", _("Paste a credential, or choose its file"))
        return self.cleaned_data

    @property
    def content(self) -> str:
        """The text to check; what is not text becomes text that is no credential."""
        file: Upload | None = self.cleaned_data["file"]
        if file is None:
            return str(self.cleaned_data["credential"])
        content: bytes = file.read(MOST_BYTES)
        return content.decode(errors="replace")
