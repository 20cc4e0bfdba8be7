"""Papers are issued with the money, counted without a gap by the database, and never change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Membership, Notification
from contracts import invariants
from contracts.models import (
    BillingDetails,
    Document,
    DocumentSeries,
    LedgerTransaction,
    Refund,
)
from contracts.services import billing, documents, ledger, refunds
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts import agreed
from tests.contracts.test_invariants import past_the_triggers
from tests.laid import laid

Kind = Document.Kind
ON_PAPER = {
    "legal_name": "Acme Holdings GmbH",
    "address": "Hauptstraße 1\n10115 Berlin",
    "country": "DE",
    "vat_id": "DE123456789",
}


@laid
def released(submission, acme):
    """The first milestone let go, in one part of $1,000.01 and another of $1,999.99."""
    parts = (Money(1_000_01, "usd"), Money(1_999_99, "usd"))
    return [agreed.let_go(submission.milestone, part, by=acme) for part in parts]


def papers(**search) -> list[tuple[str, str, int]]:
    rows = Document.objects.filter(**search).order_by("pk")
    return [(row.kind, row.name, row.total_minor) for row in rows]


# --- Issued with the money


def test_a_payment_that_arrives_has_its_receipt_at_once(funded, acme):
    receipt = Document.objects.get()

    assert papers() == [(Kind.RECEIPT, "R-2030-000001", 3_150_00)]
    assert receipt.lines == [
        (f"Milestone 1: {funded.title}", Money(3_000_00, "usd")),
        ("Attest service fee, 5%", Money(150_00, "usd")),
    ]
    assert (receipt.seller.name, receipt.buyer.name) == ("Attest Example Ltd", "Acme")
    told = Notification.objects.get(user=acme, subject__startswith="Paid:")
    assert told.url == reverse("contracts:document", args=[receipt.public_id])


def test_each_release_has_an_invoice_for_the_work_and_for_each_fee(released, ada):
    first, rest = released
    series = f"W-{ada.expert.public_id[4:12].upper()}-2030"

    assert papers(release=first) == [
        (Kind.WORK, f"{series}-000001", 1_000_01),
        (Kind.EXPERT_FEE, "F-2030-000001", 60_00),
        (Kind.CLIENT_FEE, "F-2030-000002", 50_00),
    ]
    assert papers(release=rest) == [
        (Kind.WORK, f"{series}-000002", 1_999_99),
        (Kind.EXPERT_FEE, "F-2030-000003", 120_00),
        (Kind.CLIENT_FEE, "F-2030-000004", 100_00),
    ]
    work = Document.objects.get(release=first, kind=Kind.WORK)
    assert (work.seller.name, work.buyer.name) == ("Ada Okonkwo", "Acme")
    assert "in the name and on behalf of Ada Okonkwo" in work.facts["notes"][0]


def test_a_refund_has_a_credit_note_on_the_receipt(funded):
    refund = refunds.refund(
        funded, Money(1_000_00, "usd"), kind=Refund.Kind.GIVEN_BACK, by=None, at=NOON
    )

    assert papers(refund=refund) == [(Kind.CREDIT_NOTE, "CN-2030-000001", 1_050_00)]
    assert ["Corrects", "R-2030-000001"] in Document.objects.get(refund=refund).facts["about"]


def test_a_release_that_pays_a_debt_back_has_its_invoices_too(submission, contract, acme):
    """Nothing is sent for it, and it is a sale all the same."""
    owed = Money(5_000_00, "usd")
    legs = [
        ledger.debit(ledger.receivable(contract.expert, "usd"), owed),
        ledger.credit(ledger.dispute_loss("usd"), owed),
    ]
    with transaction.atomic():
        # A debt without a chargeback would leave the books wrong.
        kind = LedgerTransaction.Kind.CHARGEBACK_LOST
        ledger.post(kind, "debt", legs, contract=contract, at=NOON)

        release = agreed.let_go(submission.milestone, by=acme)

        assert release.sent == Money(0, "usd")
        assert len(papers(release=release)) == 3
        transaction.set_rollback(True)


def test_what_rolls_back_takes_its_number_with_it(funded, acme):
    with transaction.atomic():
        agreed.let_go(funded, by=acme)
        transaction.set_rollback(True)

    assert not Document.objects.exclude(kind=Kind.RECEIPT).exists()
    agreed.let_go(funded, by=acme)
    assert papers(kind=Kind.EXPERT_FEE)[0][1] == "F-2030-000001"


def test_a_paper_is_in_one_language_whoever_causes_it(pay, milestone):
    with override("de"):
        pay(milestone)

    paper = Document.objects.get(kind="receipt")
    assert paper.facts["about"][0][0] == "Paid on"
    assert paper.facts["lines"][0]["text"] == "Milestone 1: Retrieval with sources"


def test_asked_again_it_is_the_same_paper(funded, released):
    payment = funded.payments.get()
    before = papers()

    documents.issue_receipt(payment, at=NOON)
    documents.issue_for_release(released[0], at=NOON)
    documents.issue_missing(at=NOON)

    assert papers() == before


def test_each_year_counts_from_one(pay, contract):
    first, second = contract.milestones.all()
    pay(first, at=datetime(2030, 12, 31, 23, 59, tzinfo=UTC))
    pay(second, at=datetime(2031, 1, 1, tzinfo=UTC))

    assert [name for _kind, name, _total in papers()] == ["R-2030-000001", "R-2031-000001"]


def test_money_from_before_there_were_papers_gets_them_dated_today(funded, released):
    past_the_triggers("DELETE FROM contracts_document")
    past_the_triggers("DELETE FROM contracts_documentseries")
    today = NOON + timedelta(days=400)

    documents.issue_missing(at=today)

    assert {row.issued_at for row in Document.objects.all()} == {today}
    assert len(papers()) == 7


# --- Never changed


def test_the_database_refuses_to_change_or_to_take_out_a_paper(funded):
    for change in (
        lambda: Document.objects.update(total_minor=1),
        lambda: Document.objects.all().delete(),
        lambda: DocumentSeries.objects.update(last=7),
        lambda: DocumentSeries.objects.create(code="R-2031", last=1),
        lambda: DocumentSeries.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert papers() == [(Kind.RECEIPT, "R-2030-000001", 3_150_00)]


def test_a_paper_keeps_what_its_parties_were_called(client, funded, acme, contract):
    organisation = contract.organisation
    billing.describe_client(organisation, **ON_PAPER, by=acme, at=NOON)
    agreed.let_go(funded, by=acme)
    billing.describe_client(
        organisation, **ON_PAPER | {"legal_name": "Acme New SE"}, by=acme, at=NOON
    )
    contract.title, organisation.name = "Renamed", "Renamed"
    contract.save()
    organisation.save()
    client.force_login(acme)

    invoice = Document.objects.get(kind=Kind.CLIENT_FEE)
    page = client.get(reverse("contracts:document", args=[invoice.public_id])).content.decode()

    for fact in ("Acme Holdings GmbH", "Hauptstraße 1", "Germany", "VAT number DE123456789"):
        assert fact in page
    assert "Acme New SE" not in page
    assert "Renamed" not in page
    assert BillingDetails.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        BillingDetails.objects.update(legal_name="x")


# --- The questions to the books find what was planted


@pytest.fixture
def planted(funded, released):
    """Papers that will be wrong on purpose, and are put right again for the books."""
    there = list(Document.objects.values_list("pk", "number", "total_minor"))
    yield
    for key, number, total in there:
        past_the_triggers(
            f"UPDATE contracts_document SET number = {number} WHERE id = {key};"  # noqa: S608
            f"UPDATE contracts_document SET total_minor = {total} WHERE id = {key}"
        )


def test_a_paper_over_another_amount_is_found(planted):
    past_the_triggers("UPDATE contracts_document SET total_minor = 1 WHERE kind = 'work'")

    assert len(list(invariants.papers_not_issued())) == 2


def test_a_gap_in_the_numbers_is_found(planted):
    past_the_triggers("UPDATE contracts_document SET number = 9 WHERE kind = 'receipt'")

    assert list(invariants.numbers_with_gaps()) == ["R-2030 is at 1 and has (1, 9)"]


# --- Who reads them, and how


@pytest.fixture
def statuses(client, released):
    """What a person gets for each kind of paper."""

    def statuses(user) -> dict[str, int]:
        client.force_login(user)
        return {
            row.kind: client.get(reverse("contracts:document", args=[row.public_id])).status_code
            for row in Document.objects.order_by("-pk")
        }

    return statuses


def test_each_side_reads_its_own_papers(statuses, acme, ada, mallory, member):
    clients = {Kind.RECEIPT: 200, Kind.WORK: 200, Kind.CLIENT_FEE: 200, Kind.EXPERT_FEE: 404}
    experts = {Kind.RECEIPT: 404, Kind.WORK: 200, Kind.CLIENT_FEE: 404, Kind.EXPERT_FEE: 200}

    assert statuses(acme) == statuses(member(Membership.Role.FINANCE)) == clients
    assert statuses(ada) == experts
    for outsider in (mallory, member(Membership.Role.HIRING), member(Membership.Role.VIEWER)):
        assert set(statuses(outsider).values()) == {404}


def test_the_list_leads_to_each_paper_and_its_file(client, released, ada):
    client.force_login(ada)

    page = client.get(reverse("contracts:documents")).content.decode()

    for row in Document.objects.visible_to(ada):
        assert f"/documents/{row.public_id}/" in page
        assert f"/documents/{row.public_id}.pdf" in page
    assert ">F-2030-000001<" in page
    assert ">R-2030-000001<" not in page


def test_a_paper_comes_as_a_pdf_small_and_tagged(client, released, acme, draws):
    invoice = Document.objects.filter(kind=Kind.WORK).last()
    client.force_login(acme)

    answer = client.get(reverse("contracts:document-file", args=[invoice.public_id]))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{invoice.name}.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) <= 60_000


def test_where_no_pdf_can_be_drawn_the_page_says_so(client, released, acme, without_pango):
    invoice = Document.objects.filter(kind=Kind.WORK).last()
    client.force_login(acme)

    answer = client.get(reverse("contracts:document-file", args=[invoice.public_id]))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "PDF files cannot be made here at the moment; print this page instead" in page
    assert invoice.name in page


# --- What papers call one


@pytest.fixture
def say(client, acme):
    """Fill in the form as Acme's owner."""

    def say(**changes):
        client.force_login(acme)
        return client.post(reverse("contracts:billing-client"), ON_PAPER | changes)

    return say


