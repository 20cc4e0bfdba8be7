"""What people fill in before money moves; cleaning only, the services decide."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contracts.models import Milestone
from marketplace.kit.forms import MoneyField, SiteForm
from marketplace.kit.words import money_text


class PartForm(SiteForm):
    """How much of what is held is released ahead of the rest."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, milestone: Milestone) -> None:
        super().__init__(data)
        self.fields["amount"] = MoneyField(
            label=_("Amount to release, USD"),
            currency=settings.CURRENCY,
            most=milestone.held.minor,
            help_text=_("Up to %(held)s. The rest stays held.")
            % {"held": money_text(milestone.held)},
        )


class ConfirmedPartForm(PartForm):
    """The same once more, with which release it is, so that two clicks are one release."""

    number = forms.IntegerField(min_value=1, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, milestone: Milestone) -> None:
        super().__init__(data, milestone=milestone)
        self.fields["amount"].widget = forms.HiddenInput()


class GiveBackForm(SiteForm):
    """The one tick before an expert gives money back."""

    is_meant = forms.BooleanField(
        label=_("I give this money back and expect nothing for this milestone"),
        error_messages={"required": _("Tick this if you mean to give the money back")},
    )


class BonusForm(SiteForm):
    """How much more than was agreed."""

    amount = MoneyField(
        label=_("Bonus, USD"),
        currency=settings.CURRENCY,
        least=settings.BONUS_MIN_MINOR,
        most=settings.MILESTONE_MAX_MINOR,
    )
