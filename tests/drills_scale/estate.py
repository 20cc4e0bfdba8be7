"""The site beyond one machine, on this one: what docs/scale.md draws, as processes.

A primary and a streaming replica, PgBouncer, Valkey, the stand-in for Stripe, two web processes
behind a proxy, three workers. Programs are those of `make run` (`marketplace/local/stack.py`), told
where else their neighbours are.
"""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from marketplace.local.leash import leashed
from marketplace.local.ports import listens, says_ok
from marketplace.local.postgres import Cluster, server_user
from marketplace.local.process import Process, Program
from marketplace.local.stack import Stack
from marketplace.local.state import State, private_folder
from tests.drills_scale.proxy import Proxy
from tests.local.processes import eventually, free_port

SLOW = 180.0
# Codes have a worker of their own, so has money; one more takes whatever they leave.
WORKERS = {"codes": "codes", "money": "money", "all": "codes,money,work,mail"}
WEBS = ("web-1", "web-2")
# Everybody may connect as the role of the database's line: its socket is its owner's alone.
BOUNCER = """
[databases]
attest = host={sockets} port=5432 dbname=attest user=attest
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
admin_users = attest
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 500
ignore_startup_parameters = extra_float_digits
"""
POOL = 6
LATEST_NEWS = """
    SELECT count(*) = 0 OR bool_or(received_at > now() - interval '5 seconds' OR status = 'new')
      FROM contracts_stripeevent
"""


