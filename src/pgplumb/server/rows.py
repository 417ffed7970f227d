"""Rows as libpq delivered them, decoded when they are looked at.

A result of 100,000 rows costs its wire size in memory; a tuple is made per row only on access. Decoding is
psycopg's, in C (https://www.psycopg.org/psycopg3/docs/api/adapt.html).

Types as they come out: `"char"`, `name` and text types as `str`; oid, xid and the reg* types as `int`;
int2vector and oidvector as lists; timestamps with time zone in UTC; json decoded. A type without binary
output (aclitem) must be cast to text in the query; a type that nobody knows comes out as `bytes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast, overload

if TYPE_CHECKING:
    from psycopg.abc import Loader
    from psycopg.adapt import AdaptersMap
    from psycopg.pq import Format
    from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]


class Decoder(Protocol):
    """What we use of psycopg's Transformer, which is one class in C and another in Python."""

    def load_row(self, row: int, make_row: type[tuple[Any, ...]]) -> Row:
        """Return one row."""

    def load_rows(self, row0: int, row1: int, make_row: type[tuple[Any, ...]]) -> list[Row]:
        """Return the rows from row0 to row1, exclusive."""

    def get_loader(self, oid: int, format: Format) -> Loader:  # noqa: A002
        """Return what decodes one value."""


class Rows(Sequence[Row]):
    """One result: a sequence of tuples that are made on access and not kept."""

    __slots__ = ("_count", "_result", "_transformer")

    def __init__(self, result: PGresult) -> None:
        self._result = result
        self._count = result.ntuples
        self._transformer = _transformer(result, strict=True)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Return one row, or a list of them for a slice."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if index < 0:
            index += self._count
        if not 0 <= index < self._count:
            raise IndexError(f"row {index} of {self._count}")
        try:
            return self._transformer.load_row(index, tuple)
        except _undecodable():
            self._forgive()
            return self._transformer.load_row(index, tuple)

    def __iter__(self) -> Iterator[Row]:
        """Return the rows one after the other; none is kept."""
        load_row = self._transformer.load_row
        for index in range(self._count):
            try:
                yield load_row(index, tuple)
            except _undecodable():
                self._forgive()
                load_row = self._transformer.load_row
                yield load_row(index, tuple)

    def all(self) -> list[Row]:
        """Return every row, decoded in one call: the fastest way when all are needed."""
        try:
            return self._transformer.load_rows(0, self._count, tuple)
        except _undecodable():
            self._forgive()
            return self._transformer.load_rows(0, self._count, tuple)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        names = (self._result.fname(i) for i in range(self._result.nfields))
        return tuple((name or b"").decode("utf-8", "replace") for name in names)

    def column(self, index: int) -> list[Any]:
        """Return one column, top to bottom, decoding nothing else."""
        try:
            return self._column(index)
        except _undecodable():
            self._forgive()
            return self._column(index)

    def group_by(self, column: int) -> dict[int, Sequence[int]]:
        """Return the row numbers of each value of a column of type oid.

        Rows that stand together, as after ORDER BY, cost one range a value; only this column is decoded.
        """
        get_value = self._result.get_value
        groups: dict[int, Sequence[int]] = {}
        start, current = 0, get_value(0, column) if self._count else None
        for index in range(1, self._count):
            if (value := get_value(index, column)) != current:
                _add(groups, current, start, index)
                start, current = index, value
        if self._count:
            _add(groups, current, start, self._count)
        return groups

    def _column(self, index: int) -> list[Any]:
        result = self._result
        encoding = cast("Format", result.fformat(index))
        load = self._transformer.get_loader(result.ftype(index), encoding).load
        values = (result.get_value(row, index) for row in range(self._count))
        return [None if value is None else load(value) for value in values]

    def _forgive(self) -> None:
        """Decode what is no UTF-8 or no date of Python's from here on, at some cost in speed.

        Such bytes are possible in a SQL_ASCII database, and in any other through the shared catalogs: a role's
        name has the bytes of the database that it was created in. They become U+FFFD. An infinite time becomes
        the greatest or least one that Python has.
        """
        self._transformer = _transformer(self._result, strict=False)


def _add(groups: dict[int, Sequence[int]], value: bytes | None, start: int, end: int) -> None:
    """Note that the rows from start to end (exclusive) hold one value."""
    if value is None:
        return
    key = int.from_bytes(value, "big")
    if (known := groups.get(key)) is None:
        groups[key] = range(start, end)
    else:
        groups[key] = [*known, *range(start, end)]


def _transformer(result: PGresult, *, strict: bool) -> Decoder:
    """Return a decoder of one result."""
    from psycopg.adapt import Transformer

    transformer = Transformer(_Context(_adapters(strict)))
    transformer.set_pgresult(result, set_loaders=True)
    return cast("Decoder", transformer)


class _Context:
    """What psycopg asks for to find loaders: no connection, so UTF-8 and UTC."""

    connection = None

    def __init__(self, adapters: AdaptersMap) -> None:
        self.adapters = adapters


@cache
def _undecodable() -> tuple[type[Exception], ...]:
    """Return what strict decoding raises on values that `Rows` still wants to show."""
    import psycopg

    return (UnicodeDecodeError, psycopg.DataError)


@cache
def _adapters(strict: bool) -> AdaptersMap:
    """Return psycopg's loaders with those of the catalogs' own types added."""
    import psycopg
    from psycopg.adapt import AdaptersMap
    from psycopg.types.array import ArrayBinaryLoader
    from psycopg.types.numeric import OidBinaryLoader
    from psycopg.types.string import TextBinaryLoader

    adapters = AdaptersMap(psycopg.adapters)
    for oid in _UNSIGNED:
        adapters.register_loader(oid, OidBinaryLoader)
    for oid in _VECTORS:
        adapters.register_loader(oid, ArrayBinaryLoader)
    for oid in _TEXTS:
        adapters.register_loader(oid, TextBinaryLoader)
    if not strict:
        from pgplumb.server.forgiving import register

        register(adapters, _TEXTS)
    return adapters


_UNSIGNED = (24, 26, 28, 29, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096)
"""regproc, oid, xid, cid, regprocedure, regoper, regoperator, regclass, regtype, regconfig, regdictionary,
regnamespace, regrole: four unsigned bytes each (pg_type.dat)."""

_VECTORS = (22, 30)
"""int2vector, oidvector: arrays in all but name."""

_TEXTS = (18, 19, 25, 194, 705, 1042, 1043)
"""`"char"`, name, text, pg_node_tree, unknown, bpchar, varchar."""
