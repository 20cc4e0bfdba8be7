"""Settings from the environment: production does not start with what would fail later."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.kit import env

ZEROS, ONES = "A" * 43 + "=", "/" * 42 + "8="
PRODUCTION = {
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "https://attest.example",
    "DATABASE_URL": "postgres://localhost/attest",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "CREDENTIAL_KEYS": f"2026-11:{ZEROS}",
}


def test_keys_are_read_newest_first(monkeypatch):
    monkeypatch.setenv("KEYS", f"b:{ONES}, a:{ZEROS}")

    assert list(env.seeds("KEYS").items()) == [("b", b"\xff" * 32), ("a", bytes(32))]


@pytest.mark.parametrize(
    "text",
    [
        "", ",", "a", "a:", f":{ZEROS}", f"a:{ZEROS},a:{ONES}", "a:AAAA", f"a b:{ZEROS}",
        f"a:{ZEROS},", "a:" + "é" * 43, f"{'a' * 33}:{ZEROS}",
    ],
)  # fmt: skip
def test_anything_else_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("KEYS", text)

    with pytest.raises(ImproperlyConfigured):
        env.seeds("KEYS")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, ""),
        ({"CREDENTIAL_KEYS": None}, "Set CREDENTIAL_KEYS"),
        ({"CREDENTIAL_KEYS": "a:AAAA"}, "base64 of 32 bytes"),
        ({"SITE_URL": "http://attest.example"}, "SITE_URL must be https"),
    ],
)
def test_production_needs_a_key_to_sign_with_and_a_host_to_be_asked_at(change, says):
    given = {name: value for name, value in (PRODUCTION | change).items() if value}
    done = subprocess.run(
        [sys.executable, "-c", "import marketplace.settings"],
        env={"PATH": os.environ["PATH"]} | given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert says in done.stderr
    assert (done.returncode == 0) == (not says)
