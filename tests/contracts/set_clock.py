"""A worker and a web process in one, which works through every deadline whenever it is told to.

`python -m tests.contracts.set_clock`, under libfaketime: see test_wrong_clock.py.
"""

import json
import sys
import time

import django

SWEEPS = (
    "contracts.tasks.sweep_unanswered",
    "contracts.tasks.sweep_holds",
    "contracts.tasks.sweep_timesheets",
    "contracts.tasks.sweep_ended_hours",
    "contracts.tasks.sweep_consultations",
    "contracts.tasks.sweep_disputes",
    "contracts.tasks.expire_offers",
    "contracts.tasks.expire_amendments",
    "contracts.tasks.end_pauses",
    "jobs.tasks.sweep_silence",
    "jobs.tasks.expire_invitations",
    "accounts.tasks.expire_sanctions",
    "accounts.tasks.expire_member_invitations",
    "accounts.tasks.purge",
    "experts.tasks.age_badges",
)
# Where a password, a second factor, a code and Stripe's news are taken.
DOORS = (
    "/accounts/login/",
    "/accounts/2fa/authenticate/",
    "/accounts/login/code/confirm/",
    "/hooks/stripe/platform/",
)


def main() -> None:
    """Work for each line that comes, and say what was seen."""
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after the set-up
    from django.test import Client  # noqa: PLC0415

    from marketplace.celery import app  # noqa: PLC0415

    app.conf.task_always_eager = True
    settings.ALLOWED_HOSTS = ["testserver"]
    person = Client(raise_request_exception=False)
    for _ in sys.stdin:
        for name in SWEEPS:
            app.tasks[name]()
        answers = {
            "clock": time.time(),
            "reads": person.get("/fees/").status_code,
            "ready": person.get("/readyz").status_code,
            "doors": [person.post(door, {"code": "123456"}).status_code for door in DOORS],
        }
        print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main()
