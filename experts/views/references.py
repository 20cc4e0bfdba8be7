"""The page a referee opens from our mail: no account, one answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache

from experts.forms.applications import ReferenceForm
from experts.models import Reference
from experts.services import references
from marketplace.kit.http import refusals_on


@never_cache
def reference(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether an applicant says right; opening the page answers nothing."""
    row = references.by_token(token)
    if row is None:
        return render(request, "experts/reference_gone.html", status=404)
    if row.status != Reference.Status.ASKED:
        return render(request, "experts/reference_given.html", {"reference": row})
    form = ReferenceForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            references.answer(row, **form.cleaned_data, at=now())
            return redirect("experts:reference", token)
    context = {"reference": row, "piece": row.evidence, "form": form}
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "experts/reference.html", context, status=status)
