"""The cast of the money tests, for people and workers who act in the same moment."""

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
