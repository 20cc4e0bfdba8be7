"""Rows of a form that people add to and remove from, with JavaScript or without."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.forms import BaseForm, BaseFormSet, BoundField, formset_factory
from django.forms.utils import ErrorDict
from django.utils.translation import ngettext_lazy

from marketplace.kit.forms import SiteForm, SiteRenderer

if TYPE_CHECKING:
    AnyFormSet = BaseFormSet[Any]
else:  # the class is generic for mypy only
    AnyFormSet = BaseFormSet


class BaseRows(AnyFormSet):
    """A list of small forms; an empty row counts as none, a ticked box removes one."""

    default_error_messages: ClassVar = {
        "too_many_forms": ngettext_lazy(
            "Keep it to %(num)d row.", "Keep it to %(num)d rows.", "num"
        )
    }

    def __init__(self, data: Any = None, *, initial: Any = None, **options: Any) -> None:
        # What was sent stands for itself: a row emptied by hand is empty, whatever it held before.
        super().__init__(data, initial=initial if data is None else None, **options)

    def initial_form_count(self) -> int:
        """Count no row as one that has to stay."""
        return 0 if self.is_bound else super().initial_form_count()

    def kept(self) -> list[BaseForm]:
        """Return the rows that are not to be removed, checked."""
        self.full_clean()
        return [form for form in self.forms if not form.cleaned_data.get("DELETE")]

    def filled(self) -> list[dict[str, Any]]:
        """Return what was typed, row by row, without the empty, wrong and removed ones."""
        valid = [form for form in self.kept() if form.is_valid() and form.cleaned_data]
        return [
            {name: value for name, value in form.cleaned_data.items() if name != "DELETE"}
            for form in valid
        ]

    def non_field_errors(self) -> list[str]:
        """Return what is wrong with the list as a whole, as a form would."""
        return [str(error) for error in self.non_form_errors()]

    def visible_fields(self) -> list[BoundField]:
        """Return the fields of every row that stays, as a form would."""
        return [field for form in self.kept() for field in form.visible_fields()]


class FormWithParts(SiteForm):
    """A form made of smaller ones: valid when they are, and the one place that lists errors."""

    parts: Mapping[str, BaseRows | SiteForm]

    @property
    def errors(self) -> ErrorDict:
        """Its own and, under the name of a part, those of the part."""
        own = super().errors
        return ErrorDict(own | {name: self.parts[name].errors for name in self.wrong_parts})

    @property
    def wrong_parts(self) -> list[str]:
        """The names of the parts that cannot be taken as they were typed."""
        return [name for name, part in self.parts.items() if part.is_bound and not part.is_valid()]

    def non_field_errors(self) -> list[str]:  # type: ignore[override]
        """Return what is wrong with the form and with its parts as a whole."""
        general = [error for part in self.parts.values() for error in part.non_field_errors()]
        return [*super().non_field_errors(), *general]

    def visible_fields(self) -> list[BoundField]:
        """Return its own fields and those of its parts."""
        fields = [field for part in self.parts.values() for field in part.visible_fields()]
        return [*super().visible_fields(), *fields]


def rows_of(form: type[SiteForm], *, most: int, blank: int) -> type[BaseRows]:
    """Make a list of one small form: `blank` empty rows at its end, a box to remove each."""
    return _formset(form, extra=blank, max_num=most, absolute_max=most + blank, can_delete=True)


def choices_of(form: type[SiteForm], *, most: int) -> type[BaseRows]:
    """Make a list of `most` small forms, each of which may be left empty."""
    return _formset(form, extra=most, max_num=most, absolute_max=most, can_delete=False)


def _formset(form: type[SiteForm], **options: Any) -> type[BaseRows]:
    options |= {"formset": BaseRows, "validate_max": True, "renderer": SiteRenderer()}
    return cast("type[BaseRows]", formset_factory(form, **options))


def as_if_sent(form: SiteForm) -> dict[str, Any]:
    """Return what a browser would send if the form were left as it is: to check what is missing."""
    fields = [field for part in _whole(form) for field in part]
    return {field.html_name: "" if field.value() is None else field.value() for field in fields}


def _whole(form: SiteForm) -> list[BaseForm]:
    """Return a form, its parts, and the counters that tell a list how long it is."""
    parts = form.parts.values() if isinstance(form, FormWithParts) else ()
    lists = [part for part in parts if isinstance(part, BaseRows)]
    single = [part for part in parts if not isinstance(part, BaseRows)]
    rows = [row for part in lists for row in (part.management_form, *part.forms)]
    return [form, *single, *rows]
