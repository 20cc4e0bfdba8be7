"""The cast and the Stripe of the money tests; each drill asks after the books itself."""

from tests.contracts.conftest import (  # noqa: F401
    account,
    checks,
    contract,
    finn,
    held,
    milestone,
    open_payment,
    sdk,
    stand_in,
    stripe,
    work,
)
