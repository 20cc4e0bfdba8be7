"""Cleans what freelancers, readers and reviewers type; field names are the services' keywords."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from experts.directory import Filters
from experts.models import Criterion, Evidence, Expert, Review, Skill
from experts.models.skill import Level
from experts.selectors import Decision
from experts.services import evidence
from experts.services.evidence import Artefact
from experts.services.profiles import Profile
from experts.services.vetting import Judgement, Mark
from marketplace.kit.errors import DomainError
from marketplace.kit.forms import ChoiceCards, LineField, MoneyField, Scores, SiteForm, TextField
from marketplace.kit.places import countries, language_name, languages, time_zones

if TYPE_CHECKING:
    AnyManyField = forms.ModelMultipleChoiceField[Any]
    AnyOneField = forms.ModelChoiceField[Any]
    Upload = UploadedFile[bytes]
else:  # the classes are generic for mypy only
    AnyManyField = forms.ModelMultipleChoiceField
    AnyOneField = forms.ModelChoiceField
    Upload = UploadedFile

CURRENCY_CODE = settings.CURRENCY.upper()
# What we let people charge for an hour; above and below it is a slip of the keyboard.
LEAST_RATE = 10_00
MOST_RATE = 2_000_00
MOST_SKILLS = 15
MOST_LANGUAGES = 8

LEVEL_HINTS = {
    "1": _("A working system, measured once; you can show how it was built."),
    "2": _("In real use, with numbers from before and after."),
    "3": _("In production for months; you led the design and know how it fails."),
}


class LanguagesField(LineField):
    """Languages by name, separated by commas, read as ISO 639 codes."""

    def prepare_value(self, value: Any) -> Any:
        """Write codes as names; what a person typed stays as it was."""
        return value if isinstance(value, str) else ", ".join(map(language_name, value or ()))

    def clean(self, value: Any) -> list[str]:
        """Return the codes, each once, in the order given."""
        known = {name.lower(): code for code, name in languages()}
        names = [name.strip() for name in super().clean(value).split(",") if name.strip()]
        codes = list(dict.fromkeys(known.get(name.lower(), "") for name in names))
        if not codes:
            raise ValidationError(self.error_messages["required"], code="required")
        if "" in codes:
            unknown = next(name for name in names if name.lower() not in known)
            raise ValidationError(
                _("We do not know the language “%(name)s”. Write its English name."),
                params={"name": unknown},
            )
        if len(codes) > MOST_LANGUAGES:
            raise ValidationError(_("List eight languages at most."))
        return codes


class SkillsField(AnyManyField):
    """Skills as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Skill.objects.all(), to_field_name="slug", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the short name, as badges carry it."""
        return str(obj.name)


class SkillField(AnyOneField):
    """One skill we vet, by its full title."""

    def __init__(self, **options: Any) -> None:
        vetted = Skill.objects.badgeable()
        super().__init__(queryset=vetted, to_field_name="slug", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the title."""
        return str(obj.title)


