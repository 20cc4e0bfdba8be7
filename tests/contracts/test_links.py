"""Links: nobody hires themselves; what may be chance is looked at, and counts until judged."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, MembershipChange
from contracts.models import BillingDetails, Contract, Link, LinkEvent, Payment
from contracts.selectors import links as reads
from contracts.services import consultations, consulting, inbox, links, offers
from contracts.services.links import SidesAreOne
from experts.models import Delivery, WorkRecord
from experts.services import profiles
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts import agreed

WHY = "The same house, seen on both invoices."


@pytest.fixture
def client_side(acme):
    return acme.memberships.get().organisation


# --- Twelve things two sides may have in common


def join(organisation, person, role=Membership.Role.VIEWER):
    Membership.objects.create(organisation=organisation, user=person, role=role, created_at=NOON)


def addressed(person, email):
    person.email = email
    person.save(update_fields=["email"])


def papers(vat_id, **whose):
    BillingDetails.objects.create(
        legal_name="x", address="x", country="GB", vat_id=vat_id, created_at=NOON, **whose
    )


def paid(organisation, expert, by, card):
    """A client paid an expert with a card."""
    milestone = factories.contract(organisation, expert).milestones.first()
    Payment.objects.create(
        milestone=milestone, by=by, amount_minor=100_00, fee_minor=0, currency="usd",
        card=card, created_at=NOON, expires_at=NOON,
    )  # fmt: skip


def seen_at(person, ip, browser="Firefox"):
    session = Session.objects.create(
        session_key=f"{person.pk}-{ip}", session_data="", expire_date=NOON
    )
    UserSession.objects.create(
        user=person, ip=ip, user_agent=browser, session_key=session.pk, last_seen_at=NOON
    )


def is_member(client_side, acme, ada, mallory):
    join(client_side, ada)


def has_the_same_mailbox(client_side, acme, ada, mallory):
    addressed(acme, "a.da.lovelace@gmail.com")
    addressed(ada, "adalovelace+work@googlemail.com")


def has_the_same_vat_number(client_side, acme, ada, mallory):
    papers("GB 123 456", organisation=client_side, by=acme)
    papers("gb123456", expert=ada.expert, by=ada)


def is_paid_with_their_own_card(client_side, acme, ada, mallory):
    of_hers = factories.organisation(ada, name="Ada Ltd")
    paid(of_hers, factories.expert(mallory), ada, "fp_1")
    paid(client_side, mallory.expert, acme, "fp_1")


def has_the_same_bank_account(client_side, acme, ada, mallory):
    join(client_side, mallory)
    for expert in (ada.expert, factories.expert(mallory)):
        account = factories.payout_account(expert)
        account.bank = "ba_fp"
        account.save(update_fields=["bank"])


def was_judged_to_be(client_side, acme, ada, mallory):
    row = Link.objects.create(
        organisation=client_side, expert=ada.expert, kind="network", seen_at=NOON
    )
    links.confirm(row, reason=WHY, by=factories.finance(), at=NOON)


HARD = (
    is_member,
    has_the_same_mailbox,
    has_the_same_vat_number,
    is_paid_with_their_own_card,
    has_the_same_bank_account,
    was_judged_to_be,
)


def was_a_member(client_side, acme, ada, mallory):
    MembershipChange.objects.create(
        organisation=client_side, user=ada, verb="leave", role_before="hiring", role_after="",
        by=ada, at=NOON - timedelta(days=700),
    )  # fmt: skip
    return "former"


def was_invited(client_side, acme, ada, mallory):
    factories.member_invitation(client_side, ada.email)
    return "invited"


def are_together_elsewhere(client_side, acme, ada, mallory):
    join(factories.organisation(ada, name="A club"), acme)
    return "elsewhere"


def use_the_same_browser_at_the_same_place(client_side, acme, ada, mallory):
    seen_at(acme, "81.2.69.142")
    seen_at(ada, "81.2.69.142")
    return "device"


def are_on_the_same_network(client_side, acme, ada, mallory):
    seen_at(acme, "81.2.69.142")
    seen_at(ada, "81.2.69.7")
    return "network"


def have_mail_of_the_same_business(client_side, acme, ada, mallory):
    addressed(acme, "office@initech.com")
    addressed(ada, "ada@initech.com")
    return "domain"


SOFT = (
    was_a_member,
    was_invited,
    are_together_elsewhere,
    use_the_same_browser_at_the_same_place,
    are_on_the_same_network,
    have_mail_of_the_same_business,
)


@pytest.mark.parametrize("tie", HARD)
def test_whoever_is_one_makes_no_contract(tie, client_side, proposal, acme, ada, mallory):
    tie(client_side, acme, ada, mallory)

    with pytest.raises(SidesAreOne) as refused:
        offers.make(proposal, **agreed.terms(proposal), by=acme, at=NOON)

    assert "belong together" in str(refused.value)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.offers.exists()) == ("submitted", False)


def test_nor_by_an_offer_that_was_made_before(client_side, offer, ada):
    join(client_side, ada)

    with pytest.raises(SidesAreOne):
        offers.accept(offer, by=ada, at=NOON)

    offer.refresh_from_db()
    assert (offer.status, Contract.objects.exists()) == ("sent", False)


def test_nor_by_booking_a_time(client_side, ada, acme):
    consulting.set_price(ada.expert, Money(80_00, "usd"), by=ada)
    begins = NOON + timedelta(days=3)
    (slot,) = consulting.offer_times(ada.expert, [begins], minutes=60, by=ada, at=NOON)
    join(client_side, ada)

    with pytest.raises(SidesAreOne):
        consultations.checkout_url(slot, organisation=client_side, question="", by=acme, at=NOON)

    assert not Contract.objects.exists()


@pytest.mark.parametrize("tie", SOFT)
def test_what_may_be_chance_is_looked_at(tie, client_side, offer, acme, ada, mallory):
    kind = tie(client_side, acme, ada, mallory)

    offers.accept(offer, by=ada, at=NOON)

    row = Link.objects.get()
    assert (row.kind, row.organisation, row.expert, row.status) == (
        kind, client_side, ada.expert, "seen",
    )  # fmt: skip


def test_strangers_have_nothing_in_common(client_side, acme, ada):
    seen_at(acme, "127.0.0.1")
    seen_at(ada, "127.0.0.1")  # the address of everybody behind a proxy
    addressed(acme, "acme@gmail.com")
    addressed(ada, "ada@gmail.com")
    papers("", organisation=client_side, by=acme)
    papers("", expert=ada.expert, by=ada)

    assert reads.between(client_side, ada.expert, at=NOON) == frozenset()


def test_a_membership_of_long_ago_is_none(client_side, acme, ada, mallory):
    was_a_member(client_side, acme, ada, mallory)

    later = NOON + timedelta(days=40)
    assert reads.between(client_side, ada.expert, at=later) == frozenset()


def test_stripe_names_the_card_and_the_bank_account(held, account, acme, ada):
    held.refresh_from_db()
    assert len(held.card) == 16

    event = agreed.told(
        "account.external_account.created", "ba_1", endpoint="connect", account=account.stripe_id
    )
    event.payload = {"data": {"object": {"fingerprint": "fp_of_ada"}}}
    event.save(update_fields=["payload"])
    inbox.handle(event.pk, at=NOON)

    account.refresh_from_db()
    assert account.bank == "fp_of_ada"


# --- What our staff make of it


@pytest.fixture
def fin():
    return factories.finance()


@pytest.fixture
def row(client_side, contract, ada):
    """One thing seen, of a contract that was rated and whose work can be shown."""
    profiles.record_work(
        ada.expert, source=contract.public_id, title="Work", client_name="Acme",
        completed_on=NOON.date(), rating=5, quote="", amount=Money(500_00, "usd"), scores={},
        outcome="on_time", is_linked=False,
    )  # fmt: skip
    profiles.record_delivery(
        ada.expert, source=contract.milestones.first().public_id, title="Work",
        client_name="Acme", released_on=NOON.date(), amount=Money(500_00, "usd"),
    )  # fmt: skip
    return Link.objects.create(
        organisation=client_side, expert=ada.expert, kind="network", seen_at=NOON
    )


def counts():
    return not WorkRecord.objects.get().is_linked


def test_until_it_is_judged_everything_counts(row):
    assert counts()
    assert Delivery.objects.exists()


def test_nothing_of_those_who_belong_together_counts(row, fin, client_side, ada):
    links.confirm(row, reason=WHY, by=fin, at=NOON)

    assert not counts()
    assert not Delivery.objects.exists()
    assert reads.belong_together(client_side, ada.expert, at=NOON)
    assert LinkEvent.objects.get().reason == WHY


def test_a_view_can_be_changed(row, fin, client_side, ada):
    links.confirm(row, reason=WHY, by=fin, at=NOON)
    links.dismiss(row, reason="Two firms in one tower.", by=fin, at=NOON)

    assert counts()
    assert not reads.belong_together(client_side, ada.expert, at=NOON)


def test_what_else_ties_them_goes_on_counting(row, fin, client_side, ada):
    links.confirm(row, reason=WHY, by=fin, at=NOON)
    join(client_side, ada)

    links.dismiss(row, reason="Two firms in one tower.", by=fin, at=NOON)

    assert not counts()


def test_what_was_judged_is_not_asked_again(row, fin, contract, ada, acme):
    links.dismiss(row, reason="Two firms in one tower.", by=fin, at=NOON)
    seen_at(acme, "81.2.69.142")
    seen_at(ada, "81.2.69.7")

    links.note(contract, at=NOON)

    assert Link.objects.get().status == "unrelated"


def test_only_those_who_watch_the_money_judge(row, rhea, acme):
    for person in (rhea, acme):
        with pytest.raises(PermissionDenied):
            links.confirm(row, reason=WHY, by=person, at=NOON)

    row.refresh_from_db()
    assert (row.status, counts()) == ("seen", True)


def test_the_same_is_not_said_twice(row, fin):
    links.confirm(row, reason=WHY, by=fin, at=NOON)

    with pytest.raises(IllegalMove):
        links.confirm(row, reason=WHY, by=fin, at=NOON)

    assert LinkEvent.objects.count() == 1


def test_the_desk_lists_it_and_asks_for_a_reason(client, row, fin):
    client.force_login(fin)
    page = client.get(reverse("admin:links:index")).content.decode()
    assert "Signed in from the same network" in page

    url = reverse("admin:links:confirm", args=[row.public_id])
    refused = client.post(url, {"reason": ""})
    assert (refused.status_code, Link.objects.get().status) == (422, "seen")

    done = client.post(url, {"reason": WHY}, follow=True)
    assert WHY in done.content.decode()
    assert Link.objects.get().status == "related"
    again = client.post(url, {"reason": WHY})
    assert again.status_code in {409, 422}
