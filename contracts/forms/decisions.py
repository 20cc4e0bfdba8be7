"""What whoever decides a dispute fills in; cleaning only, the services decide."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.models import ContractCheck, Dispute, Finding
from contracts.services.decisions import Found
from marketplace.kit.forms import MoneyField, SiteForm, TextField


class DecisionForm(SiteForm):
    """What whoever decides says: an amount, a verdict and a reason for every check, the whole."""

    award = MoneyField(
        label=_("To the expert, USD"),
        currency=settings.CURRENCY,
        least=0,
        help_text=_("The rest goes back to the client."),
    )
    reason = TextField(
        label=_("Reason for the whole"),
        max_length=4000,
        rows=6,
        help_text=_("Both sides read it, with your name."),
    )
    public_text = TextField(
        label=_("For the public list"),
        max_length=600,
        rows=3,
        help_text=_(
            "What was at issue and why it was decided so, without names, products, places, dates"
            " or exact amounts. Everyone can read it once the decision is final."
        ),
    )

    def __init__(self, *args: Any, dispute: Dispute, **options: Any) -> None:
        super().__init__(*args, **options)
        award = self.fields["award"]
        assert isinstance(award, MoneyField)  # noqa: S101 (declared above)
        award.most = dispute.amount_minor
        self.checks = list(dispute.milestone.contract.checks.all())
        for check in self.checks:
            self.fields[_verdict(check)] = forms.ChoiceField(
                label=_("Verdict"),
                choices=Finding.Verdict.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a verdict")},
            )
            self.fields[_why(check)] = TextField(
                label=_("Reason"),
                max_length=1000,
                rows=2,
                error_messages={"required": _("Give the reason")},
            )

    @property
    def rows(self) -> Iterator[tuple[ContractCheck, BoundField, BoundField]]:
        """Each check with its two fields."""
        for check in self.checks:
            yield check, self[_verdict(check)], self[_why(check)]

    @property
    def decided(self) -> dict[str, Any]:
        """What the service is given."""
        names = ("award", "reason", "public_text")
        found: Mapping[int, Found] = {
            check.position: Found(
                self.cleaned_data[_verdict(check)], self.cleaned_data[_why(check)]
            )
            for check in self.checks
        }
        return {name: self.cleaned_data[name] for name in names} | {"found": found}


class SendBackForm(SiteForm):
    """Why the second person does not agree."""

    note = TextField(
        label=_("What should be looked at again"),
        max_length=1000,
        rows=3,
        help_text=_("Dispute staff read it, the two sides do not."),
    )


def _verdict(check: ContractCheck) -> str:
    return f"verdict_{check.position}"


def _why(check: ContractCheck) -> str:
    return f"why_{check.position}"
