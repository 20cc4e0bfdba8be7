"""Cleans what people type about themselves and their organisations."""

from collections.abc import Mapping
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Cadence,
    Flag,
    Kind,
    Membership,
    Preference,
    Sanction,
    Scope,
    Topic,
    User,
)
from accounts.models.sanction import LONGEST_DAYS
from accounts.rules import RULES
from accounts.services.preferences import CHOOSABLE, Wish
from marketplace.kit.forms import ChoiceCards, LineField, SiteForm, TextField
from marketplace.kit.places import countries, time_zones

CHOOSE = ("", _("Choose one"))


class OrganisationForm(SiteForm):
    """A client organisation."""

    name = LineField(label=_("Name of the organisation"), max_length=120)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("Experts look here first. You can add it later."),
    )
    country = forms.ChoiceField(label=_("Country"), choices=lambda: [CHOOSE, *countries()])
    about = TextField(
        label=_("What you do"),
        max_length=1000,
        required=False,
        help_text=_("One or two sentences that experts read on your jobs."),
    )


Role = Membership.Role
WHAT_THEY_MAY = {
    Role.OWNER: _("All that hiring and finance may, and who belongs to the organisation."),
    Role.HIRING: _("Posts jobs, chooses experts, makes offers, reviews work. Moves no money."),
    Role.FINANCE: _("Pays, approves work for payment, reads papers. Posts no jobs."),
    Role.VIEWER: _("Reads jobs, proposals and contracts. Changes nothing."),
}


class RoleForm(SiteForm):
    """What a member does for an organisation."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=ChoiceCards(hints={role.value: hint for role, hint in WHAT_THEY_MAY.items()}),
    )


class InvitationForm(RoleForm):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Only this address can accept. Whoever has no account yet opens one with it."),
    )
    field_order = ("email", "role")


class PersonForm(SiteForm):
    """How others see a person, and the clock they read."""

    name = LineField(label=_("Your name"), max_length=120, help_text=_("Others see it."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("All dates and deadlines are shown in it."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The site, and the mails we send you."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if len(settings.LANGUAGES) == 1:
            [(only, _name)] = settings.LANGUAGES
            self.fields["language"] = forms.CharField(
                widget=forms.HiddenInput, required=False, disabled=True, initial=only
            )


HOURS = [("", _("Never")), *((hour, f"{hour:02}:00") for hour in range(24))]


class PreferencesForm(SiteForm):
    """Where and how often each kind of news is told, and when no mail is sent."""

    quiet_from = forms.TypedChoiceField(
        label=_("From"), choices=HOURS, coerce=int, empty_value=None, required=False
    )
    quiet_until = forms.TypedChoiceField(
        label=_("Until"), choices=HOURS, coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in CHOOSABLE:
            self.fields[f"{kind}_in_app"] = forms.BooleanField(
                label=_("%(kind)s, in the app") % {"kind": kind.label}, required=False
            )
            self.fields[f"{kind}_by_mail"] = forms.ChoiceField(
                label=_("%(kind)s, by e-mail") % {"kind": kind.label}, choices=Cadence.choices
            )

    @property
    def rows(self) -> list[tuple[Kind, BoundField, BoundField]]:
        """The kinds of news with their two controls."""
        return [(kind, self[f"{kind}_in_app"], self[f"{kind}_by_mail"]) for kind in CHOOSABLE]

    @property
    def wishes(self) -> dict[str, Wish]:
        """What was chosen, by kind of news."""
        said = self.cleaned_data
        return {
            kind: Wish(in_app=said[f"{kind}_in_app"], by_mail=said[f"{kind}_by_mail"])
            for kind in CHOOSABLE
        }


def chosen(user: User, preferences: Mapping[str, Preference]) -> dict[str, Any]:
    """Return what a person has chosen so far, as the form above begins."""
    begins: dict[str, Any] = {"quiet_from": user.quiet_from, "quiet_until": user.quiet_until}
    for kind in CHOOSABLE:
        row = preferences.get(kind)
        begins[f"{kind}_in_app"] = row.in_app if row else True
        begins[f"{kind}_by_mail"] = row.by_mail if row else Cadence.NOW
    return begins


class FlagForm(SiteForm):
    """What is wrong with a thing."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Flag.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong")},
    )
    note = TextField(
        label=_("What else we should know"),
        max_length=1000,
        required=False,
        help_text=_("Where exactly, and how you know."),
    )


