"""Receipts, invoices and credit notes, and their numbers."""

from collections.abc import Iterator

from django.db.models import Count, Max
from django.db.models.functions import Coalesce

from contracts.models import Document, DocumentSeries, Payment, Refund, Release
from contracts.models.document import DocumentKind as Paper


def papers_not_issued() -> Iterator[str]:
    """What arrived has its receipt, a release its invoices, a refund its credit note, no more."""
    came = Payment.objects.filter(status__in=(Payment.Status.HELD, Payment.Status.RETURNED))
    expected: dict[tuple[str, str], int] = {
        (Paper.RECEIPT, row.public_id): row.total.minor for row in came
    }
    for row in Release.objects.all():
        expected[Paper.WORK, row.public_id] = row.gross_minor
        expected[Paper.EXPERT_FEE, row.public_id] = row.expert_fee_minor
        expected[Paper.CLIENT_FEE, row.public_id] = row.client_fee_minor
    for refund in Refund.objects.select_related("payment"):
        expected[Paper.CREDIT_NOTE, refund.public_id] = refund.total.minor
    about = Coalesce("payment__public_id", "release__public_id", "refund__public_id")
    rows = Document.objects.order_by().annotate(about=about)
    written = {
        (kind, of): minor for kind, of, minor in rows.values_list("kind", "about", "total_minor")
    }
    for kind, of in sorted({*expected, *written}):
        there, should = written.get((kind, of), 0), expected.get((kind, of), 0)
        if there != should:
            yield f"{of} has papers of kind {kind} over {there}, not {should}"


def numbers_with_gaps() -> Iterator[str]:
    """A sequence of papers counts from one to its last number, each once."""
    said = dict(DocumentSeries.objects.values_list("code", "last"))
    rows = (
        Document.objects.order_by().values("series").annotate(count=Count("pk"), last=Max("number"))
    )
    counted = {row["series"]: (row["count"], row["last"]) for row in rows}
    for code in sorted({*said, *counted}):
        if counted.get(code) != (said.get(code), said.get(code)):
            yield f"{code} is at {said.get(code)} and has {counted.get(code)}"
