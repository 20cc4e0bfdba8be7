"""The site's own pages, which no single app owns."""

from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from drf_spectacular.generators import SchemaGenerator
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.http import MemberRequest
from accounts.models import Notification, User
from accounts.selectors import Todo
from accounts.services import people
from contracts.selectors import todos as contracts
from experts import selectors as experts
from experts.directory import Directory
from experts.filters import Filters
from experts.fit import BEST
from experts.models.skill import LEVEL_HINTS
from jobs import selectors as jobs
from jobs.ranking_changes import CHANGES
from jobs.selectors import todos as jobs_todos
from jobs.selectors.invitations import NEWCOMERS_PLACE
from jobs.services import matching, scoring
from marketplace import metrics
from marketplace.context import Nav, remember_capacity
from marketplace.kit.clock import agreement
from marketplace.kit.http import is_from_elsewhere, is_path_here
from marketplace.kit.money import Money
from marketplace.kit_page import specimens
from marketplace.local.mail import read_mail, read_mailbox

RECENT_NOTICES = 5
# Nobody reads further; what is done makes place for what comes after it.
MOST_TODOS = 50
# A number of fewer experts than this says that we are new, and nothing else.
ENOUGH_TO_COUNT = 30
# What the ranking page says of each factor, beside the points it is worth at most.
FACTORS = [
    {
        "name": _("Must-have skills"),
        "points": scoring.MUST,
        "meaning": _(
            "Valid badges in every must-have; more for a level above the one asked for. Where a job"
            " has no nice-to-haves, their points count here."
        ),
    },
    {
        "name": _("Nice-to-have skills"),
        "points": scoring.NICE,
        "meaning": _("The share of the nice-to-haves that a valid badge proves."),
    },
    {
        "name": _("This kind of work"),
        "points": scoring.KIND,
        "meaning": _("The share that is proven of the skills such work usually takes."),
    },
    {
        "name": _("Rate"),
        "points": scoring.RATE,
        "meaning": _("How far the hourly rate is below the job's limit."),
    },
    {
        "name": _("Shared working hours"),
        "points": scoring.SHARED,
        "meaning": _("Hours of the client's working day that are also the expert's."),
    },
    {
        "name": _("Availability"),
        "points": scoring.AVAILABLE,
        "meaning": _("Hours a week, and how soon they begin."),
    },
    {
        "name": _("Recent evidence"),
        "points": scoring.RECENT,
        "meaning": _("How lately the must-have badges were earned."),
    },
    {
        "name": _("Dates kept"),
        "points": scoring.KEPT,
        "meaning": _("How much finished work came on time. Who is new here has half the points."),
    },
]
# The worked example of the fees page, in minor units.
EXAMPLE_MINOR = 4_200_00


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is; people who are signed in go to their to-do list."""
    if request.user.is_authenticated:
        return redirect("home")
    directory = Directory(Filters(), on=now().date())
    context = {
        "use_cases": jobs.use_cases(limit=6),
        "experts": directory.rows(directory.page(3).experts),
        "badge": experts.showcase_badge(),
        "vetted": directory.total if directory.total >= ENOUGH_TO_COUNT else None,
    }
    return render(request, "site/landing.html", context)


@require_safe
@login_required
def home(request: MemberRequest) -> HttpResponse:
    """Show what needs this person, by deadline, then what waits on others."""
    at, nav = now(), Nav(request)
    needs, waiting = experts.needs_you(request.user, at), list[Todo]()
    # Our staff have nothing on contracts and jobs, unless they also hire or work here.
    if nav.capacities:
        todos = contracts.todos(request.user, at)
        needs = [*todos.needs_you, *jobs_todos.needs_you(request.user, at), *needs]
        waiting = [*todos.waiting_on_others]
    context = {
        "nav": nav,
        "count": len(needs),
        "needs": sorted(needs, key=by_deadline)[:MOST_TODOS],
        "waiting": waiting[:MOST_TODOS],
        "more": max(len(needs) - MOST_TODOS, 0),
        "notices": Notification.objects.visible_to(request.user)[:RECENT_NOTICES],
    }
    return render(request, "site/home.html", context)


def by_deadline(todo: Todo) -> tuple[bool, float]:
    """Order by deadline; what has none comes last."""
    return todo.deadline is None, todo.deadline.timestamp() if todo.deadline else 0.0


@require_POST
@login_required
def switch_capacity(request: MemberRequest) -> HttpResponse:
    """Act as a client or as an expert from now on."""
    remember_capacity(request, request.POST.get("capacity", ""))
    return redirect("home")


@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on, in this browser and, to members, in mails too.

    Its form stands on pages that are kept for all visitors, so it has no token.
    """
    if is_from_elsewhere(request):
        raise PermissionDenied
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    response = redirect(back if is_path_here(request, back) else "landing")
    if language in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            people.speak(request.user, language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    """State what both sides pay, with one worked example."""
    amount = Money(EXAMPLE_MINOR, settings.CURRENCY)
    client_fee = amount.share(settings.CLIENT_FEE_BPS)
    expert_fee = amount.share(settings.EXPERT_FEE_BPS)
    context = {
        "client_fee_bps": settings.CLIENT_FEE_BPS,
        "expert_fee_bps": settings.EXPERT_FEE_BPS,
        "amount": amount,
        "client_fee": client_fee,
        "expert_fee": expert_fee,
        "client_pays": amount + client_fee,
        "expert_gets": amount - expert_fee,
    }
    return render(request, "site/fees.html", context)


@require_safe
def how_vetting_works(request: HttpRequest) -> HttpResponse:
    """Explain what stands between an application and a badge, and how it went lately."""
    context = {"figures": experts.vetting_figures(now()), "levels": LEVEL_HINTS.items()}
    return render(request, "site/how_vetting_works.html", context)


@require_safe
def how_ranking_works(request: HttpRequest) -> HttpResponse:
    """Publish the weights behind every match."""
    context = {
        "factors": FACTORS,
        "best": BEST,
        "changes": CHANGES,
        "place": NEWCOMERS_PLACE,
        "most_told": matching.MOST_TOLD,
        "most_a_day": matching.MOST_A_DAY,
    }
    return render(request, "site/how_ranking_works.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """State what we test and how to reach us."""
    return render(request, "site/accessibility.html")


# What a program hears, as docs/webhooks.md has it.
MESSAGE = """POST /your/address
webhook-id: msg_7Q2mVxTn4KdL
webhook-timestamp: 1893499200
webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=

{"type": "milestone.funded",
 "timestamp": "2030-01-01T12:00:00+00:00",
 "data": {"id": "ms_…", "status": "funded", "url": "https://…"}}"""


@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show the API as people read it, from the same document that machines read."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    context = {"operations": operations_of(document), "message": MESSAGE}
    return render(request, "api/reference.html", context)


def operations_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each operation of an OpenAPI document with what its answer holds."""
    return [
        {
            "method": method.upper(),
            "path": address,
            "about": operation.get("description", ""),
            "parameters": operation.get("parameters", []),
            "is_public": {} in operation.get("security", []),
            "body": body_of(operation, document["components"]["schemas"]),
            "fields": fields_of(operation, document["components"]["schemas"]),
        }
        for address, item in document["paths"].items()
        for method, operation in item.items()
        if address != "/api/v1/openapi.yaml"
    ]


def fields_of(operation: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, str]]:
    """Return the name and type of each field of an answer; a page shows the fields of its rows."""
    said = next(answer for code, answer in operation["responses"].items() if code.startswith("2"))
    if "content" not in said:
        return []
    schema = said["content"]["application/json"]["schema"]
    answer = _named(schema.get("items", schema), schemas)
    if "results" in answer:
        answer = _named(answer["results"]["items"], schemas)
    return _rows(answer)


def body_of(operation: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, str]]:
    """Return the name and type of each field that is sent; nothing where none is."""
    if "requestBody" not in operation:
        return []
    sent = operation["requestBody"]["content"]["application/json"]["schema"]
    return _rows(_named(sent, schemas))


