"""Runs the stand-in for Stripe until it is told to stop."""

import argparse
import logging
import signal
import sys
import threading

from marketplace.local.fakestripe.endpoints import Subscription
from marketplace.local.fakestripe.server import StandIn


def main() -> int:
    """Listen until a signal says to stop, and return the exit status."""
    asked = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        stand_in = StandIn(
            port=asked.port,
            host=asked.host,
            db=asked.db,
            webhooks=tuple(asked.webhook),
            merchant=asked.merchant,
            public_url=asked.public_url,
        )
    except OSError as taken:
        print(
            f"The stand-in for Stripe cannot listen on {asked.host}:{asked.port}: {taken.strerror}"
        )
        return 1
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    stand_in.start()
    print(f"The stand-in for Stripe listens on {stand_in.url}", flush=True)
    told_to_stop.wait()
    stand_in.stop()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m marketplace.local.fakestripe", description=__doc__
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--db", default=":memory:", help="the SQLite file that keeps the state")
    parser.add_argument(
        "--webhook",
        type=Subscription.parse,
        action="append",
        default=[],
        metavar="NAME=URL=SECRET",
        help="where events go; NAME is platform, connect or thin; may be given again",
    )
    parser.add_argument("--merchant", default="Attest", help="the name payers see")
    parser.add_argument(
        "--public-url", help="where browsers reach the stand-in, if not where the SDK does"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
