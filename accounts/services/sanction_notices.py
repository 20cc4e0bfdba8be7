"""What somebody with a sanction is told: rule, facts, what remains, and how to appeal."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind, Sanction
from accounts.services import notifications
from accounts.services.notifications import Message, in_readers_languages
from marketplace.kit.words import deadline_text


@in_readers_languages
def imposed(sanction: Sanction, at: datetime) -> None:
    """Say what was decided and on what grounds; the page says what is left to them."""
    until = sanction.ends_at
    lines = [
        _("The rule: %(title)s. %(text)s")
        % {"title": sanction.rule.title, "text": sanction.rule.text},
        _("What we found: %(facts)s") % {"facts": sanction.facts},
    ]
    if sanction.level != Sanction.Level.NOTICE:
        lines.append(
            _("Until %(date)s you begin nothing new here.") % {"date": deadline_text(until)}
            if until
            else _("From now on you begin nothing new here.")
        )
        lines.append(
            _("Your running contracts, their messages and the money in them stay as they are.")
        )
    if last_day := sanction.appeal_until:
        lines.append(
            _("You can appeal until %(date)s; somebody else then decides.")
            % {"date": deadline_text(last_day)}
        )
    subjects = {
        Sanction.Level.NOTICE: _("A notice about your account: %(title)s"),
        Sanction.Level.LIMIT: _("Your account is limited: %(title)s"),
        Sanction.Level.SUSPEND: _("Your account is suspended: %(title)s"),
        Sanction.Level.BAN: _("Your account is banned: %(title)s"),
    }
    subject = subjects[Sanction.Level(sanction.level)] % {"title": sanction.rule.title}
    _tell(sanction, "imposed", subject, " ".join(lines), at)


@in_readers_languages
def was_answered(sanction: Sanction, at: datetime) -> None:
    """Say what became of the appeal, or that we take it back ourselves."""
    taken_back = sanction.status == Sanction.Status.REVERSED
    subject = (
        _("Taken back: %(level)s, %(title)s")
        if taken_back
        else _("We have read your appeal, and it stands: %(level)s, %(title)s")
    )
    named = {"level": sanction.get_level_display(), "title": sanction.rule.title}
    _tell(sanction, f"answered:{sanction.status}", subject % named, sanction.answer, at)


@in_readers_languages
def is_over(sanction: Sanction, at: datetime) -> None:
    """Say that its time has run out."""
    subject = _("Over: %(level)s, %(title)s") % {
        "level": sanction.get_level_display(),
        "title": sanction.rule.title,
    }
    body = _("Its time has run out. Nothing of what is yours was changed by it.")
    _tell(sanction, "over", subject, body, at)


def _tell(sanction: Sanction, what: str, subject: str, body: str, at: datetime) -> None:
    notice = Message(
        user=sanction.user,
        kind=Kind.SECURITY,
        key=f"sanction:{sanction.public_id}:{what}",
        subject=subject,
        body=body,
        url=reverse("accounts:sanction", args=[sanction.public_id]),
        action=_("Read it whole"),
    )
    notifications.tell(notice, at=at)
