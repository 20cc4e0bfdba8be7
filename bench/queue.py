"""Measures the first page of the reviewers' queue with 100 and with 10,000 open applications.

Both are measured in one run, on a PostgreSQL that vanishes with it, through the whole stack of
Django but the network. The last line is the ratio of the two medians.
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median

SMALL, LARGE = 100, 10_000
RUNS = 15


def main() -> None:
    """Start a database, fill it twice, and time the page."""
    command = [sys.executable, "-m", "marketplace.local.throwaway"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, encoding="utf-8", **pipes) as server:  # type: ignore[call-overload]
        os.environ["DATABASE_URL"] = server.stdout.readline().strip()
        os.environ.setdefault("ATTEST_ENV", "development")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
        try:
            measure()
        finally:
            server.communicate()


def measure() -> None:
    """Print both medians and how they compare."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)
    reviewer = someone()
    browser = Client()
    browser.force_login(reviewer)  # type: ignore[arg-type]
    fill(SMALL)
    small = page_time(browser)
    fill(LARGE - SMALL)
    large = page_time(browser)
    print(f"{SMALL} open applications: {small * 1000:.1f} ms")
    print(f"{LARGE} open applications: {large * 1000:.1f} ms")
    print(f"queue {LARGE} to {SMALL}: {large / small:.2f}")


def page_time(browser: object) -> float:
    """Return the median time of the first page, in seconds."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        answer = browser.get("/admin/vetting/")  # type: ignore[attr-defined]
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code  # noqa: S101, PLR2004
    return median(times[3:])


def someone() -> object:
    """Return a reviewer."""
    from django.contrib.auth.models import Group

    from accounts.models import User
    from accounts.models.user import REVIEWERS

    user = User.objects.create_user("reviewer@attest.example", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=REVIEWERS)[0])
    return user


def fill(count: int) -> None:
    """Add applications that wait, each of its own expert, with two pieces of evidence."""
    from accounts.models import User
    from experts.models import Application, Evidence, Expert, Review, Skill
    from tests.factories import skill

    at = datetime.now(UTC)
    there = User.objects.count()
    people = [User(email=f"p{there + n}@attest.example", name=f"Person {n}") for n in range(count)]
    User.objects.bulk_create(people)
    experts = Expert.objects.bulk_create(
        Expert(
            user=user,
            slug=f"p{user.pk}",
            headline="h",
            overview="o",
            country="GB",
            rate_minor=100_00,
            hours_per_week=30,
            created_at=at,
        )
        for user in people
    )
    row: Skill = skill("rag")
    rubric = row.rubrics.get()
    cases = Application.objects.bulk_create(
        Application(
            expert=expert,
            skill=row,
            level=2,
            claim="c",
            rubric=rubric,
            round=1,
            created_at=at,
            submitted_at=at,
            due_at=at + timedelta(minutes=expert.pk),
            status="submitted",
        )
        for expert in experts
    )
    Review.objects.bulk_create(
        Review(application=case, round=1, seat="first", created_at=at) for case in cases
    )
    Evidence.objects.bulk_create(
        Evidence(
            application=case,
            kind="repository",
            title="t",
            url="https://code.example/1",
            claim="c",
            own_share=80,
            created_at=at,
        )
        for case in cases
        for _ in range(2)
    )


if __name__ == "__main__":
    main()
