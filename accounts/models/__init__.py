"""The nouns of accounts."""

from accounts.models.member_invitation import MemberInvitation, MemberInvitationEvent
from accounts.models.notification import Kind, Mail, MailEvent, Notification, Preference
from accounts.models.organisation import ClientRating, Membership, MembershipChange, Organisation
from accounts.models.user import User

__all__ = [
    "ClientRating",
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
    "User",
]
