"""The records of organisations and mails in the admin site; nothing of them is changed there."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AccessToken,
    AccessTokenEvent,
    AuditEvent,
    Deed,
    Delivery,
    DeliveryEvent,
    Erasure,
    ErasureEvent,
    Flag,
    FlagEvent,
    Mail,
    MailEvent,
    MemberInvitation,
    MemberInvitationEvent,
    Membership,
    MembershipChange,
    Organisation,
    Sanction,
    SanctionEvent,
    Webhook,
    WebhookEvent,
)
from marketplace.kit.admin import ReadOnlyAdmin, column, rows


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """What an organisation says of itself, and its people."""

    list_display = ("name", "public_id", "country", "members", "created_at")
    list_filter = ("country",)
    search_fields = ("name", "public_id", "memberships__user__email")
    inlines = (rows(Membership), rows(MemberInvitation), rows(MembershipChange))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        """Count the members with the rows."""
        rows: QuerySet[Organisation] = super().get_queryset(request)
        return rows.annotate(count_of_members=Count("memberships"))

    @admin.display(description=_("members"), ordering="count_of_members")
    def members(self, organisation: Organisation) -> int:
        """How many people act for it."""
        return int(organisation.count_of_members)  # type: ignore[attr-defined]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """That mails were written and went; what they say, such as a sign-in code, is not shown."""

    list_display = ("subject", "to", "kind", "status", "attempts", "created_at", "due_at")
    list_filter = ("status", "urgency", "kind")
    search_fields = ("to", "key", "public_id")
    exclude = ("text", "html")
    show_full_result_count = False
    inlines = (rows(MailEvent),)


@admin.register(MemberInvitation)
class MemberInvitationAdmin(ReadOnlyAdmin):
    """Whom organisations invited."""

    list_display = ("email", "organisation_name", "role", "status", "mailed_at", "expires_at")
    list_filter = ("status", "role")
    search_fields = ("email", "organisation__name")
    list_select_related = ("organisation",)
    inlines = (rows(MemberInvitationEvent),)

    organisation_name = column(
        _("organisation"), "organisation.name", ordering="organisation__name"
    )


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    """What people reported; it is answered at the moderation desk."""

    list_display = ("public_id", "kind", "title", "reason", "status", "created_at")
    list_filter = ("status", "kind", "reason")
    search_fields = ("public_id", "about", "by__email")
    inlines = (rows(FlagEvent),)


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    """What our staff imposed on people; it is worked on at the desk of sanctions."""

    list_display = ("public_id", "user", "level", "rule_code", "status", "starts_at", "ends_at")
    list_filter = ("status", "level", "rule_code")
    search_fields = ("public_id", "user__email")
    list_select_related = ("user",)
    inlines = (rows(SanctionEvent),)


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnlyAdmin):
    """A key to the API; what is left of it here opens nothing."""

    list_display = ("public_id", "prefix", "user", "status", "expires_at", "last_used_at")
    list_filter = ("status",)
    search_fields = ("public_id", "prefix", "user__email")
    list_select_related = ("user",)
    exclude = ("digest",)
    inlines = (rows(AccessTokenEvent),)


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    """Where somebody's program listens; its secret is shown to nobody but them."""

    list_display = ("public_id", "url", "user", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("public_id", "url", "user__email")
    list_select_related = ("user",)
    exclude = ("secret",)
    inlines = (rows(WebhookEvent),)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What a program was told, and whether it listened."""

    list_display = ("public_id", "event", "webhook", "status", "attempts", "answer", "created_at")
    list_filter = ("status", "event")
    search_fields = ("public_id", "webhook__public_id", "webhook__user__email")
    list_select_related = ("webhook",)
    inlines = (rows(DeliveryEvent),)


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Who asked to be erased, and when they were."""

    list_display = ("public_id", "user", "status", "asked_at", "due_at")
    list_filter = ("status",)
    search_fields = ("public_id", "user__public_id")
    list_select_related = ("user",)
    inlines = (rows(ErasureEvent),)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """What people did; look for somebody's public id or address, or for a thing's public id."""

    list_display = ("at", "act", "by", "person", "about", "request_id")
    list_filter = ("act",)
    search_fields = ("about", "request_id", "by__public_id", "by__email", "person__public_id")
    list_select_related = ("by", "person")
    date_hierarchy = "at"
    exclude = ("previous", "hash")


@admin.register(Deed)
class DeedAdmin(ReadOnlyAdmin):
    """Who changed something, by which address or task; look for a public id or a request."""

    list_display = ("at", "name", "by", "about", "request_id")
    search_fields = ("=request_id", "about", "by__public_id", "by__email")
    list_select_related = ("by",)
    date_hierarchy = "at"
