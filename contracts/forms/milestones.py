"""What people fill in about work that is handed in; cleaning only, the services decide."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractCheck, Milestone
from contracts.services.milestones import Reading
from experts.forms.models import ModelsField
from marketplace.kit.forms import LineField, SiteForm, TextField


class SubmissionForm(SiteForm):
    """Work handed in: a note, a link, and for every agreed check a value and how it was measured.

    :param checks: the contract's checks, in order.
    """

    note = TextField(
        label=_("What you hand in"),
        max_length=4000,
        rows=6,
        help_text=_("Say what was built, where it runs and what is known to be open."),
    )
    link = forms.URLField(
        label=_("Link to the work"), max_length=500, required=False, assume_scheme="https"
    )
    built_on = ModelsField(
        label=_("Models it runs on"),
        required=False,
        help_text=_("As the API names them: gpt-6-sol. You are both warned before one retires."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, milestone: Milestone) -> None:
        super().__init__(data)
        self.checks = list(milestone.contract.checks.all())
        for check in self.checks:
            self.fields[_value(check)] = LineField(
                label=_("Measured value"), max_length=60, required=False
            )
            self.fields[_explanation(check)] = LineField(
                label=_("How it was measured, or why not"), max_length=400, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Ask for a sentence at each check that is missed or not measured."""
        for check in self.checks:
            reading = self._reading(check)
            if not reading.explanation and check.needs_a_sentence(reading.value):
                self.add_error(_explanation(check), _("Say why it is missed or not measured"))
        return self.cleaned_data

    @property
    def work(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "note": self.cleaned_data["note"],
            "link": self.cleaned_data["link"],
            "built_on": self.cleaned_data["built_on"],
            "readings": {check.position: self._reading(check) for check in self.checks},
        }

    @property
    def readings(self) -> Iterator[tuple[ContractCheck, BoundField, BoundField]]:
        """Each check with its two fields."""
        for check in self.checks:
            yield check, self[_value(check)], self[_explanation(check)]

    def _reading(self, check: ContractCheck) -> Reading:
        return Reading(
            value=self.cleaned_data.get(_value(check), ""),
            explanation=self.cleaned_data.get(_explanation(check), ""),
        )


class ChangesForm(SiteForm):
    """What is missing: the checks that fail, and a word on each."""

    failing = forms.TypedMultipleChoiceField(
        label=_("Which agreed checks are not met"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = TextField(
        label=_("What has to change"),
        max_length=2000,
        rows=5,
        help_text=_("Name what you saw and what you expected. The expert works from this."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, contract: Contract) -> None:
        super().__init__(data)
        self.checks = {check.position: check for check in contract.checks.all()}
        field = self.fields["failing"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = [(number, check.metric) for number, check in self.checks.items()]

    @property
    def changes(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "note": self.cleaned_data["note"],
            "failing": [self.checks[number] for number in self.cleaned_data["failing"]],
        }


class ApproveForm(SiteForm):
    """The one tick before money leaves for good."""

    is_checked = forms.BooleanField(
        label=_("I checked the work against the agreed checks"),
        error_messages={"required": _("Tick this once you have checked the work")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, has_checks: bool) -> None:
        super().__init__(data)
        if not has_checks:
            self.fields["is_checked"].label = _("I have read what was handed in")


def _value(check: ContractCheck) -> str:
    return f"value_{check.position}"


def _explanation(check: ContractCheck) -> str:
    return f"explanation_{check.position}"
