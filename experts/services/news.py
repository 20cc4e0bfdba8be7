"""What applicants and holders are told, one function for each fact."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Kind
from accounts.services.notifications import Message, in_readers_languages, tell
from experts.models import Application, Badge, Evidence, Expert, LiveSlot
from experts.reputation import Reputation
from experts.score_changes import Told
from experts.services import letters, score_letter
from experts.services.letters import Letter
from marketplace.kit.words import long_clock_text, long_day_text


@in_readers_languages
def badge_issued(badge: Badge, *, at: datetime) -> None:
    """Tell the holder what they hold and until when."""
    letter = letters.granted(badge.application, level=badge.level, valid_until=badge.valid_until)
    _tell(
        badge.application,
        key=f"badge:{badge.public_id}:issued",
        subject=letter.subject,
        body=letter.body,
        url=reverse("experts:badge", args=[badge.public_id]),
        action=_("Open your badge"),
        at=at,
    )


@in_readers_languages
def badge_lapsed(badge: Badge, *, at: datetime) -> None:
    """Tell the holder that it no longer counts, and how to get it back."""
    named = {"skill": badge.skill.name, "level": badge.level}
    _tell(
        badge.application,
        key=f"badge:{badge.public_id}:lapsed",
        subject=_("Your badge has lapsed: %(skill)s, level %(level)s") % named,
        body=_("It no longer counts in search or for jobs. Apply again with recent evidence."),
        url=reverse("experts:apply"),
        action=_("Apply again"),
        at=at,
    )


@in_readers_languages
def badge_ages(badge: Badge, *, at: datetime) -> None:
    """Tell the holder that a badge's models retire; that its end is near, `badge_ends` says."""
    advice = [release.advice for release in badge.application.built_on.all()]
    _tell(
        badge.application,
        key=f"badge:{badge.public_id}:ages:{at:%Y%m%d}",
        subject=_("Your badge is ageing: %(skill)s, level %(level)s") % _of(badge),
        body="\n".join([*filter(None, advice), _counts_until(badge), _how_to_renew()]),
        url=_renewal(badge),
        action=_("Renew the badge"),
        at=at,
    )


@in_readers_languages
def badge_ends(badge: Badge, days: int, *, at: datetime) -> None:
    """Remind the holder so many days before the last one; moving the last day starts anew."""
    named = _of(badge) | {"day": long_day_text(badge.valid_until)}
    _tell(
        badge.application,
        key=f"badge:{badge.public_id}:ends-{days}:{badge.valid_until:%Y%m%d}",
        subject=_("Your badge ends on %(day)s: %(skill)s, level %(level)s") % named,
        body="\n".join([_counts_until(badge), _how_to_renew()]),
        url=_renewal(badge),
        action=_("Renew the badge"),
        at=at,
    )


@in_readers_languages
def badge_redated(badge: Badge, before: date, *, at: datetime) -> None:
    """Tell the holder that the registry moved their badge's last day, and from when to when."""
    named = _of(badge) | {
        "before": long_day_text(before),
        "day": long_day_text(badge.valid_until),
    }
    _tell(
        badge.application,
        key=f"badge:{badge.public_id}:redated:{badge.valid_until:%Y%m%d}",
        subject=_("Your badge now counts until %(day)s: %(skill)s, level %(level)s") % named,
        body=_(
            "It was %(before)s before. The provider changed the dates of the models your evidence"
            " was built on."
        )
        % named,
        url=reverse("experts:badge", args=[badge.public_id]),
        action=_("Open your badge"),
        at=at,
    )


@in_readers_languages
def badge_suspended(badge: Badge, *, at: datetime) -> None:
    """Tell the holder why it does not count for now, in the words strangers read."""
    _badge_news(badge, "suspended", _("Your badge is suspended: %(skill)s, level %(level)s"), at)


@in_readers_languages
def badge_reinstated(badge: Badge, *, at: datetime) -> None:
    """Tell the holder that it counts again."""
    _badge_news(badge, "reinstated", _("Your badge counts again: %(skill)s, level %(level)s"), at)


@in_readers_languages
def badge_revoked(badge: Badge, *, at: datetime) -> None:
    """Tell the holder why it was taken away, in the words strangers read."""
    _badge_news(badge, "revoked", _("Your badge was revoked: %(skill)s, level %(level)s"), at)


@in_readers_languages
def score_changed(
    expert: Expert,
    before: Told | None,
    now: Reputation,
    titles: Mapping[str, str],
    *,
    week: date,
    at: datetime,
) -> None:
    """Tell an expert what changed in their score, once in the week that begins with `week`."""
    letter = score_letter.written(before, now, titles)
    message = Message(
        user=expert.user,
        kind=Kind.SCORE,
        key=f"score:{expert.public_id}:{week:%Y%m%d}",
        subject=letter.subject,
        body=letter.body,
        url=reverse("experts:reputation", args=[expert.slug]),
        action=_("See the whole sum"),
    )
    tell(message, at=at)


