"""The ledger of ASVS 5.0, levels 1 and 2: how each of its 253 requirements stands here.

Numbers are those of owasp.org/www-project-application-security-verification-standard; the words
are ours. `python -m tests.asvs` prints docs/asvs.md.
"""

from tests.asvs.care import CARE
from tests.asvs.input import INPUT
from tests.asvs.keys import KEYS
from tests.asvs.people import PEOPLE
from tests.asvs.row import Row, State
from tests.asvs.web import WEB

LEDGER: tuple[Row, ...] = (*INPUT, *WEB, *PEOPLE, *KEYS, *CARE)

__all__ = ["LEDGER", "Row", "State"]
