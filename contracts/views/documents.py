"""Receipts and invoices: the list, each as a page that prints, and as a PDF."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from contracts.models import Document
from contracts.views import papers
from marketplace.kit.words import in_sites_language

TEMPLATE = "documents/invoice.html"
PER_PAGE = 30


@require_safe
@login_required
def index(request: MemberRequest) -> HttpResponse:
    """List the reader's papers, the latest first."""
    rows = Document.objects.visible_to(request.user).select_related("contract")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "documents/index.html", {"page": page})


@require_safe
@login_required
def detail(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a paper as it was issued."""
    return render(request, TEMPLATE, _context(_paper(request, public_id)))


@require_safe
@login_required
@in_sites_language
def file(request: MemberRequest, public_id: str) -> HttpResponse:
    """Hand out a paper as a PDF."""
    row = _paper(request, public_id)
    return papers.printed(request, TEMPLATE, _context(row), name=row.name)


def _paper(request: MemberRequest, public_id: str) -> Document:
    visible = Document.objects.visible_to(request.user).select_related("contract")
    return get_object_or_404(visible, public_id=public_id)


def _context(row: Document) -> dict[str, object]:
    return {
        "document": row,
        "back_url": reverse("contracts:documents"),
        "pdf_url": reverse("contracts:document-file", args=[row.public_id]),
    }
