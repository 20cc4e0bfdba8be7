"""What both sides have agreed on, version by version, and what one side proposes to change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models.contract import Contract, ContractCheck
from contracts.models.feedback import Feedback
from contracts.models.milestone import Milestone
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money
from marketplace.kit.states import Stateful, Transition, moves, status_is_known


class AmendmentStatus(models.TextChoices):
    """Where a row of Amendment stands."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Who reads a proposal to change a contract."""

    def visible_to(self, user: User | AnonymousUser) -> AmendmentQuerySet:
        """Both sides of the contract."""
        return self.filter(contract__in=Contract.objects.visible_to(user))


class Amendment(Stateful):
    """One side's wish to change or to end a contract; nothing changes until the other accepts."""

    class Kind(models.TextChoices):
        CHANGE = "change", _("Change of terms")
        END = "end", _("End by agreement")

    Status = AmendmentStatus

    MOVES = moves(
        propose=([Status.DRAFT], Status.PROPOSED),
        accept=([Status.PROPOSED], Status.ACCEPTED),
        decline=([Status.PROPOSED], Status.DECLINED),
        withdraw=([Status.PROPOSED], Status.WITHDRAWN),
        expire=([Status.PROPOSED], Status.EXPIRED),
    )

    public_id = PublicIdField(prefix="amd")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="amendments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Who wishes it; the other side answers.
    side = models.CharField(max_length=8, choices=Feedback.Side.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    message = models.TextField(_("why"), max_length=2000, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer_note = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.DRAFT)

    objects: ClassVar[AmendmentQuerySet] = AmendmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)
        constraints = (
            status_is_known(AmendmentStatus, "amendment_status_known"),
            # Two wishes at once could not both be read as a difference from what is agreed.
            models.UniqueConstraint(
                fields=("contract",),
                condition=models.Q(status="proposed"),
                name="amendment_one_open",
            ),
        )

    @property
    def shares(self) -> list[AmendmentLine]:
        """How the held money would be shared, milestone by milestone."""
        return [row for row in self.lines.all() if row.subject == AmendmentLine.Subject.SHARE]

    @property
    def is_from_expert(self) -> bool:
        """Whether the expert wishes it."""
        return self.side == Feedback.Side.EXPERT


class AmendmentEvent(Transition):
    """What happened to a proposal to change a contract."""

    row = models.ForeignKey(Amendment, models.PROTECT, related_name="history")


class AmendmentLine(models.Model):
    """One difference from what is agreed: how it was, and how it would be.

    `before` and `after` are plain values: title, amount_minor and due_on of a milestone; metric,
    comparator, target, unit and how of a check; days of a review window; ref of a clause;
    held_minor before, and expert_minor after, where held money is shared.
    """

    class Subject(models.TextChoices):
        MILESTONE_ADDED = "milestone_added", _("New milestone")
        MILESTONE_CHANGED = "milestone_changed", _("Changed milestone")
        MILESTONE_CANCELLED = "milestone_cancelled", _("Cancelled milestone")
        CHECK_ADDED = "check_added", _("New check")
        CHECK_CHANGED = "check_changed", _("Changed check")
        CHECK_REMOVED = "check_removed", _("Dropped check")
        REVIEW_WINDOW = "review_window", _("Review window")
        CLAUSE = "clause", _("Another clause")
        SHARE = "share", _("Held money")

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=24, choices=Subject.choices)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="+", null=True, blank=True
    )
    agreed_check = models.ForeignKey(
        ContractCheck, models.PROTECT, related_name="+", null=True, blank=True
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=("amendment", "position"), name="amendment_line_position_once"
            ),
        )

    @property
    def to_expert(self) -> Money:
        """Of shared money: what the expert gets, before our fee."""
        return Money(self.after["expert_minor"], self.amendment.contract.currency)

    @property
    def to_client(self) -> Money:
        """Of shared money: what of the price goes back."""
        return Money(self.before["held_minor"], self.to_expert.currency) - self.to_expert


def canonical(document: Mapping[str, Any]) -> bytes:
    """Write a document in the one way its fingerprint is taken of: sorted, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def fingerprint(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document, written in hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


class TermsVersion(models.Model):
    """What was agreed at one moment, by whom; written once, and chained to the one before.

    The document names both sides, who of them agreed and when, every milestone and check, and the
    fingerprint of the version before it.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    # Which wish it came from; empty for the offer.
    amendment = models.OneToOneField(
        Amendment, models.PROTECT, related_name="version", null=True, blank=True
    )
    agreed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("contract", "number"), name="terms_number_once"),
        )

    @property
    def text(self) -> bytes:
        """What the fingerprint is taken of."""
        return canonical(self.document)

    @property
    def is_intact(self) -> bool:
        """Whether the fingerprint is that of the text."""
        return fingerprint(self.document) == self.sha256
