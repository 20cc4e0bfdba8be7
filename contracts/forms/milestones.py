"""What people fill in about work that is handed in; cleaning only, the services decide."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractCheck, Milestone
from contracts.services import declarations
from contracts.services.declarations import Declared
from contracts.services.milestones import Reading
from experts.forms.models import ModelsField
from marketplace.kit.forms import LineField, SiteForm, TextField

# What is said of the models in the last work of a contract.
DECLARED = ("adaptation", "data_used", "limits", "operators")


class SubmissionForm(SiteForm):
    """Work handed in: a note, a link, and for every agreed check a value and how it was measured.

    The last work of a contract asks for a declaration, too: of the models, or that there are none.

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

    is_without_model = forms.BooleanField(label=_("It runs on no AI model"), required=False)
    others = LineField(
        label=_("Other models"),
        max_length=300,
        required=False,
        help_text=_("Open weights, or models of other providers, each with its version."),
    )
    adaptation = TextField(
        label=_("Prompts and fine-tuning"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=_("What was made of them, and where the prompts, the weights or the runs are."),
    )
    data_used = TextField(
        label=_("Data used, and its licences"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=_("Training, retrieval and test data: where it is from, and who may use it."),
    )
    limits = TextField(
        label=_("Known limits"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=_("Where it fails, and what it must not be used for."),
    )
    operators = TextField(
        label=_("Who can run it"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=_("Whose accounts and keys it uses, and who can start, change and stop it."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, milestone: Milestone) -> None:
        super().__init__(data)
        self.is_hand_over = declarations.is_due(milestone)
        if not self.is_hand_over:
            for name in ("is_without_model", "others", *DECLARED):
                del self.fields[name]
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
        if self.is_hand_over:
            self._ask_for_declaration()
        return self.cleaned_data

    def _ask_for_declaration(self) -> None:
        """Ask which models it runs on, and of those for all that is declared; or for a tick."""
        given = self.cleaned_data
        models = given.get("built_on") or given.get("others")
        if "built_on" in self.errors:
            return
        if given["is_without_model"] and models:
            self.add_error(
                "is_without_model", _("You name a model: take this tick away, or the model")
            )
        elif not given["is_without_model"] and not models:
            self.add_error("built_on", _("Name the models, or tick that it runs on none"))
        elif models:
            for name in DECLARED:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("The client needs to know this to run it without you"))

    @property
    def declaration(self) -> list[BoundField]:
        """The fields of the declaration; none before the last work of a contract."""
        names = ("is_without_model", "others", *DECLARED)
        return [self[name] for name in names if name in self.fields]

    @property
    def work(self) -> dict[str, Any]:
        """What the service is given."""
        return {
            "note": self.cleaned_data["note"],
            "link": self.cleaned_data["link"],
            "built_on": self.cleaned_data["built_on"],
            "declared": self._declared,
            "readings": {check.position: self._reading(check) for check in self.checks},
        }

    @property
    def readings(self) -> Iterator[tuple[ContractCheck, BoundField, BoundField]]:
        """Each check with its two fields."""
        for check in self.checks:
            yield check, self[_value(check)], self[_explanation(check)]

    @property
    def _declared(self) -> Declared | None:
        if not self.is_hand_over or self.cleaned_data["is_without_model"]:
            return None
        return Declared(**{name: self.cleaned_data[name] for name in ("others", *DECLARED)})

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
