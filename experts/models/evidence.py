"""What an applicant shows: the artefacts behind a claim, and the private files among them."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from experts.models.expert import VALID_BADGES
from experts.models.vetting import Application
from experts.models.work_record import Delivery
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known

FEWEST_EVIDENCE = 2
MOST_EVIDENCE = 5
# Where uploads are kept, within the folder of private files.
FOLDER = "evidence"


def private_name(*_: object) -> str:
    """Return where an upload is kept: a name nobody can guess, and nothing the sender chose."""
    return f"{FOLDER}/{secrets.token_hex(16)}"


class UploadStatus(models.TextChoices):
    """Where a row of Upload stands."""

    RECEIVED = "received", _("Received")
    QUARANTINED = "quarantined", _("Being scanned")
    CLEAN = "clean", _("Clean")
    REFUSED = "refused", _("Refused by the scanner")
    DISCARDED = "discarded", _("Deleted")


class Upload(Stateful):
    """A file somebody sent: private, under a random name, and read by nobody until it is clean.

    The row outlives the file, so that we can say what was here; `due_at` is when the sweep tries
    the scanner again.
    """

    Status = UploadStatus

    MOVES = moves(
        quarantine=([Status.RECEIVED], Status.QUARANTINED),
        clear=([Status.QUARANTINED], Status.CLEAN),
        refuse=([Status.QUARANTINED], Status.REFUSED),
        discard=([Status.QUARANTINED, Status.CLEAN, Status.REFUSED], Status.DISCARDED),
    )
    public_id = PublicIdField(prefix="upl")
    file = models.FileField(_("file"), upload_to=private_name)
    name = models.CharField(_("name"), max_length=120)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # What the scanner found, in its words.
    signature = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.RECEIVED)

    class Meta:
        constraints = (status_is_known(UploadStatus, "upload_status_known"),)
        indexes = (
            models.Index(
                fields=("due_at",), condition=models.Q(status="quarantined"), name="upload_due"
            ),
        )


class UploadEvent(Transition):
    """What became of a file."""

    row = models.ForeignKey(Upload, models.CASCADE, related_name="history")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Who may read the file behind a piece of evidence."""

    def visible_to(self, user: User | AnonymousUser) -> EvidenceQuerySet:
        """Whoever may read its application; public evidence of a valid badge, everyone."""
        applications = Application.objects.visible_to(user)
        shown = models.Q(
            shown=Evidence.Shown.EVERYTHING, application__badge__status__in=VALID_BADGES
        )
        return self.filter(shown | models.Q(application__in=applications))


# What a confirmed check lets a badge page say; the others are of use to reviewers alone.
TOLD_KINDS = frozenset({"authorship", "reference", "certificate", "delivery"})
SYMBOLS = {
    "repository": "repo",
    "live_demo": "live",
    "evaluation_report": "eval",
    "write_up": "file",
    "client_reference": "ref",
    "confirmed_milestone": "check",
    "external_certificate": "seal",
}


class EvidenceKind(models.TextChoices):
    """What a piece of evidence is."""

    REPOSITORY = "repository", _("Repository")
    LIVE_DEMO = "live_demo", _("Live demo")
    EVALUATION_REPORT = "evaluation_report", _("Evaluation report")
    WRITE_UP = "write_up", _("Write-up")
    CLIENT_REFERENCE = "client_reference", _("Client reference")
    CONFIRMED_MILESTONE = "confirmed_milestone", _("Confirmed milestone")
    EXTERNAL_CERTIFICATE = "external_certificate", _("External certificate")


class Shown(models.TextChoices):
    """How much of a piece strangers may see; nothing is public before the applicant has chosen."""

    EVERYTHING = "everything", _("Everything")
    TITLE = "title", _("The title only")
    NOTHING = "nothing", _("Nothing")


class Proof(models.TextChoices):
    """How we can tell that a piece is the applicant's own work."""

    CODE = "code", _("A code in the repository or on the page")
    COMMIT = "commit", _("A commit under an address of mine")


class Evidence(models.Model):
    """One artefact behind a claim, from one source: link, file, delivery or somebody we may ask."""

    Kind = EvidenceKind
    Shown = Shown
    Proof = Proof

    public_id = PublicIdField(prefix="evd")
    application = models.ForeignKey(Application, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    url = models.URLField(_("link"), max_length=500, blank=True)
    upload = models.OneToOneField(
        Upload, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="shown_in"
    )
    referee_name = models.CharField(_("name of the referee"), max_length=120, blank=True)
    referee_email = models.EmailField(_("work address of the referee"), blank=True)
    claim = models.TextField(_("what it shows"), max_length=400)
    own_share = models.PositiveSmallIntegerField(_("your share of the work, per cent"))
    # When it was last worked on, as the applicant says.
    made_on = models.DateField(_("finished on"), null=True, blank=True)
    # One measured change ("14.2%", "0.9%"); shown as an outcome once a reviewer has granted it.
    before = models.CharField(_("before"), max_length=20, blank=True)
    after = models.CharField(_("after"), max_length=20, blank=True)
    shown = models.CharField(
        _("what strangers may see"), max_length=12, choices=Shown.choices, blank=True
    )
    proof = models.CharField(_("proof"), max_length=8, choices=Proof.choices, blank=True)
    # The page that holds the code, or the commit.
    proof_url = models.URLField(_("where the proof is"), max_length=500, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[EvidenceQuerySet] = EvidenceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(url__gt="", upload=None, delivery=None, referee_email="")
                | models.Q(url="", upload__isnull=False, delivery=None, referee_email="")
                | models.Q(url="", upload=None, delivery__isnull=False, referee_email="")
                | models.Q(url="", upload=None, delivery=None, referee_email__gt=""),
                name="evidence_one_source",
            ),
            models.CheckConstraint(
                condition=models.Q(own_share__gte=1, own_share__lte=100),
                name="evidence_share_per_cent",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(shown__in=["", *Shown.values]), name="evidence_shown_known"
            ),
            models.CheckConstraint(
                condition=models.Q(proof__in=["", *Proof.values]), name="evidence_proof_known"
            ),
        )

    @property
    def symbol(self) -> str:
        """The icon of its kind."""
        return SYMBOLS[self.kind]

    @property
    def proofs(self) -> list[Any]:
        """The checks of it that were confirmed and may be told to everyone."""
        told = self.checks.all()
        return [row for row in told if row.status == "passed" and row.kind in TOLD_KINDS]

    @property
    def is_public(self) -> bool:
        """Whether strangers may see all of it."""
        return self.shown == Shown.EVERYTHING

    @property
    def is_named(self) -> bool:
        """Whether strangers may read its title."""
        return self.shown in {Shown.EVERYTHING, Shown.TITLE}