class Estate:
    """Everything that runs, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.bouncer_port = free_port(), free_port()
        self.web_ports = dict(zip(WEBS, (free_port(), free_port()), strict=True))
        given = {"PORT": str(self.port), "STRIPE_PORT": str(free_port())}
        self.state = State(folder / "site")
        self.state.prepare()
        self.stack = Stack(self.state, given)
        self.primary = self.stack.cluster
        self.replica = Cluster(
            programs=self.primary.programs,
            data=self.primary.data.with_name("replica"),
            sockets=self.state.sockets / "replica",
        )
        self.running: dict[str, Process] = {}

    @property
    def address(self) -> str:
        """Where people find it."""
        return self.stack.address

    def begin(self) -> None:
        """Start all of it, with the tiny demo in it."""
        self.primary.initialise()
        for program in self.stack.servers():
            self.start(program)
        self.primary.ensure_database()
        for program in (self.stack.prepare(), self.stack.seed("tiny")):
            self._finish(program)
        self._copy_the_primary()
        self.start(self.program("replica"))
        self.start(self.program("bouncer"))
        for name in (*WEBS, *WORKERS):
            self.start(self.program(name), waits=False)
        eventually(lambda: all(process.is_up() for process in self.running.values()), SLOW)
        self.proxy = Proxy(self.port, list(self.web_ports.values()))
        # The stand-in has news of all that the demo paid, and tells it at once: one process alone
        # would turn it away, and visitors with it.
        eventually(self._has_heard_the_news, SLOW)

    def end(self) -> None:
        """Stop all of it, in the reverse order."""
        for process in reversed(self.running.values()):
            process.stop()
        self.state.forget_sockets()

    def start(self, program: Program, *, waits: bool = True) -> None:
        """Start a program, and wait until it is up."""
        process = self.running[program.name] = Process(program)
        if waits:
            eventually(process.is_up, SLOW)

    def kill(self, name: str) -> None:
        """End one without a word."""
        self.running[name].clear_away()

    def renew(self, name: str) -> None:
        """End one as a deployment does, and start it anew."""
        self.running[name].stop()
        self.start(self.program(name))

    def program(self, name: str) -> Program:
        """Return the program of a part that `make run` has not, or has once."""
        if name == "replica":
            [postgres] = [each for each in self.stack.servers() if each.name == "postgres"]
            command = self.replica.command("log_min_messages=fatal")
            log = self.state.logs / "replica.log"
            return replace(
                postgres, name=name, command=command, answers=self.replica.answers, log=log
            )
        if name == "bouncer":
            return self._bouncer()
        [whole] = self.stack.pages() if name in WEBS else self.stack.background()[:1]
        log = self.state.logs / f"{name}.log"
        environment = {**whole.environment, **self._elsewhere()}
        part = replace(whole, name=name, log=log, environment=environment)
        return self._web(part) if name in WEBS else self._worker(part)

    def sql(self, cluster: Cluster, statement: str) -> str:
        """Ask a cluster itself."""
        return self._psql("-h", str(cluster.sockets), "-d", "attest", "-c", statement)

    def pools(self) -> list[dict[str, str]]:
        """Return what PgBouncer says of its pools."""
        place = ("-h", "127.0.0.1", "-p", str(self.bouncer_port), "-d", "pgbouncer")
        head, *rows = self._psql(
            *place, "--csv", "-P", "tuples_only=off", "-c", "SHOW POOLS"
        ).split()
        return [dict(zip(head.split(","), row.split(","), strict=True)) for row in rows]

    def read_at(self) -> float:
        """Return when a page was last read from the replica, in seconds of its clock.

        Asking it how far it is reads nothing.
        """
        return float(
            self.sql(
                self.replica,
                "SELECT coalesce(max(extract(epoch FROM query_start)), 0) FROM pg_stat_activity"
                " WHERE datname = 'attest' AND pid <> pg_backend_pid()"
                " AND query NOT LIKE '%pg_last_wal_replay_lsn%'",
            )
        )

    def _has_heard_the_news(self) -> bool:
        time.sleep(1)
        return self.sql(self.primary, LATEST_NEWS) == "f"

    def _psql(self, *arguments: str) -> str:
        command = [self.primary.programs / "psql", "-XAtq", "-U", "attest", *arguments]
        return subprocess.check_output(command, encoding="utf-8").strip()

    def _elsewhere(self) -> Mapping[str, str]:
        return {
            "DEBUG": "0",
            "DATABASE_URL": f"postgres://attest@127.0.0.1:{self.bouncer_port}/attest",
            "DATABASE_POOLED": "1",
            "DATABASE_REPLICA_URL": self.replica.url,
        }

    def _web(self, part: Program) -> Program:
        port = self.web_ports[part.name]
        words = [str(port) if word == str(self.port) else word for word in part.command]
        return replace(
            part, command=words, answers=lambda: says_ok(f"http://127.0.0.1:{port}/readyz")
        )

    def _worker(self, part: Program) -> Program:
        queues = ("--queues", WORKERS[part.name], "--hostname", f"{part.name}@%h")
        return replace(part, command=(*part.command, *queues))

    def _bouncer(self) -> Program:
        found = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
        assert found, "the drill is skipped without it"
        folder = self.folder / "bouncer"
        private_folder(folder, owner=server_user())
        settings = BOUNCER.format(sockets=self.primary.sockets, port=self.bouncer_port, pool=POOL)
        (folder / "pgbouncer.ini").write_text(settings)
        (folder / "pgbouncer.ini").chmod(0o644)
        return Program(
            name="bouncer",
            command=(found, folder / "pgbouncer.ini"),
            cwd=Path("/"),
            log=self.state.logs / "bouncer.log",
            user=server_user(),
            answers=lambda: listens(self.bouncer_port),
            stop_with=signal.SIGINT,
        )

    def _copy_the_primary(self) -> None:
        """Begin a replica as docs/runbooks/replica.md does."""
        private_folder(self.replica.sockets, owner=server_user())
        command: list[str | Path] = [
            *(self.primary.programs / "pg_basebackup", "-h", self.primary.sockets, "-U", "attest"),
            *("-D", self.replica.data, "--checkpoint=fast", "--write-recovery-conf"),
        ]
        private_folder(self.replica.data, owner=server_user())
        copying = leashed(command, with_signal=signal.SIGKILL, user=server_user())
        subprocess.run(copying, cwd="/", check=True)

    def _finish(self, program: Program) -> None:
        process = Process(program)
        give_up_at = time.monotonic() + SLOW
        while process.exit_code is None:
            assert time.monotonic() < give_up_at, f"{program.name} took too long"
            time.sleep(0.1)
        process.clear_away()
        assert process.exit_code == 0, process.last_lines


def has_what_it_takes() -> bool:
    """Whether PgBouncer is on this machine, which no Python package carries."""
    return bool(shutil.which("pgbouncer") or Path("/usr/sbin/pgbouncer").exists()) and (
        sys.platform == "linux"
    )
