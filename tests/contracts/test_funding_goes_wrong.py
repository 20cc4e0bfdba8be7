"""Whatever happens to a payment, it ends right, however and in whichever order we hear of it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied

from accounts.models import Notification
from accounts.models.user import FINANCE
from contracts.models import Milestone, Operation, Payment, Refund
from contracts.services import bonuses, contracts, endings, funding, ledger, mismatches, payments
from contracts.services import milestones as verbs
from marketplace.kit.money import Money
from marketplace.kit.states import IllegalMove
from tests import factories
from tests.conftest import NOON
from tests.contracts.orders import ORDERS, Order
from tests.contracts.test_fund import paid
from tests.laid import laid

S, P = Milestone.Status, Payment.Status
USD_0, USD_250 = Money(0, "usd"), Money(250_00, "usd")
AN_HOUR = timedelta(hours=1)
COMPLETED = "checkout.session.completed"


@pytest.fixture(params=ORDERS)
def order(request, stripe) -> Order:
    """The webhook before, after and instead of the answer."""
    return Order(request.param, stripe)


@laid
def fiona(db):
    """A member of staff who watches the money."""
    user = factories.user("Fiona", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=FINANCE)[0])
    return user


def states(milestone) -> tuple[str, list[str]]:
    fresh = Milestone.objects.get(pk=milestone.pk)
    return fresh.status, list(milestone.payments.order_by("pk").values_list("status", flat=True))


def intent_of(sdk, payment) -> str:
    return sdk.v1.checkout.sessions.retrieve(payment.session_id).payment_intent


def told_about(payment) -> list[str]:
    rows = Notification.objects.filter(key__startswith=f"payment:{payment.public_id}:")
    return list(rows.order_by("pk").values_list("key", flat=True))


# --- The card


def test_a_declined_card_is_no_end_and_its_reason_is_kept(order, stripe, sdk, open_payment, acme):
    stripe.pay(open_payment.session_id, "insufficient_funds")
    intent = intent_of(sdk, open_payment)
    order.hear(
        lambda: funding.sync(open_payment, at=NOON), ("payment_intent.payment_failed", intent)
    )

    assert states(open_payment.milestone) == (S.FUNDING, [P.OPEN])
    assert Payment.objects.get().refused_with == "insufficient_funds"
    again = funding.checkout_url(open_payment.milestone, by=acme, at=NOON)
    assert again == open_payment.session_url

    stripe.pay(open_payment.session_id)
    order.hear(lambda: funding.sync(open_payment, at=NOON), (COMPLETED, open_payment.session_id))
    assert states(open_payment.milestone) == (S.FUNDED, [P.HELD])
    assert Payment.objects.get().refused_with == ""


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("paid_with_3ds", (S.FUNDED, [P.HELD])),
        ("authentication_failed", (S.FUNDING, [P.OPEN])),
    ],
)
def test_a_bank_that_asks_who_it_is(order, stripe, sdk, open_payment, outcome, expected):
    stripe.pay(open_payment.session_id, outcome)
    kind = "payment_intent.succeeded" if expected[0] == S.FUNDED else "charge.failed"
    order.hear(
        lambda: funding.sync(open_payment, at=NOON),
        (kind, intent_of(sdk, open_payment)),
        (COMPLETED, open_payment.session_id),
    )

    assert states(open_payment.milestone) == expected


def test_a_page_that_ran_out_frees_the_milestone_and_the_payer_is_told(
    order, stripe, open_payment, acme
):
    stripe.advance(3_601)
    order.hear(
        lambda: funding.sync(open_payment, at=NOON + AN_HOUR),
        ("checkout.session.expired", open_payment.session_id),
        at=NOON + AN_HOUR,
    )

    assert states(open_payment.milestone) == (S.PLANNED, [P.EXPIRED])
    assert told_about(open_payment) == [f"payment:{open_payment.public_id}:expired"]
    funding.checkout_url(open_payment.milestone, by=acme, at=NOON + AN_HOUR)
    assert states(open_payment.milestone) == (S.FUNDING, [P.EXPIRED, P.OPEN])


# --- Leaving a payment


def test_leaving_a_payment_closes_its_page(order, sdk, open_payment, acme):
    order.hear(
        lambda: funding.cancel(open_payment.milestone, by=acme, at=NOON),
        ("checkout.session.expired", open_payment.session_id),
        request="POST /v1/checkout/sessions/*/expire",
    )

    assert sdk.v1.checkout.sessions.retrieve(open_payment.session_id).status == "expired"
    assert states(open_payment.milestone) == (S.PLANNED, [P.EXPIRED])
    # Who closed it themselves needs no mail about it.
    assert told_about(open_payment) == []


def test_a_page_that_was_paid_before_it_was_closed_counts(order, stripe, open_payment, acme):
    stripe.pay(open_payment.session_id)
    order.hear(
        lambda: funding.cancel(open_payment.milestone, by=acme, at=NOON),
        (COMPLETED, open_payment.session_id),
        request="POST /v1/checkout/sessions/*/expire",
    )

    assert states(open_payment.milestone) == (S.FUNDED, [P.HELD])


def test_a_page_stripe_does_not_close_stays_and_so_does_the_payment(stripe, open_payment, acme):
    stripe.plant("POST /v1/checkout/sessions/*/expire", "500", times=3)

    with pytest.raises(funding.PaymentPageStaysOpen):
        funding.cancel(open_payment.milestone, by=acme, at=NOON)

    assert states(open_payment.milestone) == (S.FUNDING, [P.OPEN])


def test_only_those_who_pay_leave_a_payment(open_payment, ada, mallory, member):
    for person in (ada, mallory, member("hiring")):
        with pytest.raises(PermissionDenied):
            funding.cancel(open_payment.milestone, by=person, at=NOON)

    assert states(open_payment.milestone) == (S.FUNDING, [P.OPEN])


def test_there_has_to_be_a_payment_to_leave(stripe, milestone, acme):
    with pytest.raises(IllegalMove):
        funding.cancel(milestone, by=acme, at=NOON)


def test_a_payment_the_bank_works_on_is_not_left(stripe, open_payment, acme):
    stripe.pay(open_payment.session_id, "processing")
    funding.sync(open_payment, at=NOON)

    with pytest.raises(funding.PaymentIsUnderWay):
        funding.cancel(open_payment.milestone, by=acme, at=NOON)


# --- Money nobody needs any more


def test_money_for_a_milestone_given_up_meanwhile_goes_back(
    order, stripe, sdk, open_payment, ada, acme, work
):
    stripe.pay(open_payment.session_id, "processing")
    funding.sync(open_payment, at=NOON)
    endings.cancel_milestone(open_payment.milestone, by=ada, at=NOON)
    assert states(open_payment.milestone) == (S.CANCELLED, [P.PROCESSING])

    stripe.pay(open_payment.session_id, "async_paid")
    order.hear(
        lambda: funding.sync(open_payment, at=NOON),
        ("checkout.session.async_payment_succeeded", open_payment.session_id),
        ("payment_intent.succeeded", intent_of(sdk, open_payment)),
    )
    work()

    assert states(open_payment.milestone) == (S.CANCELLED, [P.RETURNED])
    refund, operation = Refund.objects.get(), Operation.objects.get()
    assert (refund.kind, refund.total) == ("not_needed", open_payment.total)
    assert (operation.kind, operation.status) == ("refund", "succeeded")
    assert [row.amount for row in sdk.v1.refunds.list().data] == [open_payment.total.minor]
    subject = Notification.objects.get(user=acme, key__contains=":refund:").subject
    assert subject == "Not needed: $3,150.00 go back to you for milestone 1"


def test_a_debit_that_fails_after_all_leaves_it_given_up(order, stripe, open_payment, ada):
    stripe.pay(open_payment.session_id, "processing")
    funding.sync(open_payment, at=NOON)
    endings.cancel_milestone(open_payment.milestone, by=ada, at=NOON)

    stripe.pay(open_payment.session_id, "async_failed")
    order.hear(
        lambda: funding.sync(open_payment, at=NOON),
        ("checkout.session.async_payment_failed", open_payment.session_id),
    )

    assert states(open_payment.milestone) == (S.CANCELLED, [P.FAILED])
    assert not Refund.objects.exists()


def test_a_debit_that_fails_is_never_held(order, stripe, open_payment, acme):
    stripe.pay(open_payment.session_id, "processing")
    order.hear(lambda: funding.sync(open_payment, at=NOON), (COMPLETED, open_payment.session_id))
    assert states(open_payment.milestone) == (S.FUNDING, [P.PROCESSING])

    stripe.pay(open_payment.session_id, "async_failed")
    order.hear(
        lambda: funding.sync(open_payment, at=NOON),
        ("checkout.session.async_payment_failed", open_payment.session_id),
    )

    assert states(open_payment.milestone) == (S.PLANNED, [P.FAILED])
    assert told_about(open_payment) == [f"payment:{open_payment.public_id}:failed"]


def test_paid_twice_is_kept_once(order, stripe, sdk, open_payment, acme, work):
    """An old tab: we gave its page up, the milestone was paid on another, then it is paid too."""
    milestone = open_payment.milestone
    Payment.objects.get().move("expire", by=None, at=NOON)
    Milestone.objects.get(pk=milestone.pk).move("stop_funding", by=None, at=NOON)
    funding.checkout_url(Milestone.objects.get(pk=milestone.pk), by=acme, at=NOON)
    second = milestone.payments.get(status=P.OPEN)
    for payment in (second, open_payment):
        stripe.pay(payment.session_id)
        order.hear(
            lambda payment=payment: funding.sync(payment, at=NOON),
            (COMPLETED, payment.session_id),
        )
    work()

    assert states(milestone) == (S.FUNDED, [P.RETURNED, P.HELD])
    assert [row.payment_intent for row in sdk.v1.refunds.list().data] == [
        intent_of(sdk, open_payment)
    ]
    assert ledger.balance(ledger.escrow(milestone)) == milestone.amount


def test_a_frozen_contract_is_not_paid_for(stripe, milestone, acme):
    contracts.freeze(milestone.contract, reason="staff", source="x", by=None, at=NOON)

    with pytest.raises(contracts.ContractIsFrozen):
        funding.checkout_url(milestone, by=acme, at=NOON)

    assert states(milestone) == (S.PLANNED, [])


def test_money_that_comes_while_it_is_frozen_is_held(order, stripe, open_payment):
    contracts.freeze(open_payment.milestone.contract, reason="staff", source="x", by=None, at=NOON)
    stripe.pay(open_payment.session_id)
    order.hear(lambda: funding.sync(open_payment, at=NOON), (COMPLETED, open_payment.session_id))

    assert states(open_payment.milestone) == (S.FUNDED, [P.HELD])


# --- Money that is not what we asked for


def wrong(payment, **changes) -> Payment:
    return payments.settle(payment, paid(payment, **changes), at=NOON)


def test_money_that_does_not_match_stops_the_contract_and_calls_a_person(
    client, open_payment, acme, fiona
):
    payment = wrong(open_payment, received=Money(3_149_99, "usd"))

    contract = payment.milestone.contract
    assert contract.is_frozen
    with pytest.raises(contracts.ContractIsFrozen):
        funding.checkout_url(payment.milestone, by=acme, at=NOON)
    subjects = Notification.objects.filter(key__startswith="payment:").order_by("pk")
    assert {row.user: row.subject for row in subjects} == {
        acme: "We are looking at your payment of $3,149.99 for milestone 1",
        fiona: "Does not match: $3,149.99 came, $3,150.00 was asked for",
    }
    client.force_login(fiona)
    assert client.get(subjects.get(user=fiona).url).status_code == 200


@pytest.mark.parametrize("received", [Money(3_149_99, "usd"), Money(3_150_00, "eur")])
def test_another_amount_or_currency_is_only_ever_sent_back(open_payment, fiona, received):
    payment = wrong(open_payment, received=received)
    with pytest.raises(mismatches.NotWhatThePriceIs):
        mismatches.adopt(payment, by=fiona, at=NOON)
    assert states(payment.milestone) == (S.PLANNED, [P.MISMATCH])

    refund = mismatches.send_back(payment, reason="It is not the price.", by=fiona, at=NOON)

    assert (refund.total, refund.by) == (received, fiona)
    assert Operation.objects.get().params["amount"] == received.minor
    assert Operation.objects.get().params["currency"] == received.currency
    assert states(payment.milestone) == (S.PLANNED, [P.RETURNED])
    assert ledger.balance(ledger.suspense(received.currency)) == Money(0, received.currency)
    assert not payment.milestone.contract.is_frozen


def test_what_is_on_our_balance_in_another_currency_is_only_ever_sent_back(
    order, stripe, sdk, open_payment, fiona, work
):
    stripe.pay(open_payment.session_id, settles_in="eur")
    order.hear(lambda: funding.sync(open_payment, at=NOON), (COMPLETED, open_payment.session_id))

    payment = Payment.objects.get()
    assert (payment.status, payment.received) == (P.MISMATCH, payment.total)
    assert payment.history.get(verb="flag").reason == "settlement_currency"
    assert payment.milestone.contract.is_frozen
    assert ledger.balance(ledger.escrow(payment.milestone)) == USD_0
    with pytest.raises(mismatches.NotWhatThePriceIs):
        mismatches.adopt(payment, by=fiona, at=NOON)
    mismatches.send_back(payment, reason="It is in euros.", by=fiona, at=NOON)
    work()
    assert states(payment.milestone) == (S.PLANNED, [P.RETURNED])
    assert sdk.v1.transfers.list().data == []


def test_what_turns_out_later_to_be_in_another_currency_goes_to_nobody(
    open_payment, account, acme, fiona, sdk, work
):
    """Stripe names the balance transaction, and with it the currency, after the charge."""
    payment = payments.settle(open_payment, paid(open_payment, fee=None), at=NOON)
    verbs.release_part(payment.milestone, USD_250, number=1, by=acme, at=NOON)

    payments.settle(payment, paid(open_payment, fee=Money(91_65, "eur")), at=NOON)
    work()

    assert sdk.v1.transfers.list().data == []
    assert Operation.objects.get().first_sent_at is None
    freeze = payment.milestone.contract.freezes.get()
    assert (freeze.by, freeze.note) == (None, f"{payment.public_id} is on our balance in EUR.")
    with pytest.raises(contracts.ContractIsFrozen):
        verbs.release_part(payment.milestone, USD_250, number=2, by=acme, at=NOON)
    told = Notification.objects.get(user=fiona)
    assert told.subject == "On our balance in EUR: the payment of $3,150.00"


def test_what_differs_in_name_alone_may_count_after_all(open_payment, fiona, acme):
    payment = wrong(open_payment, payment_id="pay_another")

    mismatches.adopt(payment, by=fiona, at=NOON)

    assert states(payment.milestone) == (S.FUNDED, [P.HELD])
    assert ledger.balance(ledger.escrow(payment.milestone)) == Money(3_000_00, "usd")
    assert ledger.balance(ledger.suspense("usd")) == USD_0
    assert not payment.milestone.contract.is_frozen
    assert Notification.objects.filter(user=acme, key__endswith=":adopted").exists()
    with pytest.raises(IllegalMove):
        mismatches.send_back(payment, reason="Too late.", by=fiona, at=NOON)


# --- A bonus


def thanks(contract, acme, minor=250_00) -> Milestone:
    bonuses.checkout_url(contract, Money(minor, "usd"), by=acme, at=NOON)
    return contract.milestones.get(kind=Milestone.Kind.BONUS, status=S.FUNDING)


def test_a_bonus_is_the_experts_as_soon_as_it_is_paid(
    order, account, stripe, sdk, contract, acme, ada, work
):
    bonus = thanks(contract, acme)
    payment = bonus.payments.get()
    assert payment.total == Money(262_50, "usd")
    stripe.pay(payment.session_id)
    order.hear(lambda: funding.sync(payment, at=NOON), (COMPLETED, payment.session_id))
    work()

    assert states(bonus) == (S.RELEASED, [P.HELD])
    release = bonus.releases.get()
    assert (release.kind, release.net, release.by) == ("bonus", Money(235_00, "usd"), acme)
    assert [row.amount for row in sdk.v1.transfers.list().data] == [235_00]
    assert not ada.expert.deliveries.exists()
    contract.refresh_from_db()
    assert contract.status == "active"
    assert [line.amount.minor for line in ledger.statement(contract)] == [250_00, -250_00]


def test_a_bonus_that_is_not_paid_is_no_work_that_is_left(stripe, contract, pay, acme):
    thanks(contract, acme)
    for milestone in contract.milestones.filter(kind=Milestone.Kind.WORK):
        endings.cancel_milestone(milestone, by=acme, at=NOON)

    contract.refresh_from_db()
    assert contract.status == "cancelled"


def test_a_bonus_given_up_leaves_nothing(order, stripe, contract, acme):
    bonus = thanks(contract, acme)
    payment = bonus.payments.get()
    stripe.pay(payment.session_id, "expired")
    order.hear(
        lambda: funding.sync(payment, at=NOON), ("checkout.session.expired", payment.session_id)
    )

    assert states(bonus) == (S.CANCELLED, [P.EXPIRED])


def test_another_amount_gives_the_first_up_and_the_same_goes_on(stripe, sdk, contract, acme):
    first = bonuses.checkout_url(contract, Money(250_00, "usd"), by=acme, at=NOON)
    assert bonuses.checkout_url(contract, Money(250_00, "usd"), by=acme, at=NOON) == first

    bonuses.checkout_url(contract, Money(300_00, "usd"), by=acme, at=NOON)

    sessions = sdk.v1.checkout.sessions.list().data
    assert sorted((row.amount_total, row.status) for row in sessions) == [
        (262_50, "expired"),
        (315_00, "open"),
    ]


def test_a_bonus_for_a_frozen_contract_goes_back(stripe, contract, acme):
    bonus = thanks(contract, acme)
    payment = bonus.payments.get()
    contracts.freeze(contract, reason="chargeback", source="cbk", by=None, at=NOON)
    stripe.pay(payment.session_id)

    funding.sync(payment, at=NOON)

    assert states(bonus)[1] == [P.RETURNED]
    assert Refund.objects.get().total == payment.total


def test_thanks_come_while_it_runs_and_thirty_days_after(stripe, contract, pay, acme):
    for milestone in contract.milestones.all():
        pay(milestone)
        verbs.release_part(milestone, milestone.amount, number=1, by=acme, at=NOON)
    month = timedelta(days=30)
    with pytest.raises(bonuses.TooLateForABonus):
        bonuses.checkout_url(contract, USD_250, by=acme, at=NOON + month)

    assert bonuses.checkout_url(contract, USD_250, by=acme, at=NOON)


@pytest.mark.parametrize("minor", [4_99, 900_000_01])
def test_a_bonus_has_bounds(stripe, contract, acme, minor):
    with pytest.raises(bonuses.BonusOutOfBounds):
        bonuses.checkout_url(contract, Money(minor, "usd"), by=acme, at=NOON)


@pytest.mark.parametrize("who", ["ada", "mallory"])
def test_only_those_who_pay_thank(stripe, contract, who, request):
    with pytest.raises(PermissionDenied):
        bonuses.checkout_url(
            contract, Money(250_00, "usd"), by=request.getfixturevalue(who), at=NOON
        )

    assert contract.milestones.count() == 2
