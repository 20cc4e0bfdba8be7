"""What our staff fill in about money that is not theirs; cleaning only, the services decide."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.models import Clawback
from marketplace.kit.forms import MoneyField, SiteForm, TextField


class BankAnswerForm(SiteForm):
    """What our staff add to the evidence a bank is sent."""

    note = TextField(
        label=_("What else the bank should know"),
        max_length=4000,
        rows=4,
        required=False,
        help_text=_("It stands above the record. The bank reads one answer only."),
    )


class ReasonForm(SiteForm):
    """Why our staff do something with money that is not theirs."""

    reason = TextField(
        label=_("Why"),
        max_length=1000,
        rows=3,
        help_text=_("Kept with your name. Both sides may be shown it."),
    )


class JudgementForm(SiteForm):
    """Why our staff let money leave that looked laundered, or keep it back."""

    reason = TextField(
        label=_("Why"),
        max_length=1000,
        rows=3,
        help_text=_("Kept with your name. Only our staff read it."),
    )


class ReturnForm(SiteForm):
    """How much of released money goes back to the client, and why."""

    amount = MoneyField(label=_("Amount of the price, USD"), currency=settings.CURRENCY)
    reason = TextField(label=_("Why"), max_length=1000, rows=3, help_text=_("The client reads it."))


class CoverForm(SiteForm):
    """How an amount that an expert's balance does not have is borne."""

    cover = forms.ChoiceField(
        label=_("Who bears what is missing"),
        choices=Clawback.Cover.choices,
        widget=forms.RadioSelect,
    )
    reason = TextField(label=_("Why"), max_length=1000, rows=3)
