"""The mail desk in the admin site: what waits to be sent, and how every mail looks."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts import mail_samples, selectors
from accounts.http import MemberRequest, staff_only
from accounts.mail_samples import DARK, LIGHT, Sample

# Mails bring their own styles, which no page of ours may; nothing else of them is let through.
LOCKED = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@require_safe
@staff_only
def index(request: MemberRequest) -> HttpResponse:
    """Show what waits in the outbox, and list every mail with made-up names."""
    context = {"outbox": selectors.outbox(now()), "samples": mail_samples.all_samples()}
    return render(request, "admin/accounts/mails.html", context)


@require_safe
@staff_only
def sample(request: MemberRequest, slug: str) -> HttpResponse:
    """Show the text of one mail, and lead to its HTML in both schemes."""
    found = _sample(slug)
    context = {"sample": found, "text": found.write()[0], "schemes": (LIGHT, DARK)}
    return render(request, "admin/accounts/mail.html", context)


@require_safe
@staff_only
def sample_html(request: MemberRequest, slug: str, scheme: str) -> HttpResponse:
    """Send the HTML part of one mail as it looks in one scheme."""
    if scheme not in {LIGHT, DARK}:
        raise Http404
    answer = HttpResponse(_sample(slug).in_scheme(scheme))
    answer["Content-Security-Policy"] = LOCKED
    return answer


def _sample(slug: str) -> Sample:
    found = next((one for one in mail_samples.all_samples() if one.slug == slug), None)
    if found is None:
        raise Http404
    return found
