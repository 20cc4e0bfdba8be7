"""A production site does not start with what is unsafe, and says all of it at once."""

import os
import subprocess
import sys

import pytest

from marketplace import production
from marketplace.local.check import PRODUCTION

SAFE = {
    "DEBUG": False,
    "SECRET_KEY": "x" * 50,
    "CREDENTIAL_KEYS": {"2026-11": bytes(32)},
    "SEALING_KEYS": {"a": bytes(32)},
    "SITE_URL": "https://attest.example",
    "ALLOWED_HOSTS": ["attest.example"],
    "REDIS_URL": "redis://localhost",
    "EMAIL_HOST": "mail.attest.example",
    "STRIPE_ACCOUNTS_API": "v2",
    "STRIPE_WEBHOOK_SECRETS": {"platform": ["a"], "connect": ["b"], "thin": ["c"]},
    "REQUIRE_SECOND_FACTOR": True,
    "DOOR_STEP_MS": 250,
    "EGRESS_ALLOW": [],
    "EMBEDDINGS": "",
    "OPENAI_API_KEY": "",
    "MEDIA_ROOT": "/srv/media",
    "STATIC_ROOT": "/srv/static",
    "FILES": {"BACKEND": "marketplace.kit.storage.Folder"},
}
UNSAFE = [
    ("DEBUG", True, "DEBUG shows"),
    ("SECRET_KEY", "x" * 49, "SECRET_KEY must"),
    ("SECRET_KEY", "only-for-development-and-long-enough-for-the-checks", "SECRET_KEY must"),
    ("CREDENTIAL_KEYS", {"development": bytes(32)}, "CREDENTIAL_KEYS are"),
    ("SEALING_KEYS", {"a": b"sealed-for-development-only-with"}, "SEALING_KEYS are"),
    ("SITE_URL", "http://attest.example", "SITE_URL must"),
    ("ALLOWED_HOSTS", ["www.attest.example"], "ALLOWED_HOSTS must name"),
    ("ALLOWED_HOSTS", ["attest.example", "*"], "ALLOWED_HOSTS must not"),
    ("REDIS_URL", "", "Set REDIS_URL"),
    ("EMAIL_HOST", "", "Set EMAIL_HOST"),
    ("EMBEDDINGS", "provider", "EMBEDDINGS is"),
    ("EMBEDDINGS", "wieghts", "EMBEDDINGS is"),
    ("STRIPE_WEBHOOK_SECRETS", {"platform": ["a"], "connect": [], "thin": ["c"]}, "Set STRIPE_W"),
    ("STRIPE_WEBHOOK_SECRETS", {"platform": ["a"], "connect": ["b"], "thin": []}, "Set STRIPE_W"),
    ("REQUIRE_SECOND_FACTOR", False, "REQUIRE_SECOND_FACTOR=0 is"),
    ("DOOR_STEP_MS", 249, "DOOR_STEP_MS must"),
    ("EGRESS_ALLOW", ["127.0.0.1:8123"], "EGRESS_ALLOW is"),
    ("MEDIA_ROOT", "/srv/static/media", "MEDIA_ROOT must"),
    ("FILES", {"OPTIONS": {"endpoint": "http://minio:9000"}}, "FILES_URL must"),
]


def test_a_safe_site_starts():
    assert production.faults(SAFE) == []


@pytest.mark.parametrize(("name", "value", "says"), UNSAFE)
def test_an_unsafe_one_is_told_why_not(name, value, says):
    told = production.faults(SAFE | {name: value})

    assert len(told) == 1
    assert told[0].startswith(says)


def test_each_rule_has_been_broken_here():
    told = {
        sentence
        for name, value, _ in UNSAFE
        for sentence in production.faults(SAFE | {name: value})
    }
    assert told == {sentence for _, sentence in production.RULES}


def test_the_settings_ask_and_say_everything_at_once():
    given = PRODUCTION | {"SECRET_KEY": "short", "EMAIL_HOST": ""}

    done = subprocess.run(
        [sys.executable, "-c", "import marketplace.settings"],
        env={"PATH": os.environ["PATH"]} | given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert "SECRET_KEY must be random" in done.stderr
    assert "Set EMAIL_HOST" in done.stderr
