"""`make check`: everything about this code that a program can judge without running the site."""

import os
import string
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.local.state import CHECKOUT

BIN = Path(sys.executable).parent
PACKAGES = ("marketplace", "accounts", "experts", "jobs", "contracts", "tests")
COMPOSED = ("docker-compose.yml", "deploy/compose.scale.yml")
MANIFESTS = tuple(map(str, sorted((CHECKOUT / "deploy" / "kubernetes").glob("*.yaml"))))
DEVELOPMENT = {"ATTEST_ENV": "development"}
# The least with which the settings of a real site load; nothing answers behind it.
PRODUCTION = {
    "ATTEST_ENV": "production",
    "SECRET_KEY": string.ascii_letters,
    "SITE_URL": "https://attest.example",
    "ALLOWED_HOSTS": "attest.example",
    "DATABASE_URL": "postgres://localhost/attest",
    "REDIS_URL": "redis://localhost",
    "EMAIL_HOST": "mail.attest.example",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRETS_PLATFORM": "whsec_a",
    "STRIPE_WEBHOOK_SECRETS_CONNECT": "whsec_b",
    "STRIPE_WEBHOOK_SECRETS_THIN": "whsec_c",
    "CREDENTIAL_KEYS": f"2026-11:{'A' * 43}=",
    "SEALING_KEYS": f"a:{'A' * 43}=",
    "COMPANY_NAME": "Attest Ltd",
    "COMPANY_ADDRESS": "1 Example Row; London N1 9AA",
    "COMPANY_COUNTRY": "GB",
}


@dataclass(frozen=True)
class Check:
    """One question, the command that answers it, and the command that helps when it says no."""

    name: str
    command: tuple[str, ...]
    repair: str
    environment: Mapping[str, str] = field(default_factory=DEVELOPMENT.copy)


@dataclass(frozen=True)
class Answer:
    """How a check went."""

    check: Check
    is_yes: bool
    output: str
    seconds: float


CHECKS = (
    Check("types", ("mypy", *PACKAGES), "read what it says; strict is meant"),
    Check("lint", ("ruff", "check", "."), ".venv/bin/ruff check --fix ."),
    Check("format", ("ruff", "format", "--check", "."), ".venv/bin/ruff format ."),
    Check("imports", ("lint-imports",), "move the import down; docs/architecture.md says where"),
    Check("templates", ("djlint", "templates", "--lint", "--quiet"), "read what it says"),
    Check(
        "migrations",
        ("python", "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"),
        'make manage ARGS="makemigrations --name <the change>"',
    ),
    Check(
        "locks",
        ("python", "-m", "marketplace.local.migrations"),
        "do what it says, or give the migration `unsafe_because` with the reason",
        DEVELOPMENT | {"DJANGO_SETTINGS_MODULE": "marketplace.settings"},
    ),
    Check(
        "production",
        ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        "read what it says; nothing is silenced",
        PRODUCTION,
    ),
    Check("start", ("python", "-c", "import marketplace.wsgi"), "read what it says", PRODUCTION),
    Check("documents", ("python", "-m", "marketplace.local.documents"), "make docs"),
    Check("messages", ("python", "-m", "marketplace.local.messages"), "make messages"),
    Check("lock", ("python", "-m", "marketplace.local.lock"), "make lock"),
    Check(
        "compose",
        ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", *COMPOSED),
        "read what it says",
    ),
    Check(
        "kubernetes",
        ("kubernetes-validate", "--strict", "--quiet", *MANIFESTS),
        "read what it says",
    ),
    Check("image", ("hadolint", "Dockerfile"), "read what it says"),
)


def main() -> int:
    """Ask everything, two at a time; print a line for each and the reasons of those that fail."""
    with ThreadPoolExecutor(max_workers=2) as two_at_a_time:
        answers = [_report(answer) for answer in two_at_a_time.map(_ask, CHECKS)]
    return 0 if all(answers) else 1


def _ask(check: Check) -> Answer:
    began = time.monotonic()
    done = subprocess.run(
        [BIN / check.command[0], *check.command[1:]],
        cwd=CHECKOUT,
        env={**os.environ, **check.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Answer(check, done.returncode == 0, done.stdout, time.monotonic() - began)


def _report(answer: Answer) -> bool:
    word = "ok" if answer.is_yes else "FAILED"
    print(f"{answer.check.name:<11} {word}  {answer.seconds:.1f} s", flush=True)
    if not answer.is_yes:
        print(f"\n{answer.output.strip()}\n\nTo repair: {answer.check.repair}\n", flush=True)
    return answer.is_yes


if __name__ == "__main__":
    sys.exit(main())
