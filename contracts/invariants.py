"""Questions about the money whose answer must be "none"; asked by a command and after every test.

Each question yields a sentence per violation. They read committed rows only, so ask them between
transactions; while a payment is under way, Stripe may know of it a moment before we do.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Q,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Now, NullIf

from contracts import chains
from contracts.models import (
    Chargeback,
    Clawback,
    Consultation,
    Dispute,
    Document,
    DocumentSeries,
    Freeze,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Milestone,
    Operation,
    Payment,
    Period,
    Recovery,
    Refund,
    Release,
    TermsVersion,
    Timesheet,
)
from contracts.models.consultation import BOOKED_FIRST
from contracts.models.dispute import AWARDED, OPEN_DISPUTES
from contracts.models.document import DocumentKind as Paper
from contracts.models.hourly import WAITING_SHEETS
from contracts.models.ledger import Pot, whole
from contracts.models.milestone import FINAL, UNDER_WAY
from contracts.models.operation import UNSETTLED
from marketplace.kit.money import Money

PAID_FOR = (*UNDER_WAY, *(status for status in FINAL if status != "cancelled"), "disputed")

AMOUNT = Sum(Cast(F("params__amount"), BigIntegerField()))
# What has moved our balance at Stripe, and has not come back.
HAS_LEFT = {"moved_at__isnull": False}
POSTED_AS = {
    Operation.Kind.TRANSFER: LedgerTransaction.Kind.TRANSFER,
    Operation.Kind.REVERSAL: LedgerTransaction.Kind.REVERSAL,
    Operation.Kind.REFUND: LedgerTransaction.Kind.REFUND_SETTLED,
    Operation.Kind.PAYOUT: LedgerTransaction.Kind.PLATFORM_PAYOUT,
}


NOTHING_CAME_OF_IT = (Operation.Status.CANCELLED, Operation.Status.FAILED)
# What of a loss stands on the chargeback itself; the expert's part stands on its recoveries.
BORNE = (
    "from_refunds_minor",
    "from_held_minor",
    "from_fee_minor",
    "from_suspense_minor",
    "from_us_minor",
)
# What is no longer to be sent to an expert, and what of that has left our books for good.
EARMARKED = Q(undone_at=None) & (
    Q(source="unsent") | Q(source="reversal", operation__moved_at__isnull=False)
)
FOR_GOOD = Q(chargeback__isnull=False) | Q(clawback__status="returned")
TAKEN = EARMARKED & FOR_GOOD
OWED = Q(undone_at=None, source="debt") & FOR_GOOD
# Where the money is that we owe, or what it was spent on.
COVER = (
    Pot.STRIPE,
    Pot.PSP_FEES,
    Pot.DISPUTE_RECV,
    Pot.RECEIVABLE,
    Pot.DISPUTE_FEES,
    Pot.DISPUTE_LOSS,
    Pot.GOODWILL,
    Pot.SUSPENSE,
)


def violations() -> list[str]:
    """Return a sentence for everything about the money that is not as it must be.

    Where there is none of what a question is about, it is not asked.
    """
    there = _with_rows({model for about in QUESTIONS.values() for model in about})
    asked = [question for question, about in QUESTIONS.items() if not there.isdisjoint(about)]
    return [sentence for question in asked for sentence in question()]


def differences(theirs: Mapping[str, Money]) -> list[str]:
    """Compare what we believe to have at Stripe with what Stripe says, by currency."""
    ours = {code.split(":")[-1]: minor for code, minor in _balances(Pot.STRIPE).items()}
    return [
        f"stripe:{currency}: we have {ours.get(currency, 0)}, Stripe has {amount.minor}"
        for currency, amount in theirs.items()
        if ours.get(currency, 0) != amount.minor
    ]


def transactions_that_do_not_balance() -> Iterator[str]:
    """Every transaction has two legs or more, and they sum to zero in each currency."""
    sums = LedgerEntry.objects.values("transaction__idem_key", "currency")
    for row in sums.annotate(total=Sum("amount")).exclude(total=0):
        yield f"{row['transaction__idem_key']} is out of balance by {row['total']}"
    few = LedgerTransaction.objects.annotate(count=Count("entries")).filter(count__lt=2)
    for key in few.values_list("idem_key", flat=True):
        yield f"{key} has fewer than two legs"


def balances_that_drifted() -> Iterator[str]:
    """Every balance is the sum of its entries."""
    rows = LedgerAccount.objects.annotate(derived=Sum("entries__amount", default=0))
    for row in rows.exclude(derived=F("balance")):
        yield f"{row.code} says {row.balance}, its entries say {row.derived}"


def chains_that_are_broken() -> Iterator[str]:
    """Every posting is as it was posted, in its place, and every chain ends where it says."""
    yield from chains.broken()


def escrow_that_differs() -> Iterator[str]:
    """What is held for a milestone is what was paid for it less what was let go, however."""
    paid = _per_milestone(Payment.objects.filter(status=Payment.Status.HELD), "amount_minor")
    gone = _per_milestone(Release.objects.all(), "gross_minor")
    gone += _per_milestone(Refund.objects.filter(milestone__isnull=False), "amount_minor")
    gone += _lost("payment__milestone__public_id", "from_held_minor")
    yield from _unequal(Pot.ESCROW, paid, gone)


def deferred_fees_that_differ() -> Iterator[str]:
    """The client fee not yet earned is what was paid less what was earned or returned."""
    paid = _per_milestone(Payment.objects.filter(status=Payment.Status.HELD), "fee_minor")
    gone = _per_milestone(Release.objects.all(), "client_fee_minor")
    gone += _per_milestone(Refund.objects.filter(milestone__isnull=False), "fee_minor")
    gone += _lost("payment__milestone__public_id", "from_fee_minor")
    yield from _unequal(Pot.FEE_DEFERRED, paid, gone)


def payables_that_differ() -> Iterator[str]:
    """What we owe an expert is what was released to them less what was sent and not taken back.

    What bore a lost chargeback, or went back to a client, is owed no more.
    """
    owed: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    net = Sum(F("gross_minor") - F("expert_fee_minor") - F("netted_minor"))
    releases = Release.objects.values(
        expert=F("milestone__contract__expert__public_id"),
        currency=F("milestone__contract__currency"),
    )
    for row in releases.annotate(total=net):
        owed[f"{row['expert']}:{row['currency']}"] = row["total"]
    for kind, sign in ((Operation.Kind.TRANSFER, 1), (Operation.Kind.REVERSAL, -1)):
        for key, total in _per_expert(kind).items():
            sent[key] += sign * total
    sent += _recovered(F("gross_minor") - F("expert_fee_minor"), TAKEN)
    owed += _recovered(F("repaid_minor"), Q())
    yield from _unequal(Pot.PAYABLE, owed, sent)


def refunds_that_differ() -> Iterator[str]:
    """What we owe a client is what was decided to be returned less what has left."""
    owed: Counter[str] = Counter()
    left: Counter[str] = Counter()
    decided = Refund.objects.values_list("payment__public_id", _came_in("payment__"))
    both = Sum(F("amount_minor") + F("fee_minor"))
    for payment, currency, minor in decided.annotate(minor=both):
        owed[f"{payment}:{currency}"] = minor
    gone = Operation.objects.filter(kind=Operation.Kind.REFUND, **HAS_LEFT)
    keyed = gone.values_list("refund__payment__public_id", _came_in("refund__payment__"))
    for payment, currency, minor in keyed.annotate(total=AMOUNT):
        left[f"{payment}:{currency}"] = minor
    left += _lost("payment__public_id", "from_refunds_minor")
    yield from _unequal(Pot.REFUND_PAYABLE, owed, left)


def debts_that_differ() -> Iterator[str]:
    """What an expert owes us is what could not be taken back less what later releases paid."""
    debts = _recovered(F("gross_minor") - F("expert_fee_minor"), OWED)
    debts += _recovered(F("repaid_minor"), Q())
    paid: Counter[str] = Counter()
    rows = Release.objects.values_list(
        "milestone__contract__expert__public_id", "milestone__contract__currency"
    )
    for expert, currency, total in rows.annotate(total=Sum("netted_minor")):
        paid[f"{expert}:{currency}"] = total
    yield from _unequal(Pot.RECEIVABLE, paid, debts)


def chargebacks_not_borne() -> Iterator[str]:
    """What a bank has is open until it is decided, and then borne by somebody to the last cent."""
    there = _balances(Pot.DISPUTE_RECV)
    for row in Chargeback.objects.prefetch_related("recoveries__operation"):
        borne = sum(getattr(row, column) for column in BORNE)
        borne += sum(part.amount.minor for part in row.recoveries.all() if _is_through(part))
        code = f"{Pot.DISPUTE_RECV.value}:{row.stripe_id}:{row.currency}"
        if there[code] != row.taken_minor - borne:
            yield f"{code} is {there[code]}, not {row.taken_minor - borne}"


def chargebacks_not_frozen() -> Iterator[str]:
    """A contract's money stands still exactly while a bank has yet to decide.

    An inquiry that was ended by returning the money, after it was noticed, keeps nothing still.
    """
    open_ = dict(Chargeback.objects.going_on().values_list("public_id", "noticed_at"))
    frozen = Freeze.objects.filter(reason=Freeze.Reason.CHARGEBACK, lifted_at=None)
    sources = set(frozen.values_list("source", flat=True))
    for key in sorted(open_.keys() - sources):
        given_in = Refund.objects.filter(
            payment__chargebacks__public_id=key,
            kind=Refund.Kind.STAFF,
            created_at__gte=open_[key],
        )
        if not given_in.exists():
            yield f"{key} is open and its contract is not frozen"
    over = Chargeback.objects.filter(public_id__in=sources - open_.keys())
    for key in over.values_list("public_id", flat=True):
        yield f"{key} is over and its contract is still frozen"


def clawbacks_refunded_first() -> Iterator[str]:
    """A refund after a release is decided once all of it has come back, or somebody stands in."""
    for row in Clawback.objects.prefetch_related("recoveries__operation"):
        parts = [part for part in row.recoveries.all() if part.undone_at is None]
        missing = [part for part in parts if part.source == "reversal" and not _is_through(part)]
        if row.status == Clawback.Status.RETURNED and missing:
            yield f"{row.public_id} is returned and {len(missing)} parts have not come back"
        if (row.refund_id is not None) != (row.status == Clawback.Status.RETURNED):
            yield f"{row.public_id} is {row.status} and its refund says otherwise"


def milestones_not_paid_once() -> Iterator[str]:
    """A milestone that was funded has exactly one held payment, any other has none."""
    paid = Count("payments", filter=Q(payments__status=Payment.Status.HELD))
    for row in Milestone.objects.annotate(paid=paid):
        expected = 1 if row.status in PAID_FOR else 0
        if row.paid != expected:
            yield f"{row.public_id} is {row.status} and has {row.paid} held payments"


def milestones_over_with_money() -> Iterator[str]:
    """A milestone that is over has nothing left in its pots; one under way has something."""
    left = _balances(Pot.ESCROW)
    for row in Milestone.objects.filter(status__in=FINAL).select_related("contract"):
        code = f"{Pot.ESCROW.value}:{row.public_id}:{row.contract.currency}"
        if left[code] != 0:
            yield f"{row.public_id} is {row.status} and holds {-left[code]}"


def disputes_that_do_not_fit() -> Iterator[str]:
    """A disputed milestone has exactly one open dispute about all of it, any other has none."""
    going_on = Count("disputes", filter=Q(disputes__status__in=OPEN_DISPUTES))
    rows = Milestone.objects.annotate(going_on=going_on)
    for row in rows.filter(Q(status="disputed") | Q(going_on__gt=0)):
        if row.going_on != 1 or row.status != Milestone.Status.DISPUTED:
            yield f"{row.public_id} is {row.status} and has {row.going_on} open disputes"
    frozen = Dispute.objects.filter(status__in=OPEN_DISPUTES).select_related("milestone__contract")
    for dispute in frozen:
        if dispute.amount != dispute.milestone.held:
            yield f"{dispute.public_id} froze {dispute.amount_minor}, not what is held"


def awards_that_do_not_add_up() -> Iterator[str]:
    """What a dispute gave to the one side and back to the other is what it had frozen."""
    for dispute in Dispute.objects.filter(status__in=AWARDED).select_related("milestone"):
        moved = {"created_at": dispute.ended_at}
        given = dispute.milestone.releases.filter(**moved).aggregate(
            sum=Sum("gross_minor", default=0)
        )
        back = dispute.milestone.refunds.filter(**moved).aggregate(
            sum=Sum("amount_minor", default=0)
        )
        if (given["sum"], given["sum"] + back["sum"]) != (
            dispute.award_minor,
            dispute.amount_minor,
        ):
            yield (
                f"{dispute.public_id} awarded {dispute.award_minor} of {dispute.amount_minor}, and"
                f" {given['sum']} went out, {back['sum']} back"
            )


def facts_not_posted_once() -> Iterator[str]:
    """Every held payment, release, refund and moved operation is posted, and nothing else is."""
    kinds, posted = LedgerTransaction.Kind, _posted()
    came = Payment.objects.filter(status__in=(Payment.Status.HELD, Payment.Status.RETURNED))
    yield from _unlike(posted, {kinds.FUND}, [f"fund:{key}" for key in _names(came)])
    ours = Release.objects.exclude(kind=Release.Kind.OUTSIDE)
    let_go = [f"release:{key}" for key in _names(ours)]
    yield from _unlike(posted, {kinds.RELEASE, kinds.AWARDED_RELEASE}, let_go)
    decided = Refund.objects.filter(milestone__isnull=False).exclude(kind=Refund.Kind.OUTSIDE)
    returned = [f"refund:{key}" for key in _names(decided)]
    yield from _unlike(posted, {kinds.REFUND, kinds.AWARDED_REFUND}, returned)
    given = Clawback.objects.filter(status=Clawback.Status.RETURNED)
    yield from _unlike(posted, {kinds.CLAWBACK}, [f"clawback:{key}" for key in _names(given)])
    for kind, posting in POSTED_AS.items():
        moved = Operation.objects.filter(kind=kind, **HAS_LEFT)
        yield from _unlike(posted, {posting}, [f"op:{key}:settled" for key in _names(moved)])
    known = Payment.objects.exclude(balance_transaction_id=None)
    kept = known.values_list("balance_transaction_id", flat=True)
    yield from _unlike(posted, {kinds.STRIPE_FEE}, [f"bt:{key}" for key in kept])
    aside = Payment.objects.filter(status=Payment.Status.MISMATCH)
    intents = aside.values_list("intent_id", flat=True)
    yield from _unlike(posted, {kinds.MISMATCH}, [f"mismatch:{key}" for key in intents])


def reversals_that_do_not_undo() -> Iterator[str]:
    """A posting that reverses another is its opposite, leg by leg, and says so."""
    reversing = LedgerTransaction.Kind.REVERSING
    for row in LedgerTransaction.objects.filter(kind=reversing, reverses=None):
        yield f"{row.idem_key} reverses nothing"
    back = LedgerTransaction.objects.exclude(reverses=None).select_related("reverses")
    for row in back:
        assert row.reverses  # noqa: S101 (filtered above)
        if row.kind != reversing or _legs(row) != {
            code: -minor for code, minor in _legs(row.reverses).items()
        }:
            yield f"{row.idem_key} is not the opposite of {row.reverses.idem_key}"


def statements_that_differ() -> Iterator[str]:
    """What a contract's statement ends with is what its milestones hold, by its own postings."""
    contracts = dict(Milestone.objects.values_list("public_id", "contract__public_id"))
    held = LedgerEntry.objects.filter(account__code__startswith=f"{Pot.ESCROW.value}:")
    rows = held.values_list("account__code", "transaction__contract__public_id").distinct()
    for code, posted_to in rows:
        milestone = code.split(":")[1]
        if contracts.get(milestone) != posted_to:
            yield f"{milestone} was moved by a posting of {posted_to}"


