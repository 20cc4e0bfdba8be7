"""Lays experts side by side, by what is proven and what it costs."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from experts.listed import Row
from experts.models import Badge, Skill
from marketplace.kit.comparison import Line, line, plain
from marketplace.kit.hours import shared_hours
from marketplace.kit.words import day_text, written
from marketplace.templatetags.ui import level_words


def lines(rows: Sequence[Row], *, zone: str, on: date) -> list[Line]:
    """Compare experts for a reader in this IANA zone, on this day; the skills they hold first."""
    return [
        *_skill_lines(rows),
        line(_("Pieces of evidence"), rows, _evidence_text, _evidence),
        _score_line(rows),
        line(_("Rate"), rows, _rate_text, lambda row: -row.expert.rate_minor),
        line(_("Free"), rows, lambda row: _free_text(row, on), lambda row: -_free(row, on)),
        line(_("Hours a week"), rows, _hours_text, lambda row: row.expert.hours_per_week),
        line(
            _("Working hours you share"),
            rows,
            lambda row: _("%(hours)s h") % {"hours": _shared(row, zone, on)},
            lambda row: _shared(row, zone, on),
        ),
        plain(_("Languages"), [", ".join(row.expert.language_names) for row in rows]),
        plain(_("Country"), [row.expert.country_name for row in rows]),
    ]


def _skill_lines(rows: Sequence[Row]) -> list[Line]:
    """One line for each skill that any of them holds, those that most hold first."""
    held = [{badge.skill: badge for badge in row.badges} for row in rows]
    skills = {skill for badges in held for skill in badges}
    ordered = sorted(skills, key=lambda each: (-sum(each in one for one in held), each.position))
    return [_skill_line(skill, held) for skill in ordered]


def _skill_line(skill: Skill, held: Sequence[dict[Skill, Badge]]) -> Line:
    def level(badges: dict[Skill, Badge]) -> int:
        return badges[skill].level if skill in badges else 0

    return line(
        skill.name,
        held,
        lambda each: level_words(level(each)) if level(each) else _("not held"),
        level,
    )


def _score_line(rows: Sequence[Row]) -> Line:
    """Compare scores; where nobody has one, none is best."""
    if not any(map(_has, rows)):
        return plain(_("Score"), [_score_text(row) for row in rows])
    return line(_("Score"), rows, _score_text, lambda row: row.reputation.score if _has(row) else 0)


def _evidence(row: Row) -> int:
    return sum(len(badge.application.evidence.all()) for badge in row.badges)


def _evidence_text(row: Row) -> str:
    return str(_evidence(row))


def _has(row: Row) -> bool:
    return bool(row.reputation.count)


def _score_text(row: Row) -> str:
    if not _has(row):
        return _("New here")
    said = {"score": f"{row.reputation.score:.2f}", "count": row.reputation.count}
    return _("%(score)s from %(count)d contracts") % said


def _rate_text(row: Row) -> str:
    return _("%(rate)s/h") % {"rate": written(row.expert.rate, 0)}


def _free(row: Row, on: date) -> int:
    """Return the day from which they take work, as a number; the last one for who takes none."""
    if not row.expert.is_open:
        return date.max.toordinal()
    return max(row.expert.available_on or on, on).toordinal()


def _free_text(row: Row, on: date) -> str:
    if not row.expert.is_open:
        return _("Not taking new work")
    day = row.expert.available_on
    return _("From %(day)s") % {"day": day_text(day)} if day and day > on else _("Available now")


def _hours_text(row: Row) -> str:
    return str(row.expert.hours_per_week)


def _shared(row: Row, zone: str, on: date) -> int:
    return shared_hours(zone, row.expert.user.time_zone, on=on)
