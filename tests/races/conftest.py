"""The cast of the money tests, for people and workers who act in the same moment."""

import pytest
from stripe import HTTPClient

# The cast and the contract of the other money tests; the books are checked here too.
from tests.contracts.conftest import (  # noqa: F401
    account,
    books_are_right,
    checks,
    contract,
    funded,
    held,
    hourly,
    job,
    milestone,
    offer,
    open_payment,
    pay,
    prepaid,
    proposal,
    sdk,
    stand_in,
    stripe,
    submission,
    work,
)


@pytest.fixture(autouse=True)
def patience_between_tries(monkeypatch):
    """Let Stripe's SDK wait as it does in production: five who come with one key wait for one."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.5)
