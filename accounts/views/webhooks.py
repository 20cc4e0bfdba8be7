"""Pages of the addresses that are told what happens: a person's own programs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import WebhookForm
from accounts.http import MemberRequest, asks_again
from accounts.models import Webhook
from accounts.services import webhooks
from marketplace.kit.http import refusals_on

DELIVERIES_PER_PAGE = 30


@require_safe
@login_required
def webhook_list(request: MemberRequest) -> HttpResponse:
    """Show which addresses are told what."""
    rows = Webhook.objects.visible_to(request.user)
    return render(request, "accounts/webhooks.html", {"webhooks": rows})


@require_http_methods(["GET", "POST"])
@login_required
@asks_again
def add(request: MemberRequest) -> HttpResponse:
    """Name an address."""
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            row = webhooks.add(**form.cleaned_data, by=request.user, at=now())
            return redirect("accounts:webhook-secret", row.public_id)
    status = 422 if form.errors or request.method == "POST" else 200
    return render(request, "accounts/add_webhook.html", {"form": form}, status=status)


@require_safe
@login_required
def webhook(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show what an address was told, and whether it listened."""
    row = _own(request, public_id)
    pages = Paginator(row.deliveries.all(), DELIVERIES_PER_PAGE)
    context = {"webhook": row, "page": pages.get_page(request.GET.get("page"))}
    return render(request, "accounts/webhook.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@asks_again
def secret(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show what messages are signed with, or sign with another from now on."""
    row = _own(request, public_id)
    if request.method == "POST":
        webhooks.renew_secret(row)
        messages.success(request, _("Messages are signed with a new secret from now on."))
        return redirect("accounts:webhook-secret", public_id)
    context = {"webhook": row, "secret": webhooks.secret_of(row)}
    return render(request, "accounts/webhook_secret.html", context)


@require_POST
@login_required
def try_out(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send a message that tells nothing."""
    webhooks.try_out(_own(request, public_id), by=request.user, at=now())
    messages.success(request, _("A message is on its way. Reload in a moment."))
    return redirect("accounts:webhook", public_id)


@require_POST
@login_required
def pause(request: MemberRequest, public_id: str) -> HttpResponse:
    """Tell it nothing for a while."""
    webhooks.pause(_own(request, public_id), by=request.user, at=now())
    return redirect("accounts:webhook", public_id)


@require_POST
@login_required
def resume(request: MemberRequest, public_id: str) -> HttpResponse:
    """Go on, with what has waited."""
    webhooks.resume(_own(request, public_id), by=request.user, at=now())
    return redirect("accounts:webhook", public_id)


@require_POST
@login_required
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    """Forget an address."""
    webhooks.remove(_own(request, public_id), by=request.user, at=now())
    messages.success(request, _("The webhook is removed."))
    return redirect("accounts:webhooks")


@require_POST
@login_required
def send_again(request: MemberRequest, public_id: str, delivery_id: str) -> HttpResponse:
    """Send one message once more."""
    row = _own(request, public_id)
    delivery = get_object_or_404(row.deliveries.select_related("webhook"), public_id=delivery_id)
    webhooks.send_again(delivery, by=request.user, at=now())
    messages.success(request, _("A message is on its way. Reload in a moment."))
    return redirect("accounts:webhook", public_id)


def _own(request: MemberRequest, public_id: str) -> Webhook:
    return get_object_or_404(Webhook.objects.visible_to(request.user), public_id=public_id)
