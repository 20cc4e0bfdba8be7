"""The process is killed at every point of every money flow; what remains comes to one effect.

A point lies before and after each commit and each call to Stripe, so none can be forgotten: a
child process counts them as it goes and kills itself at the one it was told. Then the sweeps, and
the person who saw an error page and clicks again, bring the money to where it was going.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from contracts.models import PayoutAccount
from marketplace.kit.errors import DomainError
from marketplace.local.fakestripe.remote import Remote
from tests import factories
from tests.conftest import NOON
from tests.contracts.conftest import KEY
from tests.drills_money.flows import FLOWS, Flow, World, come_to_rest, what_is_wrong
from tests.drills_money.points import watched

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drills]

# Everything has come to rest this long after the kill, by our own clock.
CONVERGES_WITHIN_SECONDS = 60
# Every flow commits what it decides and what came of it: fewer kills met only some of it.
FEWEST_POINTS = 2
FINISHED, BROKEN = 0, 3


# --- Being killed


def dies_at(point: int, act: Callable[[], object]) -> bool:
    """Do it in a child process that is killed at this point; return whether it was."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with watched(killed_at(point)):
                act()
        except BaseException:  # noqa: BLE001 (a child says how it ended by its exit code)
            os._exit(BROKEN)
        os._exit(FINISHED)
    _, ended = os.waitpid(child, 0)
    assert os.WIFSIGNALED(ended) or os.WEXITSTATUS(ended) == FINISHED, "the flow itself failed"
    return os.WIFSIGNALED(ended)


def killed_at(point: int) -> Callable[[str], None]:
    """Count commits and calls to Stripe, and die at the one that was named."""
    passed = 0

    def reached(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


# --- The world


@pytest.fixture(scope="module")
def address():
    """A stand-in in a process of its own, so that a killed child leaves no lock of it behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "marketplace.local.fakestripe", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
        remote = Remote(f"http://127.0.0.1:{port}")
        for _ in range(200):
            try:
                remote.clock()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        run.terminate()


@pytest.fixture
def new_world(address, settings, acme, ada):
    """Make a fresh contract, and a Stripe in which nothing has happened."""
    settings.STRIPE_API_BASE = address
    settings.STRIPE_SECRET_KEY = KEY
    settings.PAYOUT_RESERVE_MINOR = 0

    def new_world() -> World:
        remote = Remote(address)
        remote.reset()
        remote.advance(int(NOON.timestamp()) - remote.clock())
        organisation = acme.memberships.get().organisation
        contract = factories.contract(organisation, ada.expert, amounts=(3_000_00, 1_000_01))
        return World(remote, acme, ada, contract, NOON)

    return new_world


@pytest.mark.parametrize("name", FLOWS)
def test_killed_anywhere_it_comes_to_one_effect(name, new_world):
    flow = FLOWS[name]
    for point in range(1, 100):
        world = new_world()
        forget_the_account(world)
        for step in flow.before:
            step(world)
        was_killed = dies_at(point, lambda world=world: flow.act(world))
        began = time.monotonic()
        if flow.again:
            again(world, flow)
        come_to_rest(world)
        assert time.monotonic() - began < CONVERGES_WITHIN_SECONDS
        assert flow.effect(world), f"{name}, point {point}"
        assert what_is_wrong() == [], f"{name}, point {point}"
        clear(world)
        if not was_killed:
            break
    print(f"\n{name}: {point - 1} points")
    assert point > FEWEST_POINTS


def again(world: World, flow: Flow) -> None:
    """Let the person click again; it may have been done, then the page says so."""
    with contextlib.suppress(DomainError, PermissionDenied):
        flow.act(world)


def forget_the_account(world: World) -> None:
    PayoutAccount.objects.filter(expert=world.ada.expert).delete()


def clear(world: World) -> None:
    """Empty the tables, so that the next kill meets a Stripe and books that are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE ledger_entry, ledger_transaction, ledger_account, ledger_chain,"
            " contracts_contract, contracts_stripeevent, contracts_documentseries CASCADE"
        )
