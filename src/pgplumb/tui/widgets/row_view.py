"""RowView: which rows of a list are shown and in what order. Pure: knows neither the screen nor the records."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic

from pgplumb.tui.widgets.columns import Comparable, R
from pgplumb.tui.widgets.row_filter import RowFilter


class RowView(Generic[R]):
    """A sequence of records, filtered and sorted. Records are replaced as a whole and never changed."""

    def __init__(
        self,
        key: Callable[[R], Hashable],
        text: Callable[[R], str],
        depth: Callable[[R], int] | None = None,
    ) -> None:
        """`text` is what the filter looks in; `depth` makes the rows a tree, whose order is its own."""
        self.key = key
        self._text = text
        self._depth = depth
        self._rows: Sequence[R] = ()
        self._sorted: Sequence[R] = ()
        self._shown: Sequence[R] = ()
        self._matching: Sequence[int] = ()
        self._filter = RowFilter()
        self._texts: list[str] | None = None
        self._folded: list[str] = []
        self._positions: dict[Hashable, int] | None = None
        self._sort: Callable[[R], Comparable | None] | None = None
        self._reverse = False

    @property
    def rows(self) -> Sequence[R]:
        """Rows that are shown, in order."""
        return self._shown

    @property
    def total(self) -> int:
        """How many rows there are without the filter."""
        return len(self._rows)

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self._filter)

    def position(self, key: Hashable) -> int | None:
        """Return where the row with a key is shown; None where it is not."""
        if self._positions is None:
            self._positions = {self.key(row): i for i, row in enumerate(self._shown)}
        return self._positions.get(key)

    def replace(self, rows: Sequence[R]) -> None:
        """Take a new reading of the list; filter and order stay."""
        self._rows = rows
        self._order()

    def sort(self, by: Callable[[R], Comparable | None] | None, reverse: bool = False) -> None:
        """Sort by a key; ties keep the order of the records, rows without a value come last."""
        self._sort, self._reverse = by, reverse
        self._order()

    def filter(self, text: str) -> None:
        """Show only rows whose text passes; what was hidden before is not looked at again where it cannot pass."""
        new = RowFilter.parse(text)
        narrowing = new.refines(self._filter) and bool(self._filter)
        self._filter = new
        self._match(self._matching if narrowing else range(len(self._sorted)))

    def _order(self) -> None:
        rows = self._rows
        by = self._sort
        if by is not None and self._depth is None:
            keyed = [(by(row), row) for row in rows]
            known = [(value, row) for value, row in keyed if value is not None]
            known.sort(key=lambda pair: pair[0], reverse=self._reverse)
            rows = [row for _, row in known] + [row for value, row in keyed if value is None]
        self._sorted = rows
        self._texts = None
        self._match(range(len(rows)))

    def _match(self, candidates: Sequence[int]) -> None:
        self._positions = None
        if not self._filter:
            self._matching = range(len(self._sorted))
            self._shown = self._sorted
            return
        if self._texts is None:
            self._texts = [self._text(row) for row in self._sorted]
            self._folded = [text.casefold() for text in self._texts]
        texts, folded = self._texts, self._folded
        if len(self._filter.terms) == 1:
            term = self._filter.terms[0]
            wanted, haystacks, negated = term.wanted, texts if term.exact_case else folded, term.negated
            self._matching = [i for i in candidates if (wanted in haystacks[i]) is not negated]
        else:
            matches = self._filter.matches
            self._matching = [i for i in candidates if matches(texts[i], folded[i])]
        chosen = self._matching if self._depth is None else self._with_ancestors(self._matching)
        self._shown = [self._sorted[i] for i in chosen]

    def _with_ancestors(self, matching: Sequence[int]) -> list[int]:
        """Return the matches with the rows above them in the tree, in order."""
        depth = self._depth
        assert depth is not None
        wanted = set(matching)
        path: list[int] = []
        kept: list[int] = []
        for i, row in enumerate(self._sorted):
            del path[depth(row) :]
            if i in wanted:
                kept.extend(path)
                path.clear()
                path.extend([-1] * depth(row))
                kept.append(i)
                path.append(-1)
            else:
                path.extend([-1] * (depth(row) - len(path)))
                path.append(i)
        return [i for i in kept if i >= 0]