@in_readers_languages
def changes_asked(application: Application, *, at: datetime) -> None:
    """Tell the applicant what the reviewer needs."""
    letter = letters.changes_asked(application)
    _tell(
        application,
        key=f"application:{application.public_id}:changes:{at:%Y%m%dT%H%M%S}",
        subject=letter.subject,
        body=letter.body,
        url=_address(application),
        action=_("Open your application"),
        at=at,
    )


@in_readers_languages
def rejected(application: Application, *, at: datetime) -> None:
    """Tell the applicant why, what would change it, and when to come back."""
    _refusal(application, letters.rejected(application), "rejected", at)


@in_readers_languages
def upheld(application: Application, *, at: datetime) -> None:
    """Tell the applicant how their appeal ended."""
    _refusal(application, letters.upheld(application), "upheld", at)


@in_readers_languages
def appealed(application: Application, *, at: datetime) -> None:
    """Confirm the appeal to the applicant, with who decides it and by when."""
    named = {"skill": application.skill.name, "level": application.level}
    _tell(
        application,
        key=f"application:{application.public_id}:appealed",
        subject=_("We have your appeal: %(skill)s, level %(level)s") % named,
        body=_("Somebody who did not judge it decides within five business days."),
        url=_address(application),
        action=_("See where it stands"),
        at=at,
    )


@in_readers_languages
def file_refused(piece: Evidence, *, at: datetime) -> None:
    """Tell the applicant that the scanner refused a file, which has been deleted."""
    _tell(
        piece.application,
        key=f"evidence:{piece.public_id}:refused:{at:%Y%m%dT%H%M%S}",
        subject=_("A file was refused: %(title)s") % {"title": piece.title},
        body=_("The malware scanner found something in it, so we deleted it. Add another file."),
        url=_address(piece.application),
        action=_("Open your application"),
        at=at,
    )


@in_readers_languages
def session_chosen(slot: LiveSlot, *, at: datetime) -> None:
    """Tell both sides when they meet, each in their own zone; the page has the calendar file."""
    application = slot.application
    for person in (application.expert.user, slot.chosen_by):
        if person is None:
            continue
        local = slot.starts_at.astimezone(ZoneInfo(person.time_zone or "UTC"))
        when = f"{long_clock_text(local)} ({person.time_zone or 'UTC'})"
        message = Message(
            user=person,
            kind=Kind.BADGE,
            key=f"slot:{slot.public_id}:chosen",
            subject=_("Walkthrough: %(when)s") % {"when": when},
            body=_("A reviewer and the applicant meet for 15 minutes about %(skill)s.")
            % {"skill": application.skill.title},
            url=reverse("experts:session-calendar", args=[slot.public_id]),
            action=_("Add it to your calendar"),
        )
        tell(message, at=at)


@in_readers_languages
def submitted(application: Application, *, at: datetime) -> None:
    """Confirm the submission to the applicant, with the day by which we decide."""
    _tell(
        application,
        key=f"application:{application.public_id}:submitted:{at:%Y%m%dT%H%M%S}",
        subject=_("We have your application: %(skill)s, level %(level)s")
        % {"skill": application.skill.name, "level": application.level},
        body=_("A reviewer reads it next. We decide within five business days."),
        url=_address(application),
        action=_("See where it stands"),
        at=at,
    )


def _refusal(application: Application, letter: Letter, fact: str, at: datetime) -> None:
    _tell(
        application,
        key=f"application:{application.public_id}:{fact}",
        subject=letter.subject,
        body=letter.body,
        url=_address(application),
        action=_("Read the decision"),
        at=at,
    )


def _badge_news(badge: Badge, fact: str, subject: str, at: datetime) -> None:
    _tell(
        badge.application,
        # A badge may be suspended more than once.
        key=f"badge:{badge.public_id}:{fact}:{at:%Y%m%dT%H%M%S}",
        subject=subject % {"skill": badge.skill.name, "level": badge.level},
        body=_("The reason, as the badge's page gives it: %(reason)s")
        % {"reason": badge.public_reason},
        url=reverse("experts:badge", args=[badge.public_id]),
        action=_("Open the badge's page"),
        at=at,
    )


def _of(badge: Badge) -> dict[str, object]:
    return {"skill": badge.skill.name, "level": badge.level}


def _counts_until(badge: Badge) -> str:
    return _("It counts until %(day)s.") % {"day": long_day_text(badge.valid_until)}


def _how_to_renew() -> str:
    return _("Apply again for the same level with recent evidence to renew it without a gap.")


def _renewal(badge: Badge) -> str:
    return f"{reverse('experts:apply')}?skill={badge.skill.slug}"


def _address(application: Application) -> str:
    return reverse("experts:application", args=[application.public_id])


def _tell(
    application: Application,
    *,
    key: str,
    subject: str,
    body: str,
    url: str,
    action: str,
    at: datetime,
) -> None:
    message = Message(
        user=application.expert.user,
        kind=Kind.BADGE,
        key=key,
        subject=subject,
        body=body,
        url=url,
        action=action,
    )
    tell(message, at=at)