def hours_that_do_not_fit() -> Iterator[str]:
    """Hours are paid what they cost, and never wait for money that is not held for them."""
    for period in Period.objects.select_related("milestone__contract"):
        if period.milestone.amount != period.milestone.contract.price_of(period.minutes):
            yield f"{period.milestone.public_id} costs other than its hours"
    sheets = Timesheet.objects.select_related("contract").prefetch_related("lines")
    for sheet in sheets.filter(status=Timesheet.Status.RELEASED):
        rows = Release.objects.filter(timesheet_part__timesheet=sheet)
        paid = sum(rows.values_list("gross_minor", flat=True))
        if paid != sheet.amount.minor:
            yield f"{sheet.public_id} was paid {paid}, not {sheet.amount.minor}"
    for row in Release.objects.filter(kind=Release.Kind.HOURS, timesheet_part=None):
        yield f"{row.public_id} pays for hours nobody handed in"


def hours_that_wait_for_nothing() -> Iterator[str]:
    """What hours in review cost is held for their week, or for those before it."""
    sheets = Timesheet.objects.filter(status__in=WAITING_SHEETS).select_related("contract")
    money = ("period", "releases", "refunds")
    related = ("lines", *(f"contract__milestones__{name}" for name in money))
    claims: Counter[int] = Counter()
    for sheet in sheets.prefetch_related(*related).order_by("starts_on", "pk"):
        claims[sheet.contract_id] += sheet.amount.minor
        weeks = (row for row in sheet.contract.milestones.all() if row.is_hours)
        held = sum(row.held.minor for row in weeks if row.period.starts_on <= sheet.starts_on)
        if claims[sheet.contract_id] > held:
            yield f"{sheet.public_id} and those before it cost more than the {held} held for them"


