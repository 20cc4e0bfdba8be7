"""The gateway to Stripe: one noun per module beside this one, put together here."""

from collections.abc import Mapping

from contracts.gateway.accounts import AccountsV2
from contracts.gateway.accounts_v1 import AccountsV1
from contracts.gateway.balances import Balances
from contracts.gateway.chargebacks import Chargebacks
from contracts.gateway.checkouts import Checkouts
from contracts.gateway.notices import Notices
from contracts.gateway.payouts import Payouts
from contracts.gateway.refunds import Refunds
from contracts.gateway.transfers import Transfers


class _AllButAccounts(Checkouts, Transfers, Refunds, Payouts, Chargebacks, Balances, Notices):
    """All that does not depend on how experts' accounts are opened."""


class StripeGateway(_AllButAccounts, AccountsV2):
    """Implements `Gateway`."""


class StripeGatewayV1(_AllButAccounts, AccountsV1):
    """Implements `Gateway` with accounts of the older API."""


GATEWAYS: Mapping[str, type[StripeGateway | StripeGatewayV1]] = {
    "v1": StripeGatewayV1,
    "v2": StripeGateway,
}