def _named(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]].get("properties", {})
    return fields


def _rows(fields: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": name, "type": field.get("format") or field.get("type", "object")}
        for name, field in fields.items()
    ]


@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """Show every component; in development only."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "kit.html", specimens())


@require_safe
def dev_mail(request: HttpRequest) -> HttpResponse:
    """Show the mails this machine would have sent, newest first; in development only."""
    if not settings.DEBUG:
        raise Http404
    context = {"mails": read_mailbox(Path(settings.MAIL_DIR)), "folder": settings.MAIL_DIR}
    return render(request, "dev/mail.html", context)


@require_safe
def dev_mail_detail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Show the text of one of these mails."""
    mail = read_mail(Path(settings.MAIL_DIR), mail_id) if settings.DEBUG else None
    if mail is None:
        raise Http404
    return render(request, "dev/mail_detail.html", {"mail": mail})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what is not for them, and where the map of the rest is."""
    context = {"site_url": settings.SITE_URL}
    return render(request, "robots.txt", context, content_type="text/plain")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say that the database answers too, and that our clock agrees with its clock.

    Without the cache pages are slower and nothing else.
    """
    if not agreement.compare():
        return HttpResponse("the clock is wrong", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus what we count, if it says the token; to others there is nothing here."""
    said = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if not (token and compare_digest(said.encode(), f"Bearer {token}".encode())):
        raise Http404
    return HttpResponse(metrics.page(at=now()), content_type=CONTENT_TYPE_LATEST)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain that the form went stale, instead of Django's bare page."""
    return render(request, "403_csrf.html", status=403)


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """Say so when allauth counted too many passwords or codes for one account."""
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "300"
    return answer