def consultations_that_do_not_fit() -> Iterator[str]:
    """A booked consultation holds its money; one that is off, or not paid for, holds none."""
    holds = Milestone.objects.filter(
        contract=OuterRef("contract"),
        position=BOOKED_FIRST,
        status__in=(*UNDER_WAY, Milestone.Status.DISPUTED),
    )
    booked = (Consultation.Status.BOOKED, Consultation.Status.EXPERT_MISSED)
    off = (Consultation.Status.RETURNED, Consultation.Status.LAPSED)
    wrong = Q(status__in=booked, holds=False) | Q(status__in=off, holds=True)
    rows = Consultation.objects.annotate(holds=Exists(holds)).filter(wrong)
    for name, status, is_held in rows.values_list("public_id", "status", "holds"):
        yield f"{name} is {status} and holds {'money' if is_held else 'nothing'}"


def releases_not_sent_once() -> Iterator[str]:
    """What was released is with the expert or on its way, once, unless something holds it back.

    That is a frozen contract, or a person at Stripe who took it back.
    """
    live = Operation.objects.exclude(status__in=NOTHING_CAME_OF_IT)
    sent = _per_release(live.filter(kind=Operation.Kind.TRANSFER), AMOUNT)
    back = _per_release(live.filter(kind=Operation.Kind.REVERSAL, **HAS_LEFT), AMOUNT)
    taken = _per_release(
        Recovery.objects.filter(EARMARKED), Sum(F("gross_minor") - F("expert_fee_minor"))
    )
    repaid = _per_release(Recovery.objects.all(), Sum("repaid_minor"))
    frozen = set(Freeze.objects.filter(lifted_at=None).values_list("contract", flat=True))
    outside = Operation.objects.filter(business_key__startswith="outside:")
    by_others = set(outside.values_list("release", flat=True))
    for row in Release.objects.select_related("milestone__contract"):
        there = sent[row.pk] - back[row.pk] + taken[row.pk] - repaid[row.pk]
        is_held_back = row.milestone.contract_id in frozen or row.pk in by_others
        if there > row.sent.minor or (there < row.sent.minor and not is_held_back):
            yield f"{row.public_id} is {row.sent.minor} and {there} of it were sent"


