"""Units through PgBouncer in transaction mode: nothing of ours lands on another client."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from pgplumb.server.capabilities import read_capabilities
from pgplumb.server.errors import ConnectError, QueryError
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from tests.conftest import PGBOUNCER
from tests.databases import Database
from tests.waiting import eventually

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")

CONFIGURATION = """
[databases]
* = host={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {root}/users
pool_mode = transaction
default_pool_size = {size}
server_lifetime = 3600
admin_users = console
logfile = {root}/log
"""


class Pooler:
    """A running PgBouncer in front of one database."""

    def __init__(self, database: Database, port: int) -> None:
        self.database = database
        self.port = port

    def conninfo(self, dbname: str | None = None, user: str = "postgres") -> str:
        """Return a string for libpq."""
        return f"host=127.0.0.1 port={self.port} user={user} dbname={dbname or self.database.name}"

    def session(self) -> Session:
        """Open a safe session through the pooler."""
        return Session.open(Target(self.conninfo()))


@pytest.fixture(params=[1, 2], ids=["1 server connection", "2 server connections"])
def pooler(request: pytest.FixtureRequest, database: Database) -> Iterator[Pooler]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # The socket's directory is private to the user that the server runs as.
    owner = pwd.getpwuid(database.server.socket_directory.stat().st_uid).pw_name
    if os.geteuid() == 0 and owner == "root":
        pytest.skip("the test server runs as root of a user namespace, and pgbouncer refuses root")
    with tempfile.TemporaryDirectory() as root:
        configuration, users = Path(root) / "pgbouncer.ini", Path(root) / "users"
        sockets = database.server.socket_directory
        configuration.write_text(
            CONFIGURATION.format(server=sockets, port=port, size=request.param, root=root)
        )
        users.write_text('"postgres" ""\n"console" ""\n')
        for path in (Path(root), configuration, users):
            shutil.chown(path, owner)
        assert PGBOUNCER is not None
        process = subprocess.Popen(
            [PGBOUNCER, "-q", str(configuration)], user=owner if os.geteuid() == 0 else None, cwd="/"
        )
        try:
            pooler = Pooler(database, port)
            assert eventually(lambda: answers(pooler))
            yield pooler
        finally:
            process.terminate()
            process.wait()


def answers(pooler: Pooler) -> bool:
    """Tell whether the pooler takes connections yet."""
    try:
        psycopg.connect(pooler.conninfo(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


SETTINGS = (
    "SELECT current_setting('transaction_read_only'), current_setting('statement_timeout'),"
    " current_setting('lock_timeout'), current_setting('search_path'), current_setting('client_encoding')"
)


def test_no_setting_of_a_unit_reaches_another_client(pooler: Pooler) -> None:
    with psycopg.connect(pooler.conninfo(), autocommit=True, prepare_threshold=None) as other:
        before = other.execute(SETTINGS).fetchone()
        for _ in range(5):
            with pooler.session() as session:
                assert session.once(SETTINGS)[0][:3] == ("on", "3s", "50ms")
                with session.unit() as unit:
                    unit.query("SELECT 1")
                    unit.results(["SELECT 2", "SELECT 3"])
                with pytest.raises(QueryError), session.unit() as unit:
                    unit.query("SELECT 1/0")
            assert other.execute(SETTINGS).fetchone() == before
            other.execute("CREATE TABLE written (i int)")
            other.execute("DROP TABLE written")


def test_two_sessions_share_the_pool(pooler: Pooler) -> None:
    def work(number: int) -> list[int]:
        found = []
        with pooler.session() as session:
            for i in range(40):
                with session.unit() as unit:
                    unit.query("SELECT %s::int", (i,))
                    found.append(unit.query("SELECT %s::int", (number * 100 + i,))[0][0])
                found.append(session.once("SELECT %s::int", (i,))[0][0])
        return found

    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(work, number) for number in range(3)]
        for number, answer in enumerate(answers):
            expected = [value for i in range(40) for value in (number * 100 + i, i)]
            assert answer.result(timeout=60) == expected


def test_capabilities_are_read_through_it(pooler: Pooler) -> None:
    with pooler.session() as session, session.unit() as unit:
        assert read_capabilities(unit).database == pooler.database.name


def test_cancelling_reaches_the_server_behind_it(pooler: Pooler) -> None:
    sleeping = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
    with pooler.session() as session, ThreadPoolExecutor(1) as pool:

        def sleep() -> None:
            with session.unit(statement_timeout_ms=60_000) as unit:
                unit.query("SELECT pg_sleep(60)")

        running = pool.submit(sleep)
        assert eventually(lambda: bool(pooler.database.execute(f"{sleeping} AND state = 'active'")))
        session.cancel()
        with pytest.raises(QueryError) as caught:
            running.result(timeout=30)
    assert caught.value.cancelled


def test_a_pooler_without_such_a_database_says_so(pooler: Pooler) -> None:
    with pytest.raises(ConnectError) as caught:
        Session.open(Target(pooler.conninfo("no_such_database")))
    assert caught.value.kind == "database"


def test_the_poolers_own_console_is_no_database(pooler: Pooler) -> None:
    with pytest.raises(ConnectError) as caught:
        Session.open(Target(pooler.conninfo("pgbouncer", "console")))
    assert caught.value.kind == "version"
    assert "console" in caught.value.next_step
