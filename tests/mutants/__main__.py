"""Takes one guard of the money away at a time and sees that its tests notice; `make mutants`.

The last line is `mutants: K of K caught`. First the same tests have to pass with every guard there.
"""

import sys

from tests.mutants.guards import GUARDS, Guard
from tests.mutants.trial import trial


def main() -> int:
    """Try every guard, or those whose names hold a word of the command line."""
    wanted = [guard for guard in GUARDS if _is_named(guard, sys.argv[1:])]
    with trial() as bench:
        if not bench.passes_whole(wanted):
            print("mutants: the tests fail with every guard in its place")
            return 1
        caught = bench.catches(wanted)
    print(f"mutants: {sum(caught)} of {len(caught)} caught", flush=True)
    return 0 if all(caught) else 1


def _is_named(guard: Guard, words: list[str]) -> bool:
    return not words or any(word in guard.name for word in words)


if __name__ == "__main__":
    sys.exit(main())
