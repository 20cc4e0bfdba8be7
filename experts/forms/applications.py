"""Cleans what an applicant claims and shows; field names are the services' keywords."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from experts.forms.models import ModelsField
from experts.models import Delivery, Evidence, Expert, LiveSlot, Rubric, Skill
from experts.models.skill import LEVEL_HINTS, LEVEL_JUDGES, Level
from experts.services import evidence, uploads
from experts.services.evidence import Artefact
from marketplace.kit import files
from marketplace.kit.errors import DomainError
from marketplace.kit.forms import ChoiceCards, LineField, SiteForm, TextField
from marketplace.kit.words import filled_in, long_day_text

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


class LevelForm(SiteForm):
    """Another level for an application, with what each one takes in its rubric."""

    level = forms.TypedChoiceField(label=_("Level"), coerce=int)

    def __init__(self, *args: Any, rubric: Rubric, **options: Any) -> None:
        super().__init__(*args, **options)
        chooser = self.fields["level"]
        assert isinstance(chooser, forms.TypedChoiceField)  # noqa: S101 (declared above)
        chooser.widget = ChoiceCards(hints={str(level): rule_of(rubric, level) for level in Level})
        chooser.choices = [(str(level.value), level.label) for level in Level]


def rule_of(rubric: Rubric, level: Level) -> str:
    """Return what a level takes, in words."""
    needs = _("Needs a mean of %(mean).1f of 5, and no criterion below %(least)d.") % {
        "mean": rubric.mean_for(level),
        "least": rubric.minimum_each,
    }
    return f"{LEVEL_HINTS[level]} {needs} {LEVEL_JUDGES[level]}"


class ClaimForm(SiteForm):
    """What the applicant did and what was measured."""

    claim = TextField(
        label=_("Your claim"),
        max_length=600,
        rows=5,
        help_text=_("What you did, and what was measured. Public with your badge. 600 characters."),
    )
    built_on = ModelsField(
        label=_("Models it runs on"),
        required=False,
        help_text=_(
            "As the API names them, separated by commas: gpt-6-sol. The badge ages with them. "
            "Leave it empty when the work needs none."
        ),
    )


KIND_HINTS = {
    "repository": _("Code a reviewer can read"),
    "live_demo": _("Something a reviewer can use"),
    "evaluation_report": _("Numbers, and how they came about"),
    "write_up": _("A design, a post-mortem, a paper"),
    "client_reference": _("Somebody who confirms your part"),
    "confirmed_milestone": _("Work a client has paid for here"),
    "external_certificate": _("Published by its issuer under your name"),
}


class KindForm(SiteForm):
    """What kind of evidence comes next: one press, for the kinds are links."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=Evidence.Kind.choices)

    @property
    def kinds(self) -> list[tuple[str, object, object]]:
        """Each kind: its value, its name, and a word on what it is."""
        return [(value, name, KIND_HINTS[value]) for value, name in Evidence.Kind.choices]


class DeliveryField(AnyOneField):
    """One released milestone, by what it was and when."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the title, the client and the day."""
        return f"{obj.title}, {obj.client_name}, {long_day_text(obj.released_on)}"


