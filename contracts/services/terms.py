"""Terms, version by version: what is agreed now is written down, fingerprinted and chained."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from contracts import written
from contracts.models import Amendment, Contract, TermsVersion
from contracts.models.terms import fingerprint


@dataclass(frozen=True, slots=True)
class Word:
    """That one person agreed for their side, and when."""

    by: User
    at: datetime


def record(
    contract: Contract, *, client: Word, expert: Word, amendment: Amendment | None = None
) -> TermsVersion:
    """Write down what holds from now on; the caller holds the contract's row."""
    last = contract.terms.last()
    document = {
        "contract": contract.public_id,
        "number": last.number + 1 if last else 1,
        "previous": last.sha256 if last else "",
        "client": _side(contract.organisation.public_id, contract.organisation.name, client),
        "expert": _side(contract.expert.public_id, contract.expert.name, expert),
        "terms": written.of_contract(contract),
    }
    document |= _ending(amendment) | ({} if last else _offer(contract))
    return TermsVersion.objects.create(
        contract=contract,
        number=document["number"],
        document=document,
        sha256=fingerprint(document),
        amendment=amendment,
        agreed_at=max(client.at, expert.at),
    )


def _side(public_id: str, name: str, word: Word) -> Mapping[str, str]:
    return {
        "id": public_id,
        "name": name,
        "by": word.by.public_id,
        "at": written.moment_value(word.at),
    }


def _offer(contract: Contract) -> dict[str, Any]:
    """Name the version of the offer that was accepted, by the fingerprint it was read with."""
    offer = contract.offer
    if offer is None or not offer.sha256:
        return {}
    return {"offer": {"id": offer.public_id, "number": offer.number, "sha256": offer.sha256}}


def _ending(amendment: Amendment | None) -> dict[str, Any]:
    """What else is agreed where a contract ends: who gets what of the held money."""
    if amendment is None or amendment.kind != Amendment.Kind.END:
        return {}
    return {
        "ends": [
            {
                "milestone": line.milestone.public_id,
                "expert_minor": line.to_expert.minor,
                "client_minor": line.to_client.minor,
            }
            for line in amendment.shares
            if line.milestone
        ]
    }
