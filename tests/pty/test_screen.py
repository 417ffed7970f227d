"""From the command to a screen that can be used, and what keys do there."""

from __future__ import annotations

import pytest

from tests.databases import Database
from tests.pty.driving import READ, TABS, opened

RELATIONS = ("public.customers", "public.notes", "public.orders")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (200, 50)])
def test_the_first_screen_shows_every_tab_and_the_tables_with_the_focus_in_the_list(
    shop: Database, columns: int, rows: int
) -> None:
    with opened(shop.conninfo, columns=columns, rows=rows) as drive:
        for text in (*TABS, *RELATIONS, "primary", "read-only"):
            assert text in drive.text
        assert all(len(line) <= columns for line in drive.lines)
        drive.press("j")
        assert "▌ public.notes" in drive.text
        drive.press("G")
        assert "▌ public.orders" in drive.text


def test_each_tab_opens_by_its_number_and_by_brackets(shop: Database) -> None:
    marks = {"2": "orders_placed_at", "1": "customers"}
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        for key in ("5", "4", "3", "2", "1"):
            drive.press(key)
            assert drive.process.poll() is None
            drive.wait_for(marks.get(key, TABS[int(key) - 1]))
        drive.press("]")
        drive.wait_for("orders_placed_at")
        drive.press("[")
        drive.wait_for("public.customers")


def test_a_filter_narrows_the_list_at_once_and_escape_brings_all_back_and_never_quits(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        drive.press("/", "n", "o", "t", quiet=0.1)
        drive.wait_for("1 of 3")
        assert "public.notes" in drive.text
        assert "public.customers" not in drive.text
        drive.press(*["escape"] * 3, quiet=0.1)
        drive.wait_for("public.customers")
        assert drive.process.poll() is None


def test_help_the_palette_and_going_to_an_object_open_and_close(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        drive.press("?")
        drive.wait_for("In a list")
        drive.press("escape")
        drive.wait_for("public.customers")
        drive.press("ctrl+p")
        drive.wait_for("Go to or do")
        drive.press("escape")
        drive.press(":", *"placed", quiet=0.1)
        drive.wait_for("public.orders_placed_at")
        drive.press("enter")
        drive.wait_for("▌ public.orders_placed_at")
        drive.press("escape")
        drive.wait_for("▌ public.customers ")


def test_below_what_fits_it_says_so_and_a_larger_terminal_brings_everything(shop: Database) -> None:
    with opened(shop.conninfo, columns=20, rows=5, wanted="too small", read=False) as drive:
        drive.press("j", "2", "c", "c", "1", quiet=0.1)
        drive.resize(80, 24)
        drive.wait_for("public.orders")
        drive.until(lambda: READ.search(drive.text) is not None)


def test_a_terminal_without_a_size_is_taken_for_80_columns(shop: Database) -> None:
    with opened(shop.conninfo, columns=0, rows=0, wanted="", read=False) as drive:
        drive.screen.resize(25, 80)
        drive.wait_for("public.orders")


def test_a_resize_while_it_runs_lays_everything_out_again(shop: Database) -> None:
    with opened(shop.conninfo, columns=80, rows=24) as drive:
        drive.press("j")
        for columns, rows in ((200, 50), (20, 5), (120, 40), (80, 24)):
            drive.resize(columns, rows)
            drive.settle()
        drive.wait_for("▌ public.notes")
        assert all(tab in drive.text for tab in TABS)
        drive.resize(120, 40)
        drive.wait_for("CHECKLIST")