def operations_done_without_an_object() -> Iterator[str]:
    """An operation is done when Stripe has something for it and our balance has moved."""
    done = Operation.objects.filter(status=Operation.Status.SUCCEEDED)
    for row in done.filter(Q(stripe_id=None) | Q(moved_at=None)):
        yield f"{row.public_id} is {row.status} and Stripe has nothing for it"
    early = Operation.objects.filter(status__in=UNSETTLED, stripe_id__isnull=False)
    for row in early:
        yield f"{row.public_id} is {row.status} and Stripe has {row.stripe_id}"


def debts_not_covered() -> Iterator[str]:
    """What we owe is on our Stripe balance, or with somebody who has to give it back.

    Stripe keeps its fee at once and ours is earned at release, so until then Stripe's fee is paid
    out of a client fee that is still a liability: the balance is compared before what it cost us.
    """
    liabilities = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.LIABILITY)
    owed = liabilities.values("currency").annotate(total=Sum("balance"))
    balances = [pair for pot in COVER for pair in _balances(pot).items()] if owed else []
    for row in owed:
        code = row["currency"]
        there = sum(minor for name, minor in balances if name.endswith(f":{code}"))
        if -row["total"] > there:
            yield f"we owe {-row['total']} {code} and have {there} before what it cost us"


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


