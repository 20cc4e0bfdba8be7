"""A whole site of its own, started as `make run` starts it, and people at browsers before it."""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import Browser, Locator, Page, Response

from marketplace.local.fakestripe.remote import Remote
from marketplace.local.mail import read_mail
from marketplace.local.ports import listens
from marketplace.local.state import CHECKOUT, State

# Seconds for a first start with demo data, on a machine that has other things to do.
PATIENCE = 600
# A page that was asked for and is not there, and a cross-fade between our site and Stripe's.
NO_COMPLAINT = re.compile("status of 404|Transition was aborted")
# What the runner decides itself; the tests' own database must not leak into the site.
OURS = ("DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY", "DJANGO_SETTINGS_MODULE")


@dataclass
class Site:
    """A running site, seen from outside."""

    address: str
    stripe: str
    environment: dict[str, str]

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the site's own database."""
        connection = psycopg2.connect(self.environment["DATABASE_URL"])
        with connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            rows = cursor.fetchall()
        connection.close()
        return rows

    @property
    def stand_in(self) -> Remote:
        """The control plane of the Stripe stand-in."""
        return Remote(self.stripe)

    def mails(self, to: str) -> list[Any]:
        """Return the mails to one person, newest first."""
        folder = Path(self.environment["MAIL_DIR"])
        # Parsing is slow, and most of what lies there is for somebody else.
        names = [file.stem for file in folder.glob("*.eml") if to.encode() in file.read_bytes()]
        mails = [mail for name in names if (mail := read_mail(folder, name)) and to in mail.to]
        return sorted(mails, key=lambda mail: mail.sent_at, reverse=True)

    def manage(self, *arguments: str) -> str:
        """Run a command of the site and return what it printed."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=os.environ | self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def free_port() -> int:
    """Return a port below the range from which the system takes ports for outgoing calls."""
    return next(port for port in random.sample(range(20_000, 32_000), 50) if not listens(port))


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A whole stack with demo data, beside whatever else is running.

    The drills, which follow every link, get the demo that a newcomer gets; the others a tiny one.
    While one writes these tests, `ATTEST_STATE` may name a run to use instead of a new one.
    """
    named = os.environ.get("ATTEST_STATE")
    if named:
        yield seen_from_outside(Path(named))
        return
    # Below a folder that the database's own user may pass when the tests run as root.
    state = Path(tempfile.mkdtemp(prefix="attest-", dir="/var/tmp"))
    state.chmod(0o711)
    demo = "small" if request.config.option.markexpr == "drills" else "tiny"
    try:
        with running(state, demo=demo):
            yield seen_from_outside(state)
    finally:
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def running(state: Path, *, demo: str) -> Iterator[None]:
    """Start a run, wait until it says that it is there, and leave nothing of it behind."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {
        "ATTEST_STATE": str(state),
        "PORT": str(free_port()),
        "STRIPE_PORT": str(free_port()),
        # The one journey is about one reviewer, the other about the level that always has two.
        "VETTING_SAMPLE_PERCENT": "0",
        # Whatever is in dispute there, one person decides.
        "DISPUTE_TWO_PERSONS_MINOR": "99999999",
    }
    log = state.parent / f"{state.name}.log"
    run = subprocess.Popen(
        [sys.executable, "-m", "marketplace.local.runner", "up", "--demo", demo],
        cwd=CHECKOUT,
        env=environment,
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + PATIENCE
        while "Attest is running at" not in log.read_text():
            if run.poll() is not None or time.monotonic() > until:
                pytest.fail("the site did not start:\n" + log.read_text()[-4000:])
            time.sleep(0.3)
        yield
    finally:
        run.terminate()
        run.wait(timeout=90)


def seen_from_outside(state: Path) -> Site:
    """Return the run that keeps its data in this folder."""
    note = State(state).note()
    assert note, f"nothing runs in {state}"
    return Site(
        address=note.address,
        stripe=note.environment["STRIPE_API_BASE"],
        environment=dict(note.environment),
    )


@dataclass
class Person:
    """Somebody at a browser of their own; every complaint of that browser is kept."""

    page: Page
    email: str
    site: Site
    complaints: list[str]
    # Whether the pages of their journey are looked at closely; needs a script, and takes its time.
    is_critical: bool = False

    def go(self, path: str) -> Response:
        """Open a page of the site and see that it is one."""
        answer = self.page.goto(self.site.address + path)
        assert answer, path
        assert answer.status < 400, f"{path} answered {answer.status}"
        return answer

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button, or follow the link, of this name in the page's own part."""
        self.named(name).click()

    def named(self, name: str | re.Pattern[str]) -> Locator:
        """Return the first button or link of this name in the page's own part."""
        main = self.page.get_by_role("main")
        button = main.get_by_role("button", name=name, exact=isinstance(name, str))
        link = main.get_by_role("link", name=name, exact=isinstance(name, str))
        return button.or_(link).first

    def fill(self, label: str | re.Pattern[str], value: str) -> None:
        """Type into the field with this label."""
        self.page.get_by_label(label).first.fill(value)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page says this."""
        self.page.get_by_text(text).first.wait_for(timeout=10_000)


def each(of: Locator) -> list[Locator]:
    """Return all of these once the first is there; `all()` alone may see the page before."""
    of.first.wait_for(state="attached")
    return of.all()


@pytest.fixture
def person(request: pytest.FixtureRequest, chromium: Browser, site: Site, tmp_path: Path):
    """Seat people at browsers: `person("ada@…", javascript=False)`.

    What each saw last stays in the test's folder when it fails. Nothing moves on a page, because
    drawing that takes a software renderer longer than all the rest.
    """
    contexts = []
    failed_before = request.session.testsfailed

    def seat(email: str, *, javascript: bool = True, **look: Any) -> Person:
        context = chromium.new_context(
            java_script_enabled=javascript,
            base_url=site.address,
            reduced_motion="reduce",
            **look,
        )
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []

        def note(said: object) -> None:
            if not NO_COMPLAINT.search(text := str(getattr(said, "text", said))):
                complaints.append(text)

        page.on("console", lambda said: note(said) if said.type == "error" else None)
        page.on("pageerror", note)
        return Person(page, email, site, complaints)

    yield seat
    for seat_number, context in enumerate(contexts):
        if request.session.testsfailed > failed_before:
            for number, page in enumerate(context.pages):
                name = f"{seat_number}-{number}"
                page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
                (tmp_path / f"{name}.txt").write_text(f"{page.url}\n{page.inner_text('body')}")
        context.close()
