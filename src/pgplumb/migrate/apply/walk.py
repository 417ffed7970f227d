"""The statements of a backfill: the next keys of a table, and the change of the rows between two of them.

Keys travel as text and are read back as their column's type, so that a place can be kept whatever the key is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pgplumb.migrate.plan import Batches
from pgplumb.server.writing import Order

_ALWAYS = ("", "true")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of keys: above the place, up to `last`."""

    last: tuple[str, ...]
    keys: int


@dataclass(frozen=True, slots=True)
class Place:
    """How far a backfill is, as the database keeps it."""

    number: int
    """Of the pass over the table, from 1."""
    last: tuple[str, ...] | None
    """The last key of the last batch; None at the beginning."""
    rows: int
    """Changed so far, in all passes."""
    walked: int
    """Keys of this pass."""
    batches: int


class Walk:
    """Writes the statements for one table and one change."""

    def __init__(self, batches: Batches, types: Sequence[str]) -> None:
        self._batches = batches
        self._types = types
        self._keys = [f"t.{name}" for name in batches.key]
        self._where = _plain(batches.where.strip() or "true")

    @property
    def has_condition(self) -> bool:
        """Whether the rows that still need the change can be told from the others."""
        return self._batches.where.strip().lower() not in _ALWAYS

    @property
    def sources(self) -> tuple[str, ...]:
        """The table and whatever values come from, as FROM items."""
        table = f"{_plain(self._batches.table)} AS t"
        return (table, _plain(self._batches.source)) if self._batches.source.strip() else (table,)

    def types(self) -> str:
        """Return a statement without rows whose columns have the types of the key."""
        return f"SELECT {', '.join(self._keys)} FROM {self._batches.table} AS t LIMIT 0"

    def window(self, last: tuple[str, ...] | None, size: int) -> Order:
        """Return a statement for the next so many keys: how many there are, and the last of them as text."""
        names = [f"k{i}" for i in range(len(self._keys))]
        columns = ", ".join(f"{key} AS {name}" for key, name in zip(self._keys, names, strict=True))
        above, params = self._above(last)
        text = (
            f"WITH w AS MATERIALIZED (SELECT {columns} FROM {self.sources[0]} WHERE {above}"
            f" ORDER BY {', '.join(self._keys)} LIMIT %s::bigint)"
            f" SELECT (SELECT pg_catalog.count(*) FROM w), {', '.join(f'{n}::text' for n in names)} FROM w"
            f" ORDER BY {', '.join(f'w.{n} DESC' for n in names)} LIMIT 1"
        )
        return Order(text, [*params, size])

    def batch(self, began: int, place: Place, window: Window) -> Order:
        """Return the statement that changes the rows of a window and moves the place with them.

        It fails, and with it all that it does, if the place was moved by somebody else (a null where none may be),
        or if a changed row meets the condition still. Returns how many rows it changed.
        """
        above, params = self._above(place.last)
        upto = f"{_row(self._keys)} <= {self._bound()}"
        rows = f"{above} AND {upto} AND ({self._where})"
        table, *source = self.sources
        if self._batches.assign is None:
            using = f" USING {source[0]}" if source else ""
            change = f"DELETE FROM {table}{using} WHERE {rows} RETURNING false AS again"
        else:
            origin = f" FROM {source[0]}" if source else ""
            again = self._where if self.has_condition else "false"
            change = f"UPDATE {table} SET {_plain(self._batches.assign)}{origin} WHERE {rows}"
            change += f" RETURNING ({again}) AS again"
        text = (
            f"WITH changed AS ({change}),"
            " counted AS (SELECT pg_catalog.count(*) AS rows, pg_catalog.count(*) FILTER (WHERE again) AS again"
            " FROM changed)"
            " UPDATE pgplumb.backfill AS b SET lo = %s::text[], rows = b.rows + counted.rows,"
            " walked = b.walked + %s::bigint, unchanged = counted.again, updated = pg_catalog.clock_timestamp(),"
            " batches = CASE WHEN b.batches = %s::bigint THEN b.batches + 1 END"
            " FROM counted WHERE b.began = %s::bigint RETURNING counted.rows"
        )
        last = list(window.last)
        return Order(text, [*params, *last, last, window.keys, place.batches, began])

    @property
    def shown(self) -> str:
        """What a batch does, for people: the statement with the bounds as words."""
        b, above = self._batches, f"{_row([f't.{k}' for k in self._batches.key])}"
        tables = [f"{b.table} AS t", *([b.source] if b.source.strip() else [])]
        bounds = f"{above} > last AND {above} <= next AND ({b.where.strip() or 'true'});"
        if b.assign is None:
            using = f"\nUSING {tables[1]}" if len(tables) > 1 else ""
            return f"DELETE FROM {tables[0]}{using}\nWHERE {bounds}"
        source = f"\nFROM {tables[1]}" if len(tables) > 1 else ""
        return f"UPDATE {tables[0]} SET {b.assign}{source}\nWHERE {bounds}"

    def left(self) -> Order:
        """Return a statement that tells whether any row still needs the change."""
        return Order(f"SELECT EXISTS (SELECT FROM {', '.join(self.sources)} WHERE ({self._where}))", [])

    def _above(self, last: tuple[str, ...] | None) -> tuple[str, list[object]]:
        if last is None:
            return "true", []
        return f"{_row(self._keys)} > {self._bound()}", list(last)

    def _bound(self) -> str:
        return _row([f"CAST(%s AS {_plain(kind)})" for kind in self._types])


def _row(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"({', '.join(items)})"


def _plain(text: str) -> str:
    """Return SQL for a statement with parameters, where a percent sign is written twice."""
    return text.replace("%", "%%")
