"""Reads of people and organisations."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import (
    Flag,
    Mail,
    MemberInvitation,
    Membership,
    Organisation,
    Preference,
    Sanction,
    User,
)


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of a to-do list: what, where, by when (UTC), and what happens if nobody acts."""

    text: str
    url: str
    deadline: datetime | None
    consequence: str


def membership(user: User, organisation: Organisation) -> Membership | None:
    """Return this person's place in this organisation, if they have one."""
    place = Membership.objects.filter(user=user, organisation=organisation).first()
    if place:
        # Policies ask how this person stands; they are here already.
        place.user = user
    return place


def is_last_owner_of_others(user: User) -> bool:
    """Whether somebody owns an organisation alone that others belong to as well."""
    owners = Membership.objects.filter(role=Membership.Role.OWNER, user__is_active=True)
    owned = Organisation.objects.filter(memberships__in=owners.filter(user=user))
    shared = owned.filter(memberships__in=Membership.objects.exclude(user=user))
    return shared.exclude(memberships__in=owners.exclude(user=user)).exists()


def preferences_of(user: User) -> dict[str, Preference]:
    """Return where this person wants to hear which kind of news; no row means everywhere."""
    return {row.kind: row for row in Preference.objects.filter(user=user)}


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits to be sent: how many mails of which sort, and since when (UTC)."""

    due: int
    oldest_due_at: datetime | None
    failing: int
    later: int
    collected: int


def outbox(at: datetime) -> Outbox:
    """Count what waits; the rows that are done are not read."""
    waiting = Mail.objects.filter(status=Mail.Status.QUEUED)
    is_due = Q(due_at__lte=at)
    found = waiting.aggregate(
        due=Count("pk", filter=is_due),
        oldest_due_at=Min("due_at", filter=is_due),
        # A worker counts its try before it makes it, so one try may still be under way.
        failing=Count("pk", filter=Q(attempts__gt=1)),
        later=Count("pk", filter=~is_due),
    )
    return Outbox(**found, collected=Mail.objects.filter(status=Mail.Status.COLLECTED).count())


def verified_addresses(user: User) -> set[str]:
    """Return the e-mail addresses this person has shown to be theirs, in lower case."""
    rows = EmailAddress.objects.filter(user=user, verified=True)
    return {address.lower() for address in rows.values_list("email", flat=True)}


def is_read_by_a_member(email: str, organisation: Organisation) -> bool:
    """Whether a member has shown that this address, in lower case, is theirs."""
    addresses = EmailAddress.objects.filter(email=email, verified=True)
    return organisation.memberships.filter(user__in=addresses.values("user")).exists()


def reader_of(email: str) -> User | None:
    """Return who has shown that this address, in lower case, is theirs."""
    return User.objects.filter(
        emailaddress__email=email, emailaddress__verified=True, is_active=True
    ).first()


def invitations_to(user: User, at: datetime) -> list[MemberInvitation]:
    """Return the invitations this person may accept, the newest first."""
    waiting = MemberInvitation.objects.waiting().select_related("organisation", "invited_by")
    to_them = waiting.filter(email__in=verified_addresses(user), expires_at__gt=at)
    return list(to_them.order_by("-mailed_at"))


def open_flags() -> QuerySet[Flag]:
    """Return the reports that wait, the oldest first, with how many others are about the same."""
    same = Flag.objects.filter(
        kind=OuterRef("kind"), about=OuterRef("about"), status=Flag.Status.OPEN
    )
    count = same.order_by().values("about").annotate(count=Count("pk")).values("count")
    rows = Flag.objects.filter(status=Flag.Status.OPEN)
    return rows.annotate(others=Coalesce(Subquery(count), 1) - 1).order_by("created_at", "pk")


def answered_flags(limit: int) -> list[Flag]:
    """Return the reports that were answered last."""
    rows = Flag.objects.filter(status__in=(Flag.Status.DISMISSED, Flag.Status.UPHELD))
    return list(rows.order_by(F("pk").desc())[:limit])


@dataclass(frozen=True, slots=True)
class SanctionDesk:
    """What waits at the desk, and what does not."""

    proposed: list[Sanction]
    appealed: list[Sanction]
    in_force: list[Sanction]
    over: list[Sanction]


def sanction_desk(at: datetime, limit: int = 50) -> SanctionDesk:
    """Return what waits for a second person and for an answer, and what was last imposed."""
    rows = Sanction.objects.select_related("user", "proposed_by")
    status = Sanction.Status
    in_force = rows.in_force(at).exclude(appealed_at__isnull=False, answered_by=None)
    over = rows.filter(status__in=(status.REVERSED, status.EXPIRED, status.DROPPED))
    return SanctionDesk(
        proposed=list(rows.filter(status=status.PROPOSED).order_by("proposed_at")[:limit]),
        appealed=list(rows.to_answer().order_by("appealed_at")[:limit]),
        in_force=list(in_force.order_by("-starts_at")[:limit]),
        over=list(over.exclude(appealed_at__isnull=False, answered_by=None)[:10]),
    )
