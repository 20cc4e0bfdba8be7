"""What we vet: every skill, and what a badge in it proves."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from experts import selectors
from experts.models import Criterion, Skill
from experts.models.skill import LEVEL_HINTS, Level

FACETS = (
    (Skill.Facet.CAPABILITY, _("What an expert can build or do.")),
    (
        Skill.Facet.ASSURANCE,
        _("How safely it is done; a job can ask for it beside any skill."),
    ),
)


@require_safe
def skills(request: HttpRequest) -> HttpResponse:
    """List the skills we vet."""
    rows = list(selectors.skills_with_holders())
    groups = [
        {"facet": facet, "says": says, "skills": [row for row in rows if row.facet == facet]}
        for facet, says in FACETS
    ]
    return render(request, "experts/skills.html", {"groups": groups, "count": len(rows)})


@require_safe
def skill(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what a badge proves, what counts as evidence, and by which rubric it is judged."""
    row = get_object_or_404(Skill.objects.badgeable(), slug=slug)
    ordered = Prefetch("criteria", Criterion.objects.order_by("position"))
    rubric = row.rubrics.prefetch_related(ordered).latest("version")
    holders = selectors.level_holders(row)
    levels = [
        {
            "level": level.value,
            "says": LEVEL_HINTS[level],
            "mean": rubric.mean_for(level),
            "holders": holders.get(level.value, 0),
        }
        for level in reversed(Level)
    ]
    context = {"skill": row, "rubric": rubric, "levels": levels, "holders": sum(holders.values())}
    return render(request, "experts/skill.html", context)


@require_safe
def level(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say what one level asks; it is the address a credential names as its achievement."""
    if number not in Level.values:
        raise Http404
    if request.get_preferred_type(["text/html", "application/json", "application/ld+json"]) not in {
        "text/html",
        None,
    }:
        return redirect("experts:skill-level-json", slug, number)
    row = get_object_or_404(Skill.objects.badgeable(), slug=slug)
    rubric = row.rubrics.latest("version")
    context = {
        "skill": row,
        "level": number,
        "says": LEVEL_HINTS[Level(number)],
        "rubric": rubric,
        "mean": rubric.mean_for(number),
        "figures": selectors.figures_of(row, number),
    }
    return render(request, "experts/skill_level.html", context)


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """Say what each level means, whatever the skill."""
    context = {"levels": [(level.value, LEVEL_HINTS[level]) for level in Level]}
    return render(request, "experts/levels.html", context)