class ProfileForm(SiteForm):
    """What a freelancer says of themselves."""

    name = LineField(
        label=_("Your name"), max_length=120, help_text=_("As clients should read it.")
    )
    headline = LineField(
        label=_("Headline"),
        max_length=120,
        help_text=_("One promise in one sentence: “I make support bots cite or stay silent”."),
    )
    overview = TextField(
        label=_("Overview"),
        max_length=4000,
        rows=8,
        help_text=_("What you do, for whom, and what changed because of it."),
    )
    place = LineField(label=_("City"), max_length=80, required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose one")), *countries()]
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    languages = LanguagesField(
        label=_("Languages"), help_text=_("Separated by commas: English, French")
    )
    rate = MoneyField(
        label=_("Hourly rate, %(currency)s") % {"currency": CURRENCY_CODE},
        currency=settings.CURRENCY,
        least=LEAST_RATE,
        most=MOST_RATE,
    )
    hours_per_week = forms.IntegerField(
        label=_("Hours a week"),
        min_value=1,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    available_on = forms.DateField(
        label=_("Available from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty when you can start now."),
    )
    is_open = forms.BooleanField(
        label=_("I am open to new work"),
        required=False,
        initial=True,
        help_text=_("When you are not, clients still find you, and see that you are busy."),
    )
    skills = SkillsField(
        label=_("Skills you claim"),
        required=False,
        help_text=_("Shown apart from badges, as your own words. At most 15."),
    )

    def clean_skills(self) -> QuerySet[Skill]:
        """Keep the list short enough to mean something."""
        skills: QuerySet[Skill] = self.cleaned_data["skills"]
        if len(skills) > MOST_SKILLS:
            raise ValidationError(_("Choose 15 skills at most."))
        return skills

    def profile(self) -> Profile:
        """Return what was typed, for the service."""
        return Profile(**self.cleaned_data)

    @staticmethod
    def initial_of(expert: Expert) -> dict[str, Any]:
        """Return a profile as its form shows it."""
        same = ("headline", "overview", "place", "country", "languages", "hours_per_week")
        also = ("available_on", "is_open", "name", "time_zone", "rate")
        claimed = expert.claimed_skills.values_list("skill__slug", flat=True)
        return {name: getattr(expert, name) for name in (*same, *also)} | {"skills": list(claimed)}


class SearchForm(forms.Form):
    """The question a reader asks of the directory; every field may be empty."""

    q = LineField(required=False)
    skill = forms.ModelMultipleChoiceField(
        Skill.objects.badgeable(), to_field_name="slug", required=False
    )
    level = forms.TypedChoiceField(choices=Level.choices, coerce=int, required=False)
    rate_min = MoneyField(label=_("Lowest rate"), currency=settings.CURRENCY, required=False)
    rate_max = MoneyField(label=_("Highest rate"), currency=settings.CURRENCY, required=False)
    hours = forms.IntegerField(label=_("Hours a week"), min_value=1, max_value=60, required=False)
    soon = forms.BooleanField(required=False)
    language = forms.MultipleChoiceField(choices=languages, required=False)
    country = forms.ChoiceField(choices=lambda: [("", ""), *countries()], required=False)
    sort = forms.ChoiceField(
        choices=[
            ("evidence", _("Best evidence match")),
            ("soonest", _("Available soonest")),
            ("cheapest", _("Rate, low to high")),
            ("dearest", _("Rate, high to low")),
        ],
        required=False,
    )

    def filters(self) -> Filters:
        """Return what could be understood; a field in error filters nothing."""
        self.full_clean()
        typed = self.cleaned_data
        lowest, highest = typed.get("rate_min"), typed.get("rate_max")
        return Filters(
            text=typed.get("q") or "",
            skills=tuple(skill.slug for skill in typed.get("skill", ())),
            level=typed.get("level") or 1,
            rate_min=lowest.minor if lowest else None,
            rate_max=highest.minor if highest else None,
            hours=typed.get("hours"),
            soon=typed.get("soon", False),
            languages=tuple(typed.get("language", ())),
            country=typed.get("country") or "",
            sort=typed.get("sort") or "evidence",
        )


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
        widget=ChoiceCards(hints=LEVEL_HINTS),
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


class JudgementForm(SiteForm):
    """A reviewer's scores and decision; which fields are needed depends on the decision."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    message = TextField(
        label=_("Note to the applicant"),
        max_length=2000,
        rows=3,
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
    note = TextField(
        label=_("Internal note"),
        max_length=2000,
        rows=2,
        required=False,
        help_text=_("Only reviewers read it."),
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
    def initial_of(review: Review | None) -> dict[str, Any]:
        """Return an earlier judgement as a start for the next one."""
        if review is None:
            return {}
        initial: dict[str, Any] = {"note": review.note}
        for score in review.scores.all():
            initial[f"points_{score.criterion.key}"] = score.points
            initial[f"finding_{score.criterion.key}"] = score.finding
        return initial


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
