"""The change log of the match score, as `/how-ranking-works/` shows it: the newest first."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Change:
    """One version of the score: `points` is what each factor was worth at most."""

    version: str
    on: date
    what: str | Promise
    points: dict[str, int]


CHANGES = (
    Change(
        "2026-11-c",
        date(2026, 11, 28),
        _("A new gate: whoever names languages has one in common with the job. No points changed."),
        {
            "MUST": 40, "NICE": 15, "KIND": 5, "RATE": 10, "SHARED": 10, "AVAILABLE": 5,
            "RECENT": 10, "KEPT": 5,
        },
    ),
    Change(
        "2026-11-b",
        date(2026, 11, 28),
        _(
            "New factors: what is proven of this kind of work, and dates kept. They take their ten"
            " points from the rate and from availability. What a match was worked out from is now"
            " kept with it, so that it can be replayed."
        ),
        {
            "MUST": 40, "NICE": 15, "KIND": 5, "RATE": 10, "SHARED": 10, "AVAILABLE": 5,
            "RECENT": 10, "KEPT": 5,
        },
    ),
    Change(
        "2026-11-a",
        date(2026, 11, 2),
        _("The first version, with six factors."),
        {"MUST": 40, "NICE": 15, "RATE": 15, "SHARED": 10, "AVAILABLE": 10, "RECENT": 10},
    ),
)  # fmt: skip
