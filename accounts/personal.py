"""The tables of accounts, and those of Django and allauth: see marketplace.kit.personal."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import (
    AccessToken,
    ClientRating,
    Delivery,
    Export,
    Flag,
    KeptAnswer,
    Mail,
    MemberInvitation,
    Membership,
    MembershipChange,
    Notification,
    Organisation,
    Preference,
    Sanction,
    User,
    Webhook,
)
from accounts.periods import (
    ACCOUNT,
    ANSWERS,
    EXPORTS,
    INVITED,
    MAILS,
    NOTICES,
    RULES_KEPT,
    SIGNED_IN,
    SITE,
    VISITS,
    WEBHOOKS,
)
from marketplace.kit.personal import Kept

WAITS = Mail.Status.QUEUED, Mail.Status.COLLECTED
ASKED = MemberInvitation.Status.DRAFT, MemberInvitation.Status.SENT

TABLES = (
    Kept(User, ACCOUNT, of="pk", yours="email name time_zone language", hidden="password"),
    Kept(EmailAddress, ACCOUNT, of="user", yours="email"),
    Kept(EmailConfirmation, ACCOUNT, of="email_address__user", hidden="key"),
    Kept(Authenticator, ACCOUNT, of="user", hidden="data"),
    Kept(Organisation, ACCOUNT, of="memberships__user", yours="name website country about"),
    Kept(Membership, ACCOUNT, of="user"),
    Kept(MembershipChange, ACCOUNT, of="user"),
    Kept(ClientRating, ACCOUNT, of="organisation__memberships__user", plain="source"),
    Kept(Preference, ACCOUNT, of="user"),
    Kept(AccessToken, ACCOUNT, of="user", yours="name scopes", plain="prefix", hidden="digest"),
    Kept(KeptAnswer, ANSWERS, of="user", yours="body", hidden="key asked", since="created_at"),
    Kept(Webhook, ACCOUNT, of="user", yours="url topics", hidden="secret"),
    Kept(
        Delivery,
        WEBHOOKS,
        of="webhook__user",
        yours="body",
        plain="event failure",
        since="created_at",
        only=~Q(status=Delivery.Status.QUEUED),
    ),
    Kept(
        Notification,
        NOTICES,
        of="user",
        yours="subject body",
        plain="key url",
        since="created_at",
    ),
    Kept(
        Mail,
        MAILS,
        of="user",
        yours="to subject text html",
        plain="key kind",
        since="created_at",
        only=~Q(status__in=WAITS),
        blank=True,
    ),
    Kept(
        MemberInvitation,
        INVITED,
        of="invited_by",
        others="email",
        since="expires_at",
        only=~Q(status__in=ASKED),
    ),
    Kept(Export, EXPORTS, of="user", hidden="file", since="created_at"),
    Kept(Session, SIGNED_IN, hidden="session_key session_data", since="expire_date"),
    Kept(
        UserSession,
        VISITS,
        of="user",
        yours="ip user_agent",
        hidden="session_key data",
        since="last_seen_at",
    ),
    Kept(Flag, RULES_KEPT, of="by", yours="note", others="title answer", plain="kind about url"),
    Kept(
        Sanction,
        RULES_KEPT,
        of="user",
        yours="facts appeal answer",
        others="evidence",
        plain="rule_code",
    ),
    Kept(LogEntry, RULES_KEPT, of="user", others="object_repr change_message", plain="object_id"),
    Kept(Permission, SITE, plain="name codename"),
    Kept(Group, SITE, plain="name"),
    Kept(ContentType, SITE, plain="app_label model"),
)
