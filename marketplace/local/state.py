"""Where a running stack keeps its data, its secrets, its sockets and the note that it runs."""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from marketplace.local.console import CannotRun

CHECKOUT = Path(__file__).resolve().parents[2]
# PostgreSQL refuses to run as root, so as root it runs as the user who owns nothing else.
UNPRIVILEGED = "nobody"
OTHERS_MAY_PASS = 0o711
ONLY_THE_OWNER = 0o700


class AlreadyRunning(CannotRun):
    """Another process has this state open."""

    def __init__(self, note: "Note | None") -> None:
        where = f" at {note.address} (process {note.pid})" if note else ""
        super().__init__(f"Attest is already running{where}; `make stop` ends it.")


class CannotPass(CannotRun):
    """PostgreSQL's user would not reach its data."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"As root, ATTEST_STATE must lie where `{UNPRIVILEGED}` may pass, and {folder} is "
            f"closed to others: choose another folder or `chmod o+x` that one."
        )


class NotOurs(CannotRun):
    """Somebody else made a folder where we are about to trust one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} belongs to another user: remove it, or set ATTEST_STATE.")


@dataclass(frozen=True)
class Note:
    """What a running stack leaves for the commands that come to find it."""

    pid: int
    address: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """Empty until the servers answer."""


class State:
    """The folders of one stack.

    root/
      data/       all that `reset` deletes: postgres, valkey, stripe, mail, media, beat, secret
      logs/       what each part said since the last start
      programs/   a copy of PostgreSQL, where its user cannot reach ours
      tests/      what the tests' database begins with
      backups/    what `make backup` wrote
      lock        held while a stack runs; inside is its note
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.logs = root / "logs"
        self.programs = root / "programs"
        # A socket's path has at most 107 bytes, and no spaces where it is part of a URL.
        self.sockets = Path(tempfile.gettempdir()) / f"attest-{_short_hash(root)}"

    @classmethod
    def chosen(cls, environment: Mapping[str, str]) -> "State":
        """Return the state that ATTEST_STATE names, or the one that belongs to this checkout."""
        named = environment.get("ATTEST_STATE")
        return cls(Path(named).absolute()) if named else cls.for_this_checkout()

    @classmethod
    def for_this_checkout(cls) -> "State":
        """Return the state below the checkout, or for root below a folder that others may pass."""
        if is_root():
            return cls(Path("/var/tmp") / f"attest-{_short_hash(CHECKOUT)}")  # noqa: S108 - owner checked
        return cls(CHECKOUT / ".state")

    def prepare(self) -> None:
        """Make the folders, closed to other users but for the way through, and begin new logs.

        :raises NotOurs: when another user made one of them first.
        :raises CannotPass: when PostgreSQL's user could not reach its data.
        """
        shutil.rmtree(self.logs, ignore_errors=True)
        # Counts begin with the processes that count.
        shutil.rmtree(self.data / "metrics", ignore_errors=True)
        for folder in (self.root, self.data, self.sockets):
            private_folder(folder, mode=_passable())
        for folder in (
            self.logs,
            *(self.data / name for name in ("mail", "media", "metrics", "valkey")),
            self.sockets / "valkey",
        ):
            private_folder(folder)
        if is_root():
            for folder in self.data.parents:
                if not may_pass(folder):
                    raise CannotPass(folder)

    def folder(self, name: str) -> Path:
        """Return a folder of our own beside the data, which `reset` leaves alone."""
        private_folder(self.root, mode=_passable())
        private_folder(self.root / name)
        return self.root / name

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other run, reset or demo out of this state.

        :raises AlreadyRunning: when another one is in it.
        """
        private_folder(self.root, mode=_passable())
        with self._lock.open("a+") as lock:
            if not _taken(lock):
                raise AlreadyRunning(self.note())
            # A run that was killed could not take its note away.
            lock.truncate(0)
            try:
                yield
            finally:
                lock.truncate(0)

    def is_held(self) -> bool:
        """Whether some process has this state open."""
        if not self._lock.exists():
            return False
        with self._lock.open() as lock:
            return not _taken(lock)

    def leave(self, note: Note) -> None:
        """Write the note that other commands find; only while the state is held."""
        self._lock.chmod(0o600)
        self._lock.write_text(json.dumps(asdict(note)))

    def note(self) -> Note | None:
        """Return the note of the stack that runs, if it got so far."""
        with contextlib.suppress(FileNotFoundError):
            text = self._lock.read_text()
            return Note(**json.loads(text)) if text else None
        return None

    def secret(self, purpose: str) -> str:
        """Return a secret of this stack, the same at every start until the data are deleted."""
        file = self.data / "secret"
        if not file.exists():
            with open(file, "x", opener=_only_the_owner) as new:
                new.write(secrets.token_hex(32))
        return hmac.new(file.read_bytes(), purpose.encode(), hashlib.sha256).hexdigest()

    def empty(self) -> None:
        """Delete all data; the lock stays, because the caller holds it."""
        for folder in (self.data, self.logs, self.sockets):
            if folder.exists():
                shutil.rmtree(folder)

    def forget_sockets(self) -> None:
        """Remove what the servers left in the system's temporary folder."""
        shutil.rmtree(self.sockets, ignore_errors=True)

    @property
    def has_database(self) -> bool:
        """Whether a start has created the database before."""
        return (self.data / "postgres").exists()

    @property
    def first_start(self) -> Path:
        """A file that exists from the first start until its demo data are complete."""
        return self.data / "first-start"

    @property
    def _lock(self) -> Path:
        return self.root / "lock"


def private_folder(folder: Path, *, mode: int = ONLY_THE_OWNER, owner: str | None = None) -> None:
    """Make a folder that other users cannot read, or check that it is one.

    :raises NotOurs: when somebody else made it, perhaps to read what we write.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    found = folder.lstat()
    ours = {os.geteuid(), pwd.getpwnam(owner).pw_uid} if owner else {os.geteuid()}
    if folder.is_symlink() or found.st_uid not in ours:
        raise NotOurs(folder)
    folder.chmod(mode)
    if owner:
        shutil.chown(folder, owner, pwd.getpwnam(owner).pw_gid)


def may_pass(folder: Path) -> bool:
    """Whether other users may go through a folder, though perhaps not list it."""
    return bool(folder.stat().st_mode & 0o001)


def is_root() -> bool:
    """Whether we run as root, so that PostgreSQL must not."""
    return os.geteuid() == 0


def _passable() -> int:
    return OTHERS_MAY_PASS if is_root() else ONLY_THE_OWNER


def _taken(lock: IO[str]) -> bool:
    """Take a lock that the kernel drops with our process; False when somebody else has it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _only_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
