"""What our server has found out about evidence by itself: checks, snapshots and wordings.

A check informs a reviewer and decides nothing.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from experts.models.evidence import Evidence
from experts.models.vetting import Application
from marketplace.kit.models import PublicIdField
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class CheckKind(models.TextChoices):
    """What is asked."""

    LINK = "link", _("The link answers")
    SNAPSHOT = "snapshot", _("A snapshot is kept")
    AUTHORSHIP = "authorship", _("It is the applicant's own")
    REFERENCE = "reference", _("The referee confirms it")
    CERTIFICATE = "certificate", _("The certificate is public")
    DELIVERY = "delivery", _("The client released the payment")
    DATES = "dates", _("It is recent")
    DUPLICATE = "duplicate", _("The words are the applicant's own")
    SECRETS = "secrets", _("No secret is published")


class CheckStatus(models.TextChoices):
    """Where a row of Check stands."""

    PENDING = "pending", _("Being checked")
    PASSED = "passed", _("Confirmed")
    FAILED = "failed", _("Not confirmed")
    UNCLEAR = "unclear", _("A person looks")


class Check(Stateful):
    """One question about an application, or about one piece of it, and the answer with its proof.

    `due_at` is when the next worker may try; whoever tries moves it on first, so two never do.
    """

    Kind = CheckKind
    Status = CheckStatus

    MOVES = moves(
        confirm=([Status.PENDING], Status.PASSED),
        fail=([Status.PENDING], Status.FAILED),
        doubt=([Status.PENDING], Status.UNCLEAR),
        retry=([Status.PASSED, Status.FAILED, Status.UNCLEAR], Status.PENDING),
    )
    public_id = PublicIdField(prefix="chk")
    application = models.ForeignKey(Application, models.CASCADE, related_name="checks")
    # Nothing for a question about the application as a whole.
    evidence = models.ForeignKey(
        Evidence, models.CASCADE, null=True, blank=True, related_name="checks"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    sentence = models.TextField(blank=True)
    proof = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.PENDING)

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(CheckStatus, "check_status_known"),
            models.CheckConstraint(
                condition=models.Q(kind__in=CheckKind.values), name="check_kind_known"
            ),
            models.UniqueConstraint(
                fields=("application", "evidence", "kind"),
                name="check_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",), condition=models.Q(status="pending"), name="check_due"
            ),
        )


class CheckEvent(Transition):
    """When a check was answered, and by whom it was asked again."""

    row = models.ForeignKey(Check, models.CASCADE, related_name="history")


class Snapshot(models.Model):
    """What a link or a file was at one moment: added to, never changed.

    `words_sha256` is of what a reader sees, so that a page whose markup changes with each visit
    has not changed for us.
    """

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField()
    url = models.URLField(max_length=2_000, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    words_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)


class Part(models.TextChoices):
    """Where an application says something."""

    CLAIM = "claim", _("the claim")
    PAGE = "page", _("the page or file")


class Wording(models.Model):
    """A text of an application as others are compared with it; `sketch` is `kit.wording.sketch`."""

    Part = Part

    application = models.ForeignKey(Application, models.CASCADE, related_name="wordings")
    evidence = models.ForeignKey(
        Evidence, models.CASCADE, null=True, blank=True, related_name="wordings"
    )
    part = models.CharField(max_length=8, choices=Part.choices)
    text = models.TextField()
    sketch = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "evidence", "part"),
                name="wording_once",
                nulls_distinct=False,
            ),
        )
        indexes = (GinIndex(fields=("sketch",), name="wording_sketch"),)
