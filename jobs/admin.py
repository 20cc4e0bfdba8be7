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
from marketplace.kit.admin import ReadOnlyAdmin, rows


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What a client asks for, with its history."""

    list_display = ("public_id", "title", "organisation_name", "status", "published_at")
    list_filter = ("status", "visibility", "use_case__english_name")
    search_fields = ("public_id", "title", "organisation__name")
    list_select_related = ("organisation",)
    inlines = (rows(JobSkill), rows(JobCheck), rows(PlannedMilestone), rows(JobEvent))

    @admin.display(description="client", ordering="organisation__name")
    def organisation_name(self, job: Job) -> str:
        """Name the client."""
        return job.organisation.name


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What an expert answered, with its history."""

    list_display = ("public_id", "job_title", "expert_name", "status", "submitted_at")
    list_filter = ("status",)
    search_fields = ("public_id", "job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")
    inlines = (rows(ProposedMilestone), rows(CheckAnswer), rows(ProposalEvent))

    @admin.display(description="job", ordering="job__title")
    def job_title(self, proposal: Proposal) -> str:
        """Name the job."""
        return proposal.job.title

    @admin.display(description="expert", ordering="expert__user__name")
    def expert_name(self, proposal: Proposal) -> str:
        """Name the expert."""
        return proposal.expert.name


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    """Why an expert was told about a job."""

    list_display = ("job_title", "expert_name", "score", "algorithm", "created_at")
    list_filter = ("algorithm",)
    search_fields = ("job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")

    @admin.display(description="job", ordering="job__title")
    def job_title(self, match: Match) -> str:
        """Name the job."""
        return match.job.title

    @admin.display(description="expert", ordering="expert__user__name")
    def expert_name(self, match: Match) -> str:
        """Name the expert."""
        return match.expert.name


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Whom a client asked to propose, with what became of it."""

    list_display = ("public_id", "job_title", "expert_name", "status", "expires_at")
    list_filter = ("status",)
    search_fields = ("public_id", "job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")
    inlines = (rows(InvitationEvent),)

    @admin.display(description="job", ordering="job__title")
    def job_title(self, invitation: Invitation) -> str:
        """Name the job."""
        return invitation.job.title

    @admin.display(description="expert", ordering="expert__user__name")
    def expert_name(self, invitation: Invitation) -> str:
        """Name the expert."""
        return invitation.expert.name


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Which client and expert write to each other."""

    list_display = ("public_id", "job_title", "expert_name", "last_at")
    search_fields = ("public_id", "job__public_id", "job__title", "expert__user__email")
    list_select_related = ("job", "expert__user")

    @admin.display(description="job", ordering="job__title")
    def job_title(self, conversation: Conversation) -> str:
        """Name the job."""
        return conversation.job.title

    @admin.display(description="expert", ordering="expert__user__name")
    def expert_name(self, conversation: Conversation) -> str:
        """Name the expert."""
        return conversation.expert.name


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
