"""The table: its cursor, filter, order, and what it draws."""

from __future__ import annotations

from dataclasses import replace

from textual.app import App, ComposeResult

from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.filter_input import FilterInput, ListPane
from pgplumb.tui.widgets.ink import line, text_of
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind
from tests.tui.table_program import COLUMNS, Thing, things


class Bench(App[None]):
    """One list with its filter."""

    CSS = ".filter-line { height: 1; } TextField { width: 1fr; }"

    def __init__(self, table: LineTable[Thing]) -> None:
        super().__init__()
        self.pane = ListPane(table, noun="things")
        self.table = table
        self.highlighted: list[object] = []
        self.selected: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.table.focus()

    def on_line_table_highlighted(self, event: LineTable.Highlighted) -> None:
        self.highlighted.append(event.row and event.row.number)

    def on_line_table_selected(self, event: LineTable.Selected) -> None:
        self.selected.append(event.row.number)


def table(kinds: RowKind[Thing] | None = None) -> LineTable[Thing]:
    """A table of things."""
    return LineTable(COLUMNS, key=lambda t: t.number, text=lambda t: t.name, kinds=kinds)


def drawn(of: LineTable[Thing]) -> list[str]:
    """The lines of a table as they are on the screen."""
    return [text_of(of.line_at(y)).rstrip() for y in range(of.content_size.height)]


async def test_the_cursor_stays_on_its_object_when_rows_come_and_go_and_the_order_turns() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 20)) as pilot:
        rows = things(50)
        app.table.show(rows)
        await pilot.press("j", "j", "j")
        assert app.table.key == 3
        app.table.show([replace(rows[0], number=900, name="aaa"), *rows])
        assert app.table.key == 3
        app.table.sort_by(COLUMNS[1], True)
        assert app.table.key == 3
        app.table.show([row for row in rows if row.number != 3])
        await pilot.pause()
        assert app.table.key is not None
        assert app.table.key != 3


async def test_it_tells_of_a_row_once_and_not_again_when_nothing_moved() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 20)) as pilot:
        app.table.show(things(5))
        await pilot.pause()
        app.table.show(things(5))
        await pilot.press("j", "enter")
        assert app.highlighted == [0, 1]
        assert app.selected == [1]


async def test_vim_keys_go_where_they_go_in_vim() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 22)) as pilot:
        app.table.show(things(100))
        for key, expected in (
            ("G", 99), ("k", 98), ("g", 0), ("ctrl+d", 10), ("ctrl+u", 0), ("pagedown", 20), ("end", 99), ("home", 0),
        ):  # fmt: skip
            await pilot.press(key)
            assert app.table.key == expected, key


async def test_a_shifted_letter_of_the_kitty_protocol_is_the_capital_letter() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 22)) as pilot:
        app.table.show(things(100))
        await pilot.press("shift+g")
        assert app.table.key == 99


async def test_typing_filters_at_once_and_escape_clears_and_then_leaves() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 20)) as pilot:
        app.table.show(things(100))
        await pilot.press("slash", *"schema_7.")
        assert [row.number for row in app.table.view.rows] == [7, 27, 47, 67, 87]
        await pilot.press("enter")
        assert app.table.has_focus
        assert app.pane.query_one(FilterInput).value == "schema_7."
        await pilot.press("slash", "escape")
        assert len(app.table.view.rows) == 100
        assert app.pane.has_focus_within
        await pilot.press("escape")
        assert app.focused is app.table


async def test_the_cursor_finds_back_to_its_row_after_a_filter_that_nothing_passed() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 20)) as pilot:
        app.table.show(things(100))
        app.table.move_to(42)
        app.table.set_filter("nothing is called this")
        assert not app.table.view.rows
        app.table.set_filter("")
        await pilot.pause()
        assert app.table.key == 42


