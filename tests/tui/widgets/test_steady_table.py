"""A table whose rows keep their places."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.app import App, ComposeResult

from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.steady_table import SteadyTable


@dataclass(frozen=True, slots=True)
class Thing:
    """A record with a figure that moves."""

    name: str
    size: int


NAME = Column[Thing]("name", "name", lambda t: t.name, sort=lambda t: t.name)
SIZE = Column[Thing]("size", "size", lambda t: str(t.size), sort=lambda t: t.size, largest_first=True)


def things(**sizes: int) -> list[Thing]:
    return [Thing(name, size) for name, size in sizes.items()]


class Program(App[None]):
    """One table, sorted by size."""

    def compose(self) -> ComposeResult:
        """The table."""
        self.table = SteadyTable[Thing]((NAME, SIZE), key=lambda t: t.name, text=lambda t: t.name)
        self.table.sort_by(SIZE, True)
        yield self.table

    @property
    def names(self) -> str:
        """The rows as they stand."""
        return "".join(thing.name for thing in self.table.view.rows)


@asynccontextmanager
async def showing(rows: Sequence[Thing]) -> AsyncIterator[Program]:
    program = Program()
    async with program.run_test() as pilot:
        program.table.show(rows)
        program.table.focus()
        await pilot.pause()
        yield program


async def test_rows_keep_their_places_while_their_figures_change() -> None:
    async with showing(things(a=1, b=3, c=2)) as program:
        assert program.names == "bca"
        program.table.show(things(a=9, b=3, c=2))
        assert program.names == "bca"
        assert [thing.size for thing in program.table.view.rows] == [3, 2, 9]


async def test_rows_are_ordered_anew_when_that_is_asked_for() -> None:
    async with showing(things(a=1, b=3, c=2)) as program:
        program.table.show(things(a=9, b=3, c=2), order=True)
        assert program.names == "abc"


async def test_a_row_that_was_not_there_comes_in_where_it_belongs_and_others_keep_their_places() -> None:
    async with showing(things(a=1, b=5, c=3)) as program:
        assert program.names == "bca"
        program.table.show(things(a=9, b=5, c=3, x=4, y=100, z=0))
        assert program.names == "ybxcaz"
        program.table.show(things(a=9, c=3, x=4, y=100))
        assert program.names == "yxca"


async def test_the_first_rows_are_ordered_whenever_they_come() -> None:
    async with showing(()) as program:
        program.table.show(things(a=1, b=3))
        assert program.names == "ba"


async def test_a_key_orders_by_the_figures_of_now_and_rows_that_a_filter_hides_keep_their_places_too() -> (
    None
):
    async with showing(things(ax=1, b=3, cx=2)) as program:
        program.table.set_filter("x")
        assert program.names == "cxax"
        program.table.show(things(ax=5, b=9, cx=2))
        assert program.names == "cxax"
        program.table.action_reverse()
        assert program.names == "cxax"
        program.table.set_filter("")
        assert program.names == "cxaxb"
        program.table.sort_by(NAME)
        assert program.names == "axbcx"


async def test_the_cursor_stays_on_its_row_when_rows_are_ordered_anew() -> None:
    async with showing(things(a=1, b=3, c=2)) as program:
        program.table.move_to("a")
        program.table.show(things(a=9, b=3, c=2), order=True)
        row = program.table.row
        assert row is not None
        assert row.name == "a"
