"""The records of experts in the admin site; decisions are made at the vetting desk, not here."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models import (
    Application,
    ApplicationEvent,
    Badge,
    BadgeEvent,
    Check,
    CheckEvent,
    Criterion,
    Domain,
    Evidence,
    Expert,
    ModelFamily,
    ModelRelease,
    Reference,
    ReferenceEvent,
    ReleaseChange,
    Review,
    Rubric,
    SavedReply,
    Score,
    Skill,
    SkillAlias,
    SkillRelation,
    Surface,
    Tie,
    TrailEntry,
    Upload,
    UploadEvent,
    WorkRecord,
)
from marketplace.kit.admin import AnyAdmin, AnyInline, ReadOnlyAdmin, column, rows

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
else:  # the class is generic for mypy only
    AnyModelForm = forms.ModelForm


class Aliases(AnyInline):
    """What people call a skill."""

    model = SkillAlias
    extra = 0


class Relations(AnyInline):
    """How a skill stands to others."""

    model = SkillRelation
    fk_name = "skill"
    extra = 0


class CatalogueForm(AnyModelForm):
    """A row of the catalogue, and why it is changed."""

    why = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Kept in the history of this row.")
    )


class CatalogueAdmin(AnyAdmin):
    """What the files say may be corrected, with a reason; the next load leaves it so."""

    form = CatalogueForm

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep every row: badges and delivered work refer to it."""
        return False

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        add: Any = False,  # noqa: FBT002 (Django's)
    ) -> Any:
        """Write the reason, and which fields it changed, into the row's history."""
        changed = ", ".join(name for name in form.changed_data if name != "why")
        return f"{form.cleaned_data['why']} ({changed})"


@admin.register(Skill)
class SkillAdmin(CatalogueAdmin):
    """Skills come from the catalogue's files, and may be corrected between two of them."""

    list_display = ("english_name", "facet", "is_badgeable", "validity_months", "position")
    list_filter = ("facet", "is_badgeable")
    search_fields = ("english_name", "english_title", "aliases__alias")
    inlines = (Aliases, Relations)


@admin.register(Rubric)
class RubricAdmin(ReadOnlyAdmin):
    """A rubric is never edited: badges stand on the version they were judged by."""

    list_display = ("skill_name", "version", "minimum_means", "minimum_each", "published_at")
    list_select_related = ("skill",)
    search_fields = ("skill__english_name",)
    inlines = (rows(Criterion),)

    skill_name = column(_("skill"), "skill.name", ordering="skill__english_name")


