"""The letters that carry a decision: news sends them, the desk shows them before they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from experts.models import Application
from marketplace.kit.words import long_day_text


@dataclass(frozen=True, slots=True)
class Letter:
    """What the applicant reads, as plain text."""

    subject: str
    body: str


def granted(application: Application, *, level: int, valid_until: date) -> Letter:
    """Say what they hold and until when, and what the reviewer has to say."""
    public = _("It is public, with the evidence you made public, and valid until %(day)s.")
    return Letter(
        _("You hold a badge now: %(skill)s, level %(level)s")
        % {"skill": application.skill.name, "level": level},
        _paragraphs([application.message, public % {"day": _day(valid_until)}]),
    )


def changes_asked(application: Application) -> Letter:
    """Say what the reviewers need, and that our clock waits."""
    parts = application.asked_part_names
    return Letter(
        _("The reviewer asks for changes: %(skill)s") % {"skill": application.skill.name},
        _paragraphs(
            [
                application.message,
                _("To change: %(parts)s.") % {"parts": ", ".join(parts)} if parts else "",
                _("Our clock has stopped. Submit again when you are ready."),
            ]
        ),
    )


def rejected(application: Application) -> Letter:
    """Say why, what would change it, when to come back, and that they may appeal."""
    named = {"skill": application.skill.name, "level": application.level}
    appeal = _("You can appeal once within 14 days; somebody who did not judge it decides.")
    return Letter(
        _("Your application was rejected: %(skill)s, level %(level)s") % named,
        _paragraphs([*_refusal(application), appeal]),
    )


def upheld(application: Application) -> Letter:
    """Say that the rejection stands after the appeal, and why."""
    named = {"skill": application.skill.name, "level": application.level}
    final = _("Somebody who did not judge it before decided this. It is final.")
    return Letter(
        _("Your appeal was rejected: %(skill)s, level %(level)s") % named,
        _paragraphs([*_refusal(application), final]),
    )


def _refusal(application: Application) -> Sequence[str]:
    change = {"would_change": application.would_change}
    day = {"day": _day(application.reapply_on)} if application.reapply_on else {}
    return [
        application.message,
        _("What would change it: %(would_change)s") % change,
        _("Apply again from %(day)s.") % day if day else "",
    ]


def _paragraphs(texts: Sequence[str]) -> str:
    return "\n\n".join(filter(None, texts))


def _day(day: date) -> str:
    return long_day_text(day)
