"""Where a stranger has a badge checked, by its credential or by the number of its certificate."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from experts import selectors, verification
from experts.forms.verify import VerifyForm
from experts.models import Badge
from experts.services.credentials import Published


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a credential and explain every step; nothing that is handed in is kept."""
    if number := request.GET.get("number", "").strip():
        return _to_certificate(number)
    is_posted = request.method == "POST"
    form = VerifyForm(request.POST, request.FILES) if is_posted else VerifyForm()
    report = None
    if form.is_valid():
        at, holder = now(), form.cleaned_data["holder"]
        report = verification.examine(form.content, Published(at=at), at=at, holder=holder)
    context = {
        "form": form,
        "report": report,
        "holder_name": verification.name_of(report.claims) if report else "",
        "at": now(),
    }
    return render(request, "experts/verify.html", context, status=422 if form.errors else 200)


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Say for one certificate number what stands behind it today; made to be printed."""
    badge = get_object_or_404(selectors.badges_with_proof(), public_id=Badge.public_id_of(number))
    at = now()
    credential = badge.credentials.current().first()
    report = credential and verification.examine(credential.jwt, Published(at=at), at=at)
    context = {"badge": badge, "credential": credential, "report": report, "at": at}
    return render(request, "experts/certificate.html", context)


def _to_certificate(number: str) -> HttpResponse:
    slug = "".join(each for each in number if each.isascii() and (each.isalnum() or each == "-"))
    return redirect("experts:certificate", slug[:20] or "-")
