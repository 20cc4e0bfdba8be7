"""Cleans what an applicant claims and shows; field names are the services' keywords."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from experts.models import Evidence, Skill
from experts.models.skill import LEVEL_HINTS, Level
from experts.services import evidence
from experts.services.evidence import Artefact
from marketplace.kit.errors import DomainError
from marketplace.kit.forms import ChoiceCards, LineField, SiteForm, TextField

if TYPE_CHECKING:
    AnyOneField = forms.ModelChoiceField[Any]
    Upload = UploadedFile[bytes]
else:  # the classes are generic for mypy only
    AnyOneField = forms.ModelChoiceField
    Upload = UploadedFile


class SkillField(AnyOneField):
    """One skill we vet, by its full title."""

    def __init__(self, **options: Any) -> None:
        vetted = Skill.objects.badgeable()
        super().__init__(queryset=vetted, to_field_name="slug", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the title."""
        return str(obj.title)


class ApplyForm(SiteForm):
    """Which badge."""

    skill = SkillField(
        label=_("Skill"),
        empty_label=_("Choose one"),
        error_messages={"invalid_choice": _("Choose a skill from the list.")},
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[(str(level.value), level.label) for level in Level],
        coerce=int,
        widget=ChoiceCards(hints={str(level): hint for level, hint in LEVEL_HINTS.items()}),
    )


class ClaimForm(SiteForm):
    """What the applicant did and what was measured."""

    claim = TextField(
        label=_("Your claim"),
        max_length=600,
        rows=5,
        help_text=_("What you did, and what was measured. Public with your badge. 600 characters."),
    )


class EvidenceForm(SiteForm):
    """One piece of evidence: a link or a file."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Evidence.Kind.choices,
        widget=ChoiceCards(
            hints={
                "repository": _("Code a reviewer can read"),
                "live_demo": _("Something a reviewer can use"),
                "evaluation_report": _("Numbers, and how they came about"),
                "write_up": _("A design, a post-mortem, a paper"),
                "client_reference": _("Somebody who confirms your part"),
            }
        ),
    )
    title = LineField(label=_("Title"), max_length=120)
    url = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # the service says so in its own words
        help_text=_(
            "Instead of a link: PDF, PNG, JPEG, Markdown, text, CSV or JSON, up to %(limit)s MB. "
            "Kept private unless you make this evidence public."
        )
        % {"limit": settings.EVIDENCE_MAX_BYTES // 1_048_576},
        widget=forms.FileInput(attrs={"accept": ",".join(evidence.FILE_KINDS)}),
    )
    claim = TextField(
        label=_("What it shows"),
        max_length=400,
        rows=3,
        help_text=_("One or two sentences a stranger understands."),
    )
    own_share = forms.IntegerField(
        label=_("Your share of the work, per cent"),
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    before = LineField(label=_("Measured before"), max_length=20, required=False)
    after = LineField(
        label=_("Measured after"),
        max_length=20,
        required=False,
        help_text=_("One number that changed, such as 14.2% and 0.9%."),
    )
    is_public = forms.BooleanField(
        label=_("Show it on my badge page"),
        required=False,
        initial=True,
        help_text=_("Otherwise readers see that it exists and that it is confidential."),
    )

    def clean_file(self) -> Upload | None:
        """Say beside the field what is wrong with a file."""
        upload: Upload | None = self.cleaned_data["file"]
        if upload:
            try:
                evidence.inspect(upload)
            except DomainError as refusal:
                raise ValidationError(str(refusal)) from refusal
        return upload

    def artefact(self) -> Artefact:
        """Return what was typed, for the service."""
        return Artefact(**self.cleaned_data)

    @staticmethod
    def initial_of(piece: Evidence) -> dict[str, Any]:
        """Return a piece of evidence as its form shows it."""
        names = ("kind", "title", "url", "claim", "own_share", "before", "after", "is_public")
        return {name: getattr(piece, name) for name in names}
