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
    # An empty secret would let in whoever signs with nothing.
    secrets = [secret for secret in settings.STRIPE_WEBHOOK_SECRETS.get(endpoint, ()) if secret]
    if not secrets:
        raise Http404
    at = now()
    body = _body(request)
    if len(body) > MOST_BYTES:
        inbox.count_refusal(endpoint, "size", at=at)
        return HttpResponse(status=TOO_LARGE)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        notice = gateway.provider().proven(endpoint, body, signature, secrets, at=at)
    except gateway.Forged as forgery:
        inbox.count_refusal(endpoint, str(forgery), at=at)
        return HttpResponse(status=400)
    event, is_new = inbox.receive(notice, endpoint=endpoint, at=at)
    if is_new:
        tasks.handle_event.delay_on_commit(event_pk=event.pk)
    return HttpResponse(status=200)


def _body(request: HttpRequest) -> bytes:
    """Read what is sent, but no more than it takes to see that it is too much."""
    parts, missing = [], MOST_BYTES + 1
    while missing and (part := request.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
