"""Servers that refuse, are full, vanish or show little: a clear line, the last data, and a way on."""

from __future__ import annotations

import contextlib
import re
import signal
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from tests.cli.running import pgplumb
from tests.databases import Database
from tests.pty.driving import READ, SHOP, TABS, backends, opened
from tests.server.test_connecting import SECRET, Strict, free_port, strict  # noqa: F401
from tests.tui.ptydrive import PtyDrive
from tests.waiting import eventually


def words(drive: PtyDrive) -> str:
    """Return what the screen says, frames and line breaks left out."""
    return " ".join(re.sub(r"[│─┌┐└┘]", " ", drive.text).split())


def refused_by_check(conninfo: str, *wanted: str) -> None:
    """Assert that `pgplumb check` says so in one line and ends with status 3."""
    done = pgplumb("check", conninfo, PGCONNECT_TIMEOUT="5")
    assert done.returncode == 3
    assert done.stdout == ""
    said = [line for line in done.stderr.splitlines() if not line.startswith("pgplumb: warning: ")]
    assert len(said) == 1
    for text in wanted:
        assert text in said[0]


def refused_on_screen(conninfo: str, *wanted: str, columns: int = 80, rows: int = 24) -> None:
    """Assert that the screen says so in full, with the next step, and that the program can be left."""
    with opened(conninfo, columns=columns, rows=rows, wanted="✗", read=False) as drive:
        drive.until(lambda: all(text in words(drive) for text in wanted))
        assert "Traceback" not in drive.text
        drive.press("escape", quiet=0.1)
        drive.until(lambda: "C connects elsewhere" in words(drive))
        for tab in ("2", "3", "4", "5", "1"):
            drive.press(tab, quiet=0.1)
        assert drive.process.poll() is None
        drive.write("q")
        assert drive.end() == 0


@pytest.mark.long
@pytest.mark.parametrize("columns", [80, pytest.param(120, marks=pytest.mark.long)])
def test_a_host_that_has_no_address(columns: int) -> None:
    conninfo = "postgresql://app@no-such-host.invalid/shop"
    wanted = ("no-such-host.invalid/shop cannot be found", "Check the spelling of the host")
    refused_on_screen(conninfo, *wanted, "r tries now", columns=columns)
    if columns == 80:
        refused_by_check(conninfo, *wanted)


@pytest.mark.long
def test_a_port_where_nobody_listens() -> None:
    conninfo = f"host=127.0.0.1 port={free_port()} user=app dbname=shop"
    refused_on_screen(conninfo, "nothing answers at app@127.0.0.1", "Check host and port", "r tries now")
    refused_by_check(conninfo, "nothing answers at app@127.0.0.1", "Check host and port")


@pytest.mark.long
def test_an_unknown_database_and_an_unknown_role(server: EmbeddedServer) -> None:
    nowhere = server.conninfo("nowhere")
    refused_on_screen(nowhere, 'database "nowhere" does not exist', "psql -l")
    refused_by_check(nowhere, 'database "nowhere" does not exist')
    nobody = server.conninfo("postgres", user="nobody_at_all")
    refused_by_check(nobody, 'role "nobody_at_all" does not exist')


@pytest.mark.long
def test_tls_demanded_of_a_server_without_it(strict: Strict) -> None:  # noqa: F811
    conninfo = strict.target(sslmode="require", password=SECRET).conninfo
    refused_on_screen(conninfo, "do not agree on TLS", "sslmode")
    refused_by_check(conninfo, "do not agree on TLS")


def test_a_wrong_password_is_asked_for_until_it_is_right(strict: Strict) -> None:  # noqa: F811
    conninfo = strict.target(password="wrong").conninfo
    with opened(conninfo, columns=80, rows=24, wanted="refused the password", read=False) as drive:
        assert "PGPASSWORD" in words(drive)
        drive.write("wrong again\r")
        drive.settle(0.5)
        assert "refused the password" in words(drive)
        drive.write(SECRET + "\r")
        drive.wait_for("primary")
        drive.until(lambda: READ.search(drive.text) is not None)
        assert SECRET.encode() not in drive.raw
    refused_by_check(conninfo, "refused the password")


@pytest.mark.long
def test_a_server_with_one_place_left_is_read_through_it_and_a_full_one_says_so(strict: Strict) -> None:  # noqa: F811
    target = strict.target(password=SECRET)
    with contextlib.ExitStack() as held:
        for _ in range(3):
            held.enter_context(Session.open(target))
        with opened(target.conninfo, columns=80, rows=24, wanted="primary") as drive:
            drive.press("3")
            drive.until(lambda: "reading" not in drive.text)
            assert drive.process.poll() is None
        held.enter_context(Session.open(target))
        refused_on_screen(
            target.conninfo, "takes no more connections", "go through the pooler", "r tries now"
        )
        refused_by_check(target.conninfo, "takes no more connections")


