"""Reads settings from the environment and fails loudly on anything unexpected."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


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
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", url.hostname or ""),
        "PORT": query.pop("port", str(url.port or "")),
        "OPTIONS": query,
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
