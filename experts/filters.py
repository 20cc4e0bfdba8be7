"""What a reader asks of the directory, as a value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks for. Of several skills or languages all, of works, families, domains any.

    Rates are minor units per hour, `level` the least one (1 to 3), `rating` the least score in
    hundredths, `shared` the least working hours shared with `zone` (IANA), `hours` those a week.
    """

    text: str = ""
    skills: tuple[str, ...] = ()
    level: int = 1
    rate_min: int | None = None
    rate_max: int | None = None
    hours: int | None = None
    shared: int | None = None
    soon: bool = False
    rating: int | None = None
    families: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    country: str = ""
    sort: str = "evidence"
    zone: str = "UTC"

    def without(self, name: str, value: str = "") -> "Filters":
        """Return the same question without one filter, or without one of its values."""
        kept = (
            tuple(each for each in getattr(self, name) if each != value) if value else UNSET[name]
        )
        changes: dict[str, Any] = {name: kept}
        return replace(self, **changes)

    def has(self, name: str) -> bool:
        """Whether this filter is on."""
        return bool(getattr(self, name) != UNSET[name])

    def kept(self) -> dict[str, Any]:
        """Return the question as JSON keeps it, for `again`."""
        return {name: value for name, value in asdict(self).items() if value != UNSET[name]}

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> "Filters":
        """Return a question that was kept; a filter that is no more asks nothing."""
        asked: dict[str, Any] = {
            name: tuple(value) if name in SEVERAL else value
            for name, value in kept.items()
            if name in UNSET
        }
        return cls(**asked)

    def applied(self) -> list[tuple[str, str]]:
        """Return (filter, value) of everything asked for; the value names one of several."""
        several = [(name, value) for name in SEVERAL for value in getattr(self, name)]
        single = [(name, "") for name in SINGLE if self.has(name)]
        return [*several, *single]


UNSET: Mapping[str, Any] = {each.name: each.default for each in fields(Filters)}
SEVERAL = ("skills", "works", "families", "domains", "languages")
SINGLE = ("text", "level", "rate_min", "rate_max", "hours", "shared", "soon", "rating", "country")
