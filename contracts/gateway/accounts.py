"""Experts' accounts by Stripe's v2 API, where an account that is only paid is a recipient."""

from collections.abc import Mapping
from typing import Any

from contracts.gateway.connection import ACCOUNT_LOST, Connection, our_errors
from contracts.gateway.protocol import Account, Declined, Rejected

# Stripe answers one of these for an account that is gone, or that has shut us out.
GONE = (ACCOUNT_LOST, "resource_missing")


class AnyAccounts(Connection):
    """What is the same whichever API opened the account."""

    def dashboard_link(self, account_id: str, *, key: str) -> str:
        """Mint a link into the Express dashboard."""
        with our_errors():
            link = self._client.v1.accounts.login_links.create(
                account_id, {}, {"idempotency_key": key}
            )
        return str(link.url)

    def account(self, account_id: str) -> Account:
        """Fetch an account; one we have lost sight of is closed to us."""
        try:
            return self._seen(account_id)
        except (Declined, Rejected) as lost:
            if lost.code not in GONE:
                raise
            return Account(account_id, "", False, (), is_closed=True)  # noqa: FBT003

    def _seen(self, account_id: str) -> Account:
        raise NotImplementedError


class AccountsV2(AnyAccounts):
    """Opens accounts with the recipient configuration."""

    def open_account(
        self, *, expert_id: str, email: str, name: str, country: str, currency: str, key: str
    ) -> Account:
        """Open an account that receives transfers; we answer for its fees and losses."""
        with our_errors():
            found = self._client.v2.core.accounts.create(
                {
                    "contact_email": email,
                    "display_name": name,
                    "dashboard": "express",
                    "identity": {"country": country.lower()},
                    "configuration": {
                        "recipient": {
                            "capabilities": {
                                "stripe_balance": {"stripe_transfers": {"requested": True}}
                            }
                        }
                    },
                    "defaults": {
                        "currency": currency,
                        "responsibilities": {
                            "fees_collector": "application",
                            "losses_collector": "application",
                        },
                    },
                    "metadata": {"expert_id": expert_id},
                    "include": ["configuration.recipient", "identity", "requirements"],
                },
                {"idempotency_key": key},
            )
        return _account(found.to_dict())

    def onboarding_link(
        self, account_id: str, *, return_url: str, refresh_url: str, key: str
    ) -> str:
        """Mint a link; a used one brings the person back to us, to ask for another."""
        with our_errors():
            link = self._client.v2.core.account_links.create(
                {
                    "account": account_id,
                    "use_case": {
                        "type": "account_onboarding",
                        "account_onboarding": {
                            "refresh_url": refresh_url,
                            "return_url": return_url,
                            "collection_options": {"fields": "eventually_due"},
                        },
                    },
                },
                {"idempotency_key": key},
            )
        return str(link.url)

    def _seen(self, account_id: str) -> Account:
        with our_errors():
            found = self._client.v2.core.accounts.retrieve(
                account_id, {"include": ["configuration.recipient", "identity", "requirements"]}
            )
        return _account(found.to_dict())


def _account(raw: Mapping[str, Any]) -> Account:
    capabilities = raw["configuration"]["recipient"]["capabilities"]
    transfers = (capabilities.get("stripe_balance") or {}).get("stripe_transfers") or {}
    entries = (raw.get("requirements") or {}).get("entries") or []
    is_closed = bool(raw.get("closed"))
    return Account(
        id=raw["id"],
        country=(raw["identity"]["country"] or "").upper(),
        can_receive=transfers.get("status") == "active" and not is_closed,
        requirements_due=[entry["description"] for entry in entries],
        is_closed=is_closed,
        is_rejected=transfers.get("status") in {"rejected", "unsupported"} and not is_closed,
    )
