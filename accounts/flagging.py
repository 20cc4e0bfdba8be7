"""Which things can be reported: each app adds its own, so that there is one form and one queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Flagged:
    """A thing that is reported: what it is called, where it is read, and whose it is."""

    kind: str
    about: str
    title: str
    url: str
    owners: Sequence[User]


# Finds a thing that this reader may see, by its public id; nothing where there is none for them.
Finder = Callable[[User, str], Flagged | None]
Line = tuple[str | Promise, str]
# Shows our staff the thing itself by its public id, line by line, whoever else may see it: that and
# nothing around it. Nothing where it is gone.
Shower = Callable[[str], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of thing: what it is called in "Report a …", how one is found, what staff see."""

    label: str | Promise
    find: Finder
    show: Shower


SORTS: dict[str, Sort] = {}


def flaggable(kind: str, label: str | Promise, *, show: Shower) -> Callable[[Finder], Finder]:
    """Let things of a sort be reported; the function says how one is found."""

    def add(find: Finder) -> Finder:
        SORTS[kind] = Sort(label, find, show)
        return find

    return add
