"""Admin classes for records that only services may change."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.functional import _StrOrPromise as StrOrPromise

    Overrides = Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]
    AnyAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
    Column = Callable[[AnyAdmin, models.Model], str]
else:  # the classes are generic for mypy only
    AnyAdmin = admin.ModelAdmin
    AnyInline = admin.TabularInline


class ReadOnly:
    """Refuses to add, change and delete; who may look is Django's own permission."""

    # Django builds form fields for rows it only shows, and asks each what a bare address means.
    formfield_overrides: ClassVar[Overrides] = {models.URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, AnyAdmin):
    """Shows rows; adds, changes and deletes none."""


class ReadOnlyInline(ReadOnly, AnyInline):
    """Shows the rows of another row; see `rows`."""

    extra = 0


def column(heading: StrOrPromise, path: str, *, ordering: str | None = None) -> Column:
    """Show what stands at the end of a path from a row, such as the title of its contract.

    :param path: names of attributes, with dots between them.
    :param ordering: the lookup by which it is sorted; without one it is not.
    """
    value = attrgetter(path)

    @admin.display(description=heading, ordering=ordering)
    def shown(_admin: AnyAdmin, row: models.Model) -> str:
        return str(value(row))

    return shown


def rows(model: type[models.Model], **options: Any) -> type[ReadOnlyInline]:
    """Show the rows of `model` that belong to a row, such as its history.

    :param options: what Django's inlines know, such as `fields` or `show_change_link`.
    """
    return type(f"{model.__name__}Rows", (ReadOnlyInline,), {"model": model, **options})
