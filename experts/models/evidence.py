"""What an applicant shows: the artefacts behind a claim, each a link or a private file."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models.expert import VALID_BADGES
from experts.models.vetting import Application
from marketplace.kit.models import PublicIdField

FEWEST_EVIDENCE = 2
MOST_EVIDENCE = 5


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Who may read the file behind a piece of evidence."""

    def visible_to(self, user: User | AnonymousUser) -> EvidenceQuerySet:
        """Whoever may read its application; public evidence of a valid badge, everyone."""
        applications = Application.objects.visible_to(user)
        shown = models.Q(is_public=True, application__badge__status__in=VALID_BADGES)
        return self.filter(shown | models.Q(application__in=applications))


def private_name(_: Evidence, __: str) -> str:
    """Return where an upload is kept: a name nobody can guess, and nothing the sender chose."""
    return f"evidence/{secrets.token_hex(16)}"


SYMBOLS = {
    "repository": "repo",
    "live_demo": "live",
    "evaluation_report": "eval",
    "write_up": "file",
    "client_reference": "ref",
}


class EvidenceKind(models.TextChoices):
    """What a piece of evidence is."""

    REPOSITORY = "repository", _("Repository")
    LIVE_DEMO = "live_demo", _("Live demo")
    EVALUATION_REPORT = "evaluation_report", _("Evaluation report")
    WRITE_UP = "write_up", _("Write-up")
    CLIENT_REFERENCE = "client_reference", _("Client reference")


class Evidence(models.Model):
    """One artefact behind a claim: a link or a private file, never both."""

    Kind = EvidenceKind

    public_id = PublicIdField(prefix="evd")
    application = models.ForeignKey(Application, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=private_name, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    claim = models.TextField(_("what it shows"), max_length=400)
    own_share = models.PositiveSmallIntegerField(_("your share of the work, per cent"))
    # One measured change ("14.2%", "0.9%"); shown as an outcome once a reviewer has granted it.
    before = models.CharField(_("before"), max_length=20, blank=True)
    after = models.CharField(_("after"), max_length=20, blank=True)
    is_public = models.BooleanField(_("show on my badge page"), default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[EvidenceQuerySet] = EvidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(url="") ^ models.Q(file=""), name="evidence_link_or_file"
            ),
            models.CheckConstraint(
                condition=models.Q(own_share__gte=1, own_share__lte=100),
                name="evidence_share_per_cent",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_known"
            ),
        )

    @property
    def symbol(self) -> str:
        """The icon of its kind."""
        return SYMBOLS[self.kind]