def test_a_server_that_is_killed_and_comes_back() -> None:
    port = free_port()
    settings = {"listen_addresses": "127.0.0.1", "port": str(port)}
    conninfo = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    with contextlib.ExitStack() as servers:

        def start(statements: str) -> EmbeddedServer:
            server = servers.enter_context(EmbeddedServer.start(settings=settings))
            with psycopg.connect(f"{server.conninfo()} port={port}", autocommit=True) as admin:
                (server.root / "data" / "pg_hba.conf").write_text(
                    "local all all trust\nhost all all all trust\n"
                )
                admin.execute(statements.encode())
                admin.execute("SELECT pg_reload_conf()")
            return server

        first = start(SHOP)
        with opened(conninfo) as drive:
            first.stop()
            drive.wait_for("LOST")
            drive.wait_for("old")
            drive.wait_for("r tries now")
            assert "public.orders" in drive.text
            drive.press("2", "1", quiet=0.1)
            start(SHOP + "CREATE TABLE later (id bigint PRIMARY KEY);")
            drive.press("r")
            drive.wait_for("public.later")
            drive.until(lambda: "<3 s" in drive.text)
            assert "tries now" not in drive.text


@pytest.mark.long
def test_a_database_that_is_dropped_underneath_stays_readable_and_can_come_back(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        name = sql.Identifier(shop.name)
        shop.execute("SELECT 1")
        with psycopg.connect(shop.server.conninfo(), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            drive.until(lambda: "there is no such database" in words(drive))
            drive.wait_for("NOT CONNECTED")
            assert "public.orders" in drive.text
            drive.press("r", quiet=0.5)
            drive.wait_for("NOT CONNECTED")
            assert "public.orders" in drive.text
            admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        with psycopg.connect(shop.conninfo, autocommit=True) as other:
            other.execute("CREATE TABLE fresh (id bigint PRIMARY KEY)")
        drive.press("r")
        drive.wait_for("public.fresh")


@pytest.fixture
def nobody(shop: Database) -> Iterator[str]:
    """A role that was granted nothing at all, not even what everybody has."""
    name = f"pty_{shop.name}"
    shop.execute(f"CREATE ROLE {name} LOGIN")
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {role}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    ):
        shop.execute(statement.format(database=shop.name, role=name))
    yield name
    shop.execute(f"DROP OWNED BY {name}")
    shop.execute(f"DROP ROLE {name}")


def test_a_role_without_any_grant_sees_every_tab_and_what_it_may_not_see(shop: Database, nobody: str) -> None:
    shop.execute("CREATE EXTENSION pg_stat_statements")
    conninfo = shop.server.conninfo(shop.name, nobody)
    with opened(conninfo, columns=120, rows=40) as drive:
        for tab in ("2", "3", "5", "4"):
            drive.press(tab)
            assert drive.process.poll() is None
            assert "permission denied" not in drive.text.casefold()
        drive.wait_for(f"GRANT USAGE ON SCHEMA public TO {nobody}")
        drive.press("1", "c")
        drive.wait_for("unknown")
    done = pgplumb("check", conninfo)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "unknown" in done.stdout


@pytest.mark.long
def test_a_role_whose_statements_may_take_a_millisecond_is_read_all_the_same(
    shop: Database, nobody: str
) -> None:
    for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        shop.execute(f"ALTER ROLE {nobody} SET {setting} = '1ms'")
    conninfo = shop.server.conninfo(shop.name, nobody)
    with opened(conninfo, columns=80, rows=24) as drive:
        drive.press("2")
        drive.wait_for("orders_placed_at")
        drive.press("1", "enter")
        drive.wait_for("columns")
    assert pgplumb("check", conninfo).returncode == 1


@pytest.mark.long
def test_with_a_lock_on_everything_every_tab_opens_and_the_holder_is_named(shop: Database) -> None:
    holder = shop.connect()
    for table in ("customers", "notes", "orders"):
        holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
    pid = holder.info.backend_pid
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        drive.wait_for(f"locked by {pid}")
        drive.press("enter")
        drive.wait_for("columns")
        drive.press("escape")
        for number, title in enumerate(TABS[1:], 2):
            drive.press(str(number))
            assert title in drive.text
        drive.wait_for("primary")
        assert "LOST" not in drive.text
        holder.rollback()
        drive.press("1")
        drive.until(lambda: "locked by" not in drive.text)
    assert pgplumb("check", shop.conninfo).returncode == 1


@pytest.mark.long
def test_a_killed_backend_is_replaced_and_nothing_is_left(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        shop.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'pgplumb' AND datname = current_database()"
        )
        drive.wait_for("LOST")
        assert "public.orders" in drive.text
        assert eventually(lambda: backends(shop) == 1)
        drive.until(lambda: "LOST" not in drive.text)
        drive.process.send_signal(signal.SIGTERM)
        drive.end()
    assert eventually(lambda: backends(shop) == 0)
