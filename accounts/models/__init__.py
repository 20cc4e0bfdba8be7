"""The nouns of accounts."""

from accounts.models.access_token import AccessToken, AccessTokenEvent, Scope
from accounts.models.audit_event import AuditChain, AuditEvent
from accounts.models.deed import Deed
from accounts.models.erasure import Erasure, ErasureEvent
from accounts.models.export import Export, ExportEvent
from accounts.models.flag import Flag, FlagEvent
from accounts.models.kept_answer import KeptAnswer
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
from accounts.models.webhook import Delivery, DeliveryEvent, Topic, Webhook, WebhookEvent

__all__ = [
    "AccessToken",
    "AccessTokenEvent",
    "AuditChain",
    "AuditEvent",
    "Cadence",
    "ClientRating",
    "Deed",
    "Delivery",
    "DeliveryEvent",
    "Erasure",
    "ErasureEvent",
    "Export",
    "ExportEvent",
    "Flag",
    "FlagEvent",
    "KeptAnswer",
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
    "Scope",
    "Standing",
    "Topic",
    "User",
    "Webhook",
    "WebhookEvent",
]
