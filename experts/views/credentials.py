"""The files of a badge for machines and for other people's pages; all of them are public."""

import base64
import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from experts import issuer, openbadge
from experts.models import Badge, Credential, Skill
from experts.models.skill import Level
from experts.services import credentials
from marketplace.kit import jws

# Without a quote, an angle bracket or an ampersand, so that escaping leaves it as it is and its
# hash can stand in the policy that allows it.
STYLE = """
.paper{fill:#fff;stroke:#d2dcd8}.ink{fill:#082324}.soft{fill:#364c4e}.line{stroke:#082324}
.chip{fill:#daece9}.top{fill:#d9f746}.none{fill:#e9efec}
text{font-family:Bricolage Grotesque,system-ui,sans-serif}
@media (prefers-color-scheme:dark){
.paper{fill:#142426;stroke:#283738}.ink{fill:#eaf3ed}.soft{fill:#b2c2be}.line{stroke:#eaf3ed}
.chip{fill:#1b3332}.none{fill:#0a1618}.top-ink{fill:#082324}.top-line{stroke:#082324}}
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
PICTURE_POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; sandbox"
JWT_TYPE = "application/vc+jwt"
JSON_TYPE = "application/ld+json"
SVG_TYPE = "image/svg+xml"


@require_safe
def as_jwt(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the signed credential of a badge, also when it no longer counts."""
    return _to_everyone(HttpResponse(_current(public_id).jwt, content_type=JWT_TYPE))


@require_safe
def as_json(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send what the credential says, for reading; it is the other files that carry a signature."""
    return _json(jws.read(_current(public_id).jwt).claims)


@require_safe
def as_picture(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the badge as a picture that carries its credential (OB 3.0, 5.3)."""
    credential = _current(public_id)
    context = {"badge": credential.badge, "jwt": credential.jwt, "style": STYLE}
    response = render(request, "experts/badge.svg", context, content_type=SVG_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{credential.badge.number}.svg"'
    return _picture(request, response)


@require_safe
def embed(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the badge as a small picture for other people's pages, with its state of today."""
    rows = Badge.objects.select_related("skill", "expert__user")
    badge = get_object_or_404(rows, public_id=public_id)
    response = render(
        request, "experts/embed.svg", {"badge": badge, "style": STYLE}, content_type=SVG_TYPE
    )
    response["Cache-Control"] = "public, max-age=300"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _picture(request, response)


@require_safe
def did_document(request: HttpRequest) -> HttpResponse:
    """Publish the keys that our badges were ever signed with."""
    return _json(issuer.did_document(issuer.public_keys()), "application/did+json")


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Say who issues."""
    return _json({"@context": [issuer.VC_CONTEXT, issuer.OB_CONTEXT], **issuer.profile()})


@require_safe
def achievement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say for machines what a badge in a skill at a level proves."""
    if number not in Level.values:
        raise Http404
    skill = get_object_or_404(Skill.objects.badgeable(), slug=slug)
    context = [issuer.VC_CONTEXT, issuer.OB_CONTEXT]
    return _json({"@context": context, **openbadge.achievement(skill, number)})


@require_safe
def status_list(request: HttpRequest, number: int, purpose: str) -> HttpResponse:
    """Publish which credentials are withdrawn, as of this second."""
    if purpose not in openbadge.PURPOSES or number >= credentials.lists():
        raise Http404
    token = credentials.status_list(purpose, number, at=now())
    return _unless_known(request, _to_everyone(HttpResponse(token, content_type=JWT_TYPE)))


def _current(public_id: str) -> Credential:
    rows = Credential.objects.current().select_related("badge__skill", "badge__expert__user")
    return get_object_or_404(rows, badge__public_id=public_id)


def _json(document: dict[str, Any], content_type: str = JSON_TYPE) -> HttpResponse:
    return _to_everyone(JsonResponse(document, content_type=content_type))


def _to_everyone(response: HttpResponse) -> HttpResponse:
    """Let verifiers that are pages of other sites read it."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _picture(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lock a picture: it may style itself and do nothing else."""
    response["Content-Security-Policy"] = PICTURE_POLICY
    return _unless_known(request, response)


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Send nothing again to a reader who has it; they ask each time, so a change shows at once."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response.setdefault("Cache-Control", "public, no-cache")
    return get_conditional_response(request, etag=etag, response=response) or response
