"""The pages on which money moves beside the approval, and terms change: each says what follows."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse

from contracts.models import Amendment, Contract, Milestone, Release
from contracts.selectors import movements
from contracts.selectors.steps import Side
from contracts.services import amendments, contracts, endings, funding, payments, terms
from contracts.services import milestones as verbs
from contracts.services.terms import Word
from marketplace.kit.money import Money
from tests.conftest import NOON
from tests.contracts.test_end_contract import share
from tests.contracts.test_fund import paid
from tests.laid import laid

LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """It is noon for the pages, as it is for Stripe."""
    for page in ("contracts", "milestones", "money", "terms", "earnings"):
        monkeypatch.setattr(f"contracts.views.{page}.now", lambda: NOON)


@laid
def contract(contract, acme, ada) -> Contract:
    """Its terms on record."""
    terms.record(contract, client=Word(acme, NOON), expert=Word(ada, NOON))
    return contract


@pytest.fixture
def ask(client):
    """Send something as somebody; return the status, where it leads and the words of the page."""

    def ask(user, name, *args, method="get", **data):
        client.force_login(user)
        address = reverse(f"contracts:{name}", args=args)
        response = getattr(client, method)(address, data)
        return response.status_code, response.get("Location", ""), _words(response)

    return ask


def _words(response) -> str:
    return " ".join(response.content.decode().split())


# --- A part


def test_a_part_is_named_confirmed_and_released_once(ask, funded, contract, acme):
    ids = (contract.public_id, funded.public_id)
    status, _, page = ask(acme, "release-part", *ids)
    assert (status, "$3,000.00 held." in page) == (200, True)

    status, _, page = ask(acme, "release-part", *ids, amount="1,000.01")
    assert "Release $1,000.01 to Ada Okonkwo?" in page
    assert '<dd class="num">$60.00</dd>' in page
    assert '<dd class="num">$940.01</dd>' in page
    assert '<dd class="num total">$1,999.99</dd>' in page
    assert "Release $1,000.01</button>" in page
    assert not Release.objects.exists()

    sent = {"amount": "1,000.01", "number": "1"}
    status, to, _ = ask(acme, "release-part", *ids, method="post", **sent)
    assert (status, to.endswith("#milestone-1")) == (302, True)
    status, _, page = ask(acme, "release-part", *ids, method="post", **sent)
    assert (status, "A part has been released since" in page) == (422, True)
    assert Release.objects.get().gross == Money(1_000_01, "usd")


@pytest.mark.parametrize("amount", ["", "0", "-1", "3,000.01", "1e3", "10.505", "NaN", "٣"])
def test_an_amount_that_cannot_be_is_said_beside_the_field(ask, funded, contract, acme, amount):
    ids = (contract.public_id, funded.public_id)

    status, _, page = ask(acme, "release-part", *ids, amount=amount)

    assert (status, 'class="errors' in page) == (422, True)
    assert not Release.objects.exists()


def test_the_expert_gives_back_with_one_tick(ask, funded, contract, ada):
    ids = (contract.public_id, funded.public_id)
    _, _, page = ask(ada, "give-back", *ids)
    assert "Give $3,000.00 back to Acme?" in page
    assert ask(ada, "give-back", *ids, method="post")[0] == 422

    status, _, _ = ask(ada, "give-back", *ids, method="post", is_meant="on")

    funded.refresh_from_db()
    assert (status, funded.status) == (302, "refunded")


def test_a_bonus_says_its_fees_and_leads_to_stripe(ask, stripe, contract, acme):
    _, _, page = ask(acme, "bonus", contract.public_id)
    assert "you pay 5% on top, and 6% of the bonus are the expert fee" in page

    _, _, page = ask(acme, "bonus", contract.public_id, amount="250")
    assert "Go on to pay $262.50" in page
    assert not contract.milestones.filter(kind=Milestone.Kind.BONUS).exists()

    status, to, _ = ask(acme, "bonus", contract.public_id, method="post", amount="250")

    bonus = contract.milestones.get(kind=Milestone.Kind.BONUS)
    assert (status, to) == (303, bonus.payments.get().session_url)
    _, _, page = ask(acme, "detail", contract.public_id)
    assert "A bonus that is being paid" in page
    assert "$250.00" in page


# --- How far it is


def test_each_release_and_refund_says_how_far_it_is(ask, settings, submission, contract, acme, ada):
    settings.CLEARING_DAYS = 3
    milestone = submission.milestone
    verbs.release_part(milestone, Money(1_000_00, "usd"), number=1, by=acme, at=NOON)
    verbs.give_back(milestone, by=ada, at=NOON)

    for reader in (acme, ada):
        _, _, page = ask(reader, "detail", contract.public_id)
        assert "Part released by the client, <time" in page
        assert "Clears on 4 Jan 2030, then it is sent" in page
        assert "Given back by the expert, <time" in page
        assert "\N{MINUS SIGN}$2,000.00" in page
        assert "Settled in parts" in page
    assert "$940.00 after our fee" in page


def test_what_keeps_money_from_the_expert_is_told_to_the_expert_alone(
    stripe, submission, acme, work
):
    release = verbs.approve(submission, by=acme, at=NOON)
    work()

    milestone = Milestone.objects.get(pk=release.milestone_id)
    [theirs] = movements.movements(milestone, Side.CLIENT)
    [own] = movements.movements(milestone, Side.EXPERT)
    assert (theirs.how_far, own.how_far) == ("On its way", "Waiting for your payout account")


def test_a_release_nobody_answered_for_says_so(ask, submission, contract, acme):
    verbs.release_unanswered(submission.milestone, at=NOON + timedelta(days=14))

    _, _, page = ask(acme, "detail", contract.public_id)

    assert "Released after the review window, <time" in page


def test_a_contract_on_hold_says_so_and_offers_no_money_buttons(
    ask, submission, contract, acme, ada
):
    contracts.freeze(contract, reason="chargeback", source="cbk", by=None, at=NOON)

    for reader in (acme, ada):
        _, _, page = ask(reader, "detail", contract.public_id)
        assert "On hold: no money of this contract moves" in page
        assert "The client&#x27;s bank is taking a payment back, since" in page
        assert "Approve and release" not in page
        assert "$3,000.00 back" not in page


# --- A payment that goes wrong


def test_a_refused_card_is_explained_and_the_page_can_be_left(
    ask, stripe, open_payment, contract, acme
):
    ids = (contract.public_id, open_payment.milestone.public_id)
    stripe.pay(open_payment.session_id, "insufficient_funds")
    funding.sync(open_payment, at=NOON)
    for name, args in (("funding", ids), ("detail", ids[:1])):
        _, _, page = ask(acme, name, *args)
        assert "There is not enough money on the card." in page
        assert "Go on to pay $3,150.00" in page

    status, to, _ = ask(acme, "cancel-funding", *ids, method="post")

    assert (status, to.endswith("#milestone-1")) == (302, True)
    _, _, page = ask(acme, "funding", *ids)
    assert "The payment page has closed. Nothing was charged." in page


def test_a_payment_that_does_not_match_is_explained(ask, open_payment, contract, acme):
    payments.settle(open_payment, paid(open_payment, received=Money(3_149_99, "usd")), at=NOON)

    _, _, page = ask(acme, "funding", contract.public_id, open_payment.milestone.public_id)

    assert "$3,149.99 came, and that is not what we asked for." in page
    assert "You need not pay again." in page


def test_a_payment_for_what_was_given_up_is_explained(ask, stripe, open_payment, contract, acme):
    ids = (contract.public_id, open_payment.milestone.public_id)
    stripe.pay(open_payment.session_id, "processing")
    funding.sync(open_payment, at=NOON)
    endings.cancel_milestone(open_payment.milestone, by=acme, at=NOON)
    assert "all of it goes back to you" in ask(acme, "funding", *ids)[2]

    stripe.pay(open_payment.session_id, "async_paid")
    funding.sync(open_payment, at=NOON)

    assert "$3,150.00 go back to your card." in ask(acme, "funding", *ids)[2]


# --- Other terms


def as_typed(contract, **changes) -> dict[str, str]:
    """The form of a change as a browser sends it: what is agreed, with something changed."""
    rows = list(contract.milestones.all())
    typed = {"milestones-count": str(len(rows)), "checks-count": "0", "review_window_days": "14"}
    for number, row in enumerate(rows):
        typed |= {
            f"milestones-{number}-of": row.public_id,
            f"milestones-{number}-title": row.title,
            f"milestones-{number}-amount": f"{row.amount_minor / 100:.2f}",
            f"milestones-{number}-due_on": row.due_on.isoformat(),
        }
    return typed | {"message": "As discussed."} | changes


def test_a_change_is_written_read_line_by_line_and_accepted(ask, contract, acme, ada):
    assert "Change the terms" in ask(ada, "propose-change", contract.public_id)[2]
    typed = as_typed(contract, **{"milestones-1-amount": "1,500", "review_window_days": "7"})

    status, to, _ = ask(ada, "propose-change", contract.public_id, method="post", **typed)

    amendment = Amendment.objects.get()
    ids = (contract.public_id, amendment.public_id)
    assert (status, to) == (302, reverse("contracts:amendment", args=ids))
    _, _, page = ask(acme, "amendment", *ids)
    assert "Your move: answer by" in page
    assert '<small class="dim">Amount</small> $1,000.01' in page
    assert '<small class="dim">Amount</small> <b>$1,500.00</b>' in page
    assert '<small class="dim">Days to review</small> <b>7</b>' in page
    assert "Take it back" in ask(ada, "amendment", *ids)[2]
    assert (
        "Your move: answer the proposed change of terms by"
        in ask(acme, "detail", contract.public_id)[2]
    )

    assert ask(acme, "accept-change", *ids, method="post")[0] == 302
    assert contract.milestones.get(position=2).amount == Money(1_500_00, "usd")
    page = ask(ada, "terms", contract.public_id)[2]
    assert "Version 2, <time" in page
    assert "<dt>Proposed by</dt><dd>Ada Okonkwo, <time" in page
    assert "<dt>Accepted by</dt><dd>Dana Whitlock, Acme, <time" in page


def test_rows_come_and_go_by_buttons_and_nothing_typed_is_lost(ask, contract, ada):
    typed = as_typed(contract, **{"milestones-0-title": "First of all", "milestones-add": "1"})
    status, _, page = ask(ada, "propose-change", contract.public_id, method="post", **typed)
    assert (status, page.count("Remove milestone"), "First of all" in page) == (200, 3, True)

    typed = as_typed(contract, **{"checks-add": "1"})
    status, _, page = ask(ada, "propose-change", contract.public_id, method="post", **typed)
    assert (status, page.count("Remove check")) == (200, 1)
    assert not Amendment.objects.exists()


def test_every_milestone_without_money_may_be_dropped(ask, contract, ada):
    typed = as_typed(contract, **{"milestones-count": "0"})

    assert ask(ada, "propose-change", contract.public_id, method="post", **typed)[0] == 302

    subjects = Amendment.objects.get().lines.values_list("subject", flat=True)
    assert list(subjects) == ["milestone_cancelled"] * 2


def test_a_form_that_changes_nothing_or_is_wrong_is_refused_in_words(ask, contract, ada):
    for changes, words in (
        ({}, "This is what is agreed already."),
        ({"milestones-0-amount": "1"}, "Enter an amount of 50.00 or more"),
        ({"milestones-0-due_on": "2001-01-01"}, "choose a due date from today on"),
        ({"review_window_days": "1"}, "Select a valid choice"),
    ):
        typed = as_typed(contract, **changes)
        status, _, page = ask(ada, "propose-change", contract.public_id, method="post", **typed)
        assert (status, words in page) == (422, True), changes
    assert not Amendment.objects.exists()


def test_a_count_that_is_no_number_is_no_error(ask, contract, ada):
    for count in ("9" * 5_000, "x", "-1"):
        typed = as_typed(contract, **{"milestones-count": count, "milestones-0-amount": "1"})
        status, _, _ = ask(ada, "propose-change", contract.public_id, method="post", **typed)
        assert status in {302, 409, 422}


def test_declining_takes_a_word_and_changes_nothing(ask, contract, acme, ada):
    typed = as_typed(contract, review_window_days="7")
    ask(ada, "propose-change", contract.public_id, method="post", **typed)
    ids = (contract.public_id, Amendment.objects.get().public_id)
    assert "Everything stays as agreed." in ask(acme, "decline-change", *ids)[2]

    ask(acme, "decline-change", *ids, method="post", note="Too short for us.")

    page = ask(ada, "amendment", *ids)[2]
    assert "Declined. Everything stays as agreed." in page
    assert "Too short for us." in page
    assert ask(acme, "accept-change", *ids, method="post")[0] == 409


def test_the_text_of_a_version_has_the_fingerprint_shown(client, ask, contract, acme):
    version = contract.terms.get()
    assert version.sha256 in ask(acme, "terms", contract.public_id)[2]

    client.force_login(acme)
    answer = client.get(reverse("contracts:terms-file", args=[contract.public_id, 1]))

    assert hashlib.sha256(answer.content).hexdigest() == version.sha256
    assert ask(acme, "terms-file", contract.public_id, 2)[0] == 404


# --- The end


def test_ending_says_what_stays_held_and_why_it_ended(ask, funded, contract, acme, ada):
    _, _, page = ask(acme, "end", contract.public_id)
    assert "End it, $3,000.00 stay held" in page
    assert "Propose how to share $3,000.00" in page
    assert ask(acme, "end", contract.public_id, method="post")[0] == 422

    ask(acme, "end", contract.public_id, method="post", reason="scope", note="We build it later.")

    for reader in (acme, ada):
        page = ask(reader, "detail", contract.public_id)[2]
        assert "Ending: nothing new begins." in page
        assert "Reason: What is needed has changed." in page
        assert "We build it later." in page
        assert "Cancelled" in page


def test_an_agreed_end_shows_every_amount_before_it_is_accepted(ask, funded, contract, acme, ada):
    assert "To the expert for milestone 1" in ask(ada, "propose-end", contract.public_id)[2]
    typed = {"part_1": "1,000", "message": "Enough for both of us."}
    ask(ada, "propose-end", contract.public_id, method="post", **typed)
    ids = (contract.public_id, Amendment.objects.get().public_id)

    page = ask(acme, "amendment", *ids)[2]
    assert "Release $1,000.00, return $2,000.00, and end" in page
    assert "$940.00 after our fee" in page
    assert "$2,100.00 with our fee on it" in page
    ask(acme, "accept-change", *ids, method="post")

    page = ask(ada, "detail", contract.public_id)[2]
    assert "Each side got a part" in page
    assert "Returned" in page
    assert ask(acme, "terms", contract.public_id)[2].count("Held for") == 1


def test_another_proposal_is_pointed_at(ask, funded, contract, acme, ada):
    share(contract, by=ada, to_expert=0)

    for name in ("propose-change", "propose-end"):
        assert (
            "A proposal to change this contract is open." in ask(acme, name, contract.public_id)[2]
        )


def test_a_milestone_is_given_up_after_a_confirmation(ask, contract, ada):
    second = contract.milestones.get(position=2)
    ids = (contract.public_id, second.public_id)
    assert "no money moves" in ask(ada, "cancel-milestone", *ids)[2]

    assert ask(ada, "cancel-milestone", *ids, method="post")[0] == 302

    page = ask(ada, "detail", contract.public_id)[2]
    assert "Not funded, and nothing is owed for it" in page
    assert "Fixed price, 1 milestone" in page


# --- For machines


def test_the_api_says_where_the_money_is(client, submission, contract, acme):
    verbs.release_part(submission.milestone, Money(1_000_00, "usd"), number=1, by=acme, at=NOON)
    client.force_login(acme)

    answer = client.get(f"/api/v1/contracts/{contract.public_id}/").json()

    assert answer["held"] == {"amount": 2_000_00, "currency": "usd"}
    assert answer["released"] == {"amount": 1_000_00, "currency": "usd"}
    assert answer["returned"] == {"amount": 0, "currency": "usd"}
    assert (answer["terms"]["number"], answer["is_on_hold"]) == (1, False)
    assert answer["milestones"][0]["hold_until"] == "2030-03-22T12:00:00Z"


def test_a_proposal_that_runs_out_says_so(ask, contract, ada):
    typed = as_typed(contract, review_window_days="7")
    ask(ada, "propose-change", contract.public_id, method="post", **typed)
    amendments.expire_due(at=LATER + timedelta(days=7))

    ids = (contract.public_id, Amendment.objects.get().public_id)
    assert "This proposal has expired." in ask(ada, "amendment", *ids)[2]
