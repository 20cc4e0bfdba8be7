"""Papers: receipts, invoices and credit notes, numbered without a gap and never changed.

`migrations/documents.sql` holds the rules Postgres keeps: it gives the numbers, and it refuses to
change or to take out a paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import PAYING
from contracts.models.contract import Contract
from contracts.models.milestone import Release
from contracts.models.payment import Payment
from contracts.models.refund import Refund
from marketplace.kit.models import PublicIdField
from marketplace.kit.money import Money


class DocumentSeries(models.Model):
    """How far a sequence of numbers has come; written by the database alone."""

    code = models.CharField(max_length=24, primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "document series"


class DocumentKind(models.TextChoices):
    """What a paper is."""

    RECEIPT = "receipt", _("Receipt")
    WORK = "work", _("Invoice for work")
    CLIENT_FEE = "client_fee", _("Invoice for our service fee")
    EXPERT_FEE = "expert_fee", _("Invoice for our expert fee")
    CREDIT_NOTE = "credit_note", _("Credit note")


K = DocumentKind
# Who a paper is written to, or by: both sides keep the invoice for the work.
FOR_CLIENTS = (K.RECEIPT, K.WORK, K.CLIENT_FEE, K.CREDIT_NOTE)
FOR_EXPERTS = (K.WORK, K.EXPERT_FEE)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Who may read which papers."""

    def visible_to(self, user: User | AnonymousUser) -> DocumentQuerySet:
        """A client's papers are for those who move its money, an expert's for the expert."""
        if not isinstance(user, User):
            return self.none()
        paid_by = models.Q(
            contract__organisation__in=user.memberships.filter(role__in=PAYING).values(
                "organisation"
            )
        )
        return self.filter(
            (models.Q(kind__in=FOR_CLIENTS) & paid_by)
            | models.Q(kind__in=FOR_EXPERTS, contract__expert__user=user)
        )


@dataclass(frozen=True, slots=True)
class Party:
    """Who issued a paper or whom it was issued to, as they were called that day."""

    name: str
    address: str
    country: str
    vat_id: str = ""


class Document(models.Model):
    """A paper about one payment, release or refund; `facts` is all it says, frozen on its day."""

    Kind = DocumentKind

    public_id = PublicIdField(prefix="doc")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # The sequence and the year: "F-2030". The number in it is the database's to give.
    series = models.CharField(max_length=24)
    number = models.PositiveIntegerField(default=0, editable=False)
    issued_at = models.DateTimeField()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="documents")
    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="documents", null=True, blank=True
    )
    release = models.ForeignKey(
        Release, models.PROTECT, related_name="documents", null=True, blank=True
    )
    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="documents", null=True, blank=True
    )
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # seller, buyer: parties; lines: text and minor; about: pairs of term and value; notes: texts.
    facts = models.JSONField()

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-issued_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("series", "number"), name="document_number_once"),
            models.UniqueConstraint(fields=("kind", "payment"), name="document_of_payment_once"),
            models.UniqueConstraint(fields=("kind", "release"), name="document_of_release_once"),
            models.UniqueConstraint(fields=("kind", "refund"), name="document_of_refund_once"),
            models.CheckConstraint(
                condition=models.Q(payment__isnull=False, release=None, refund=None)
                | models.Q(payment=None, release__isnull=False, refund=None)
                | models.Q(payment=None, release=None, refund__isnull=False),
                name="document_about_one",
            ),
        )

    @property
    def name(self) -> str:
        """What people call it: F-2030-000001."""
        return f"{self.series}-{self.number:06d}"

    @property
    def day(self) -> date:
        """The day it was issued on, in UTC."""
        return self.issued_at.astimezone(UTC).date()

    @property
    def total(self) -> Money:
        """What its lines add up to."""
        return Money(self.total_minor, self.currency)

    @property
    def lines(self) -> Sequence[tuple[str, Money]]:
        """What it is for, and how much each is."""
        return [(row["text"], Money(row["minor"], self.currency)) for row in self.facts["lines"]]

    @property
    def seller(self) -> Party:
        """Who issued it, or in whose name it was issued."""
        return Party(**self.facts["seller"])

    @property
    def buyer(self) -> Party:
        """Whom it was issued to."""
        return Party(**self.facts["buyer"])
