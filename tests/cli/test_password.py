"""A missing password is asked for on the terminal without echo; without a terminal it is an error."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.cli.running import Terminal, pgplumb


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """A server on which the role asker needs the password `s3cret`; its connection string."""
    with EmbeddedServer.start() as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute("CREATE ROLE asker LOGIN PASSWORD 's3cret'")
            hba = server.root / "data" / "pg_hba.conf"
            hba.write_text("local all asker scram-sha-256\nlocal all all trust\n")
            connection.execute("SELECT pg_reload_conf()")
        yield server.conninfo("postgres", "asker")


def test_without_a_terminal_it_is_one_line_and_status_3(guarded: str) -> None:
    done = pgplumb("check", guarded)
    assert done.returncode == 3
    assert "password" in done.stderr
    assert done.stderr.count("\n") == 1


def test_on_a_terminal_it_is_asked_for_and_not_echoed(guarded: str) -> None:
    terminal = Terminal("check", guarded, "--rule", "fk-columns-indexed")
    terminal.until("Password for asker@")
    terminal.type("s3cret\n")
    assert terminal.wait() == 0
    assert "Foreign keys are indexed" in terminal.output
    assert "s3cret" not in terminal.output


def test_a_wrong_one_is_status_3(guarded: str) -> None:
    terminal = Terminal("check", guarded)
    terminal.until("Password for asker@")
    terminal.type("wrong\n")
    assert terminal.wait() == 3
    assert "Traceback" not in terminal.output


def test_ctrl_c_at_the_question_is_status_130(guarded: str) -> None:
    terminal = Terminal("check", guarded)
    terminal.until("Password for asker@")
    terminal.type("\x03")
    assert terminal.wait() == 130
    assert "Traceback" not in terminal.output
