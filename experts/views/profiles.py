"""A profile as others read it, and as its owner edits it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_current_timezone_name, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from experts import policies, selectors, versions
from experts.forms.profiles import ProfileForm
from experts.models import Expert
from experts.profile_data import profile_page
from experts.reputation import PRIOR_MEAN, PRIOR_WEIGHT
from experts.services import profiles
from marketplace.kit.http import keep_for_visitors, refusals_on


@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what an expert has proven, then what clients said, then what they say themselves."""
    at = now()
    visible = Expert.objects.visible_to(request.user).filter(slug=slug)
    # Whether they sell consultations is another app's row, which belongs to theirs.
    facts = visible.values_list("pk", "consulting__is_open").first()
    if facts is None:
        raise Http404
    return keep_for_visitors(
        request,
        lambda: (facts, versions.PROFILE.versions(facts[:1]), at.date()),
        lambda: _profile(request, visible.select_related("user").get(), at),
    )


def _profile(request: HttpRequest, expert: Expert, at: datetime) -> HttpResponse:
    badges, lapsed = selectors.badges_of(expert)
    history = list(selectors.history_of(expert))
    context = {
        "expert": expert,
        "badges": badges,
        "data": profile_page(expert, badges),
        "lapsed": lapsed,
        "evidence_count": sum(len(badge.application.evidence.all()) for badge in badges),
        "outcomes": selectors.outcomes_of(badges),
        "history": history,
        "reputation": selectors.reputation_from(history, on=at.date()),
        "clients": selectors.clients_of(history),
        "domains": expert.domains.all(),
        "unproven": selectors.unproven_skills(expert),
        "day": selectors.shared_day(expert, get_current_timezone_name(), at),
        "is_saved": request.user.is_authenticated
        and request.user.saved_experts.filter(expert=expert).exists(),
        "is_own": request.user.is_authenticated and policies.may_edit_profile(request.user, expert),
    }
    return render(request, "experts/profile.html", context)


@require_safe
def reputation(request: HttpRequest, slug: str) -> HttpResponse:
    """List what every contract adds to the score, so that a reader can redo the sum."""
    visible = Expert.objects.visible_to(request.user).select_related("user")
    expert = get_object_or_404(visible, slug=slug)
    history = list(selectors.history_of(expert))
    found = selectors.reputation_from(history, on=now().date())
    context = {
        "expert": expert,
        "reputation": found,
        "lines": [
            (record, part, f"{found.effect_of(part):+.2f}")
            for record, part in zip(history, found.contributions, strict=True)
        ],
        "prior_points": PRIOR_WEIGHT * PRIOR_MEAN,
        "points": found.points + PRIOR_WEIGHT * PRIOR_MEAN,
        "weights": found.weight + PRIOR_WEIGHT,
    }
    return render(request, "experts/reputation.html", context)


@login_required
def edit_profile(request: MemberRequest) -> HttpResponse:
    """Open one's profile, or edit it and see what it still lacks."""
    expert = Expert.objects.select_related("user").filter(user=request.user).first()
    if expert is None:
        return _open(request)
    form = ProfileForm(request.POST or None, initial=ProfileForm.initial_of(expert))
    if form.is_valid():
        with refusals_on(form):
            profiles.edit(expert, profile=form.profile(), by=request.user)
            messages.success(request, _("Your profile was saved."))
            return redirect("experts:edit-profile")
    context = {
        "form": form,
        "expert": expert,
        "steps": selectors.completeness(expert),
        "applications": selectors.applications_of(expert),
    }
    return _answer(request, form, "experts/edit_profile.html", context)


def _open(request: MemberRequest) -> HttpResponse:
    initial = {"name": request.user.name, "time_zone": request.user.time_zone}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            profiles.open_for(request.user, profile=form.profile(), at=now())
            messages.success(request, _("Your profile is open. A badge makes it public."))
            return redirect("experts:edit-profile")
    return _answer(request, form, "experts/open_profile.html", {"form": form})


def _answer(
    request: MemberRequest, form: ProfileForm, template: str, context: dict[str, object]
) -> HttpResponse:
    return render(request, template, context, status=422 if form.errors else 200)
