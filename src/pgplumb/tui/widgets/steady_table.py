"""SteadyTable: a list of figures that move. Rows keep their places while the figures in them change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from pgplumb.tui.widgets.columns import Column, R
from pgplumb.tui.widgets.ink import Line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.row_view import RowView
from pgplumb.tui.widgets.table_parts import RowKind


class SteadyTable(LineTable[R]):
    """A LineTable whose order is made once and kept until somebody asks for it again.

    `s` and `S` order anew, and so does `show(..., order=True)`. A row that was not there comes in where it belongs,
    and moves no other one past another.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        text: Callable[[R], str],
        kinds: RowKind[R] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(columns, key=key, text=text, kinds=kinds, id=id)
        self._all: Sequence[R] = ()
        self._ranks: Mapping[Hashable, int] = {}

    def show(self, rows: Sequence[R], placeholder: Sequence[Line] = (), *, order: bool = False) -> None:
        """Take a new reading, in the order of the last one unless it is asked for anew."""
        self._all = rows
        self._rank(keep=not order)
        super().show(rows, placeholder)

    def sort_by(self, column: Column[R] | None, reverse: bool = False) -> None:
        """Sort by a column as the rows are now, and keep that order."""
        self.sort_column, self.sort_reversed = column, reverse
        self._rank(keep=False)
        self.view.sort(lambda row: self._ranks.get(self.view.key(row)))
        self._settle()

    def _rank(self, keep: bool) -> None:
        """Number all rows, whether a filter shows them or not."""
        key, known = self.view.key, self._ranks if keep else {}
        kept = sorted((row for row in self._all if key(row) in known), key=lambda row: known[key(row)])
        fresh = self._sorted([row for row in self._all if key(row) not in known] if kept else self._all)
        ordered: list[R] = []
        at = 0
        for row in kept:
            while at < len(fresh) and self._before(fresh[at], row):
                ordered.append(fresh[at])
                at += 1
            ordered.append(row)
        self._ranks = {key(row): n for n, row in enumerate([*ordered, *fresh[at:]])}

    def _sorted(self, rows: Sequence[R]) -> Sequence[R]:
        view = RowView(self.view.key, lambda _: "")
        view.replace(rows)
        view.sort(self.sort_column.sort if self.sort_column else None, self.sort_reversed)
        return view.rows

    def _before(self, one: R, other: R) -> bool:
        """Whether one row belongs above another by the figures of now; a row without a figure belongs below."""
        sort = self.sort_column.sort if self.sort_column else None
        if sort is None:
            return False
        mine, theirs = sort(one), sort(other)
        if mine is None or theirs is None:
            return mine is not None
        return theirs < mine if self.sort_reversed else mine < theirs
