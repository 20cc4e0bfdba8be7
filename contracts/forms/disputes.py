"""What the two sides of a dispute fill in; cleaning only, the services decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.forms.parts import FilesField, LinksField
from contracts.models import Contract, ContractCheck
from contracts.services.statements import MOST_EXHIBITS, Told
from marketplace.kit.forms import ChoiceCards, MoneyField, SiteForm, TextField
from marketplace.kit.money import Money
from marketplace.kit.words import filled_in, money_text

if TYPE_CHECKING:
    Files = MultiValueDict[str, UploadedFile[bytes]]
    Typed = MultiValueDict[str, str]


class WordsForm(SiteForm):
    """What happened, in words, and a word on each agreed check."""

    text = TextField(
        label=_("What happened"),
        max_length=4000,
        rows=6,
        help_text=_("What was agreed, what came instead, and when. The other side reads it."),
    )

    def __init__(self, *args: Any, contract: Contract, **options: Any) -> None:
        super().__init__(*args, **options)
        self.checks = list(contract.checks.all())
        for check in self.checks:
            self.fields[_remark(check)] = TextField(
                label=f"{check.metric} ({check.goal})", max_length=600, rows=2, required=False
            )

    @property
    def remarks(self) -> Iterator[BoundField]:
        """The fields of the checks."""
        for check in self.checks:
            yield self[_remark(check)]

    @property
    def told(self) -> dict[str, Any]:
        """What was said, for the service."""
        remarks = {check.position: self.cleaned_data[_remark(check)] for check in self.checks}
        return {"text": self.cleaned_data["text"], "remarks": remarks}


RELEASE, SPLIT, REFUND = "release", "split", "refund"


class WishForm(SiteForm):
    """How much the expert is to get, and how much goes back: all, nothing, or two amounts."""

    wish = forms.ChoiceField(label=_("What do you want?"), widget=ChoiceCards)
    to_expert = MoneyField(
        label=_("To the expert, USD"), currency=settings.CURRENCY, least=0, required=False
    )
    to_client = MoneyField(
        label=_("Back to the client, USD"), currency=settings.CURRENCY, least=0, required=False
    )

    def __init__(self, *args: Any, held: Money, **options: Any) -> None:
        super().__init__(*args, **options)
        self.held = held
        words = {"held": money_text(held)}
        chooser = self.fields["wish"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 (declared above)
        chooser.choices = [
            (RELEASE, _("All %(held)s to the expert") % words),
            (SPLIT, _("A part to each")),
            (REFUND, _("All %(held)s back to the client") % words),
        ]
        hint = _("The two amounts below have to add up to %(held)s.") % words
        assert isinstance(chooser.widget, ChoiceCards)  # noqa: S101 (declared above)
        chooser.widget.hints = {SPLIT: hint}

    def clean(self) -> dict[str, Any]:
        """Hold the two amounts of a split against what is held; one of them is enough."""
        if self.cleaned_data.get("wish") == SPLIT and not self.errors:
            expert, client = self._parts()
            if expert is None or client is None:
                self.add_error("to_expert", _("Enter an amount"))
            elif expert + client != self.held:
                words = {"sum": money_text(expert + client), "held": money_text(self.held)}
                self.add_error(
                    "to_client", _("Together they are %(sum)s and have to be %(held)s.") % words
                )
        return self.cleaned_data

    @property
    def wants(self) -> Money:
        """What the expert is to get."""
        if self.cleaned_data["wish"] == RELEASE:
            return self.held
        if self.cleaned_data["wish"] == REFUND:
            return Money(0, self.held.currency)
        expert, _client = self._parts()
        assert expert is not None  # noqa: S101 (cleaned)
        return expert

    def _parts(self) -> tuple[Money | None, Money | None]:
        expert: Money | None = self.cleaned_data.get("to_expert")
        client: Money | None = self.cleaned_data.get("to_client")
        if expert is not None and client is None:
            return expert, self.held - expert
        if client is not None and expert is None:
            return self.held - client, client
        return expert, client


class EvidenceForm(SiteForm):
    """Links and files."""

    links = LinksField(
        label=_("Links"),
        max_length=4000,
        rows=3,
        required=False,
        help_text=_("One a line: logs, screenshots, messages, a version of the work."),
    )
    attached = FilesField(
        label=_("Files"),
        required=False,
        help_text=filled_in(
            _(
                "Up to %(most)s links and files for each side over the whole dispute. PDF, PNG,"
                " JPEG, Markdown, text, CSV, JSON, notebook or ZIP, up to %(limit)s MB each. Both"
                " sides and whoever decides can open them; nobody can change them afterwards."
            ),
            {"most": MOST_EXHIBITS, "limit": settings.EVIDENCE_MAX_BYTES // 1_048_576},
        ),
    )

    @property
    def told(self) -> dict[str, Any]:
        """What was handed in, for the service."""
        return {"links": self.cleaned_data["links"], "files": self.cleaned_data["attached"]}


class StatementForm(EvidenceForm):
    """Words with links and files: what a side adds, or says in its appeal."""

    text = TextField(label=_("In your words"), max_length=4000, rows=6)
    field_order = ("text", "links", "attached")

    @property
    def told(self) -> dict[str, Any]:
        """What was said and handed in, for the service."""
        return super().told | {"text": self.cleaned_data["text"]}

    @property
    def statement(self) -> Told:
        """All of it."""
        return Told(**self.told)


class Steps:
    """The three steps of a case, each its own page; what was typed travels along as hidden fields.

    Nothing is kept before the last step, so files are asked for there.
    """

    NAMES: Sequence[str | Promise] = (_("What happened"), _("What you want"), _("Evidence"))

    def __init__(self, *, contract: Contract, held: Money) -> None:
        self.contract, self.held = contract, held
        self.now = 1
        self._read(None, None, through=0)

    def receive(self, data: Typed, files: Files) -> bool:
        """Read what was sent, and turn to the step that comes next; say whether all is there."""
        sent = {"1": 1, "2": 2}.get(data.get("step", ""), len(self.NAMES))
        self._read(data, files, through=sent)
        wrong = next((n for n, form in enumerate(self.forms[:sent], 1) if not form.is_valid()), 0)
        if wrong:
            self.now = wrong
            return False
        if sent == len(self.NAMES):
            self.now = sent
            return True
        self.now = sent + 1
        return False

    def return_to(self, data: Typed, step: int) -> None:
        """Go back to a step with everything typed so far."""
        self._read(data, None, through=0)
        self.now = min(max(step, 1), len(self.NAMES))

    @property
    def forms(self) -> list[SiteForm]:
        """The forms of the steps, in order."""
        return [self.words, self.wish, self.evidence]

    @property
    def form(self) -> SiteForm:
        """The form of the present step."""
        return self.forms[self.now - 1]

    @property
    def hidden(self) -> list[BoundField]:
        """The fields of the other steps; a file cannot travel."""
        others = [form for form in self.forms if form is not self.form]
        return [field for form in others for field in form if field.name != "attached"]

    @property
    def is_first(self) -> bool:
        """Whether there is no step to go back to."""
        return self.now == 1

    @property
    def is_last(self) -> bool:
        """Whether the dispute is opened with this step."""
        return self.now == len(self.NAMES)

    @property
    def told(self) -> Told:
        """What was said and handed in."""
        return Told(**self.words.told, **self.evidence.told)

    @property
    def wants(self) -> Money:
        """What the expert is to get."""
        return self.wish.wants

    def _read(self, data: Typed | None, files: Files | None, *, through: int) -> None:
        """Check the steps that were filled in; begin the later ones with what was typed."""

        def of(step: int) -> dict[str, Any]:
            if data is not None and step <= through:
                return {"data": data, "files": files}
            return {"initial": {} if data is None else data.dict()}

        self.words = WordsForm(**of(1), contract=self.contract)
        self.wish = WishForm(**of(2), held=self.held)
        self.evidence = EvidenceForm(**of(3))


class ConcedeForm(SiteForm):
    """The one tick before money leaves for good."""

    is_sure = forms.BooleanField(
        label=_("I agree, and I know that it cannot be undone"),
        error_messages={"required": _("Tick this to agree")},
    )


class AmountForm(SiteForm):
    """The amount for the expert that a side would accept."""

    amount = MoneyField(label=_("Amount for the expert, USD"), currency=settings.CURRENCY, least=0)

    def __init__(self, *args: Any, label: str, most: Money, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["amount"]
        assert isinstance(field, MoneyField)  # noqa: S101 (declared above)
        field.label, field.most = label, most.minor


def _remark(check: ContractCheck) -> str:
    return f"remark_{check.position}"
