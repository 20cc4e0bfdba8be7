"""Schemes that launder money, and honest lives beside them, as rows in the database.

Each of the ten typologies has two families: the rules were written beside the first; the second
does the same another way and was held out. A scheme returns what it wants paid out last.
"""

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import Organisation
from contracts.models import (
    Contract,
    Operation,
    Payment,
    PayoutAccount,
    Refund,
    Release,
    Submission,
)
from contracts.services import links, outgoing
from experts.models import Expert
from jobs.models import Conversation, Message
from tests import factories
from tests.conftest import NOON

Dice = random.Random
Scheme = Callable[[Dice], Sequence[Operation]]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_numbers = itertools.count(1)


# --- The parts of a history


def expert(*, days_old: float = 900) -> Expert:
    number = next(_numbers)
    return factories.expert(
        factories.user(f"Expert {number}"),
        created_at=NOON - days_old * DAY,
        slug=f"expert-{number}",
    )


def client(*, days_old: float = 900) -> Organisation:
    number = next(_numbers)
    row = factories.organisation(factories.user(f"Owner {number}"), f"Client {number}")
    row.created_at = NOON - days_old * DAY
    row.save(update_fields=["created_at"])
    return row


def begin(by: Organisation, whom: Expert, at: datetime, kind: str = "fixed") -> Contract:
    row = factories.contract(by, whom, amounts=(), started_at=at, kind=kind)
    links.note(row, at=at)
    return row


def fund(contract: Contract, amount: int, at: datetime) -> Payment:
    milestone = factories.milestone(contract, amount, funded_at=at)
    return Payment.objects.create(
        milestone=milestone, by=contract.job.posted_by, amount_minor=amount, fee_minor=amount // 20,
        currency="usd", created_at=at, expires_at=at, held_at=at, status=Payment.Status.HELD,
        intent_id=f"pi_{next(_numbers)}",
    )  # fmt: skip


def deliver(payment: Payment, at: datetime) -> None:
    Submission.objects.create(milestone=payment.milestone, note="Here it is.", created_at=at)


def talk(contract: Contract, at: datetime) -> None:
    between, _ = Conversation.objects.get_or_create(
        job=contract.job, expert=contract.expert, defaults={"created_at": at, "last_at": at}
    )
    Message.objects.create(
        conversation=between, side="client", by=contract.job.posted_by, text="Fine.", created_at=at
    )


def release(payment: Payment, at: datetime, amount: int = 0) -> Operation:
    """Let held money go, all of it unless told otherwise; it leaves when its clearing is over."""
    gross = amount or payment.amount_minor
    row = Release.objects.create(
        milestone=payment.milestone, number=payment.milestone.releases.count() + 1,
        gross_minor=gross, expert_fee_minor=gross * 6 // 100, client_fee_minor=gross // 20,
        by=payment.by, created_at=at,
    )  # fmt: skip
    return outgoing.decide_transfer(row, payment, at=at)


def give_back(payment: Payment, at: datetime, share: float = 1) -> Operation:
    amount = round(payment.amount_minor * share)
    row = Refund.objects.create(
        kind=Refund.Kind.GIVEN_BACK, payment=payment, milestone=payment.milestone,
        amount_minor=amount, fee_minor=amount // 20, created_at=at,
    )  # fmt: skip
    return outgoing.decide_refund(row, contract=payment.milestone.contract, at=at)


def work(
    by: Organisation, whom: Expert, amount: int, at: datetime, *, days: float = 12, kind="fixed"
) -> Operation:
    """Pay for work that took some days, was spoken about and handed in."""
    contract = begin(by, whom, at - (days + 6) * DAY, kind)
    payment = fund(contract, amount, at - days * DAY)
    talk(contract, at - days * DAY / 2)
    deliver(payment, at - HOUR)
    return release(payment, at)


def dollars(dice: Dice, low: int, high: int) -> int:
    return dice.randint(low, high) * 100 + dice.choice((0, 0, 50, 99))


# --- Ten typologies: first what the rules were written beside, then what was held out


def many_pieces_in_a_day(dice: Dice) -> Sequence[Operation]:
    whom, by = expert(), client()
    work(client(), whom, dollars(dice, 400, 900), NOON - 40 * DAY)
    pieces = dice.randint(8, 12)
    return [work(by, whom, dollars(dice, 300, 900), NOON - n * HOUR) for n in range(pieces)][::-1]


def more_in_a_week_than_in_a_season(dice: Dice) -> Sequence[Operation]:
    whom = expert()
    for month in (1, 2, 3):
        work(client(), whom, dollars(dice, 500, 1_500), NOON - (month * 25 + 5) * DAY)
    days = sorted(dice.uniform(0, 5) for _ in range(dice.randint(3, 5)))[::-1]
    return [work(client(), whom, dollars(dice, 6_000, 8_900), NOON - n * DAY) for n in days][-1:]


