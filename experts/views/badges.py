"""The public page of a badge, and the files behind it."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from experts import issuer, selectors
from experts.models import Badge, Evidence, TrailEntry, Upload
from experts.models.skill import LEVEL_HINTS, Level
from experts.services import trail
from marketplace.kit.http import private_file

LINKEDIN = "https://www.linkedin.com/profile/add"


@dataclass(frozen=True, slots=True)
class Embed:
    """The badge's picture as code for other people's pages; it leads back to the badge."""

    badge: Badge

    @property
    def alt(self) -> str:
        """What the picture says; a bracket would end it in Markdown."""
        named = {
            "name": self.badge.expert.name,
            "skill": self.badge.skill.name,
            "level": self.badge.level,
            "site": settings.SITE_NAME,
        }
        text = _("%(name)s: %(skill)s, level %(level)s of 3, %(site)s badge") % named
        return text.translate(NO_BRACKETS)

    @property
    def html(self) -> str:
        """The code for a web page."""
        # Plain text: the page escapes it once more, so that what is copied is what stands here.
        size = 'width="340" height="80"'
        picture = f'<img src="{self._picture}" {size} alt="{escape(self.alt)}">'
        return f'<a href="{self._page}">{picture}</a>'

    @property
    def markdown(self) -> str:
        """The code for a README."""
        return f"[![{self.alt}]({self._picture})]({self._page})"

    @property
    def _page(self) -> str:
        return issuer.address("experts:badge", self.badge.public_id)

    @property
    def _picture(self) -> str:
        return issuer.address("experts:embed", self.badge.public_id)


NO_BRACKETS = str.maketrans("", "", "[]()\\")


def linkedin_url(badge: Badge) -> str:
    """Return the link that opens LinkedIn's own form, filled in; we send nothing ourselves.

    Its parameters are those of addtoprofile.linkedin.com.
    """
    return f"{LINKEDIN}?" + urlencode(
        {
            "startTask": "CERTIFICATION_NAME",
            "name": f"{badge.skill.title}, {Level(badge.level).label}",
            "organizationName": settings.SITE_NAME,
            "issueYear": badge.issued_on.year,
            "issueMonth": badge.issued_on.month,
            "expirationYear": badge.valid_until.year,
            "expirationMonth": badge.valid_until.month,
            "certUrl": issuer.address("experts:certificate", badge.number),
            "certId": badge.number,
        }
    )


@require_safe
def badge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what was proven, on what evidence, by whose judgement, and whether it still counts."""
    row = get_object_or_404(selectors.badges_with_proof(), public_id=public_id)
    context = {
        "badge": row,
        "level_says": LEVEL_HINTS[Level(row.level)],
        "figures": selectors.figures_of(row.skill, row.level),
        "credential": row.credentials.current().first(),
        "embed": Embed(row),
        "linkedin_url": linkedin_url(row),
    }
    return render(request, "experts/badge.html", context)


@require_safe
def evidence_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Send the file of a piece of evidence to those who may read it."""
    pieces = Evidence.objects.visible_to(request.user)
    clean = Upload.objects.filter(evidence__in=pieces, status=Upload.Status.CLEAN)
    clean = clean.select_related("evidence__application__expert")
    upload = get_object_or_404(clean, evidence__public_id=public_id)
    case = upload.evidence.application
    if request.user.is_staff and request.user.pk != case.expert.user_id:
        opened = TrailEntry.Act.OPENED
        trail.note(case, opened, by=request.user, at=now(), about=public_id)
    return private_file(upload.file, upload.name)
