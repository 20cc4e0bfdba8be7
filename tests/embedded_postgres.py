"""The pytest plugin that gives every run a PostgreSQL of its own, unless DATABASE_URL names one."""

import os
import subprocess
import sys

import pytest

_server: subprocess.Popen[str] | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the server before pytest-django reads the settings.

    The workers of pytest-xdist inherit what is set here and share the one server.
    """
    os.environ.setdefault("ATTEST_ENV", "development")
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = _start()


def pytest_unconfigure() -> None:
    """Stop the server and wait until nothing is left of it."""
    if _server:
        _server.communicate()


def _start() -> str:
    global _server  # noqa: PLW0603 - one per process, as pytest's hooks are
    _server = subprocess.Popen(
        [sys.executable, "-m", "marketplace.local.throwaway"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    assert _server.stdout
    url: str = _server.stdout.readline().strip()
    if not url:
        raise pytest.UsageError("The tests' PostgreSQL did not start; its reason is above.")
    return url
