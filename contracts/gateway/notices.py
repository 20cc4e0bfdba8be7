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


class Notices(Connection):
    """Reads events."""

    def proven(
        self, endpoint: str, body: bytes, signature: str, secrets: Sequence[str], *, at: datetime
    ) -> Notice:
        """Check signature, time and shape of a webhook; any of the secrets will do."""
        if not any(_signs(secret, body, signature) for secret in secrets):
            raise Forged("signature")
        try:
            signed_at, notice = _signed_at(signature), _notice(json.loads(body))
        except (ValueError, LookupError, TypeError, AttributeError) as unreadable:
            raise Forged("shape") from unreadable
        if abs(at.timestamp() - signed_at) > TOLERANCE.total_seconds():
            raise Forged("time")
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
    """Return the signed time; the signature over it has been verified."""
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


def _notice(event: Mapping[str, Any]) -> Notice:
    """Read an event. Postgres keeps no NUL in JSON, and Stripe has no reason to send one."""
    if "\\u0000" in json.dumps(event):
        raise ValueError("NUL")
    about = event.get("related_object") or (event.get("data") or {}).get("object") or {}
    return Notice(
        id=event["id"],
        kind=event["type"],
        object_id=about.get("id") or "",
        account=event.get("account") or event.get("context") or "",
        livemode=event["livemode"],
        payload=event,
    )
