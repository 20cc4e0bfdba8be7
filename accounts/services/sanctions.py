"""Sanctions: proposed, imposed, appealed and answered; and what a person may still do under one.

Nothing that somebody has is changed by a sanction. `User.standing` says what is left to them, and
everything that begins something new asks it; so what is taken back leaves no trace.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.models import Flag, Sanction, Standing, User
from accounts.models.sanction import LONGEST_DAYS, NOTICE_COUNTS
from accounts.rules import BY_CODE
from accounts.services import sanction_notices as notices
from marketplace.kit.errors import DomainError
from marketplace.kit.states import IllegalMove

Level = Sanction.Level
GRAVITY = tuple(Standing.values)


class AccountIsRestricted(DomainError):
    """What is begun goes on; nothing new begins."""

    code = "account_is_restricted"
    status = 403
    sentence = _(
        "Your account may begin nothing new at present: no jobs, proposals, invitations, offers or "
        "conversations. What you have begun goes on. Your settings say why, and how to appeal."
    )


class AppealIsLate(DomainError):
    """An appeal is made once, and within two weeks."""

    code = "appeal_is_late"
    sentence = _("The time to appeal is over.")


class NobodyIsMeant(DomainError):
    """A sanction is of a person who is here, under a rule that there is."""

    code = "nobody_is_meant"
    status = 422
    sentence = _("There is no account with this address, or no such rule.")


class LevelHasNoSuchTime(DomainError):
    """A limit and a suspension end on a day; a notice and a ban have no days to choose."""

    code = "level_has_no_such_time"
    status = 422
    sentence = _("Say for how many days a limit or a suspension lasts, 180 at most.")


def refuse_restricted(user: User) -> None:
    """Refuse to begin something new for somebody with a sanction in force.

    It may have come after the request began, as while this waited for a row.

    :raises AccountIsRestricted: then.
    """
    user.refresh_from_db(fields=["standing"])
    if not policies.may_begin_anew(user):
        raise AccountIsRestricted


@transaction.atomic
def propose(
    person: User,
    *,
    level: str,
    rule_code: str,
    facts: str,
    evidence: str,
    days: int | None,
    flag: Flag | None,
    by: User,
    at: datetime,
) -> Sanction:
    """Write down what a person did and what shall follow; they hear nothing before it is imposed.

    :param days: how long a limit or a suspension is to last, 1 to 180; nothing for other levels.
    :raises PermissionDenied: unless `by` is staff and not that person.
    :raises NobodyIsMeant: when the rule is none of ours.
    :raises LevelHasNoSuchTime: when the days do not fit the level.
    """
    if not policies.may_sanction(by, person):
        raise PermissionDenied
    if rule_code not in BY_CODE:
        raise NobodyIsMeant
    has_days = level in {Level.LIMIT, Level.SUSPEND}
    if has_days and not 1 <= (days or 0) <= LONGEST_DAYS:
        raise LevelHasNoSuchTime
    sanction = Sanction.objects.create(
        user=person,
        level=level,
        rule_code=rule_code,
        facts=facts,
        evidence=evidence,
        days=days if has_days else None,
        flag=flag,
        proposed_by=by,
        proposed_at=at,
    )
    sanction.move("propose", by=by, at=at)
    return sanction


@transaction.atomic
def drop(sanction: Sanction, *, reason: str, by: User, at: datetime) -> Sanction:
    """Leave it at that: what was proposed is not imposed, and the person never hears of it.

    :raises PermissionDenied: unless `by` is staff and not that person.
    :raises IllegalMove: unless it is proposed.
    """
    if not policies.may_sanction(by, sanction.user):
        raise PermissionDenied
    sanction.move("drop", by=by, at=at, reason=reason)
    return sanction


@transaction.atomic
def impose(sanction: Sanction, *, by: User, at: datetime) -> Sanction:
    """Put it into force from now on; the person reads the rule, the facts and what is left to them.

    :raises PermissionDenied: unless `by` may; a ban takes somebody who did not propose it.
    :raises IllegalMove: unless it is proposed.
    """
    sanction = _held(sanction)
    if not policies.may_impose(by, sanction):
        raise PermissionDenied
    sanction.imposed_by, sanction.starts_at = by, at
    sanction.ends_at = _end_of(sanction, at)
    sanction.save(update_fields=["imposed_by", "starts_at", "ends_at"])
    # Before the move, because what follows from the move asks how the person stands.
    _stand(sanction, at, also=sanction.standing)
    sanction.move("impose", by=by, at=at)
    notices.imposed(sanction, at)
    return sanction


@transaction.atomic
def appeal(sanction: Sanction, *, text: str, by: User, at: datetime) -> Sanction:
    """Ask for somebody else's judgement, once; it stays in force until they have answered.

    :raises PermissionDenied: unless it is theirs.
    :raises IllegalMove: when it has been appealed, or is over.
    :raises AppealIsLate: after two weeks.
    """
    sanction = _held(sanction)
    if sanction.user_id != by.pk:
        raise PermissionDenied
    if sanction.may("appeal") and not policies.may_appeal(by, sanction, at=at):
        raise AppealIsLate
    sanction.move("appeal", by=by, at=at)
    sanction.appeal, sanction.appealed_at = text, at
    sanction.save(update_fields=["appeal", "appealed_at"])
    return sanction


@transaction.atomic
def uphold(sanction: Sanction, *, answer: str, by: User, at: datetime) -> Sanction:
    """Find after an appeal that it was right; the person reads why.

    :raises PermissionDenied: unless `by` is staff who had no part in it.
    :raises IllegalMove: unless it was appealed.
    """
    sanction = _held(sanction)
    if not policies.may_answer_appeal(by, sanction):
        raise PermissionDenied
    if not sanction.awaits_an_answer:
        raise IllegalMove
    _answer(sanction, "uphold", answer, by=by, at=at)
    return sanction


@transaction.atomic
def reverse(sanction: Sanction, *, answer: str, by: User, at: datetime) -> Sanction:
    """Take it back; the person stands as if it had never been.

    :raises PermissionDenied: unless `by` may; after an appeal only who had no part in it.
    :raises IllegalMove: unless it is in force, or an appeal waits.
    """
    sanction = _held(sanction)
    if not policies.may_reverse(by, sanction):
        raise PermissionDenied
    _stand(sanction, at)
    _answer(sanction, "reverse", answer, by=by, at=at)
    return sanction


def expire_due(*, at: datetime, limit: int = 200) -> int:
    """End those whose time is over, each in its own transaction; return how many.

    An appeal that waits is answered all the same.
    """
    over = Sanction.objects.filter(status__in=Sanction.MOVES["expire"].sources, ends_at__lte=at)
    return sum(_expire(sanction, at) for sanction in over.order_by("ends_at")[:limit])


@transaction.atomic
def _expire(sanction: Sanction, at: datetime) -> bool:
    sanction = _held(sanction)
    if not sanction.may("expire"):
        return False
    _stand(sanction, at)
    sanction.move("expire", by=None, at=at)
    if sanction.standing != Standing.GOOD:
        notices.is_over(sanction, at)
    return True


def _held(sanction: Sanction) -> Sanction:
    """Take the person's row and the sanction's, so that those about one person come in a row."""
    User.objects.select_for_update(no_key=True).get(pk=sanction.user_id)
    rows = Sanction.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("user", "flag").get(pk=sanction.pk)


def _stand(sanction: Sanction, at: datetime, *, also: str = Standing.GOOD) -> None:
    """Write how the person stands by all other sanctions in force and `also`, the gravest first."""
    others = Sanction.objects.in_force(at).filter(user=sanction.user_id).exclude(pk=sanction.pk)
    found = [also, *(other.standing for other in others)]
    sanction.user.standing = max(found, key=GRAVITY.index)
    sanction.user.save(update_fields=["standing"])


def _end_of(sanction: Sanction, at: datetime) -> datetime | None:
    if sanction.level == Level.NOTICE:
        return at + NOTICE_COUNTS
    return at + timedelta(days=sanction.days) if sanction.days else None


def _answer(sanction: Sanction, verb: str, answer: str, *, by: User, at: datetime) -> None:
    sanction.answered_by, sanction.answer = by, answer
    sanction.move(verb, by=by, at=at, reason=answer[:200])
    sanction.save(update_fields=["answered_by", "answer"])
    notices.was_answered(sanction, at)
