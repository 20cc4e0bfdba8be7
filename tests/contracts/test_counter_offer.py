"""Answering an offer with other terms: the next version, which the other side has to answer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Notification
from contracts.models import Contract, Offer
from contracts.selectors import todos, versions
from contracts.services import offers
from contracts.services.offered import Part, TermsAreOutOfBounds
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests.conftest import NOON
from tests.contracts import agreed
from tests.laid import laid

LATER = NOON + timedelta(days=1)
DEARER = [agreed.part(), Part("Part 2", Money(5_000_00, "usd"), agreed.part().due_on)]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is a day later for the pages too."""
    monkeypatch.setattr("contracts.views.offers.now", lambda: LATER)


def counter(offer, *, by, at=LATER, **changes):
    terms = agreed.terms(offer.proposal) | {"message": "More data than we thought."}
    return offers.counter(offer, **terms | changes, by=by, at=at)


@laid
def countered(offer, ada) -> Offer:
    """Ada wants $8,000.00 in all and a latency that can be kept; acme has to answer."""
    return counter(offer, milestones=DEARER, targets=["0.95", "3.0"], by=ada)


def nothing_happened(offer):
    found = Offer.objects.get()
    return (found.pk, found.status) == (offer.pk, "sent") and not Contract.objects.exists()


# --- Naming other terms


def test_it_is_the_next_version_with_the_fees_of_the_first(offer, countered, settings, ada):
    offer.refresh_from_db()
    offer.proposal.refresh_from_db()
    assert (offer.status, offer.proposal.status) == ("countered", "offered")
    assert (countered.status, countered.side, countered.number) == ("sent", "expert", 2)
    assert (countered.answers, countered.made_by) == (offer, ada)
    assert (countered.client_fee_bps, countered.expert_fee_bps) == (500, 600)
    assert countered.total == Money(8_000_00, "usd")
    assert countered.expires_at == LATER + timedelta(days=7)
    assert offer.total == Money(7_200_00, "usd")


def test_the_difference_is_told_line_by_line(countered, acme):
    notice = Notification.objects.get(user=acme, key=f"offer:{countered.public_id}:sent")
    assert notice.subject.startswith("Ada Okonkwo names other terms: $8,000.00 for")
    found = {
        (line.name, part.was, part.now)
        for line in versions.differences(countered)
        for part in line.parts
    }
    assert ("", "$7,200.00", "$8,000.00") in found
    assert ("2. Part 2", "$4,200.00", "$5,000.00") in found
    assert ("p95 latency", "≤ 2.5 s", "≤ 3.0 s") in found
    assert not [row for row in found if row[0] == "Faithfulness"]


def test_milestones_that_come_and_go_are_told(offer, ada, acme):
    fewer = counter(offer, milestones=DEARER[:1], by=ada)
    more = counter(fewer, milestones=DEARER, by=acme)

    def labels(version):
        return [str(line.label) for line in versions.differences(version)]

    assert "Cancelled milestone" in labels(fewer)
    assert "New milestone" in labels(more)


def test_the_same_terms_are_no_answer(offer, ada):
    with pytest.raises(offers.NothingDiffers):
        counter(offer, title=offer.title, by=ada)

    assert nothing_happened(offer)


def test_terms_that_no_contract_may_have_are_refused(offer, ada):
    with pytest.raises(TermsAreOutOfBounds):
        counter(offer, milestones=[agreed.part(0)], by=ada)

    assert nothing_happened(offer)


def test_only_the_side_that_answers_names_others(offer, acme, mallory):
    for who in (acme, mallory):
        with pytest.raises(PermissionDenied):
            counter(offer, milestones=DEARER, by=who)

    assert nothing_happened(offer)


def test_not_after_its_time(offer, ada):
    with pytest.raises(offers.OfferHasExpired):
        counter(offer, milestones=DEARER, by=ada, at=NOON + timedelta(days=7))

    assert nothing_happened(offer)


def test_the_version_before_can_no_longer_be_answered(offer, countered, ada, acme):
    offer.refresh_from_db()
    for answer in (offers.accept, offers.withdraw):
        with pytest.raises(IllegalMove):
            answer(offer, by=acme if answer is offers.withdraw else ada, at=LATER)

    assert not Contract.objects.exists()


# --- Answering them


def test_the_client_accepts_and_the_contract_has_those_terms(countered, acme, ada):
    contract = offers.accept(countered, by=acme, at=LATER)

    assert [row.amount_minor for row in contract.milestones.all()] == [3_000_00, 5_000_00]
    assert [row.target for row in contract.checks.all()] == ["0.95", "3.0"]
    document = contract.terms.get().document
    assert (document["client"]["by"], document["expert"]["by"]) == (acme.public_id, ada.public_id)
    assert contract.job.status == "filled"
    notice = Notification.objects.get(user=ada, key=f"offer:{countered.public_id}:accepted")
    assert notice.subject.startswith("Acme accepted your terms: $8,000.00")
    assert not Notification.objects.filter(user=acme, key=f"contract:{contract.public_id}:started")


