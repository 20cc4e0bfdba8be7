"""The runner brings back what crashes, gives up when that does not help, and leaves nothing."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from marketplace.local import supervisor as supervision
from marketplace.local.process import Process, Program
from marketplace.local.state import CHECKOUT
from marketplace.local.supervisor import Interrupted, KeepsFailing, NeverCameUp, Supervisor
from tests.local.processes import eventually, group_is_alive, needs_proc

pytestmark = needs_proc

WAITS = """
import os, time
print("up", os.getpid(), flush=True)
time.sleep(60)
"""
HAS_A_CHILD = """
import os, time
if os.fork():
    print("up", os.getpid(), flush=True)
time.sleep(60)
"""
IGNORES_TERM = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
{WAITS}
"""
NOTES_ITS_END = f"""
import signal, sys
def end(*_):
    open("ends", "a").write(name + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
{WAITS}
"""
FAILS = """
print("no space left on device")
raise SystemExit(3)
"""
WORKS_ONCE = f"""
import os, pathlib
if pathlib.Path("seen").exists():
    {FAILS.strip().replace(chr(10), "; ")}
pathlib.Path("seen").touch()
print("up", os.getpid())
"""
RUNNER = f"""
import pathlib, sys, time
from marketplace.local.process import Program
from marketplace.local.supervisor import Supervisor
here = pathlib.Path(sys.argv[1])
log = here / "web.log"
command = (sys.executable, "-c", {WAITS!r})
Supervisor().start([Program(name="web", command=command, cwd=here, log=log, announces="up")])
time.sleep(60)
"""


@pytest.fixture
def supervisor():
    """A supervisor that is stopped in the end, whatever happens."""
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop()


@pytest.fixture
def watching(supervisor):
    """Start the watch in the background; what it raised is the last item of the list."""
    raised: list[BaseException] = []

    def watch():
        try:
            supervisor.watch()
        except KeepsFailing as refusal:
            raised.append(refusal)

    thread = threading.Thread(target=watch)

    def start():
        thread.start()
        return raised

    yield start
    supervisor.is_stopping.set()
    thread.join()


@pytest.fixture
def program(tmp_path):
    """Build a program from a line of Python that says `up` when it is."""

    def build(code, name="web", **how):
        command = (sys.executable, "-c", code)
        usual = {"log": tmp_path / f"{name}.log", "announces": "up"}
        return Program(name=name, command=command, cwd=tmp_path, **usual | how)

    return build


def pids(program):
    """Return the process id of every start of a program, from its log."""
    return [
        int(line.split()[1])
        for line in program.log.read_text().splitlines()
        if line.startswith("up ")
    ]


def test_start_returns_when_the_program_is_up(supervisor, program):
    web = program(WAITS)

    supervisor.start([web])

    assert len(pids(web)) == 1


def test_program_that_ends_instead_of_coming_up_is_reported_with_its_log(supervisor, program):
    web = program(FAILS)

    with pytest.raises(NeverCameUp, match=f"web ended with code 3; its log is {web.log}"):
        supervisor.start([web])


def test_program_that_stays_silent_is_reported(supervisor, program, monkeypatch):
    monkeypatch.setattr(supervision, "PATIENCE", 0.5)

    with pytest.raises(NeverCameUp, match="did not answer within"):
        supervisor.start([program(WAITS, announces="never said")])


def test_request_to_stop_is_heard_while_starting(supervisor, program):
    threading.Timer(0.3, supervisor.is_stopping.set).start()

    with pytest.raises(Interrupted):
        supervisor.start([program(WAITS, announces="never said")])


def test_killed_program_comes_back(supervisor, watching, program):
    web = program(WAITS)
    supervisor.start([web])
    watching()

    os.kill(pids(web)[0], signal.SIGKILL)

    eventually(lambda: len(pids(web)) == 2)


def test_children_of_a_killed_program_go_before_it_comes_back(supervisor, watching, program):
    web = program(HAS_A_CHILD)
    supervisor.start([web])
    watching()

    os.kill(pids(web)[0], signal.SIGKILL)

    eventually(lambda: len(pids(web)) == 2)
    eventually(lambda: not group_is_alive(pids(web)[0]))


def test_program_that_keeps_failing_stops_the_watch_with_its_last_words(
    supervisor, watching, program, monkeypatch
):
    monkeypatch.setattr(supervision, "FIRST_DELAY", 0.01)
    supervisor.start([program(WORKS_ONCE)])

    raised = watching()

    eventually(lambda: raised)
    assert "failed 5 times in a row" in str(raised[0])
    assert "no space left on device" in str(raised[0])


def test_stop_ends_the_later_stage_first(supervisor, program, tmp_path):
    for name in ("database", "site"):
        supervisor.start([program(f"name = {name!r}\n{NOTES_ITS_END}", name)])

    supervisor.stop()

    assert (tmp_path / "ends").read_text() == "site database "


def test_stop_kills_what_does_not_stop(supervisor, program):
    web = program(IGNORES_TERM, grace=0.3)
    supervisor.start([web])

    supervisor.stop()

    eventually(lambda: not group_is_alive(pids(web)[0]))


def test_stop_takes_the_children_along(supervisor, program):
    web = program(HAS_A_CHILD)
    supervisor.start([web])

    supervisor.stop()

    eventually(lambda: not group_is_alive(pids(web)[0]))


def test_finish_waits_for_the_end(supervisor, program):
    migrate = program("print('migrated')", "migrate")

    supervisor.finish(migrate)

    assert migrate.log.read_text() == "migrated\n"


def test_finish_reports_failure(supervisor, program):
    with pytest.raises(NeverCameUp, match="migrate ended with code 3"):
        supervisor.finish(program(FAILS, "migrate"))


def test_killed_runner_takes_its_programs_along(tmp_path):
    with subprocess.Popen([sys.executable, "-c", RUNNER, str(tmp_path)], cwd=CHECKOUT) as runner:
        log = tmp_path / "web.log"
        eventually(lambda: log.exists() and log.read_text())
        pid = int(log.read_text().split()[1])
        assert group_is_alive(pid)

        runner.kill()

    eventually(lambda: not group_is_alive(pid))


def test_a_disk_without_room_for_its_log_does_not_hold_a_program_up(program):
    web = Process(program("for n in range(50_000): print(n)", log=Path("/dev/full")))

    eventually(lambda: "49999" in web.last_lines)

    eventually(lambda: web.exit_code == 0)