@admin.register(Expert)
class ExpertAdmin(ReadOnlyAdmin):
    """Profiles are their owners' words."""

    list_display = (
        "name", "slug", "country", "rate_minor", "hours_per_week", "is_open", "owner_change",
    )  # fmt: skip
    list_filter = ("is_open",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "slug", "headline")

    @admin.display(description=_("owner"))
    def owner_change(self, expert: Expert) -> str:
        """Lead to the page that gives the profile to another person."""
        address = reverse("admin:vetting:transfer", args=[expert.slug])
        return format_html('<a href="{}">{}</a>', address, _("Transfer"))


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Applications and where they stand; they are decided at the vetting desk."""

    list_display = ("public_id", "applicant", "skill_name", "level", "status", "round", "due_at")
    list_filter = ("status", "level")
    list_select_related = ("expert__user", "skill")
    search_fields = ("public_id", "expert__user__name", "skill__english_name")
    # By whom and why is read at the desk, which knows who may.
    inlines = (rows(Evidence, exclude=("file",)), rows(ApplicationEvent, exclude=("by", "reason")))

    applicant = column(_("applicant"), "expert.name", ordering="expert__user__name")
    skill_name = column(_("skill"), "skill.name", ordering="skill__english_name")


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Judgements are kept for ever, as they were made; blind ones are blind here too."""

    list_display = ("public_id", "application_id", "seat", "verdict", "reviewer", "given_at")
    list_filter = ("seat",)
    list_select_related = ("reviewer",)
    inlines = (rows(Score),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """Show what this person may read, superuser or not."""
        assert isinstance(request.user, User)  # noqa: S101 (the admin site is for staff)
        return Review.objects.visible_to(request.user)


@admin.register(TrailEntry)
class TrailEntryAdmin(ReadOnlyAdmin):
    """Who did what at the desk, as far as this person may know."""

    list_display = ("at", "by", "act", "application_id", "about")
    list_select_related = ("by",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrailEntry]:
        """Show what this person may read, superuser or not."""
        assert isinstance(request.user, User)  # noqa: S101 (the admin site is for staff)
        return TrailEntry.objects.visible_to(request.user)


@admin.register(SavedReply)
class SavedReplyAdmin(AnyAdmin):
    """Reviewers' sentences, for all of them to use."""

    list_display = ("message", "verdict", "position")
    list_filter = ("verdict",)


@admin.register(Tie)
class TieAdmin(ReadOnlyAdmin):
    """Who works for whom; contracts tells it."""

    list_display = ("source", "expert_id", "organisation_id", "until")


@admin.register(Badge)
class BadgeAdmin(ReadOnlyAdmin):
    """Badges are issued and ended by services."""

    list_display = ("public_id", "holder", "skill_name", "level", "status", "valid_until")
    list_filter = ("status", "level")
    list_select_related = ("expert__user", "skill")
    search_fields = ("public_id", "expert__user__name", "skill__english_name")
    inlines = (rows(BadgeEvent),)

    holder = column(_("holder"), "expert.name", ordering="expert__user__name")
    skill_name = column(_("skill"), "skill.name", ordering="skill__english_name")


@admin.register(WorkRecord)
class WorkRecordAdmin(ReadOnlyAdmin):
    """What clients said is theirs."""

    list_display = ("source", "title", "client_name", "rating", "completed_on")


@admin.register(ModelRelease)
class ModelReleaseAdmin(ReadOnlyAdmin):
    """One model; it is corrected at the registry's bench, which shows what would follow."""

    list_display = ("api_id", "lifecycle", "deprecated_on", "shutdown_on", "replacement")
    list_filter = ("lifecycle", "family__english_name")
    search_fields = ("api_id", "replacement")
    inlines = (rows(ReleaseChange),)


@admin.register(Domain)
class DomainAdmin(CatalogueAdmin):
    """An industry."""

    list_display = ("english_name", "slug", "position")


@admin.register(ModelFamily)
class ModelFamilyAdmin(CatalogueAdmin):
    """A generation of models."""

    list_display = ("english_name", "slug", "english_modality", "position")


@admin.register(Surface)
class SurfaceAdmin(CatalogueAdmin):
    """An API or product."""

    list_display = ("english_name", "lifecycle", "shutdown_on", "replacement")


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    """What our server found; it is asked again from the desk."""

    list_display = ("public_id", "kind", "status", "sentence", "attempts", "finished_at")
    list_filter = ("kind", "status")
    search_fields = ("public_id", "application__public_id")
    inlines = (rows(CheckEvent),)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """Files that were sent, also those no longer here."""

    list_display = ("public_id", "name", "size", "status", "signature", "attempts", "created_at")
    list_filter = ("status",)
    search_fields = ("public_id", "name", "sha256")
    fields = (
        "public_id",
        "name",
        "size",
        "sha256",
        "status",
        "signature",
        "attempts",
        "created_at",
    )
    inlines = (rows(UploadEvent),)


@admin.register(Reference)
class ReferenceAdmin(ReadOnlyAdmin):
    """Who was asked, and what they said."""

    list_display = ("public_id", "name", "email", "status", "asked_at", "answered_at")
    list_filter = ("status",)
    search_fields = ("public_id", "email")
    inlines = (rows(ReferenceEvent),)