def terms_that_are_broken() -> Iterator[str]:
    """Every version of a contract's terms is the text it was, and follows the one before it."""
    previous: dict[int, TermsVersion] = {}
    for row in TermsVersion.objects.select_related("contract").order_by("contract", "number"):
        name, before = (
            f"{row.contract.public_id}, terms {row.number}",
            previous.get(row.contract_id),
        )
        if not row.is_intact:
            yield f"{name}: not the text its fingerprint was taken of"
        expected = (before.number + 1, before.sha256) if before else (1, "")
        if (row.number, row.document["previous"]) != expected:
            yield f"{name}: does not follow the version before it"
        previous[row.contract_id] = row
    yield from _not_as_agreed(previous)


def _not_as_agreed(latest: Mapping[int, TermsVersion]) -> Iterator[str]:
    """A milestone of work that was not cancelled is as the latest version says."""
    work = Milestone.objects.filter(kind=Milestone.Kind.WORK, contract__in=latest)
    for row in work.exclude(status=Milestone.Status.CANCELLED):
        agreed = {one["id"]: one for one in latest[row.contract_id].document["terms"]["milestones"]}
        if agreed.get(row.public_id, {}).get("amount_minor") != row.amount_minor:
            yield f"{row.public_id} is not what the latest terms say"


