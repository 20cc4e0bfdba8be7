"""Jobs and proposals as staff look them up; only services change them."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from accounts.models import Flag
from jobs.flagged import MESSAGE
from jobs.models import (
    Attachment,
    CheckAnswer,
    Conversation,
    Invitation,
    InvitationEvent,
    Job,
    JobCheck,
    JobEvent,
    JobSkill,
    Match,
    Message,
    PlannedMilestone,
    Proposal,
    ProposalEvent,
    ProposedMilestone,
    UseCase,
)
from marketplace.kit.admin import ReadOnlyAdmin, column, rows


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What a client asks for, with its history."""

    list_display = ("public_id", "title", "organisation_name", "status", "published_at")
    list_filter = ("status", "visibility", "use_case__english_name")
    search_fields = ("public_id", "title", "organisation__name")
    list_select_related = ("organisation",)
    inlines = (rows(JobSkill), rows(JobCheck), rows(PlannedMilestone), rows(JobEvent))

    organisation_name = column("client", "organisation.name", ordering="organisation__name")


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What an expert answered, with its history."""

    list_display = ("public_id", "job_title", "expert_name", "status", "submitted_at")
    list_filter = ("status",)
    search_fields = ("public_id", "job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")
    inlines = (rows(ProposedMilestone), rows(CheckAnswer), rows(ProposalEvent))

    job_title = column("job", "job.title", ordering="job__title")
    expert_name = column("expert", "expert.name", ordering="expert__user__name")


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    """Why an expert was told about a job."""

    list_display = ("job_title", "expert_name", "score", "algorithm", "created_at")
    list_filter = ("algorithm",)
    search_fields = ("job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")

    job_title = column("job", "job.title", ordering="job__title")
    expert_name = column("expert", "expert.name", ordering="expert__user__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Whom a client asked to propose, with what became of it."""

    list_display = ("public_id", "job_title", "expert_name", "status", "expires_at")
    list_filter = ("status",)
    search_fields = ("public_id", "job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")
    inlines = (rows(InvitationEvent),)

    job_title = column("job", "job.title", ordering="job__title")
    expert_name = column("expert", "expert.name", ordering="expert__user__name")


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Which client and expert write to each other."""

    list_display = ("public_id", "job_title", "expert_name", "last_at")
    search_fields = ("public_id", "job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")

    job_title = column("job", "job.title", ordering="job__title")
    expert_name = column("expert", "expert.name", ordering="expert__user__name")


class Reported(admin.SimpleListFilter):
    """Only what somebody has told us about."""

    title = "reported"
    parameter_name = "reported"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        """Offer one choice beside all."""
        return [("yes", "yes")]

    def queryset(self, _: HttpRequest, rows: QuerySet[Message]) -> QuerySet[Message]:
        """Leave what was reported."""
        reported = Flag.objects.filter(kind=MESSAGE, about=OuterRef("public_id"))
        return rows.filter(Exists(reported)) if self.value() == "yes" else rows


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was written; reports of it are at the moderation desk."""

    list_display = ("public_id", "conversation", "side", "by", "created_at", "lures")
    list_filter = (Reported, "side")
    search_fields = ("public_id", "conversation__public_id", "by__email")
    list_select_related = ("conversation", "by")
    inlines = (rows(Attachment),)


@admin.register(UseCase)
class UseCaseAdmin(ReadOnlyAdmin):
    """The templates, as the catalogue file has them."""

    list_display = ("position", "english_name", "slug")
    search_fields = ("english_name", "slug")
