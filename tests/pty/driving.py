"""The installed program on a real database, in a terminal of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.cli.running import PROGRAM
from tests.databases import Database
from tests.tui.ptydrive import PtyDrive
from tests.waiting import eventually

TABS = ("1 Tables", "2 Indexes", "3 RLS", "4 Queries", "5 Migrations")
READ = re.compile(r"(✓|\+) \d+ +(✗|x) \d+ +! \d+")
"""How the checklist's counts stand on the screen: everything was read and judged by then."""

SHOP = """
    CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
    CREATE TABLE notes (body text);
    CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        customer_id bigint NOT NULL REFERENCES customers ON DELETE RESTRICT, placed_at timestamptz);
    CREATE INDEX orders_placed_at ON orders (placed_at);
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY everybody ON orders USING (true);
"""

MODES = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l", b"\x1b[?7h", b"\x1b[?1004l", b"\x1b[<u")
"""Alternate screen left, cursor shown, bracketed paste off, lines wrap again, no word of the focus, keys as ever."""
MOUSE = (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l")


@contextmanager
def opened(
    conninfo: str,
    *,
    columns: int = 120,
    rows: int = 40,
    wanted: str = "public.orders",
    environment: Mapping[str, str] | None = None,
    read: bool = True,
) -> Iterator[PtyDrive]:
    """The program once a text stands on its screen and, with `read`, the checklist has answered."""
    with PtyDrive([PROGRAM, conninfo], columns=columns, rows=rows, environment=environment) as drive:
        drive.wait_for(wanted)
        if read:
            drive.until(lambda: READ.search(drive.text) is not None)
            drive.settle()
        yield drive


def backends(database: Database) -> int:
    """Return how many connections of the program this database has."""
    [[count]] = database.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'pgplumb' AND datname = current_database()"
    )
    return int(count)


def at_rest(drive: PtyDrive, database: Database) -> None:
    """Read until the second connection is closed and nothing more comes."""
    drive.until(lambda: backends(database) == 1)
    drive.settle(2.2)


def gone(database: Database, within: float = 3.0) -> bool:
    """Return whether the program leaves no connection behind within so many seconds."""
    return eventually(lambda: backends(database) == 0, within)


def cells(drive: PtyDrive, y: int) -> str:
    """Return a line of the screen with one character a cell: the second half of a wide one is a space."""
    line = drive.screen.buffer[y]
    return "".join(line[x].data[:1] or " " for x in range(drive.screen.columns))
