"""Reads settings from the environment and fails loudly on anything unexpected."""

import os
import re
from base64 import b64decode
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
SEED_BYTES = 32
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def text(name: str, default: str | None = None) -> str:
    """Return a variable, or the default; a missing one without default stops the start."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes or no; anything but 1, 0, true, false, yes, no stops the start."""
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")
    return value in {"1", "true", "yes"}


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without its blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def seeds(name: str, default: str | None = None) -> dict[str, bytes]:
    """Return named private keys, in order: `name:base64 of 32 bytes`, comma-separated."""
    found: dict[str, bytes] = {}
    for entry in text(name, default).split(","):
        kid, _, secret = entry.strip().partition(":")
        try:
            seed = b64decode(
                secret, altchars="-_" if set(secret) & set("-_") else None, validate=True
            )
        except ValueError:
            seed = b""
        if not KEY_NAME.fullmatch(kid) or kid in found or len(seed) != SEED_BYTES:
            raise ImproperlyConfigured(f"{name}: use name:base64 of 32 bytes, each name once.")
        found[kid] = seed
    return found


def number(name: str, default: int) -> int:
    """Return a whole number."""
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number.")
    return int(value)


def database(name: str, default: str) -> dict[str, object]:
    """Return Django's form of a `postgres://user:password@host:port/name?host=/socket` URL."""
    url = urlsplit(text(name, default))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres://.")
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "marketplace.kit.postgres",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", url.hostname or ""),
        "PORT": query.pop("port", str(url.port or "")),
        "OPTIONS": query,
    }


def files(name: str) -> dict[str, object]:
    """Return Django's form of `s3+https://key:secret@host/bucket?region=eu-central-1`, or a folder.

    Without key and secret the machine's own are taken; the region is us-east-1 unless it is named.

    :raises ImproperlyConfigured: for half of one.
    """
    value = text(name, "")
    if not value:
        return {"BACKEND": "marketplace.kit.storage.Folder"}
    url = urlsplit(value)
    bucket, query = url.path.strip("/"), dict(parse_qsl(url.query))
    region = query.pop("region", "us-east-1")
    is_whole = url.scheme in {"s3+https", "s3+http"} and url.hostname and BUCKET.fullmatch(bucket)
    if not is_whole or query or bool(url.username) != bool(url.password):
        raise ImproperlyConfigured(f"{name}: use s3+https://key:secret@host/bucket?region=name.")
    return {
        "BACKEND": "marketplace.kit.storage.Bucket",
        "OPTIONS": {
            "endpoint": f"{url.scheme.removeprefix('s3+')}://{url.netloc.rpartition('@')[2]}",
            "bucket": bucket,
            "region": region,
            "key": unquote(url.username or ""),
            "secret": unquote(url.password or ""),
        },
    }


def redis(name: str, default: str, *, db: int) -> str:
    """Return a cache URL for one numbered database, over TCP or a Unix socket."""
    url = text(name, default)
    return f"{url}?db={db}" if url.startswith("unix://") else f"{url.rstrip('/')}/{db}"


def broker(name: str, default: str, *, db: int) -> str:
    """Return the same server as Celery spells it."""
    url = text(name, default)
    if url.startswith("unix://"):
        return f"redis+socket://{url.removeprefix('unix://')}?virtual_host={db}"
    return f"{url.rstrip('/')}/{db}"
