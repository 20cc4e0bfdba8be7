"""The commands that run the site from a checkout: up, stop, reset, manage, backup and restore."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from marketplace.local import backup
from marketplace.local.console import CannotRun, announce, finish, say
from marketplace.local.leash import leashed, tie_to_parent
from marketplace.local.stack import Stack
from marketplace.local.state import CHECKOUT, Note, State
from marketplace.local.supervisor import Interrupted, Supervisor
from marketplace.local.welcome import welcome

RUN = "run"
STOP_PATIENCE = 90.0
"""Seconds that `stop` waits for a run to end; longer than all its parts' graces in a row."""


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; a refusal is one sentence and exit code 1."""
    asked = _parser().parse_args(arguments)
    try:
        asked.command(asked)
    except (Interrupted, KeyboardInterrupt):
        pass
    except CannotRun as refusal:
        finish()
        print(refusal, file=sys.stderr)
        return 1
    finish()
    return 0


def up(asked: argparse.Namespace) -> None:
    """Start everything, say where it is, and keep it running until asked to stop."""
    state = State.chosen(os.environ)
    with state.held():
        _begin_anew_after_half_a_start(state)
        stack = Stack(state, os.environ)
        # A database that somebody brought is not ours to fill.
        with_demo = bool(asked.demo) and stack.embeds("DATABASE_URL")
        owes_demo = with_demo and not state.has_database
        with _running_servers(stack, is_first=owes_demo) as supervisor:
            say(RUN, "starting the site")
            supervisor.start(stack.pages())
            if owes_demo:
                _load_demo(stack, supervisor, size=asked.demo)
            supervisor.start(stack.background())
            announce(welcome(stack.address, data=state.data, logs=state.logs, with_demo=with_demo))
            supervisor.watch()


def stop(_: argparse.Namespace) -> None:
    """End the run that holds this state, from another terminal."""
    state = State.chosen(os.environ)
    if not state.is_held():
        announce("Attest is not running.")
        return
    if note := state.note():
        with contextlib.suppress(ProcessLookupError):
            os.kill(note.pid, signal.SIGTERM)
    give_up_at = time.monotonic() + STOP_PATIENCE
    while state.is_held():
        if time.monotonic() > give_up_at:
            raise CannotRun(f"Attest has not ended after {STOP_PATIENCE:.0f} s.")
        time.sleep(0.1)
    announce("Attest has stopped.")


def reset(_: argparse.Namespace) -> None:
    """Delete the data of this state, so that the next start begins anew."""
    state = State.chosen(os.environ)
    with state.held():
        state.empty()
    announce("All data are deleted; the next `make run` begins anew.")


def manage(asked: argparse.Namespace) -> None:
    """Run one of Django's commands on the running stack, or on its servers alone."""
    with _environment_of_servers(State.chosen(os.environ)) as environment:
        done = subprocess.run(
            leashed([sys.executable, "manage.py", *asked.arguments], with_signal=signal.SIGTERM),
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            check=False,
        )
    if done.returncode:
        raise CannotRun(f"`manage.py {' '.join(asked.arguments)}` ended with {done.returncode}.")


def save(asked: argparse.Namespace) -> None:
    """Write a backup of the running site, or of what is there, and say where it is."""
    state = State.chosen(os.environ)
    if not state.has_database and Stack(state, os.environ).embeds("DATABASE_URL"):
        raise CannotRun("There is nothing to keep yet: `make run` begins a site.")
    with _environment_of_servers(state) as environment:
        url = environment.get("DATABASE_URL") or os.environ["DATABASE_URL"]
        to = Path(asked.to).absolute() if asked.to else state.folder("backups")
        folder = backup.save(state, database_url=url, to=to)
    announce(f"The backup is {folder}")


def restore(asked: argparse.Namespace) -> None:
    """Make an empty state into the site that a backup was made of, and check its ledger."""
    state, folder = State.chosen(os.environ), Path(asked.folder).absolute()
    stack = Stack(state, os.environ)
    if not stack.embeds("DATABASE_URL"):
        raise CannotRun("A database of yours is yours to fill: docs/runbooks/restore.md says how.")
    backup.check(folder)
    with state.held():
        if state.has_database:
            raise CannotRun("There are data already, which `make reset` deletes.")
        with _running_servers(stack, is_first=True, from_backup=folder) as supervisor:
            supervisor.finish(stack.verify())
            state.first_start.unlink()
    announce("Everything is back; `make run` starts the site.")


