"""What each process counts while it works, for Prometheus; docs/metrics.md names all of it.

Several processes serve one site. Where PROMETHEUS_MULTIPROC_DIR names a folder, each keeps its
numbers there in a file, and whoever is asked adds them up.
"""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, multiprocess

# In seconds. A page should take less than 0.1, and nobody waits for more than ten.
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

ANSWERS = Histogram(
    "attest_answer_seconds",
    "How long requests took, by the name of their address and the first digit of their status.",
    ["route", "status"],
    buckets=BUCKETS,
)
# Counted without a label as well: what has labels is not there before its first count, and of that
# first one Prometheus cannot tell that it is one more.
FAULTS = Counter("attest_faults", "Answers of 500 and above.")
STRIPE_REFUSALS = Counter(
    "attest_stripe_refusals",
    "What Stripe did not do, in the words of our gateway: Unavailable, Declined, Rejected.",
    ["word"],
)
TURNED_AWAY = Counter(
    "attest_turned_away", "Requests answered with 503 because too many were under way."
)
LATE_AT_DOORS = Counter(
    "attest_late_at_doors", "Answers about accounts that took longer than a step (DOOR_STEP_MS)."
)
READS = Counter(
    "attest_public_reads", "Public pages by the database they were read from.", ["database"]
)


def counted() -> CollectorRegistry:
    """Return what all processes of this machine have counted, or this one if it is alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
