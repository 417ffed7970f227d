"""The keeper of one throwaway server: a small process between us and `postgres`.

It runs this file by its path, with the standard library alone. It reads one JSON line from standard input (see
`EmbeddedServer.start`), makes the cluster, starts it, writes one JSON line to standard output, and then waits
for standard input to end. That happens when our process stops the server and also when it dies in any way, so
the server and all its files go with us. Should the keeper itself be killed, the kernel ends the server
(PR_SET_PDEATHSIG) and the next start sweeps the files.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS_WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_destination": "stderr",
    "logging_collector": "off",
    # In the data directory, which goes with us, and not in /dev/shm, which containers keep small.
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "32MB",
}
_PR_SET_PDEATHSIG = 1


class KeeperError(Exception):
    """The server could not be made; the text is for people."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the kernel lets each process of a server have, in bytes. No process dumps core.

    The number of processes is no limit here: the kernel counts all that a user runs, ours or not. What user
    SQL can start is held by max_connections and max_worker_processes.
    """

    address_space: int = 2 * 1024**3
    """A backend that wants more gets "out of memory" as an ordinary error, and lives on."""
    file_size: int = 1024**3
    """PostgreSQL cuts its files at 1 GiB; less than that breaks large relations."""

    def apply(self) -> None:
        """Limit the process that calls; called between fork and exec."""
        wanted = {
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_AS: self.address_space,
            resource.RLIMIT_FSIZE: self.file_size,
        }
        for name, value in wanted.items():
            # A limit that is lower already, or that this system does not know, stays as it is.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(name, (value, value))


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is let in, and how."""

    superuser: str = "postgres"
    password: str | None = field(default=None, repr=False)
    """The superuser's; None lets everybody in who reaches the socket."""
    trusted: tuple[str, ...] = ()
    """Roles that need no password where others do."""

    def rules(self) -> str:
        """Return pg_hba.conf for a server with a password: the private socket alone."""
        lines = [f'local all "{role}" trust' for role in self.trusted]
        return "\n".join([*lines, "local all all scram-sha-256", ""])


