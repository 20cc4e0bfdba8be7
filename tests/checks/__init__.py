"""The 97 checks of security and reliability: `CHECKS` says what shows each, and what arms it.

Each letter of the design has its file. `python -m tests.checks` is the run (`make drills`),
`python -m tests.checks.page` prints docs/reliability.md.
"""

from tests.checks.abuse import ABUSE
from tests.checks.access import ACCESS
from tests.checks.check import Check
from tests.checks.data import DATA
from tests.checks.faults import FAULTS
from tests.checks.hostile import HOSTILE
from tests.checks.identity import IDENTITY
from tests.checks.money import LEDGER, WEBHOOKS
from tests.checks.operation import OPERATION, SUPPLY
from tests.checks.uploads import UPLOADS

CHECKS: tuple[Check, ...] = (
    *ACCESS,
    *IDENTITY,
    *HOSTILE,
    *UPLOADS,
    *WEBHOOKS,
    *LEDGER,
    *FAULTS,
    *DATA,
    *ABUSE,
    *SUPPLY,
    *OPERATION,
)