def test_the_client_names_others_and_the_expert_accepts(countered, acme, ada):
    third = counter(countered, milestones=DEARER[:1], by=acme)

    assert (third.side, third.number) == ("client", 3)
    assert offers.accept(third, by=ada, at=LATER).total == Money(3_000_00, "usd")


def test_only_those_who_hire_answer_for_the_client(countered, ada, mallory, member):
    for who in (ada, mallory, member(Membership.Role.VIEWER), member(Membership.Role.FINANCE)):
        for verb in (offers.accept, lambda row, **who: offers.decline(row, note="", **who)):
            with pytest.raises(PermissionDenied):
                verb(countered, by=who, at=LATER)

    countered.refresh_from_db()
    assert (countered.status, Contract.objects.count()) == ("sent", 0)


def test_the_client_declines_and_can_offer_again(countered, acme, ada):
    offers.decline(countered, note="Beyond our budget.", by=acme, at=LATER)

    countered.proposal.refresh_from_db()
    assert countered.proposal.status == "shortlisted"
    notice = Notification.objects.get(user=ada, key=f"offer:{countered.public_id}:declined")
    assert notice.subject == "Acme declined your offer of $8,000.00"
    terms = agreed.terms(countered.proposal)
    assert offers.make(countered.proposal, **terms, by=acme, at=LATER).number == 1


def test_the_expert_takes_them_back(countered, acme, ada):
    with pytest.raises(PermissionDenied):
        offers.withdraw(countered, by=acme, at=LATER)

    offers.withdraw(countered, by=ada, at=LATER)

    assert (countered.status, countered.proposal.status) == ("withdrawn", "shortlisted")
    assert Notification.objects.filter(
        user=acme, key=f"offer:{countered.public_id}:withdrawn"
    ).exists()


def test_it_is_on_the_list_of_those_who_answer(countered, acme, ada, member):
    page = reverse("contracts:offer", args=[countered.public_id])

    def has_to(who):
        return page in [row.url for row in todos.todos(who, LATER).needs_you]

    assert has_to(acme)
    assert not has_to(ada)
    assert not has_to(member(Membership.Role.VIEWER))
    assert page in [row.url for row in todos.todos(ada, LATER).waiting_on_others]


# --- By the hour


def test_another_rate(proposal, acme, ada):
    offer = offers.make_hourly(proposal, **agreed.hours(proposal), by=acme, at=NOON)
    with pytest.raises(offers.NothingDiffers):
        offers.counter_hourly(offer, **agreed.hours(proposal), by=ada, at=LATER)

    dearer = agreed.hours(proposal, rate=Money(95_00, "usd"))
    version = offers.counter_hourly(offer, **dearer, by=ada, at=LATER)

    (line,) = versions.differences(version)
    assert [(part.was, part.now) for part in line.parts] == [("$90.00", "$95.00")]
    assert offers.accept(version, by=acme, at=LATER).rate == Money(95_00, "usd")


# --- The page


def test_the_page_is_filled_in_and_sends(client, offer, ada):
    url = reverse("contracts:counter-offer", args=[offer.public_id])
    client.force_login(ada)

    assert b'value="4,200.00"' in client.get(url).content
    assert client.post(url, agreed.offer_form(title="")).status_code == 422
    assert nothing_happened(offer)
    sent = client.post(url, agreed.offer_form())

    version = Offer.objects.get(answers=offer)
    assert sent.url == reverse("contracts:offer", args=[version.public_id])
    page = client.get(sent.url).content.decode()
    assert "What would be different" in page
    assert "Waiting for Acme" in page


def test_terms_that_do_not_differ_are_refused_beside_what_was_typed(client, offer, ada):
    client.force_login(ada)
    url = reverse("contracts:counter-offer", args=[offer.public_id])
    typed = agreed.offer_form(title=offer.title) | {"milestones-count": "2"}
    for number, row in enumerate(offer.milestones.all()):
        typed |= {
            f"milestones-{number}-title": row.title,
            f"milestones-{number}-amount": str(row.amount_minor / 100),
            f"milestones-{number}-due_on": row.due_on.isoformat(),
        }

    answer = client.post(url, typed)

    assert answer.status_code == 422
    assert b"These are the terms you were offered" in answer.content
    assert nothing_happened(offer)


def test_the_client_reads_and_answers_it(client, countered, acme):
    client.force_login(acme)

    page = client.get(reverse("contracts:offer", args=[countered.public_id])).content.decode()

    assert "Accept offer of $8,000.00" in page
    accepted = client.post(reverse("contracts:accept-offer", args=[countered.public_id]))
    assert accepted.url == reverse("contracts:detail", args=[Contract.objects.get().public_id])