@contextlib.contextmanager
def _environment_of_servers(state: State) -> Iterator[Mapping[str, str]]:
    """Give what tells programs where the servers are: those that run, or some for the moment."""
    if state.is_held():
        yield _environment_of_the_run(state)
        return
    stack = Stack(state, os.environ)
    with state.held(), _running_servers(stack):
        yield stack.environment()


@contextlib.contextmanager
def _running_servers(
    stack: Stack, *, is_first: bool = False, from_backup: Path | None = None
) -> Iterator[Supervisor]:
    """Run the servers, with a migrated database and the catalogue in it, until the block ends.

    A first start that does not come to its end leaves nothing: the next one begins anew.
    """
    state = stack.state
    stack.refuse_taken_ports()
    state.prepare()
    if is_first:
        state.first_start.touch()
    state.leave(Note(os.getpid(), stack.address))
    supervisor = Supervisor()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.is_stopping.set())
    try:
        _start_servers(stack, supervisor, from_backup)
        state.leave(Note(os.getpid(), stack.address, stack.environment()))
        yield supervisor
    finally:
        say(RUN, "stopping")
        supervisor.stop()
        state.forget_sockets()
        say(RUN, "stopped")


def _start_servers(stack: Stack, supervisor: Supervisor, from_backup: Path | None) -> None:
    if from_backup:
        backup.load_files(stack.state, from_backup)
    if stack.embeds("DATABASE_URL"):
        if not stack.state.has_database:
            say(RUN, "creating the database")
        stack.cluster.initialise()
    say(RUN, "starting the servers")
    supervisor.start(stack.servers())
    if stack.embeds("DATABASE_URL"):
        stack.cluster.ensure_database()
    if from_backup:
        say(RUN, "loading the backup")
        backup.load_database(stack.state, from_backup, database_url=stack.cluster.url)
    say(RUN, "bringing the database up to date")
    supervisor.finish(stack.prepare())


def _load_demo(stack: Stack, supervisor: Supervisor, *, size: str) -> None:
    """Load it before the worker starts, which would mail each of its people what they missed."""
    say(RUN, f"{stack.address} answers already; loading the demo data meanwhile")
    supervisor.finish(stack.seed(size))
    stack.state.first_start.unlink()


def _begin_anew_after_half_a_start(state: State) -> None:
    """Half of the demo data is of no use, and nobody relies on a site that never said it runs."""
    if state.first_start.exists():
        say(RUN, "the first start was interrupted; beginning anew")
        state.empty()


def _environment_of_the_run(state: State) -> Mapping[str, str]:
    note = state.note()
    if not (note and note.environment):
        raise CannotRun("Attest is just starting: try again when it says that it is running.")
    return note.environment


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m marketplace.local.runner", description=__doc__)
    commands = parser.add_subparsers(required=True)
    start = commands.add_parser("up", help=up.__doc__)
    start.add_argument("--demo", default="small", metavar="SIZE", help="on the first start")
    start.add_argument("--no-demo", dest="demo", action="store_const", const="", help="start empty")
    start.set_defaults(command=up)
    for command in (stop, reset):
        commands.add_parser(command.__name__, help=command.__doc__).set_defaults(command=command)
    saving = commands.add_parser("backup", help=save.__doc__)
    saving.add_argument("--to", metavar="FOLDER", help="instead of backups/ beside the data")
    saving.set_defaults(command=save)
    restoring = commands.add_parser("restore", help=restore.__doc__)
    restoring.add_argument("folder", metavar="FOLDER", help="that `backup` said it wrote")
    restoring.set_defaults(command=restore)
    django = commands.add_parser("manage", help=manage.__doc__)
    django.add_argument("arguments", nargs=argparse.REMAINDER)
    django.set_defaults(command=manage)
    return parser


if __name__ == "__main__":
    # `make` hands a SIGTERM on but cannot hand on its own SIGKILL.
    if "MAKELEVEL" in os.environ:
        tie_to_parent(signal.SIGTERM)
    sys.exit(main(sys.argv[1:]))
