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

    `s` and `S` order anew, and so does `show(..., order=True)`. Rows that were not there then stand at the end.
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
        if order or not self._ranks:
            self._rank()
        super().show(rows, placeholder)

    def sort_by(self, column: Column[R] | None, reverse: bool = False) -> None:
        """Sort by a column as the rows are now, and keep that order."""
        self.sort_column, self.sort_reversed = column, reverse
        self._rank()
        self.view.sort(lambda row: self._ranks.get(self.view.key(row)))
        self._settle()

    def _rank(self) -> None:
        column = self.sort_column
        view = RowView(self.view.key, lambda _: "")
        view.replace(self._all)
        view.sort(column.sort if column else None, self.sort_reversed)
        self._ranks = {view.key(row): at for at, row in enumerate(view.rows)}