def _ring(dice: Dice, members: int) -> Sequence[Operation]:
    people = [expert() for _ in range(members)]
    homes = [factories.organisation(one.user, f"Home of {one.name}") for one in people]
    return [
        work(
            homes[n],
            people[(n + 1) % members],
            dollars(dice, 500, 4_000),
            NOON - (members - n) * DAY,
        )
        for n in range(members)
    ][-1:]


def there_and_back(dice: Dice) -> Sequence[Operation]:
    return _ring(dice, 2)


def back_over_others(dice: Dice) -> Sequence[Operation]:
    return _ring(dice, dice.randint(3, 5))


def in_and_out(dice: Dice) -> Sequence[Operation]:
    return [
        work(client(), expert(), dollars(dice, 6_000, 20_000), NOON, days=dice.uniform(0.1, 1.9))
    ]


def in_and_out_in_pieces(dice: Dice) -> Sequence[Operation]:
    contract = begin(client(), expert(), NOON - 8 * DAY)
    talk(contract, NOON - 7 * DAY)
    found = []
    for day in (5, 4, 3, 1, 0):
        payment = fund(contract, dollars(dice, 1_300, 3_000), NOON - day * DAY - 20 * HOUR)
        deliver(payment, NOON - day * DAY - HOUR)
        found.append(release(payment, NOON - day * DAY))
    return found[-1:]


def many_small_clients(dice: Dice) -> Sequence[Operation]:
    whom, found = expert(), []
    for number in range(dice.randint(8, 15), 0, -1):
        by = client(days_old=dice.randint(3, 60))
        found.append(work(by, whom, dollars(dice, 450, 900), NOON - number * 30 * HOUR))
    return found[-1:]


def many_small_clients_by_the_hour(dice: Dice) -> Sequence[Operation]:
    whom, found = expert(days_old=1_500), []
    work(client(), whom, dollars(dice, 1_000, 2_000), NOON - 20 * DAY)
    for number in range(dice.randint(10, 20), 0, -1):
        by, at = client(days_old=dice.randint(15, 80)), NOON - number * DAY
        found += [
            work(by, whom, dollars(dice, 160, 450), at - n * HOUR, kind="hourly") for n in (5, 1)
        ]
    return found[-1:]


def the_same_to_many(dice: Dice) -> Sequence[Operation]:
    by, amount = client(), dollars(dice, 600, 3_000)
    return [
        work(by, expert(days_old=dice.randint(10, 80)), amount, NOON)
        for _ in range(dice.randint(5, 9))
    ]


def nearly_the_same_to_many(dice: Dice) -> Sequence[Operation]:
    by, amount, found = client(days_old=20), dice.randint(600, 2_000) * 100, []
    for number in range(dice.randint(6, 10), 0, -1):
        nearly = amount + dice.randint(-amount, amount) // 60
        found.append(work(by, expert(days_old=dice.randint(14, 85)), nearly, NOON - number * DAY))
    return found[-1:]


def _abroad(whom: Expert, country: str) -> None:
    PayoutAccount.objects.create(
        expert=whom, stripe_id=f"acct_{whom.pk}", country=country, created_at=NOON,
        checked_at=NOON + 365 * DAY,
    )  # fmt: skip


def paid_out_abroad(dice: Dice) -> Sequence[Operation]:
    whom = expert()
    _abroad(whom, dice.choice(("DE", "CY", "AE", "US")))
    return [work(client(), whom, dollars(dice, 1_000, 9_000), NOON)]


def paid_out_abroad_after_years(dice: Dice) -> Sequence[Operation]:
    whom, by = expert(days_old=dice.randint(1_000, 3_000)), client()
    for month in (2, 1):
        work(by, whom, dollars(dice, 100, 400), NOON - month * 30 * DAY)
    _abroad(whom, dice.choice(("LT", "MT", "SG", "GB")))
    return [work(by, whom, dollars(dice, 100, 400), NOON)]


def just_below(dice: Dice) -> Sequence[Operation]:
    whom, by = expert(), client()
    return [work(by, whom, dollars(dice, 9_800, 9_998), NOON - n * 8 * DAY) for n in (2, 1, 0)][-1:]


def just_below_in_parts_and_after_fees(dice: Dice) -> Sequence[Operation]:
    whom, found = expert(days_old=1_200), []
    contract = begin(client(), whom, NOON - 60 * DAY)
    talk(contract, NOON - 50 * DAY)
    payment = fund(contract, 40_000_00, NOON - 45 * DAY)
    deliver(payment, NOON - 29 * DAY)
    found.append(release(payment, NOON - 28 * DAY, dollars(dice, 9_050, 9_900)))
    # What arrives is below it, what was let go is not.
    found.append(work(client(), whom, dollars(dice, 10_050, 10_600), NOON - 14 * DAY))
    found.append(release(payment, NOON, dollars(dice, 9_050, 9_900)))
    return found[-1:]


