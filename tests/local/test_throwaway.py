"""The tests' own PostgreSQL vanishes with the process that asked for it, however that ends."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from marketplace.local.state import CHECKOUT
from marketplace.local.throwaway import PREFIX, sweep
from tests.local.processes import alive, descendants, eventually, needs_proc

# Asks for a server, prints its address and its keeper, and waits to be killed.
ASKS = """
import subprocess, sys, time
keeper = subprocess.Popen(
    [sys.executable, "-m", "marketplace.local.throwaway"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True,
)
print(keeper.stdout.readline().strip(), flush=True)
time.sleep(60)
"""


def listens_in(sockets):
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(sockets / ".s.PGSQL.5432")) == 0


@needs_proc
def test_killed_test_run_leaves_no_server_and_no_files():
    with subprocess.Popen(
        [sys.executable, "-c", ASKS], cwd=CHECKOUT, stdout=subprocess.PIPE, encoding="utf-8"
    ) as asker:
        assert asker.stdout
        sockets = Path(parse_qs(urlsplit(asker.stdout.readline().strip()).query)["host"][0])
        assert listens_in(sockets)
        servers = descendants(asker.pid)

        asker.kill()

    eventually(lambda: not servers & alive().keys())
    eventually(lambda: not sockets.parent.exists())


def test_sweep_removes_what_nobody_holds(tmp_path):
    for name in ("held", "abandoned", "just begun"):
        (tmp_path / f"{PREFIX}{name}").mkdir()
        (tmp_path / f"{PREFIX}{name}" / "lock").touch()
    for name in ("held", "abandoned"):
        os.utime(tmp_path / f"{PREFIX}{name}", (0, 0))

    with (tmp_path / f"{PREFIX}held" / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sweep(tmp_path)

    assert {folder.name for folder in tmp_path.iterdir()} == {
        f"{PREFIX}held",
        f"{PREFIX}just begun",
    }
