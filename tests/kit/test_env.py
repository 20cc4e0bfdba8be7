"""Settings from the environment: production does not start with what would fail later."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace.kit import env
from marketplace.local.check import PRODUCTION

ZEROS, ONES = "A" * 43 + "=", "/" * 42 + "8="


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
        ({"SEALING_KEYS": None}, "Set SEALING_KEYS"),
        ({"CREDENTIAL_KEYS": "a:AAAA"}, "base64 of 32 bytes"),
        ({"SITE_URL": "http://attest.example"}, "SITE_URL must be https"),
        ({"COMPANY_ADDRESS": None}, "Set COMPANY_ADDRESS"),
    ],
)
def test_production_needs_keys_to_sign_and_seal_with_and_a_host_to_be_asked_at(change, says):
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


STARTS = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured
told = []
for change in json.load(sys.stdin):
    before = dict(os.environ)
    os.environ.update(change)
    try:
        found = runpy.run_module("marketplace.settings")
        told.append([found["STRIPE_LIVEMODE"], found["STRIPE_STANDS_IN"]])
    except ImproperlyConfigured as refusal:
        told.append(str(refusal))
    os.environ.clear()
    os.environ.update(before)
print(json.dumps(told))
"""
NOT_TOGETHER, NO_KEY, NO_API = "A stand-in key", "STRIPE_SECRET_KEY is", "STRIPE_ACCOUNTS_API"


def test_no_real_key_ever_travels_to_a_stand_in_and_no_made_up_one_to_stripe():
    stripe, stand_in = "https://api.stripe.com", "http://127.0.0.1:12111"
    expected = [
        ("sk_live_x", stripe, "v2", [True, False]),
        ("rk_live_x", stripe, "v1", [True, False]),
        ("sk_test_x", None, "v2", [False, False]),
        ("sk_test_fake_local", None, "v2", [False, True]),
        ("sk_test_x", stripe, "v2", [False, False]),
        ("sk_test_fake_local", stand_in, "v2", [False, True]),
        ("sk_live_x", stand_in, "v2", NOT_TOGETHER),
        ("rk_live_x", stand_in, "v2", NOT_TOGETHER),
        ("sk_test_x", stand_in, "v2", NOT_TOGETHER),
        ("sk_live_x", "https://api.stripe.com.mallory.example", "v2", NOT_TOGETHER),
        ("sk_live_x", "http://api.stripe.com", "v2", NOT_TOGETHER),
        ("sk_test_fake_local", stripe, "v2", NOT_TOGETHER),
        ("", stripe, "v2", NO_KEY),
        ("pk_live_x", stripe, "v2", NO_KEY),
        ("sk_test_x", stripe, "v3", NO_API),
    ]
    changes = [
        {"STRIPE_SECRET_KEY": key, "STRIPE_ACCOUNTS_API": api}
        | ({"STRIPE_API_BASE": base} if base else {})
        for key, base, api, _ in expected
    ]

    done = subprocess.run(
        [sys.executable, "-c", STARTS],
        env={"PATH": os.environ["PATH"]} | PRODUCTION,
        input=json.dumps(changes),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    for told, (*given, wanted) in zip(json.loads(done.stdout), expected, strict=True):
        if isinstance(wanted, str):
            assert wanted in told, given
        else:
            assert told == wanted, given