class FlagAnswerForm(SiteForm):
    """What our staff found."""

    UPHOLD, DISMISS = "uphold", "dismiss"

    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=[
            (DISMISS, _("Nothing to object to")),
            (UPHOLD, _("The report is right: whose it is is told, and a job is taken down")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one")},
    )
    answer = TextField(
        label=_("The facts, in words that both sides may read"),
        max_length=1000,
        help_text=_("Name the rule and what you saw, never who reported it."),
    )

    @property
    def is_upheld(self) -> bool:
        """Whether the report is right."""
        return bool(self.cleaned_data["outcome"] == self.UPHOLD)


class WhoForm(SiteForm):
    """Whose sessions are looked at."""

    person = LineField(
        label=_("Their e-mail address"),
        max_length=254,
        help_text=_("The one they sign in with."),
    )

    def clean_person(self) -> User:
        """Find the person."""
        found = User.objects.filter(email__iexact=self.cleaned_data["person"]).first()
        if found is None:
            raise forms.ValidationError(_("Nobody signs in with this address."))
        return found


class SessionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a person's sessions, named by its place and browser."""

    def label_from_instance(self, obj: Any) -> str:
        """Name one."""
        return f"{obj.ip}, {obj.user_agent[:60]}"


class SignOutForm(SiteForm):
    """Which session ends, or all of them, and why."""

    session = SessionField(
        queryset=UserSession.objects.none(),
        label=_("Which one"),
        required=False,
        empty_label=_("All of them"),
    )
    reason = LineField(
        label=_("Why"), max_length=200, help_text=_("The person reads it, as a sentence.")
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        sessions = UserSession.objects.filter(user=person).order_by("-last_seen_at")
        cast("SessionField", self.fields["session"]).queryset = sessions


class SanctionForm(SiteForm):
    """What a person did, and what shall follow."""

    person = LineField(
        label=_("Their e-mail address"),
        max_length=254,
        help_text=_("The one they sign in with."),
    )
    level = forms.ChoiceField(
        label=_("What shall follow"),
        choices=Sanction.Level.choices,
        widget=ChoiceCards(
            hints={
                Sanction.Level.NOTICE: _("Takes nothing. It counts for a year."),
                Sanction.Level.LIMIT: _("Nothing new begins until a day; what runs goes on."),
                Sanction.Level.SUSPEND: _("The same, and their open jobs are paused."),
                Sanction.Level.BAN: _("The same for good, and nobody finds them. Takes two of us."),
            }
        ),
        error_messages={"required": _("Choose one")},
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        required=False,
        help_text=_("Of a limit or a suspension, 180 at most."),
    )
    rule_code = forms.ChoiceField(
        label=_("The rule"),
        choices=[(rule.code, rule.title) for rule in RULES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule")},
    )
    facts = TextField(
        label=_("The facts, as the person reads them"),
        max_length=2000,
        help_text=_("What they did, when and where. Never who reported it."),
    )
    evidence = TextField(
        label=_("The evidence, for our staff"),
        max_length=4000,
        help_text=_("Addresses, quotes, the report."),
    )

    def clean_person(self) -> User:
        """Find whose address it is."""
        person = User.objects.filter(email__iexact=self.cleaned_data["person"]).first()
        if person is None:
            raise forms.ValidationError(_("There is no account with this address."))
        return person

    def clean(self) -> None:
        """Ask for the days where the level has some."""
        lasts = self.cleaned_data.get("level") in {Sanction.Level.LIMIT, Sanction.Level.SUSPEND}
        if lasts and "days" not in self.errors and not self.cleaned_data.get("days"):
            self.add_error("days", _("Say for how many days."))


class ReasonForm(SiteForm):
    """Why something is left, or taken back."""

    answer = TextField(label=_("Why"), max_length=2000)


class AppealAnswerForm(SiteForm):
    """What somebody else finds about a sanction."""

    UPHOLD, REVERSE = "uphold", "reverse"

    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=[(UPHOLD, _("It was right, and stands")), (REVERSE, _("It is taken back"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one")},
    )
    answer = TextField(label=_("Why, in words the person reads"), max_length=2000)

    @property
    def is_upheld(self) -> bool:
        """Whether the sanction stands."""
        return bool(self.cleaned_data["outcome"] == self.UPHOLD)


class AppealForm(SiteForm):
    """Why a sanction is wrong, in the words of whom it is about."""

    text = TextField(
        label=_("Why it is wrong"),
        max_length=4000,
        help_text=_("What we got wrong or did not know. You can appeal once."),
    )


class WebhookForm(SiteForm):
    """Where a program listens, and what for."""

    url = LineField(
        label=_("Address"),
        max_length=500,
        help_text=_("It begins with https:// and answers within five seconds."),
    )
    topics = forms.MultipleChoiceField(
        label=_("What it hears of"),
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Every change of these that you may see yourself."),
    )


class TokenForm(SiteForm):
    """What a token is called, what it may be used for and for how long."""

    name = LineField(
        label=_("Name"), max_length=60, help_text=_("Which program uses it, to know it by.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may be used for"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It never does more than you may do yourself, and never moves money."),
    )
    days = forms.TypedChoiceField(
        label=_("How long it lasts"),
        coerce=int,
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("One year"))],
        initial="90",
        widget=forms.RadioSelect,
    )
