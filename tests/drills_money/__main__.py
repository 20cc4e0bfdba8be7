"""The tests of docs/faults.md again and again, each time in another order and with another seed.

`python -m tests.drills_money 20`; the last line is `faults: N of N rounds green`.
"""

import subprocess
import sys
from secrets import randbelow

from tests.test_faults import NAMED, PAGE, TESTS


def main(rounds: int) -> int:
    """Run so many rounds and return the exit status: 0 when all were green."""
    named = sorted(set(NAMED.findall(PAGE)))
    nodes = [f"{TESTS / file}::{name}" for file, name in named]
    green = sum(_is_green(nodes, seed=randbelow(2**32)) for _ in range(rounds))
    print(f"faults: {green} of {rounds} rounds green")
    return int(green < rounds)


def _is_green(nodes: list[str], *, seed: int) -> bool:
    command = [sys.executable, "-m", "pytest", "-n", "auto", f"--randomly-seed={seed}"]
    return subprocess.run([*command, *nodes], cwd=TESTS.parent, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
