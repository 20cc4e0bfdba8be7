"""The cast of the money tests, for people and workers who act in the same moment."""

# The cast and the contract of the other money tests; the books are checked here too.
from tests.contracts.conftest import (  # noqa: F401
    account,
    books_are_right,
    contract,
    held,
    milestone,
    open_payment,
    pay,
    sdk,
    stand_in,
    stripe,
    work,
)
