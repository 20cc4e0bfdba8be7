"""Issuing badges, and taking them away for cause."""

import calendar
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts import policies
from experts.models import Application, Badge, Expert, TrailEntry
from experts.models.skill import Level
from experts.services import trail
from marketplace.kit.errors import DomainError

MONTHS = 12
TWO_PERSONS = 2
# What the trail of the desk calls each verb.
ACTS = {
    "suspend": TrailEntry.Act.SUSPENDED,
    "reinstate": TrailEntry.Act.REINSTATED,
    "revoke": TrailEntry.Act.REVOKED,
}


class AlreadyProven(DomainError):
    """A valid badge of this level or a higher one says it already."""

    code = "already_proven"
    sentence = _("This skill is already proven at this level or a higher one.")


class NeedsSecondGrant(DomainError):
    """Nobody grants the highest level alone; the database refuses it too (two_grants.sql)."""

    code = "needs_second_grant"
    sentence = _("Level 3 needs the grants of two reviewers. You can grant a lower level.")


class ReasonMissing(DomainError):
    """What is done to a badge in public is explained in public."""

    code = "public_reason_missing"
    sentence = _("Give the reason. It is shown on the badge's page.")


@transaction.atomic
def issue(application: Application, *, level: int, by: User, at: datetime) -> Badge:
    """Issue the badge an application has earned; it replaces a lower or an ageing one.

    :raises AlreadyProven: when a badge of a higher level, or of this one and not ageing, counts.
    :raises NeedsSecondGrant: for level 3, unless two persons judged so.
    """
    if level == Level.LED and application.reviews.granting(level) < TWO_PERSONS:
        raise NeedsSecondGrant
    Expert.objects.select_for_update(no_key=True).get(pk=application.expert_id)
    badges = Badge.objects.filter(expert=application.expert, skill=application.skill_id)
    if badges.covering(level).exists():
        raise AlreadyProven
    for older in badges.valid():
        older.move("supersede", by=by, at=at)
    end = months_after(at.date(), application.skill.validity_months)
    badge = Badge.objects.create(
        expert=application.expert,
        skill=application.skill,
        level=level,
        application=application,
        granted_by=by,
        issued_on=at.date(),
        valid_until=end,
        full_term_until=end,
    )
    badge.move("issue", by=by, at=at)
    return badge


def held(expert: Expert, skill_id: int) -> Badge | None:
    """Return the badge that speaks for this expert in this skill today."""
    return Badge.objects.valid().filter(expert=expert, skill=skill_id).first()


@transaction.atomic
def suspend(badge: Badge, *, reason: str, by: User, at: datetime) -> Badge:
    """Stop a badge from counting while a doubt is looked into; its days go on.

    :raises PermissionDenied: unless `by` is a reviewer and not the holder.
    :raises ReasonMissing: without a reason.
    :raises IllegalMove: unless it counts today.
    """
    return _move_for_cause(badge, "suspend", reason, by, at)


@transaction.atomic
def suspend_all(expert: Expert, *, reason: str, by: User, at: datetime) -> int:
    """Stop every badge of an expert from counting; return how many did.

    :raises PermissionDenied: unless `by` is a reviewer and not the holder.
    :raises ReasonMissing: without a reason, also where there is no badge.
    """
    Expert.objects.select_for_update(no_key=True).get(pk=expert.pk)
    if not reason.strip():
        raise ReasonMissing
    rows = Badge.objects.valid().filter(expert=expert)
    counting = list(rows.select_related("expert__user", "skill", "application"))
    for badge in counting:
        suspend(badge, reason=reason, by=by, at=at)
    return len(counting)


@transaction.atomic
def reinstate(badge: Badge, *, reason: str, by: User, at: datetime) -> Badge:
    """Let a suspended badge count again, until the day it had before.

    :raises PermissionDenied: unless `by` is a reviewer and not the holder.
    :raises ReasonMissing: without a reason.
    :raises AlreadyProven: when another badge speaks for its holder in this skill meanwhile.
    :raises IllegalMove: unless it is suspended.
    """
    Expert.objects.select_for_update(no_key=True).get(pk=badge.expert_id)
    if held(badge.expert, badge.skill_id):
        raise AlreadyProven
    return _move_for_cause(badge, "reinstate", reason, by, at)


@transaction.atomic
def revoke(badge: Badge, *, reason: str, by: User, at: datetime) -> Badge:
    """Take a badge away for ever, also one that has lapsed or is suspended.

    :raises PermissionDenied: unless `by` is a reviewer and not the holder.
    :raises ReasonMissing: without a reason.
    :raises IllegalMove: when it was replaced or revoked before.
    """
    return _move_for_cause(badge, "revoke", reason, by, at)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months on, or the last of a month that is too short for it."""
    count = day.year * MONTHS + day.month - 1 + months
    year, month = count // MONTHS, count % MONTHS + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _move_for_cause(badge: Badge, verb: str, reason: str, by: User, at: datetime) -> Badge:
    if not policies.may_police(by, badge):
        raise PermissionDenied
    if not reason.strip():
        raise ReasonMissing
    # Before the badge's own row, as everywhere: the search document waits for it too.
    Expert.objects.select_for_update(no_key=True).get(pk=badge.expert_id)
    badge.public_reason = reason.strip()
    badge.move(verb, by=by, at=at, reason=badge.public_reason)
    badge.save(update_fields=["public_reason"])
    trail.note(badge.application, ACTS[verb], by=by, at=at, about=badge.public_id)
    return badge