@dataclass(slots=True)
class Account:
    """As whom the server's programs run. `postgres` refuses to run as root."""

    uid: int
    gid: int
    prefix: list[str] = field(default_factory=list)
    """Words in front of every command: a user namespace in which root's files are nobody's."""
    switch: bool = False
    """True when root becomes another user."""

    def popen(
        self,
        command: list[str],
        environment: dict[str, str],
        output: int,
        *,
        limit: Callable[[], None] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program that dies with this process."""

        def prepare() -> None:
            _die_with_parent()
            if limit is not None:
                limit()

        user, group = (self.uid, self.gid) if self.switch else (None, None)
        return subprocess.Popen(
            [*self.prefix, *command],
            user=user,
            group=group,
            extra_groups=[] if self.switch else None,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            preexec_fn=prepare,
        )


def _die_with_parent() -> None:
    """Ask the kernel to end this process at once when its parent ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _environment() -> dict[str, str]:
    """Return an environment without the caller's PG* variables and locale."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "TMPDIR")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _runs(account: Account, bindir: Path) -> bool:
    """Tell whether an account can run the programs of a directory."""
    for program in ("postgres", "initdb"):
        try:
            with account.popen([str(bindir / program), "--version"], _environment(), subprocess.DEVNULL) as p:
                if p.wait(timeout=20) != 0:
                    return False
        except (OSError, subprocess.SubprocessError):
            return False
    return True


def _unprivileged() -> list[Account]:
    """Return the system's own unprivileged users; none is ever created."""
    import pwd

    found = []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            found.append(Account(entry.pw_uid, entry.pw_gid, switch=True))
    return found


def choose(bindir: Path, root: Path) -> tuple[Account, Path]:
    """Return an account that can run the programs, and where they are: copied into `root` as a last resort."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid()), bindir
    users = _unprivileged()
    if not users:
        raise KeeperError("postgres refuses to run as root and this machine has neither postgres nor nobody")
    for account in users:
        if _runs(account, bindir):
            return account, bindir
    nobody = users[-1]
    if unshare := shutil.which("unshare"):
        words = [unshare, "--user", f"--map-user={nobody.uid}", f"--map-group={nobody.gid}"]
        # Outside the namespace the uid is still root's, so files below root's home stay readable.
        inside = Account(os.geteuid(), os.getegid(), prefix=words)
        if _runs(inside, bindir):
            return inside, bindir
    copy = _copy(bindir, root)
    if _runs(nobody, copy):
        return nobody, copy
    raise KeeperError(f"no unprivileged user can run {bindir / 'postgres'}")


def _copy(bindir: Path, root: Path) -> Path:
    """Copy an installation to where everybody can read it; its libraries may stand beside it."""
    root.chmod(0o755)
    target = root / "programs"
    install = bindir.parent
    package = install.parent
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        # The programs look for their libraries at ../../../NAME.libs.
        shutil.copytree(install, target / package.name / install.name, symlinks=True)
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
        copied = target / package.name / install.name
    else:
        copied = Path(shutil.copytree(install, target / install.name, symlinks=True))
    for folder, _, files in os.walk(target):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o044 | (0o011 if path.stat().st_mode & 0o100 else 0))
    return copied / bindir.name


def tail(log: Path) -> str:
    """Return the last words of a log."""
    text = log.read_text("utf-8", "replace") if log.exists() else ""
    return " | ".join(text.strip().splitlines()[-4:])


@dataclass(slots=True)
class Cluster:
    """A cluster on disk, and who runs its server with which programs."""

    root: Path
    account: Account
    bindir: Path
    settings: dict[str, str]
    entry: Entry = field(default_factory=Entry)
    limits: Limits | None = None
    options: tuple[str, ...] = ()
    """More words for initdb."""

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.root / "data"

    @property
    def sockets(self) -> Path:
        """The private directory of its socket; a short name, since a socket's path has about 100 bytes."""
        return self.root / "s"

    @property
    def log(self) -> Path:
        """What initdb and the server say."""
        return self.root / "log"

    def initialise(self) -> None:
        """Run initdb, in UTF-8; without a password, whoever reaches the socket is let in."""
        for folder in (self.data, self.sockets):
            folder.mkdir(mode=0o700)
            if self.account.switch:
                os.chown(folder, self.account.uid, self.account.gid)
        method = "trust" if self.entry.password is None else "scram-sha-256"
        command = [str(self.bindir / "initdb"), "-N", "-A", method, "-E", "UTF8", "-U", self.entry.superuser]
        command += ["-D", str(self.data), *self.options]
        try:
            self._initdb([*command, "--locale=C.UTF-8"])
        except KeeperError:
            self._initdb([*command, "--locale=C"])
        if self.entry.password is not None:
            # Written over initdb's own file, which keeps its owner and its mode.
            (self.data / "pg_hba.conf").write_text(self.entry.rules())

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and return it when it takes connections."""
        command = [str(self.bindir / "postgres"), "-D", str(self.data)]
        for name, value in {
            **_SETTINGS,
            "unix_socket_directories": str(self.sockets),
            **self.settings,
        }.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as output:
            limit = None if self.limits is None else self.limits.apply
            server = self.account.popen(command, _environment(), output.fileno(), limit=limit)
        if self.limits is not None:
            with contextlib.suppress(OSError):
                # When the machine runs out of memory, this server goes before anybody's work.
                Path(f"/proc/{server.pid}/oom_score_adj").write_text("1000")
        _await_ready(server, self.data / "postmaster.pid", self.log)
        if self.entry.password is not None:
            # Its words told why it did not start. From now on they may hold a stranger's: memory that runs out is
            # listed there with statements. Nobody reads what has no name.
            self.log.unlink()
        return server

    def _initdb(self, command: list[str]) -> None:
        """Run initdb; it reads the password from a pipe, so that no file and no argument ever holds it."""
        if self.entry.password is None:
            return self._run(command)
        reader, writer = os.pipe()
        try:
            with open(writer, "w") as pipe:
                pipe.write(f"{self.entry.password}\n")
            if self.account.switch:
                # It opens the pipe by its name, as the other user.
                os.fchown(reader, self.account.uid, self.account.gid)
            return self._run([*command, f"--pwfile=/dev/fd/{reader}"], pass_fds=(reader,))
        finally:
            os.close(reader)

    def _run(self, command: list[str], pass_fds: Sequence[int] = ()) -> None:
        with self.log.open("ab") as output:
            status = self.account.popen(command, _environment(), output.fileno(), pass_fds=pass_fds).wait()
        if status != 0:
            raise KeeperError(f"{Path(command[0]).name} ended with status {status}: {tail(self.log)}")


def _entry(order: dict[str, object]) -> Entry:
    """Return who is let in, as the order says."""
    password = order.get("password")
    return Entry(
        str(order.get("superuser", "postgres")),
        None if password is None else str(password),
        tuple(str(role) for role in _listed(order.get("trusted"))),
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def start(order: dict[str, object], root: Path) -> subprocess.Popen[bytes]:
    """Make the cluster below `root` and return its running server."""
    account, bindir = choose(Path(str(order["bindir"])), root)
    given = order["settings"]
    settings = {} if order["durable"] else dict(SETTINGS_WITHOUT_DURABILITY)
    settings |= given if isinstance(given, dict) else {}
    cluster = Cluster(root, account, bindir, settings, _entry(order))
    cluster.options = tuple(str(word) for word in _listed(order.get("initdb")))
    if isinstance(limits := order.get("limits"), dict):
        cluster.limits = Limits(**limits)
    cluster.initialise()
    return cluster.launch()


def _await_ready(server: subprocess.Popen[bytes], pidfile: Path, log: Path) -> None:
    """Return when the server takes connections: the eighth line of its pid file says so."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise KeeperError(f"postgres ended with status {server.returncode}: {tail(log)}")
        with contextlib.suppress(OSError):
            lines = pidfile.read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return
        time.sleep(0.005)
    raise KeeperError(f"postgres was not ready within 60 s: {tail(log)}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server: fast, then immediately, then by force."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)
            return


def main() -> int:
    """Keep one server until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Our process decides: a Ctrl-C meant for it must not take the server from under it.
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o077)
    root = Path(sys.argv[1])
    server: subprocess.Popen[bytes] | None = None
    status = 0
    try:
        try:
            server = start(json.loads(sys.stdin.readline()), root)
            answer: dict[str, object] = {"ready": True, "pid": server.pid}
        except (KeeperError, OSError, ValueError) as error:
            answer, status = {"error": str(error)}, 1
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(answer), flush=True)
        if server is not None:
            _wait_for_the_end(server)
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(root, ignore_errors=True)
    return status


def _wait_for_the_end(server: subprocess.Popen[bytes]) -> None:
    """Return when our process closes the pipe or dies; a server that ends by itself is waited for no longer."""
    while server.poll() is None:
        readable, _, _ = select.select([sys.stdin], [], [], 1.0)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


if __name__ == "__main__":
    sys.exit(main())