async def test_sorting_goes_through_the_columns_largest_first_where_that_is_wanted() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 20)) as pilot:
        app.table.show(things(30))
        await pilot.press("s")
        assert app.table.sort_column is COLUMNS[0]
        await pilot.press("s")
        sizes = [row.rows for row in app.table.view.rows]
        assert sizes == sorted(sizes, reverse=True)
        assert "▾rows" in drawn(app.table)[0]
        await pilot.press("S")
        assert [row.rows for row in app.table.view.rows] == sorted(sizes)
        await pilot.press("s")
        assert app.table.sort_column is None


async def test_a_locked_row_keeps_its_place_and_says_who_holds_it() -> None:
    kinds = RowKind[Thing](note=lambda t: line("locked by 4121") if t.number == 1 else None)
    app = Bench(table(kinds))
    async with app.run_test(size=(100, 20)):
        app.table.show(things(3))
        lines = drawn(app.table)
        assert lines[2] == "  schema_1.table_00001  locked by 4121"
        assert "MB" in lines[3]


async def test_headings_are_passed_over() -> None:
    kinds = RowKind[Thing](
        whole=lambda t: line(f"-- {t.name}") if t.number % 3 == 0 else None,
        selectable=lambda t: t.number % 3 != 0,
    )
    app = Bench(table(kinds))
    async with app.run_test(size=(100, 20)) as pilot:
        app.table.show(things(7))
        rested = [app.table.key]
        for key in ("j", "j", "k", "k", "k"):
            await pilot.press(key)
            rested.append(app.table.key)
        assert rested == [1, 2, 4, 2, 1, 1]
        assert drawn(app.table)[1] == "  -- schema_0.table_00000"


async def test_every_size_is_drawn_without_a_fault() -> None:
    app = Bench(table())
    async with app.run_test(size=(120, 40)) as pilot:
        app.table.show(things(100))
        await pilot.press("G")
        for size in ((20, 5), (1, 1), (3, 2), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await pilot.press("k", "s", "l", "h", "pagedown")
            assert all(len(text) <= size[0] for text in drawn(app.table))


async def test_hostile_names_are_drawn_as_text() -> None:
    app = Bench(table())
    names = ['a\x1b[31m"\n;--', "[bold]markup[/]", "‮evil", "🏳️‍🌈" * 5, "x" * 200]
    async with app.run_test(size=(60, 20)):
        app.table.show([Thing(n, name, 1, 0) for n, name in enumerate(names)])
        lines = drawn(app.table)
        assert all(text.isprintable() for text in lines)
        assert "[bold]markup[/]" in lines[2]
        assert "‮" not in lines[3]


async def test_where_there_are_no_rows_it_says_why() -> None:
    app = Bench(table())
    async with app.run_test(size=(60, 20)):
        app.table.show((), (line("not read yet"), line("needs pg_monitor")))
        assert drawn(app.table)[1:3] == ["  not read yet", "  needs pg_monitor"]


async def test_columns_that_do_not_fit_are_reached_sideways() -> None:
    app = Bench(table())
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.show(things(3))
        assert "dead" not in drawn(app.table)[0]
        await pilot.press("right", "right", "right", "right")
        assert "dead" in drawn(app.table)[0]
        assert drawn(app.table)[0].startswith("  table")
        await pilot.press("h", "h", "h", "h")
        assert "rows" in drawn(app.table)[0]


async def test_the_count_says_how_many_of_how_many() -> None:
    app = Bench(table())
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.show(things(1204))
        await pilot.pause()
        assert text_of(app.pane.count_label.lines[0]).strip() == "1,204 things"
        await pilot.press("slash", "7")
        await pilot.pause()
        assert text_of(app.pane.count_label.lines[0]).strip().endswith("of 1,204")


def test_a_column_of_a_record_can_be_written_with_its_type() -> None:
    assert Column[Thing]("name", "table", lambda t: t.name).cell(Thing(1, "a", 1, 0)) == "a"


async def test_the_count_is_a_word_in_its_number_and_nothing_while_nothing_was_read() -> None:
    app = Bench(table())
    async with app.run_test(size=(100, 20)) as pilot:
        for number, said in ((0, ""), (1, "1 thing"), (2, "2 things")):
            app.table.show(things(number))
            await pilot.pause()
            assert text_of(app.pane.count_label.line_at(0)).strip() == said
