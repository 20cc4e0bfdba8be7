"""Every operation the stand-in serves, on one screen."""

import re
from collections.abc import Callable

from marketplace.local.fakestripe import (
    account_links,
    accounts,
    accounts_v2,
    balance,
    checkout,
    customers,
    disputes,
    endpoints,
    events,
    payments,
    payouts,
    refunds,
    transfers,
)
from marketplace.local.fakestripe.calls import Call
from marketplace.local.fakestripe.errors import NotServed
from marketplace.local.fakestripe.store import Obj

Operation = Callable[..., Obj]

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/v1/account_links"): account_links.create,
    ("GET", "/v1/accounts"): accounts.list_all,
    ("POST", "/v1/accounts"): accounts.create,
    ("GET", "/v1/accounts/{}"): accounts.retrieve,
    ("POST", "/v1/accounts/{}/login_links"): accounts.login_link,
    ("GET", "/v1/balance"): balance.retrieve,
    ("GET", "/v1/balance_settings"): balance.retrieve_settings,
    ("POST", "/v1/balance_settings"): balance.update_settings,
    ("GET", "/v1/balance_transactions"): balance.list_transactions,
    ("GET", "/v1/balance_transactions/{}"): balance.retrieve_transaction,
    ("GET", "/v1/charges"): payments.list_charges,
    ("GET", "/v1/charges/{}"): payments.retrieve_charge,
    ("GET", "/v1/checkout/sessions"): checkout.list_all,
    ("POST", "/v1/checkout/sessions"): checkout.create,
    ("GET", "/v1/checkout/sessions/{}"): checkout.retrieve,
    ("POST", "/v1/checkout/sessions/{}/expire"): checkout.expire,
    ("GET", "/v1/checkout/sessions/{}/line_items"): checkout.list_lines,
    ("GET", "/v1/customers"): customers.list_all,
    ("POST", "/v1/customers"): customers.create,
    ("GET", "/v1/customers/{}"): customers.retrieve,
    ("POST", "/v1/customers/{}"): customers.update,
    ("GET", "/v1/disputes"): disputes.list_all,
    ("GET", "/v1/disputes/{}"): disputes.retrieve,
    ("POST", "/v1/disputes/{}"): disputes.update,
    ("POST", "/v1/disputes/{}/close"): disputes.close,
    ("GET", "/v1/events"): events.list_all,
    ("GET", "/v1/events/{}"): events.retrieve,
    ("GET", "/v1/payment_intents"): payments.list_all,
    ("POST", "/v1/payment_intents"): payments.create,
    ("GET", "/v1/payment_intents/{}"): payments.retrieve,
    ("POST", "/v1/payment_intents/{}/cancel"): payments.cancel,
    ("GET", "/v1/payouts"): payouts.list_all,
    ("POST", "/v1/payouts"): payouts.create,
    ("GET", "/v1/payouts/{}"): payouts.retrieve,
    ("POST", "/v1/payouts/{}/cancel"): payouts.cancel,
    ("GET", "/v1/refunds"): refunds.list_all,
    ("POST", "/v1/refunds"): refunds.create,
    ("GET", "/v1/refunds/{}"): refunds.retrieve,
    ("POST", "/v1/refunds/{}/cancel"): refunds.cancel,
    ("GET", "/v1/transfers"): transfers.list_all,
    ("POST", "/v1/transfers"): transfers.create,
    ("GET", "/v1/transfers/{}"): transfers.retrieve,
    ("GET", "/v1/transfers/{}/reversals"): transfers.list_reversals,
    ("POST", "/v1/transfers/{}/reversals"): transfers.create_reversal,
    ("GET", "/v1/transfers/{}/reversals/{}"): transfers.retrieve_reversal,
    ("GET", "/v1/webhook_endpoints"): endpoints.list_all,
    ("POST", "/v1/webhook_endpoints"): endpoints.create,
    ("POST", "/v2/core/account_links"): account_links.create_v2,
    ("GET", "/v2/core/accounts"): accounts_v2.list_all,
    ("POST", "/v2/core/accounts"): accounts_v2.create,
    ("GET", "/v2/core/accounts/{}"): accounts_v2.retrieve,
    ("POST", "/v2/core/accounts/{}"): accounts_v2.update,
    ("POST", "/v2/core/accounts/{}/close"): accounts_v2.close,
    ("GET", "/v2/core/event_destinations"): endpoints.list_destinations,
    ("POST", "/v2/core/event_destinations"): endpoints.create_destination,
    ("GET", "/v2/core/events"): events.list_all_v2,
    ("GET", "/v2/core/events/{}"): events.retrieve_v2,
}

_PATTERNS = [
    (method, re.compile(template.replace("{}", "([^/]+)")), operation)
    for (method, template), operation in OPERATIONS.items()
]


def find(method: str, path: str) -> Callable[[Call], Obj]:
    """Return what a request asks for, with the ids of its path already given.

    :raises NotServed: if the stand-in has no such operation.
    """
    for served, pattern, operation in _PATTERNS:
        matched = pattern.fullmatch(path) if served == method else None
        if matched:
            return _with_ids(operation, matched.groups())
    raise NotServed(method, path)


def _with_ids(operation: Operation, ids: tuple[str, ...]) -> Callable[[Call], Obj]:
    return lambda call: operation(call, *ids)