def holds_past_their_limit() -> Iterator[str]:
    """Nothing is under way past its hold limit, unless a person decides about it anyway.

    The sweep comes every five minutes; a day later it has not come.
    """
    limit = Now() - timedelta(days=settings.HOLD_LIMIT_DAYS + 1)
    late = Milestone.objects.filter(status__in=UNDER_WAY, funded_at__lt=limit)
    for row in late.exclude(contract__freezes__in=Freeze.objects.filter(lifted_at=None)):
        yield f"{row.public_id} has been held since {row.funded_at}"


LEDGER = (LedgerTransaction, LedgerAccount, LedgerEntry)
QUESTIONS: dict[Callable[[], Iterator[str]], tuple[type[Model], ...]] = {
    transactions_that_do_not_balance: LEDGER,
    balances_that_drifted: LEDGER,
    chains_that_are_broken: LEDGER,
    escrow_that_differs: (*LEDGER, Payment, Release, Refund),
    deferred_fees_that_differ: (*LEDGER, Payment, Release, Refund),
    payables_that_differ: (*LEDGER, Release, Operation),
    refunds_that_differ: (*LEDGER, Refund),
    debts_that_differ: (*LEDGER, Recovery, Release),
    chargebacks_not_borne: (Chargeback,),
    chargebacks_not_frozen: (Chargeback, Freeze),
    clawbacks_refunded_first: (Clawback,),
    milestones_not_paid_once: (Milestone,),
    milestones_over_with_money: LEDGER,
    disputes_that_do_not_fit: (Milestone,),
    awards_that_do_not_add_up: (Dispute,),
    facts_not_posted_once: (LedgerTransaction, Payment, Operation),
    reversals_that_do_not_undo: (LedgerTransaction,),
    consultations_that_do_not_fit: (Consultation,),
    hours_that_do_not_fit: (Period, Timesheet, Release),
    hours_that_wait_for_nothing: (Timesheet,),
    statements_that_differ: LEDGER,
    releases_not_sent_once: (Release,),
    operations_done_without_an_object: (Operation,),
    debts_not_covered: LEDGER,
    papers_not_issued: (Payment, Document),
    numbers_with_gaps: (Document, DocumentSeries),
    terms_that_are_broken: (TermsVersion,),
    holds_past_their_limit: (Milestone,),
}


