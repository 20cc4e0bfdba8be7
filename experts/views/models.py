"""The public registry: which models there are, when they stop, and what was proven on them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from experts import selectors
from experts.models import ModelFamily, Surface


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    """List the families with their releases, and the surfaces they are used through."""
    context = {"families": selectors.families(), "surfaces": Surface.objects.all()}
    return render(request, "experts/models.html", context)


@require_safe
def family(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one family: its dates, where they come from, and who is vetted on it."""
    row = get_object_or_404(ModelFamily, slug=slug)
    context = {
        "family": row,
        "releases": row.releases.all(),
        "changes": selectors.changes_of(row)[:20],
        "skills": selectors.skills_proven_on(row),
        "experts": selectors.holders_on(row),
    }
    return render(request, "experts/model_family.html", context)
