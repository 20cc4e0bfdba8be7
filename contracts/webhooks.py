"""Where Stripe's events come in: proven, stored once, acknowledged; handled elsewhere."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from contracts import gateway, tasks
from contracts.services import inbox

# Stripe's largest events are a few tens of kilobytes.
MOST_BYTES = 256 * 1024
TOO_LARGE = 413


@csrf_exempt
@require_POST
def receive(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Take one event; 200 says that it is stored, now or earlier."""
    secrets = settings.STRIPE_WEBHOOK_SECRETS.get(endpoint)
    if not secrets:
        raise Http404
    if len(request.body) > MOST_BYTES:
        return HttpResponse(status=TOO_LARGE)
    signature, at = request.headers.get("Stripe-Signature", ""), now()
    try:
        notice = gateway.provider().proven(endpoint, request.body, signature, secrets, at=at)
    except gateway.Forged:
        return HttpResponse(status=400)
    event, is_new = inbox.receive(notice, endpoint=endpoint, at=at)
    if is_new:
        tasks.handle_event.delay_on_commit(event_pk=event.pk)
    return HttpResponse(status=200)