def _with_rows(models: set[type[Model]]) -> set[type[Model]]:
    """Return which of these have any rows."""
    tables = {model._meta.db_table: model for model in models}
    there = ", ".join(f"EXISTS (SELECT FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {there}")
        return {
            model for model, any_ in zip(tables.values(), cursor.fetchone(), strict=True) if any_
        }


def _came_in(path: str) -> Coalesce:
    """In which currency a payment's money came."""
    return Coalesce(NullIf(f"{path}received_currency", Value("")), f"{path}currency")


def _balances(pot: Pot) -> Counter[str]:
    """Return the signed balances of a pot's accounts by code, the shares of one added up."""
    rows = LedgerAccount.objects.filter(code__startswith=f"{pot.value}:")
    found: Counter[str] = Counter()
    for code, minor in rows.values_list("code", "balance"):
        found[whole(code)] += minor
    return found


def _per_milestone(rows: Any, column: str) -> Counter[str]:
    keyed = rows.values_list("milestone__public_id", "milestone__contract__currency")
    found: Counter[str] = Counter()
    for milestone, currency, total in keyed.annotate(total=Sum(column)):
        found[f"{milestone}:{currency}"] = total
    return found


def _per_expert(kind: Operation.Kind) -> Counter[str]:
    """Add up what operations of a kind have moved, by expert and currency."""
    rows = Operation.objects.filter(kind=kind, **HAS_LEFT)
    keyed = rows.values_list("contract__expert__public_id", "contract__currency")
    found: Counter[str] = Counter()
    for expert, currency, total in keyed.annotate(total=AMOUNT):
        found[f"{expert}:{currency}"] = total
    return found


def _per_release(rows: Any, total: Any) -> Counter[int]:
    return Counter(dict(rows.exclude(release=None).values_list("release").annotate(total=total)))


def _lost(of: str, column: str) -> Counter[str]:
    """Add up what lost chargebacks took from somewhere."""
    rows = Chargeback.objects.filter(status=Chargeback.Status.LOST)
    found: Counter[str] = Counter()
    for key, currency, total in rows.values_list(of, "currency").annotate(total=Sum(column)):
        found[f"{key}:{currency}"] = total
    return found


def _recovered(amount: Any, which: Q) -> Counter[str]:
    """Add up what came back from experts, or is owed by them."""
    keyed = Recovery.objects.filter(which).values_list(
        "release__milestone__contract__expert__public_id", "release__milestone__contract__currency"
    )
    found: Counter[str] = Counter()
    for expert, currency, total in keyed.annotate(total=Sum(amount)):
        found[f"{expert}:{currency}"] = total
    return found


def _is_through(part: Recovery) -> bool:
    """Whether the expert's part is with us, or owed to us."""
    if part.undone_at:
        return False
    return part.source != "reversal" or bool(part.operation and part.operation.moved_at)


def _unequal(pot: Pot, came: Counter[str], went: Counter[str]) -> Iterator[str]:
    """Hold a pot's balances, which are credits, against what came in less what went out."""
    ledger = {code.partition(":")[2]: -minor for code, minor in _balances(pot).items()}
    for key in sorted({*ledger, *came}):
        if ledger.get(key, 0) != came[key] - went[key]:
            yield f"{pot.value}:{key} is {ledger.get(key, 0)}, not {came[key] - went[key]}"


def _legs(row: LedgerTransaction) -> dict[str, int]:
    pairs = (leg.split(" ") for leg in row.legs.splitlines())
    return {code: int(minor) for code, minor in pairs}


def _names(rows: Any) -> Iterable[str]:
    names: Iterable[str] = rows.values_list("public_id", flat=True)
    return names


def _posted() -> set[tuple[str, str]]:
    """Return the kind and key of every posting that stands."""
    rows = LedgerTransaction.objects.filter(reversed_by=None, reverses=None)
    return set(rows.values_list("kind", "idem_key"))


def _unlike(
    posted: set[tuple[str, str]], kinds: set[LedgerTransaction.Kind], expected: Iterable[str]
) -> Iterator[str]:
    there = {key for kind, key in posted if kind in kinds}
    for key in sorted(there.symmetric_difference(expected)):
        yield f"{key} is {'posted without its fact' if key in there else 'not posted'}"
