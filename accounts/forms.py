"""Cleans what people type about themselves and their organisations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Kind, Membership
from accounts.models.notification import ALWAYS_MAILED
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


class PreferencesForm(SiteForm):
    """Which kinds of news are also sent by e-mail."""

    mailed_kinds = forms.MultipleChoiceField(
        label=_("Send me an e-mail about"),
        choices=[(kind.value, kind.label) for kind in Kind if kind not in ALWAYS_MAILED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Money and security are always mailed, because missing them can cost you. "
            "Everything is in your notifications in any case."
        ),
    )