def test_billing_details_are_said_in_the_settings(client, say, acme):
    assert say(vat_id="de 123.456-789").url == reverse("contracts:billing")

    row = BillingDetails.objects.get()
    assert {name: getattr(row, name) for name in ON_PAPER} == ON_PAPER
    assert (row.organisation, row.expert, row.by) == (
        acme.memberships.get().organisation,
        None,
        acme,
    )
    page = client.get(reverse("contracts:billing")).content.decode()
    assert "Acme Holdings GmbH" in page
    form = client.get(reverse("contracts:billing-client")).content.decode()
    assert 'value="DE123456789"' in form


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"legal_name": " "}, "Enter an answer"),
        ({"legal_name": "x" * 161}, "at most 160 characters"),
        ({"address": "x" * 401}, "at most 400 characters"),
        ({"address": "a\x00b"}, "Null characters are not allowed."),
        ({"country": "XX"}, "Select a valid choice"),
        ({"vat_id": "12"}, "Enter 4 to 20 letters and digits"),
        ({"vat_id": "FR123456789"}, "A VAT number of this country begins with DE"),
        ({"vat_id": "x" * 31}, "at most 30 characters"),
    ],
)
def test_bad_details_are_said_beside_the_field_and_change_nothing(say, changes, sentence):
    answer = say(**changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not BillingDetails.objects.exists()


def test_a_greek_number_begins_as_greek_numbers_do(say):
    assert say(country="GR", vat_id="EL123456789").status_code == 302
    assert say(country="GB", vat_id="123456789").status_code == 302


def test_only_who_moves_the_money_says_it(client, acme, ada, member):
    organisation = acme.memberships.get().organisation
    client.force_login(member(Membership.Role.HIRING))

    assert client.post(reverse("contracts:billing-client"), ON_PAPER).status_code == 403
    client.force_login(ada)
    assert client.post(reverse("contracts:billing-expert"), ON_PAPER).status_code == 302
    with pytest.raises(billing.PermissionDenied):
        billing.describe_client(organisation, **ON_PAPER, by=ada, at=NOON)
    with pytest.raises(billing.PermissionDenied):
        billing.describe_expert(ada.expert, **ON_PAPER, by=acme, at=NOON)

    assert BillingDetails.objects.get().expert == ada.expert


def test_the_settings_say_who_may_change_them(client, member):
    client.force_login(member(Membership.Role.VIEWER))

    page = client.get(reverse("contracts:billing")).content.decode()

    assert "Owners and finance members can change this." in page
    assert reverse("contracts:billing-client") not in page