class EvidenceForm(SiteForm):
    """One piece of evidence of a kind; it asks only for what the kind can come from."""

    kind = forms.ChoiceField(choices=Evidence.Kind.choices, widget=forms.HiddenInput)
    title = LineField(label=_("Title"), max_length=120)
    url = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # the service says so in its own words
        help_text=filled_in(
            _(
                "Instead of a link: PDF, PNG, JPEG, Markdown, text, CSV, JSON, notebook or ZIP, up "
                "to %(limit)s MB. Kept private unless you make this evidence public; pictures lose "
                "place, camera and author."
            ),
            {"limit": settings.EVIDENCE_MAX_BYTES // 1_048_576},
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(files.ENDINGS)}),
    )
    delivery = DeliveryField(
        label=_("Milestone"),
        queryset=Delivery.objects.none(),
        to_field_name="source",
        required=False,
        empty_label=_("Choose one"),
        error_messages={"invalid_choice": _("Choose one of your released milestones.")},
    )
    referee_name = LineField(label=_("Name of the referee"), max_length=120, required=False)
    referee_email = forms.EmailField(
        label=_("Their work address"),
        required=False,
        help_text=_("We ask them once, by mail, when you submit. They need no account."),
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
    made_on = forms.DateField(
        label=_("Finished on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Evidence has to be younger than a badge in this skill lasts."),
    )
    before = LineField(label=_("Measured before"), max_length=20, required=False)
    after = LineField(
        label=_("Measured after"),
        max_length=20,
        required=False,
        help_text=_("One number that changed, such as 14.2% and 0.9%."),
    )

    def __init__(self, *args: Any, expert: Expert, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["kind"] = kind
        sources = evidence.SOURCES.get(kind, ())
        for name in {"url", "file", "delivery", "referee_email"}.difference(sources):
            del self.fields[name]
        if len(sources) == 1:
            self.fields[sources[0]].required = True
        if "referee_email" not in sources:
            del self.fields["referee_name"]
        if "delivery" in sources:
            choice: Any = self.fields["delivery"]
            choice.queryset = expert.deliveries.all()

    def clean_file(self) -> Upload | None:
        """Say beside the field what is wrong with a file."""
        upload: Upload | None = self.cleaned_data["file"]
        if upload:
            try:
                uploads.inspect(upload)
            except DomainError as refusal:
                raise ValidationError(str(refusal)) from refusal
        return upload

    def clean_made_on(self) -> date | None:
        """Nothing was finished tomorrow."""
        made_on: date | None = self.cleaned_data["made_on"]
        if made_on and made_on > localdate():
            raise ValidationError(_("This day has not come yet."))
        return made_on

    def artefact(self) -> Artefact:
        """Return what was typed, for the service."""
        return Artefact(**self.cleaned_data)

    @staticmethod
    def initial_of(piece: Evidence) -> dict[str, Any]:
        """Return a piece of evidence as its form shows it."""
        names = ("kind", "title", "url", "claim", "own_share", "made_on", "before", "after")
        shown = {name: getattr(piece, name) for name in (*names, "referee_name", "referee_email")}
        return shown | {"delivery": piece.delivery.source if piece.delivery else None}


class ProofForm(SiteForm):
    """How we can tell that one piece is the applicant's own."""

    proof = forms.ChoiceField(
        label=_("How can we tell that it is yours?"),
        choices=[("", _("Not with this piece")), *Evidence.Proof.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    proof_url = forms.URLField(
        label=_("Where the code or the commit is"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("For a code: the page or file, if it is not the link itself."),
    )


class ShownForm(SiteForm):
    """What strangers may see of each piece; the fields are named by the pieces' public ids."""

    def __init__(self, *args: Any, pieces: Sequence[Evidence], **options: Any) -> None:
        super().__init__(*args, **options)
        self.pieces = {piece.public_id: piece for piece in pieces}
        for name, piece in self.pieces.items():
            self.fields[name] = forms.ChoiceField(
                label=piece.title,
                choices=Evidence.Shown.choices,
                initial=piece.shown,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what strangers may see.")},
            )

    def shown(self) -> dict[Evidence, str]:
        """Return the choice for each piece."""
        return {self.pieces[name]: choice for name, choice in self.cleaned_data.items()}


class SlotField(forms.DateTimeField):
    """A moment, typed and shown on the reader's own clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SessionsForm(SiteForm):
    """Two times for a walkthrough; leaving both empty offers none."""

    first = SlotField(label=_("First time"), required=False)
    second = SlotField(label=_("Second time"), required=False)

    def starts(self) -> list[datetime]:
        """Return the times given."""
        return [at for at in (self.cleaned_data["first"], self.cleaned_data["second"]) if at]

    @staticmethod
    def initial_of(slots: Sequence[LiveSlot]) -> dict[str, Any]:
        """Return the times offered so far as the form shows them."""
        starts = [slot.starts_at for slot in slots]
        return dict(zip(("first", "second"), starts, strict=False))


class ReferenceForm(SiteForm):
    """A referee's answer."""

    is_confirmed = forms.TypedChoiceField(
        label=_("Is that right?"),
        choices=[("yes", _("Yes, that is right")), ("no", _("No, it is not"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = TextField(
        label=_("In your words"),
        max_length=600,
        rows=4,
        required=False,
        help_text=_("Optional. The reviewers and the applicant read it."),
    )
