"""What the RLS tab sends: a move, a changed letter, nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.databases import Database
from tests.pty.driving import at_rest, opened
from tests.tui.ptydrive import PtyDrive

ROLES = ("web", "worker", "reporting", "billing", "support_of_ours")
FEW = 600
"""Bytes that a move of the cursor may take."""
LETTERS = 300
"""Bytes that a cell that is judged otherwise may take."""


def many(database: Database) -> None:
    """Tables whose rows of letters change colour as often as can be."""
    for role in ROLES:
        database.execute(f"CREATE ROLE {role} LOGIN")
    for number in range(24):
        name = f"files_{number:02}"
        database.execute(
            f"""CREATE TABLE {name} (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
                ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
                CREATE POLICY s ON {name} FOR SELECT USING (tenant_id = current_setting('app.tenant_id')::int);
                CREATE POLICY u ON {name} FOR UPDATE USING (true);
                GRANT SELECT, UPDATE, TRUNCATE ON {name} TO {", ".join(ROLES)}"""
        )


@contextmanager
def resting(database: Database, columns: int, rows: int) -> Iterator[PtyDrive]:
    """The RLS tab, everything judged, the second connection closed."""
    with opened(database.conninfo, columns=columns, rows=rows, wanted="public.files_") as drive:
        drive.press("3")
        drive.until(lambda: "decided" in drive.text and "I - O" in drive.text)
        at_rest(drive, database)
        yield drive


def moved(drive: PtyDrive, key: str) -> int:
    """Press a key that moves the cursor; return the bytes until it stands on another row.

    Without those of the detail, which follows once the cursor rests: a slow machine may see both at once.
    """
    start, row = len(drive.raw), cursor(drive)
    drive.write(key)
    drive.until(lambda: cursor(drive) != row)
    rule = next(y for y, line in enumerate(drive.lines, 1) if line.startswith("───") and y > 5)
    return sum(len(part) for y, part in placed(bytes(drive.raw[start:])) if y < rule)


def placed(sent: bytes) -> list[tuple[int, bytes]]:
    """What was sent, with the row that it was sent to."""
    parts = re.split(rb"(?=\x1b\[\d+;\d+H)", sent)
    found = [(re.match(rb"\x1b\[(\d+);", part), part) for part in parts]
    return [(int(at[1]) if at else 0, part) for at, part in found]


def cursor(drive: PtyDrive) -> str:
    """The line of the list that the cursor is on."""
    return next((line[:40] for line in drive.lines if re.match(r"▌ public", line)), "")


@pytest.mark.long
@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 50)])
def test_a_move_costs_600_bytes_a_changed_letter_300_and_what_stands_still_nothing(
    database: Database, columns: int, rows: int
) -> None:
    many(database)
    with resting(database, columns, rows) as drive:
        for key in "jjjkk":
            assert 0 < moved(drive, key) <= FEW, key
            drive.settle(0.8)
        drive.until(lambda: not drive.read(1.0))
        before, end = drive.sent, time.monotonic() + 2
        while (left := end - time.monotonic()) > 0:
            drive.read(left)
        assert drive.sent == before
        start = len(drive.raw)
        database.execute("CREATE POLICY v ON files_05 FOR SELECT TO billing USING (true)")
        drive.until(lambda: any("files_05" in line and "O - O" in line for line in drive.lines))
        drive.settle(0.6)
        sent = bytes(drive.raw[start:])
        row = next(y for y, line in enumerate(drive.lines) if "files_05" in line) + 1
        own = [part for y, part in placed(sent) if y == row]
        assert 0 < sum(map(len, own)) <= LETTERS, own