def too_much_too_soon(dice: Dice) -> Sequence[Operation]:
    return [
        work(client(), expert(days_old=dice.randint(15, 29)), dollars(dice, 10_100, 15_000), NOON)
    ]


def too_much_in_pieces(dice: Dice) -> Sequence[Operation]:
    whom, pieces = expert(days_old=dice.randint(60, 89)), dice.randint(4, 6)
    return [
        work(client(), whom, 26_000_00 // pieces + dollars(dice, 10, 90), NOON - n * 4 * DAY)
        for n in reversed(range(pieces))
    ][-1:]


def paid_for_nothing(dice: Dice) -> Sequence[Operation]:
    payment = fund(
        begin(client(), expert(), NOON - 20 * DAY), dollars(dice, 5_100, 12_000), NOON - 9 * DAY
    )
    return [release(payment, NOON)]


def paid_for_nothing_again_and_again(dice: Dice) -> Sequence[Operation]:
    by, whom, found = client(), expert(), []
    for week in (3, 2, 1, 0):
        contract = begin(by, whom, NOON - week * 7 * DAY - 6 * DAY)
        payment = fund(contract, dollars(dice, 1_400, 2_400), NOON - week * 7 * DAY - 5 * DAY)
        found.append(release(payment, NOON - week * 7 * DAY))
    return found[-1:]


def paid_and_returned(dice: Dice) -> Sequence[Operation]:
    contract = begin(client(), expert(), NOON - 30 * DAY)
    return [
        give_back(
            fund(contract, dollars(dice, 600, 5_000), NOON - n * 6 * DAY - DAY), NOON - n * 6 * DAY
        )
        for n in reversed(range(dice.randint(3, 4)))
    ][-1:]


def mostly_returned_by_many(dice: Dice) -> Sequence[Operation]:
    by, found = client(days_old=30), []
    for number in reversed(range(dice.randint(3, 6))):
        payment = fund(
            begin(by, expert(), NOON - 28 * DAY),
            dollars(dice, 700, 3_000),
            NOON - number * 4 * DAY - DAY,
        )
        found.append(give_back(payment, NOON - number * 4 * DAY, dice.uniform(0.82, 0.97)))
    return found[-1:]


FAMILIES: Mapping[str, tuple[Scheme, Scheme]] = {
    "velocity": (many_pieces_in_a_day, more_in_a_week_than_in_a_season),
    "round_trip": (there_and_back, back_over_others),
    "in_and_out": (in_and_out, in_and_out_in_pieces),
    "many_clients": (many_small_clients, many_small_clients_by_the_hour),
    "fan_out": (the_same_to_many, nearly_the_same_to_many),
    "country": (paid_out_abroad, paid_out_abroad_after_years),
    "structuring": (just_below, just_below_in_parts_and_after_fees),
    "ladder": (too_much_too_soon, too_much_in_pieces),
    "no_delivery": (paid_for_nothing, paid_for_nothing_again_and_again),
    "refunds": (paid_and_returned, mostly_returned_by_many),
}


# --- Honest lives


def honest_life(dice: Dice) -> None:
    """Half a year of one expert: steady or beginning, for regulars or for many, with what happens
    to everybody now and then: a failed project, a rushed one, thanks without a word."""
    days_old = dice.choice((45, 80, 200, 400, 900, 2_000))
    whom, here = expert(days_old=days_old), min(days_old - 14, 170)
    regulars = [client(days_old=dice.randint(100, 2_000)) for _ in range(dice.randint(1, 3))]
    usual = dice.lognormvariate(7.3, 0.7)  # half are below $1,500, one in fifty is above $6,300
    if days_old > here + 30:  # they have been paid before this begins
        work(regulars[0], whom, round(usual * 1.8) * 100, NOON - (here + 8) * DAY)
    for _ in range(dice.randint(1, 2 + here // 12)):
        at = NOON - dice.uniform(0, here) * DAY
        by = dice.choice(regulars) if dice.random() < 0.7 else client(days_old=dice.randint(5, 400))
        amount = round(min(max(usual * dice.uniform(0.5, 1.8), 100), 18_000)) * 100
        _honest_piece(dice, by, whom, amount, at)


def _honest_piece(dice: Dice, by: Organisation, whom: Expert, amount: int, at: datetime) -> None:
    turn = dice.random()
    if turn < 0.05:
        payment = fund(begin(by, whom, at - 20 * DAY), amount, at - 12 * DAY)
        give_back(payment, at, dice.choice((1, 0.5)))
    elif turn < 0.1:  # rushed, and small enough to be
        work(by, whom, min(amount, 1_500_00), at, days=1)
    elif turn < 0.15:  # people who sit together
        release(fund(begin(by, whom, at - 20 * DAY), min(amount, 2_000_00), at - 9 * DAY), at)
    elif turn < 0.3:
        work(by, whom, min(amount, 3_000_00), at, days=7, kind="hourly")
    else:
        work(by, whom, amount, at, days=dice.uniform(4, 25))
