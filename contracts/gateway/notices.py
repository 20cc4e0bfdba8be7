"""What Stripe tells us: by webhook, which has to be proven, and by its list, for what was lost."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from contracts.gateway.connection import MOST_PER_PAGE, Connection, our_errors
from contracts.gateway.protocol import Forged, Notice

# How far a webhook's time may be from ours; the SDK checks the past only.
TOLERANCE = timedelta(seconds=300)
SNAPSHOT, THIN = "event", "v2.core.event"
# https://docs.stripe.com/api/events/list
MOST_KINDS = 20
V2 = "v2."
# Far above Stripe's own, and what our columns hold.
LONGEST_NAME = 120


class Notices(Connection):
    """Reads events."""

    def proven(
        self, endpoint: str, body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
    ) -> Notice:
        """Check signature, time and shape of a webhook; any of the secrets will do."""
        if not any(_signs(secret, body, signature) for secret in secrets):
            raise Forged("signature")
        if abs(at.timestamp() - _signed_at(signature)) > TOLERANCE.total_seconds():
            raise Forged("time")
        try:
            notice = _notice(json.loads(body))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as unreadable:
            raise Forged("shape") from unreadable
        if notice.payload["object"] != (THIN if endpoint == "thin" else SNAPSHOT):
            raise Forged("kind")
        return notice

    def events_since(
        self, since: datetime, kinds: Collection[str], *, account: str = ""
    ) -> Iterator[Notice]:
        """List the snapshots of an account in calls of at most twenty kinds, then thin events."""
        options: Any = {"stripe_account": account} if account else None
        snapshots = sorted(kind for kind in kinds if not kind.startswith(V2))
        with our_errors():
            for some in _by_twenty(snapshots):
                page = self._client.v1.events.list(
                    {
                        "types": some,
                        "created": {"gte": int(since.timestamp())},
                        "limit": MOST_PER_PAGE,
                    },
                    options,
                )
                for one in page.auto_paging_iter():
                    yield _notice(one.to_dict(for_json=True))
            thin = sorted(kind for kind in kinds if kind.startswith(V2))
            for some in _by_twenty(thin):
                found = self._client.v2.core.events.list(
                    {
                        "types": some,
                        "created": {"gte": since.astimezone(UTC).isoformat()},
                        "limit": MOST_PER_PAGE,
                    },
                    options,
                )
                for event in found.auto_paging_iter():
                    yield _notice(event.to_dict(for_json=True))


def _by_twenty(kinds: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(kinds), MOST_KINDS):
        yield [*kinds[start : start + MOST_KINDS]]


def _signs(secret: str, body: bytes, signature: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _signed_at(signature: str) -> int:
    """Return the signed time: the first one, as the SDK took it into the signature it checked."""
    parts = (part.split("=") for part in signature.split(","))
    return next(int(part[1]) for part in parts if part[0] == "t")


def _notice(event: Mapping[str, Any]) -> Notice:
    """Read an event.

    :raises ValueError: if it is not one, or holds what Postgres keeps in no JSON.
    """
    text = json.dumps(event, ensure_ascii=False, allow_nan=False)
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError("NUL")
    # Half a surrogate pair has no bytes.
    text.encode()
    about = event.get("related_object") or (event.get("data") or {}).get("object") or {}
    account = event.get("account") or event.get("context") or ""
    names = (event["id"], event["type"], about.get("id") or "", account)
    if not all(isinstance(name, str) and len(name) <= LONGEST_NAME for name in names):
        raise ValueError("names")
    if not isinstance(event["livemode"], bool):
        raise TypeError("livemode")
    return Notice(*names, livemode=event["livemode"], payload=event)
