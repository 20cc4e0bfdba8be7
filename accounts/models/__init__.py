"""The nouns of accounts."""

from accounts.models.flag import Flag, FlagEvent
from accounts.models.member_invitation import MemberInvitation, MemberInvitationEvent
from accounts.models.notification import (
    Cadence,
    Kind,
    Mail,
    MailEvent,
    Notification,
    Preference,
)
from accounts.models.organisation import ClientRating, Membership, MembershipChange, Organisation
from accounts.models.sanction import Sanction, SanctionEvent
from accounts.models.user import Standing, User

__all__ = [
    "Cadence",
    "ClientRating",
    "Flag",
    "FlagEvent",
    "Kind",
    "Mail",
    "MailEvent",
    "MemberInvitation",
    "MemberInvitationEvent",
    "Membership",
    "MembershipChange",
    "Notification",
    "Organisation",
    "Preference",
    "Sanction",
    "SanctionEvent",
    "Standing",
    "User",
]
