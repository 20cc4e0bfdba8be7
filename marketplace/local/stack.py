"""What `make run` starts: the programs, how each is told where the others are, and their order."""

import re
import signal
import sys
from base64 import b64encode
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from marketplace.local import postgres, valkey
from marketplace.local.ports import chosen, listens, refuse_taken, says_ok
from marketplace.local.postgres import Cluster, programs, server_user
from marketplace.local.process import Program
from marketplace.local.state import CHECKOUT, State

STRIPE_KEY = "sk_test_fake_local"
STRIPE_ENDPOINTS = ("platform", "connect", "thin")
CELERY = ("-m", "celery", "-A", "marketplace.celery", "--quiet")
# What goes well is told to the logs alone; the terminal shows what needs attention.
ROUTINE = re.compile(r": (INFO|DEBUG)/|^\[INFO\]| listens on |Warm shutdown")
PREPARATIONS = re.compile(r"^Operations to|^  Appl|migrations| unchanged$| are loaded\.$")


class Stack:
    """The stack of one state, as the environment asks for it."""

    def __init__(self, state: State, given: Mapping[str, str]) -> None:
        """:raises CannotRun: when a port is no port."""
        self.state = state
        self._given = given
        self._port = chosen(given.get("PORT") or "8000", "PORT")
        self._stripe_port = chosen(given.get("STRIPE_PORT") or "12111", "STRIPE_PORT")

    @cached_property
    def cluster(self) -> Cluster:
        """The database, when it is ours to run."""
        return Cluster(
            programs=programs(self.state.programs),
            data=self.state.data / "postgres",
            sockets=self.state.sockets / "postgres",
        )

    @property
    def address(self) -> str:
        """Where a browser finds the site: by name, because passkeys are bound to one."""
        return f"http://localhost:{self._port}"

    def embeds(self, variable: str) -> bool:
        """Whether a part is ours to run, because no variable says where else it is."""
        return not self._given.get(variable)

    def refuse_taken_ports(self) -> None:
        """:raises PortIsTaken: when the site or the stand-in could not listen."""
        refuse_taken(self._port, "PORT")
        if self.embeds("STRIPE_SECRET_KEY"):
            refuse_taken(self._stripe_port, "STRIPE_PORT")

    def environment(self) -> dict[str, str]:
        """Return what our programs' settings need to know and the caller has not said."""
        wanted = {
            "ATTEST_ENV": "development",
            "SITE_URL": self.address,
            "SECRET_KEY": self.state.secret("django"),
            "CREDENTIAL_KEYS": f"development:{self._seed('credentials')}",
            "SEALING_KEYS": f"development:{self._seed('sealing')}",
            "MAIL_DIR": str(self.state.data / "mail"),
            "STATIC_ROOT": str(self.state.data / "static"),
            # Compressed as in production, so that a page weighs what it will weigh there.
            "STATIC_MANIFEST": "1",
            "MEDIA_ROOT": str(self.state.data / "media"),
            "PROMETHEUS_MULTIPROC_DIR": str(self.state.data / "metrics"),
            "DATABASE_URL": self.cluster.url,
            "REDIS_URL": valkey.url(self.state.sockets / "valkey"),
        }
        if self.embeds("STRIPE_SECRET_KEY"):
            wanted["STRIPE_SECRET_KEY"] = STRIPE_KEY
            wanted["STRIPE_API_BASE"] = f"http://127.0.0.1:{self._stripe_port}"
            for endpoint in STRIPE_ENDPOINTS:
                secrets = f"STRIPE_WEBHOOK_SECRETS_{endpoint.upper()}"
                wanted[secrets] = self._webhook_secret(endpoint)
        return {name: value for name, value in wanted.items() if self.embeds(name)}

    def servers(self) -> list[Program]:
        """Return what the site stands on, as far as it is ours to run."""
        embedded = {
            "DATABASE_URL": self._postgres,
            "REDIS_URL": self._valkey,
            "STRIPE_SECRET_KEY": self._stripe,
        }
        return [program() for variable, program in embedded.items() if self.embeds(variable)]

    def pages(self) -> list[Program]:
        """Return what answers browsers."""
        return [self._web()]

    def background(self) -> list[Program]:
        """Return those who work for the site in the background."""
        return [self._worker(), self._beat()]

    def prepare(self) -> Program:
        """Return what brings the database up to date, to be run to its end."""
        return self._python("prepare", "manage.py", "prepare", noise=PREPARATIONS)

    def seed(self, size: str) -> Program:
        """Return what loads the demo data, to be run to its end."""
        return self._python("seed", "manage.py", "seed_demo", "--size", size)

    def verify(self) -> Program:
        """Return what recomputes the whole ledger, to be run to its end."""
        return self._python("verify", "manage.py", "verify_ledger")

    def _postgres(self) -> Program:
        return self._program(
            "postgres",
            *self.cluster.command("log_min_messages=fatal"),
            cwd=Path("/"),
            user=server_user(),
            answers=self.cluster.answers,
            noise=postgres.CHATTER,
            # Its "smart" default waits for every client to leave; this one hangs up on them.
            stop_with=signal.SIGINT,
            grace=30,
            on_orphaned=signal.SIGINT,
        )

    def _valkey(self) -> Program:
        sockets = self.state.sockets / "valkey"
        return self._program(
            "valkey",
            *valkey.command(data=self.state.data / "valkey", sockets=sockets),
            answers=lambda: valkey.answers(sockets),
            noise=valkey.CHATTER,
        )

    def _stripe(self) -> Program:
        hooks = f"http://127.0.0.1:{self._port}/hooks/stripe"
        webhooks = [
            f"--webhook={endpoint}={hooks}/{endpoint}/={self._webhook_secret(endpoint)}"
            for endpoint in STRIPE_ENDPOINTS
        ]
        return self._python(
            "stripe",
            *("-m", "marketplace.local.fakestripe", "--port", str(self._stripe_port)),
            *("--db", self.state.data / "stripe.sqlite3"),
            *webhooks,
            answers=lambda: listens(self._stripe_port),
            on_orphaned=signal.SIGKILL,
            noise=ROUTINE,
        )

    def _web(self) -> Program:
        return self._python(
            "web",
            *("-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"),
            *("--port", str(self._port), "--workers", "2", "--respawn-failed-workers"),
            # Every thread holds a database connection, and the default is hundreds of threads.
            # Two work, four may wait, two say no (marketplace/admission.py).
            # When new workers take over, old ones have half a minute for what they have in hand.
            *("--blocking-threads", "8", "--workers-kill-timeout", "30"),
            "marketplace.wsgi:application",
            answers=lambda: says_ok(f"http://127.0.0.1:{self._port}/readyz"),
            noise=ROUTINE,
        )

    def _worker(self) -> Program:
        return self._python(
            "worker",
            *CELERY,
            *("worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"),
            *("--without-gossip", "--without-mingle"),
            announces=" ready.",
            # Its tasks may be run again, so nothing is lost when it does not get to finish one.
            grace=15,
            on_orphaned=signal.SIGKILL,
            noise=ROUTINE,
            # As root it would print a page about root.
            environment={"PYTHONWARNINGS": "ignore::UserWarning:celery.platforms"},
        )

    def _beat(self) -> Program:
        return self._python(
            "beat",
            *CELERY,
            *("beat", "--loglevel", "INFO", "--pidfile", ""),
            *("--schedule", self.state.data / "beat"),
            announces="beat: Starting",
            on_orphaned=signal.SIGKILL,
            noise=ROUTINE,
        )

    def _python(self, name: str, *arguments: str | Path, **how: Any) -> Program:
        return self._program(name, sys.executable, *arguments, **how)

    def _program(self, name: str, *command: str | Path, **how: Any) -> Program:
        environment = self.environment() | how.pop("environment", {})
        log = self.state.logs / f"{name}.log"
        return Program(
            name=name,
            command=command,
            log=log,
            environment=environment,
            **({"cwd": CHECKOUT} | how),
        )

    def _seed(self, purpose: str) -> str:
        return b64encode(bytes.fromhex(self.state.secret(purpose))).decode()

    def _webhook_secret(self, endpoint: str) -> str:
        return f"whsec_{self.state.secret(endpoint)}"
