"""The nouns of accounts."""

from accounts.models.notification import Kind, Mail, MailEvent, Notification, Preference
from accounts.models.organisation import ClientRating, Membership, Organisation
from accounts.models.user import User

__all__ = [
    "ClientRating",
    "Kind",
    "Mail",
    "MailEvent",
    "Membership",
    "Notification",
    "Organisation",
    "Preference",
    "User",
]
