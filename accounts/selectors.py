"""Reads of people and organisations."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress

from accounts.models import (
    MemberInvitation,
    Membership,
    Organisation,
    Preference,
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
    return Membership.objects.filter(user=user, organisation=organisation).first()


def preferences_of(user: User) -> dict[str, Preference]:
    """Return where this person wants to hear which kind of news; no row means everywhere."""
    return {row.kind: row for row in Preference.objects.filter(user=user)}


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
