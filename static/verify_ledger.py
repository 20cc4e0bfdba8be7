"""Checks a contract's ledger without asking anybody: python3 verify_ledger.py con_…-ledger.json

Computes every hash from the postings, sees that each posting adds up to nothing and that each
follows the one before, and prints the last hash. Compare it with the one on the proof page.
"""

import json
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path


def check(ledger):
    """Return the last hash, or stop at the first posting that is not as it says."""
    name, last = ledger["ledger"], sha256(f"ledger of {ledger['ledger']}".encode()).digest()
    for number, posting in enumerate(ledger["postings"], start=1):
        words = [posting["key"], posting["kind"], posting["moment"], posting["reverses"]]
        last = sha256(last + "\n".join(words + posting["legs"]).encode()).digest()
        if last.hex() != posting["hash"]:
            sys.exit(f"{name}: posting {number} ({posting['key']}) is not as it was posted")
        sums = Counter()
        for leg in posting["legs"]:
            account, amount = leg.split(" ")
            sums[account.rpartition(":")[2]] += int(amount)
        if any(sums.values()):
            sys.exit(f"{name}: posting {number} ({posting['key']}) does not balance")
    return last.hex()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = check(read)
    print(f"{read['ledger']}: {len(read['postings'])} postings, all as they were posted")
    print(found)
