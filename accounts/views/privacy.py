"""What we keep about people, how long and why: for everybody to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.periods import SITE
from marketplace.kit import personal


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """List the periods our tables name; what is about nobody is left out."""
    periods = [period for period in personal.periods() if period != SITE]
    return render(request, "accounts/privacy.html", {"periods": periods})
