"""What travels to the terminal: every byte may cross a slow line."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.databases import Database
from tests.pty.driving import at_rest, opened
from tests.tui.ptydrive import PtyDrive
from tests.waiting import eventually


@pytest.fixture
def resting(shop: Database) -> Iterator[PtyDrive]:
    """The program on an idle database once everything is read, its second connection closed."""
    # A session that ends reports its counters; reported after the VACUUM they would count twice.
    with shop.connect() as other:
        other.execute("INSERT INTO notes SELECT 'note' FROM generate_series(1, 100)")
        other.execute("SELECT count(*) FROM notes")
    live = "SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'notes'"
    assert eventually(lambda: shop.execute(live) == [(100,)])
    shop.execute("VACUUM (ANALYZE)")
    with opened(shop.conninfo) as drive:
        at_rest(drive, shop)
        yield drive


def sent_in(drive: PtyDrive, seconds: float) -> bytes:
    """Return what comes within a time."""
    before, end = drive.sent, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        drive.read(left)
    return bytes(drive.raw[before:])


def test_what_stands_still_costs_nothing_a_move_600_bytes_and_a_changed_figure_300(
    resting: PtyDrive, shop: Database
) -> None:
    assert sent_in(resting, 3) == b""
    before = resting.sent
    shop.execute("DELETE FROM notes WHERE ctid IN (SELECT ctid FROM notes LIMIT 50)")
    resting.until(lambda: "50 %" in resting.text)
    resting.settle(0.6)
    assert 0 < resting.sent - before <= 300, bytes(resting.raw[before:])
    for key in ("j", "k", "down", "up"):
        assert 0 < resting.press(key, quiet=0.2) <= 600, key
    resting.press("?", quiet=0.6)
    assert sent_in(resting, 1.5) == b""
    resting.press("escape", "j", quiet=0.5)
    before = resting.sent
    shop.execute("CREATE TABLE zebra (id bigint PRIMARY KEY)")
    resting.wait_for("public.zebra")
    resting.settle(1.0)
    assert "▌ public.notes" in resting.text
    assert resting.sent - before <= 12_000


@pytest.mark.long
def test_nothing_is_sent_on_a_tab_that_stands_still_and_behind_any_dialogue(
    resting: PtyDrive, shop: Database
) -> None:
    for dialogue in (":", "C", "ctrl+p"):
        resting.press(dialogue, quiet=0.6)
        assert sent_in(resting, 3) == b"", dialogue
        resting.press("escape", quiet=0.6)
    for tab in ("2", "3", "5"):
        resting.press(tab, quiet=1.0)
        at_rest(resting, shop)
        assert sent_in(resting, 5) == b"", tab


@pytest.mark.long
def test_where_statements_are_sampled_only_the_count_of_samples_is_sent(resting: PtyDrive) -> None:
    resting.press("4", quiet=0.3)
    resting.until(lambda: re.search(r" [4-9] samples since", resting.text) is not None)
    sent = sent_in(resting, 5)
    (row,) = (y for y, line in enumerate(resting.lines, 1) if " samples since" in line)
    assert {int(y) for y in re.findall(rb"\x1b\[(\d+);\d+H", sent)} == {1, row}, (
        sent
    )  # the cursor stands in row 1
    assert len(sent) <= 600, sent
