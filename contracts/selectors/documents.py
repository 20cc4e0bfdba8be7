"""Reads of papers, by whose they are."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import Organisation
from contracts.models import Document
from contracts.models.document import FOR_CLIENTS, FOR_EXPERTS
from contracts.selectors.books import midnight, next_month
from experts.models import Expert


def of_expert(expert: Expert) -> QuerySet[Document]:
    """Return an expert's papers, the latest first."""
    return Document.objects.filter(kind__in=FOR_EXPERTS, contract__expert=expert)


def of_client(organisation: Organisation) -> QuerySet[Document]:
    """Return a client's papers, the latest first."""
    return Document.objects.filter(kind__in=FOR_CLIENTS, contract__organisation=organisation)


def issued_in(papers: QuerySet[Document], month: date) -> QuerySet[Document]:
    """Return those issued in one month."""
    until = midnight(next_month(month))
    return papers.filter(issued_at__gte=midnight(month), issued_at__lt=until)
