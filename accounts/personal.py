"""The tables of accounts, and those of Django and allauth: see marketplace.kit.personal."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_noop as _

from accounts import selectors
from accounts.models import (
    AccessToken,
    AuditChain,
    AuditEvent,
    ClientRating,
    Deed,
    Delivery,
    Erasure,
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
    AUDIT,
    DEEDS,
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
from marketplace.kit.personal import STAYS, WORDS_GO, Hold, Kept

WAITS = Mail.Status.QUEUED, Mail.Status.COLLECTED
ASKED = MemberInvitation.Status.DRAFT, MemberInvitation.Status.SENT

TABLES = (
    Kept(
        User,
        ACCOUNT,
        of="pk",
        yours="email name time_zone language",
        hidden="password",
        erased=WORDS_GO,
        left={
            "email": Concat("public_id", Value("@erased.invalid")),
            "password": Value(UNUSABLE_PASSWORD_PREFIX),
        },
    ),
    Kept(EmailAddress, ACCOUNT, of="user", yours="email"),
    Kept(EmailConfirmation, ACCOUNT, of="email_address__user", hidden="key"),
    Kept(Authenticator, ACCOUNT, of="user", hidden="data"),
    # Whoever shares an organisation leaves it before they are erased: what is left is theirs alone.
    Kept(
        Organisation,
        ACCOUNT,
        of="memberships__user",
        yours="name website country about",
        hidden="name_look",
        erased=WORDS_GO,
        left={"name": F("public_id")},
    ),
    Kept(Membership, ACCOUNT, of="user", erased=STAYS),
    Kept(MembershipChange, ACCOUNT, of="user", erased=STAYS),
    Kept(
        ClientRating,
        ACCOUNT,
        of="organisation__memberships__user",
        plain="source",
        erased=STAYS,
    ),
    Kept(Preference, ACCOUNT, of="user"),
    Kept(AccessToken, ACCOUNT, of="user", yours="name scopes", plain="prefix", hidden="digest"),
    Kept(KeptAnswer, ANSWERS, of="user", yours="body", hidden="key asked", since="created_at"),
    Kept(
        Delivery,
        WEBHOOKS,
        of="webhook__user",
        yours="body",
        plain="event failure",
        since="created_at",
        only=~Q(status=Delivery.Status.QUEUED),
    ),
    Kept(Webhook, ACCOUNT, of="user", yours="url topics", hidden="secret"),
    Kept(
        Notification,
        NOTICES,
        of="user",
        yours="subject body",
        plain="key url",
        since="created_at",
        names="subject body url",
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
        tells=lambda someone: Q(to__in=someone.names),
        names="subject text html",
    ),
    Kept(
        MemberInvitation,
        INVITED,
        of="invited_by",
        others="email",
        since="expires_at",
        only=~Q(status__in=ASKED),
        tells=lambda someone: Q(email__in=someone.names),
    ),
    Kept(Export, EXPORTS, of="user", hidden="file", since="created_at"),
    Kept(
        Session,
        SIGNED_IN,
        hidden="session_key session_data",
        since="expire_date",
        tells=lambda someone: Q(
            session_key__in=UserSession.objects.filter(user=someone.pk).values("session_key")
        ),
    ),
    Kept(
        UserSession,
        VISITS,
        of="user",
        yours="ip user_agent",
        hidden="session_key data",
        since="last_seen_at",
    ),
    Kept(
        Flag,
        RULES_KEPT,
        of="by",
        about="owners",
        yours="note",
        others="title answer url",
        plain="kind about",
    ),
    Kept(AuditEvent, AUDIT, of="by person", plain="about request_id previous hash"),
    Kept(AuditChain, AUDIT, plain="head"),
    Kept(Deed, DEEDS, of="by", plain="name about request_id", since="at"),
    Kept(Erasure, RULES_KEPT, of="user", erased=STAYS),
    Kept(
        Sanction,
        RULES_KEPT,
        of="user",
        yours="facts appeal answer",
        others="evidence",
        plain="rule_code",
    ),
    # What our staff changed by hand is named by its person there.
    Kept(
        LogEntry,
        RULES_KEPT,
        of="user",
        others="object_repr change_message",
        plain="object_id",
        names="object_repr change_message",
        erased=STAYS,
    ),
    Kept(Permission, SITE, plain="name codename"),
    Kept(Group, SITE, plain="name"),
    Kept(ContentType, SITE, plain="app_label model"),
)


def _names(person: User) -> set[str]:
    addresses = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    organisations = Organisation.objects.visible_to(person).values_list("name", flat=True)
    return {person.email, person.name, *addresses, *organisations}


NAMES = (_names,)
HOLDS = (
    Hold(
        _("You are one of our staff. Whoever gave you your duties ends them first."),
        lambda person: person.is_staff,
    ),
    Hold(
        _(
            "You are the last owner of an organisation that has other members. Make one of them an"
            " owner first."
        ),
        selectors.is_last_owner_of_others,
    ),
)
