"""F: faults of the machines underneath."""

from tests.checks.check import Check, left_out
from tests.mutants.guards import Guard

KILLING = "tests/local/test_killing_parts.py"
OUTBOX = "tests/drills_hiring/test_outbox.py"
BROKER = "tests/contracts/test_broker_down.py"

FAULTS = (
    left_out(
        "F-01",
        "P0",
        "PostgreSQL is killed under eight people: nothing acknowledged is lost or doubled.",
        f"what was written survives its death ({KILLING}), shown without the eight writers.",
    ),
    left_out(
        "F-02",
        "P0",
        "Web workers are killed and deployed anew: no acknowledgement is lost, no request fails.",
        f"a killed web comes back ({KILLING}), shown without requests under way.",
    ),
    left_out(
        "F-03",
        "P0",
        "Workers are killed twenty times under 2,000 mails: each is sent.",
        f"{OUTBOX} shows it, and no fault has been planted for it yet.",
    ),
    Check(
        "F-04",
        "P0",
        "Without its broker the site takes money and news of money, and a sweep finds the work.",
        tests=(BROKER,),
        faults=(
            Guard(
                "a lost hint does not stop a request",
                "marketplace/kit/tasks.py",
                '            log.warning("task.hint.lost", extra={"task": self.name})\n',
                "            raise\n",
                (BROKER,),
            ),
        ),
        narrower="a flushed Valkey while people are signed in.",
    ),
    left_out(
        "F-05", "P1", "A full disk: reads work, writes are 503.", "needs a file system of its own."
    ),
    left_out(
        "F-06",
        "P1",
        "Clocks that jump.",
        "libfaketime is not among our packages; time is an"
        " argument everywhere, and clocks that differ are tested (W-02, the clauses of time).",
    ),
    left_out("F-07", "P1", "Slow and cut networks.", "no proxy of ours drops bytes yet."),
    left_out(
        "F-08",
        "P1",
        "Three times the load: 80 % of it is served, the rest told so at once.",
        "see `make load`.",
    ),
    left_out("F-09", "P1", "A day of work: memory does not grow.", "takes a day."),
    left_out("F-10", "P2", "A process that stands still for 30 s.", "not built."),
)
