"""The guards of the money: where each stands, what it looks like when it is gone, who must notice.

`make mutants` takes one away at a time and runs the tests named here: they have to fail. A guard
nobody would miss is not one.
"""

from dataclasses import dataclass

SERVICES = "contracts/services"
GATEWAY = "contracts/gateway"
TESTS = "tests/contracts"
RACES = "tests/races"


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: `text` stands once in `file`; with `instead` in its place a test has to fail."""

    name: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]


GUARDS = (
    # --- Locks
    Guard(
        "the contract's lock",
        f"{SERVICES}/contracts.py",
        "return Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)",
        "return Contract.objects.get(pk=contract.pk)",
        (f"{RACES}/test_money.py", f"{RACES}/test_agreeing.py"),
    ),
    Guard(
        "one worker claims an operation",
        f"{SERVICES}/operations.py",
        "rows.filter(pk=operation_pk, status__in=CLAIMABLE, due_at__lte=at).first()",
        "rows.filter(pk=operation_pk).first()",
        (f"{TESTS}/test_operations.py",),
    ),
    Guard(
        "one worker claims an event",
        f"{SERVICES}/inbox.py",
        "rows.filter(pk=event_pk, status=StripeEvent.Status.NEW, due_at__lte=at).first()",
        "rows.filter(pk=event_pk).first()",
        (f"{TESTS}/test_inbox.py",),
    ),
    Guard(
        "an event is finished once",
        f"{SERVICES}/inbox.py",
        "    if event.status != StripeEvent.Status.NEW:\n        return\n",
        "",
        (f"{RACES}/test_money.py",),
    ),
    Guard(
        "entries go in by one order of accounts",
        "contracts/migrations/ledger_chain.sql",
        """ OR its_code COLLATE "C" <= last_code THEN""",
        " THEN",
        (f"{TESTS}/test_ledger.py", f"{TESTS}/test_ledger_refuses.py"),
    ),
    # --- Keys
    Guard(
        "an operation's key is frozen",
        "contracts/models/operation.py",
        'return f"op:{self.public_id}:{self.attempt}"',
        'return f"op:{self.public_id}:{self.sends}"',
        (f"{TESTS}/test_operations.py",),
    ),
    Guard(
        "only a definite refusal leads to a new key",
        f"{SERVICES}/operations.py",
        'return Outcome("retry", error.code, _backoff(operation), operation.attempt)',
        'return Outcome("retry", error.code, _backoff(operation), operation.attempt + 1)',
        (f"{TESTS}/test_operations.py",),
    ),
    Guard(
        "an old key is not relied on",
        f"{SERVICES}/operations.py",
        "KEY_IS_SAFE = timedelta(hours=20)",
        "KEY_IS_SAFE = timedelta(days=3650)",
        (f"{TESTS}/test_operations.py",),
    ),
    Guard(
        "two looks have to miss it",
        f"{SERVICES}/operations.py",
        "    if operation.error_code == NOT_FOUND:",
        "    if operation.error_code != NOT_FOUND:",
        (f"{TESTS}/test_operations.py",),
    ),
    Guard(
        "a posting's key has one content",
        f"{SERVICES}/ledger.py",
        "raise KeyReused(",
        "KeyReused(",
        (f"{TESTS}/test_ledger.py",),
    ),
    Guard(
        "a payment page's key is the payment's",
        f"{SERVICES}/funding.py",
        'key=f"pay:{payment.public_id}:1"',
        'key=f"pay:{payment.public_id}:{at.timestamp()}:{id(payment)}"',
        (f"{TESTS}/test_fund.py",),
    ),
    # --- Webhooks
    Guard(
        "a webhook's signature",
        f"{GATEWAY}/notices.py",
        "if not any(_signs(secret, body, signature) for secret in secrets):",
        "if not secrets:",
        (f"{TESTS}/test_webhook.py",),
    ),
    Guard(
        "a webhook from the future",
        f"{GATEWAY}/notices.py",
        "if abs(at.timestamp() - _signed_at(signature)) > TOLERANCE.total_seconds():",
        "if at.timestamp() - _signed_at(signature) > TOLERANCE.total_seconds():",
        (f"{TESTS}/test_webhook.py",),
    ),
    Guard(
        "a thin event at the snapshots' endpoint",
        f"{GATEWAY}/notices.py",
        'if notice.payload["object"] != (THIN if endpoint == "thin" else SNAPSHOT):',
        'if notice.payload["object"] not in (THIN, SNAPSHOT):',
        (f"{TESTS}/test_webhook.py",),
    ),
    Guard(
        "an event of the other mode",
        f"{SERVICES}/inbox.py",
        "if notice.livemode != settings.STRIPE_LIVEMODE:",
        "if notice.livemode is None:",
        (f"{TESTS}/test_webhook.py",),
    ),
    Guard(
        "an event of somebody else's account",
        f"{SERVICES}/inbox.py",
        'if endpoint == "connect" and not ours.exists():',
        'if endpoint == "connect" and ours is None:',
        (f"{TESTS}/test_webhook.py",),
    ),
    Guard(
        "an endpoint with an empty secret",
        "contracts/webhooks.py",
        "settings.STRIPE_WEBHOOK_SECRETS.get(endpoint, ()) if secret]",
        "settings.STRIPE_WEBHOOK_SECRETS.get(endpoint, ())]",
        (f"{TESTS}/test_webhook.py",),
    ),
    Guard(
        "a body without end",
        "contracts/webhooks.py",
        "parts, missing = [], MOST_BYTES + 1",
        "parts, missing = [], 1 << 30",
        (f"{TESTS}/test_webhook.py",),
    ),
    # --- What a payment must be
    Guard(
        "the amount that came",
        f"{SERVICES}/payments.py",
        '"amount": intent.received == payment.total,',
        "",
        (f"{TESTS}/test_fund.py",),
    ),
    Guard(
        "whose payment it is",
        f"{SERVICES}/payments.py",
        '"payment": {session.payment_id, intent.payment_id} == {payment.public_id},',
        "",
        (f"{TESTS}/test_fund.py",),
    ),
    Guard(
        "which page was paid",
        f"{SERVICES}/payments.py",
        '"session": session.id == payment.session_id,',
        "",
        (f"{TESTS}/test_fund.py",),
    ),
    Guard(
        "the payment's mode",
        f"{SERVICES}/payments.py",
        '"livemode": session.livemode == settings.STRIPE_LIVEMODE,',
        "",
        (f"{TESTS}/test_fund.py",),
    ),
    Guard(
        "the settlement's currency",
        f"{SERVICES}/payments.py",
        "SETTLED_ELSEWHERE: fee is None or fee.currency == payment.currency,",
        "",
        (f"{TESTS}/test_fund.py",),
    ),
    Guard(
        "money is taken note of once",
        f"{SERVICES}/payments.py",
        "        if payment.status in NOT_TAKEN:\n",
        "        if True:\n",
        (f"{TESTS}/test_fund.py",),
    ),
    # --- What leaves is what was decided
    Guard(
        "another object than the one decided on",
        f"{SERVICES}/operations.py",
        "    if is_other or (sent.amount, sent.target) != decided:\n",
        "    if False:\n",
        (f"{TESTS}/test_operations.py",),
    ),
    Guard(
        "no more than is held",
        f"{SERVICES}/releases.py",
        "    if not Money(0, held.currency) < amount <= held:\n",
        "    if not amount:\n",
        (f"{TESTS}/test_release_part.py",),
    ),
    Guard(
        "the parts' fees add up",
        "contracts/fees.py",
        "return (released_before + part).share(bps) - released_before.share(bps)",
        "return part.share(bps)",
        (f"{TESTS}/test_release.py", f"{TESTS}/test_release_part.py"),
    ),
    Guard(
        "money moves by hand with two persons",
        f"{SERVICES}/instructions.py",
        "if row.by_id == by.pk:",
        "if row.by_id is None:",
        (f"{TESTS}/test_instructions.py",),
    ),
    Guard(
        "what settled in another currency later stands still",
        f"{SERVICES}/payments.py",
        "if payment.status == Status.HELD and charge.fee.currency != payment.currency:",
        "if charge.fee.currency is None:",
        (f"{TESTS}/test_funding_goes_wrong.py",),
    ),
    Guard(
        "a frozen contract's money stands still",
        "contracts/models/contract.py",
        "return any(row.lifted_at is None for row in self.freezes.all())",
        "return False",
        (f"{TESTS}/test_give_back.py", f"{TESTS}/test_release_part.py"),
    ),
    Guard(
        "the review window",
        f"{SERVICES}/milestones.py",
        "milestone.review_due_at is not None and milestone.review_due_at <= at",
        "True",
        (f"{TESTS}/test_clocks.py",),
    ),
    Guard(
        "the clock all workers share",
        "contracts/tasks.py",
        "from marketplace.kit.clock import now",
        "from django.utils.timezone import now",
        (f"{TESTS}/test_clocks.py",),
    ),
    Guard(
        "an older answer about an account",
        f"{SERVICES}/onboarding.py",
        "    if account.checked_at > at:\n        return account\n",
        "",
        (f"{TESTS}/test_onboarding.py",),
    ),
    # --- Who may
    Guard(
        "who lets money go",
        "contracts/policies.py",
        "    return people.may_pay(membership) and not is_expert_of(user, contract)\n",
        "    return True\n",
        (f"{TESTS}/test_approve.py",),
    ),
    Guard(
        "whose contract it is",
        "contracts/models/contract.py",
        "models.Q(expert__user=user) | models.Q(organisation__in=own)",
        "models.Q()",
        ("tests/test_access.py",),
    ),
    Guard(
        "money is released from review alone",
        "contracts/models/milestone.py",
        "release=([Status.SUBMITTED], Status.RELEASED),",
        "release=([Status.SUBMITTED, Status.RELEASED], Status.RELEASED),",
        (f"{TESTS}/test_moves.py", f"{TESTS}/test_approve.py"),
    ),
    # --- Banks, and what comes back
    Guard(
        "an older answer about a chargeback is dropped",
        f"{SERVICES}/chargebacks.py",
        "if len(found.movements) < row.movements:",
        "if False:",
        (f"{TESTS}/test_chargebacks.py",),
    ),
    Guard(
        "a chargeback that was over begins again only with new money",
        f"{SERVICES}/chargebacks.py",
        "and not _takes(fresh):",
        "and False:",
        (f"{TESTS}/test_chargebacks.py",),
    ),
    Guard(
        "what a bank has taken is not refunded as well",
        f"{SERVICES}/chargeback_moves.py",
        "    refunds.hold_back(row.payment, at=at, reason=row.public_id)\n",
        "",
        (f"{TESTS}/test_chargebacks.py",),
    ),
    Guard(
        "never refund first",
        f"{SERVICES}/clawbacks.py",
        "and all(map(_is_there, rows)):",
        "and rows:",
        (f"{TESTS}/test_clawbacks.py",),
    ),
    Guard(
        "the first person is not the second",
        f"{SERVICES}/answers.py",
        "if answer.by_id == by.pk:",
        "if False:",
        (f"{TESTS}/test_answers.py",),
    ),
    Guard(
        "a posting belongs to one line of Stripe's",
        f"{SERVICES}/reconciliation.py",
        "return match is None or match.movement_id == movement.pk",
        "return True",
        (f"{TESTS}/test_reconcile.py",),
    ),
    # --- The database's own
    Guard(
        "no pot below zero",
        "contracts/migrations/ledger_chain.sql",
        "  IF NOT NEW.may_overdraw\n",
        "  IF false AND NOT NEW.may_overdraw\n",
        (f"{TESTS}/test_ledger.py",),
    ),
    Guard(
        "both sides of a posting are equal",
        "contracts/migrations/ledger_chain.sql",
        " OR NOT ledger_is_zero(currencies, amounts) THEN",
        " THEN",
        (f"{TESTS}/test_ledger.py", f"{TESTS}/test_ledger_refuses.py"),
    ),
    Guard(
        "balances are moved by postings alone",
        "contracts/migrations/ledger_chain.sql",
        "  IF pg_trigger_depth() < 2 OR NEW.id <> OLD.id",
        "  IF NEW.id <> OLD.id",
        (f"{TESTS}/test_ledger.py", f"{TESTS}/test_ledger_refuses.py"),
    ),
    Guard(
        "entries come from postings alone",
        "contracts/migrations/ledger_chain.sql",
        "  IF pg_trigger_depth() < 2 OR TG_OP = 'DELETE'",
        "  IF TG_OP = 'DELETE'",
        (f"{TESTS}/test_ledger.py", f"{TESTS}/test_ledger_refuses.py"),
    ),
)
