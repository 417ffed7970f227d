"""A program with one LineTable of N rows, for tests that count bytes: `python -m tests.tui.table_program N`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from textual.app import App, ComposeResult

from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_table import LineTable


@dataclass(frozen=True, slots=True)
class Thing:
    """A record such as a tab would have."""

    number: int
    name: str
    rows: int
    fails: int


def checks(thing: Thing) -> Line:
    """A cell in two inks."""
    if thing.fails:
        return (Span(f"✗ {thing.fails}", "fail"), Span("  ! 1", "warn"))
    return (Span("✓", "pass"),)


COLUMNS = (
    Column[Thing]("name", "table", lambda t: t.name, sort=lambda t: t.name),
    Column[Thing](
        "rows", "rows", lambda t: f"{t.rows:,}", 12, right=True, sort=lambda t: t.rows, largest_first=True
    ),
    Column[Thing]("size", "size", lambda t: f"{t.rows % 977} MB", 9, right=True, priority=1),
    Column[Thing]("idx", "idx", lambda t: str(t.number % 9), 5, right=True, priority=2),
    Column[Thing]("seq", "seq", lambda t: f"{t.number % 100} %", 6, right=True, priority=3),
    Column[Thing]("dead", "dead", lambda t: f"{t.number % 40} %", 6, right=True, priority=4),
    Column[Thing]("checks", "checks", checks, 16),
)


def things(count: int) -> tuple[Thing, ...]:
    """Make records."""
    return tuple(Thing(n, f"schema_{n % 20}.table_{n:05d}", n * 37 % 99991, n % 3) for n in range(count))


class TableProgram(App[None]):
    """`x` changes one cell of a visible row, `z` publishes equal rows once more."""

    BINDINGS = [("x", "change", ""), ("z", "again", ""), ("q", "quit", "")]  # noqa: RUF012

    def __init__(self, count: int) -> None:
        super().__init__()
        self.animation_level = "none"
        self.rows = things(count)

    def compose(self) -> ComposeResult:
        yield LineTable(COLUMNS, key=lambda t: t.number, text=lambda t: t.name)

    def on_mount(self) -> None:
        table = self.query_one(LineTable)
        table.show(self.rows)
        table.focus()

    def action_change(self) -> None:
        changed = replace(self.rows[5], rows=self.rows[5].rows + 1)
        self.rows = (*self.rows[:5], changed, *self.rows[6:])
        self.query_one(LineTable).show(self.rows)

    def action_again(self) -> None:
        self.rows = tuple(replace(row) for row in self.rows)
        self.query_one(LineTable).show(self.rows)


if __name__ == "__main__":
    TableProgram(int(sys.argv[1])).run(mouse=False)
