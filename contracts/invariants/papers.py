"""Receipts, invoices and credit notes, and their numbers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Coalesce

from contracts.invariants.asking import asked
from contracts.models import Document, DocumentSeries, Payment, Refund, Release
from contracts.models.document import DocumentKind as Paper


def papers_not_issued() -> Iterator[str]:
    """What arrived has its receipt, a release its invoices, a refund its credit note, no more."""
    expected: dict[tuple[str, str], int] = {}
    for name, amount, fee in _arrived():
        expected[Paper.RECEIPT, name] = amount + fee
    for name, gross, expert_fee, client_fee in _released():
        expected[Paper.WORK, name] = gross
        expected[Paper.EXPERT_FEE, name] = expert_fee
        expected[Paper.CLIENT_FEE, name] = client_fee
    for name, amount, fee in _returned():
        expected[Paper.CREDIT_NOTE, name] = amount + fee
    written = {(kind, of): minor for kind, of, minor in _written()}
    for kind, of in sorted({*expected, *written}):
        there, should = written.get((kind, of), 0), expected.get((kind, of), 0)
        if there != should:
            yield f"{of} has papers of kind {kind} over {there}, not {should}"


def numbers_with_gaps() -> Iterator[str]:
    """A sequence of papers counts from one to its last number, each once."""
    said = dict(_series())
    counted = {code: (count, last) for code, count, last in _numbered()}
    for code in sorted({*said, *counted}):
        if counted.get(code) != (said.get(code), said.get(code)):
            yield f"{code} is at {said.get(code)} and has {counted.get(code)}"


@asked
def _arrived() -> QuerySet[Any, Any]:
    came = Payment.objects.filter(status__in=(Payment.Status.HELD, Payment.Status.RETURNED))
    return came.values_list("public_id", "amount_minor", "fee_minor")


@asked
def _released() -> QuerySet[Any, Any]:
    return Release.objects.values_list(
        "public_id", "gross_minor", "expert_fee_minor", "client_fee_minor"
    )


@asked
def _returned() -> QuerySet[Any, Any]:
    return Refund.objects.values_list("public_id", "amount_minor", "fee_minor")


@asked
def _written() -> QuerySet[Any, Any]:
    about = Coalesce("payment__public_id", "release__public_id", "refund__public_id")
    rows = Document.objects.order_by().annotate(about=about)
    return rows.values_list("kind", "about", "total_minor")


@asked
def _series() -> QuerySet[Any, Any]:
    return DocumentSeries.objects.values_list("code", "last")


@asked
def _numbered() -> QuerySet[Any, Any]:
    rows = Document.objects.order_by().values_list("series")
    return rows.annotate(count=Count("pk"), last=Max("number"))
