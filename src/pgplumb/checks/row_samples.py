"""Samples rows of tables, when somebody asked for it: which columns follow from another one, by counts alone.

Each table is read once, READ ONLY, by TABLESAMPLE with a time limit; what comes back are numbers of different values,
never a value. Tables that were never analysed are left out: without statistics nothing tells a coincidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.statistics import ColumnStatistics, Dependency
from pgplumb.checks.column_statistics import MINIMUM_ROWS, column_statistics
from pgplumb.checks.column_types import without_domain
from pgplumb.checks.estimates import rows
from pgplumb.checks.facts import Facts
from pgplumb.checks.sampled import Sampled
from pgplumb.server.errors import QueryError
from pgplumb.server.session import Session
from pgplumb.sql.quote import quote_identifier, quote_qualified

ROWS = 10_000
"""Rows of a sample, about."""
TIMEOUT_MS = 5_000
_COLUMNS = 8
_GROUP = 20
"""Rows that each value of a column must have in a table, on average, to be worth pairing."""
_NARROW = 100
"""Bytes up to which a column is paired."""
_PAIRED = "BDNSTUE"
"""pg_type.typcategory of types with an equality that is cheap: no documents, arrays or geometry."""


def candidates(table: Relation, facts: Facts) -> tuple[Column, ...]:
    """Return the columns that are worth pairing: few values beside the rows, no key, nothing generated."""
    count = rows(table, facts)
    if count is None or count < MINIMUM_ROWS:
        return ()
    unique = {i.key_columns[0] for i in table.indexes if i.is_unique and len(i.key_columns) == 1}
    found: list[tuple[float, Column]] = []
    for column in table.columns:
        figures = column_statistics(table, column.number, facts)
        kind = facts.catalog.types.get(without_domain(facts.catalog, column.type_oid, -1)[0])
        if not isinstance(figures, ColumnStatistics) or kind is None or kind.category not in _PAIRED:
            continue
        distinct = figures.distinct if figures.distinct >= 0 else -figures.distinct * count
        if column.generated or column.number in unique or figures.average_width > _NARROW:
            continue
        if distinct >= 2 and distinct * _GROUP <= count:
            found.append((-distinct, column))
    chosen = sorted(found, key=lambda pair: (pair[0], pair[1].number))[:_COLUMNS]
    return tuple(column for _, column in sorted(chosen, key=lambda pair: pair[1].number))


def sample_statement(table: Relation, columns: tuple[Column, ...], count: float) -> str:
    """Return what is run: the rows sampled, the different values of each column, and of each pair of them."""
    names = [quote_identifier(c.name) for c in columns]
    share = min(100.0, max(100.0 * ROWS / max(count, 1.0), 0.0001))
    pairs = [f"count(DISTINCT ({a}, {b}))" for a, b in combinations(names, 2)]
    counts = ", ".join(("count(*)", *(f"count(DISTINCT ({a}, 0))" for a in names), *pairs))
    return (
        f"SELECT {counts} FROM (SELECT {', '.join(names)} FROM {quote_qualified(table.schema, table.name)} "
        f"TABLESAMPLE SYSTEM ({share:.4f}) REPEATABLE (1) LIMIT {ROWS}) sample"
    )


def planned(facts: Facts) -> Iterator[tuple[Relation, tuple[Column, ...], str]]:
    """Yield the tables that are worth a sample, what is paired, and the statement for each."""
    for table in facts.catalog.tables:
        # A foreign table or a view takes no TABLESAMPLE; rules speak of a partitioned table as a whole.
        columns = candidates(table, facts)
        if len(columns) > 1:
            yield table, columns, sample_statement(table, columns, rows(table, facts) or 0.0)


def sample_rows(session: Session, facts: Facts, step: Callable[[Relation, str], None]) -> Sampled:
    """Sample each table in a transaction of its own; `step` hears what is about to run. Raises LostConnection."""
    found: dict[int, tuple[Dependency, ...]] = {}
    statements: dict[int, str] = {}
    refused: dict[int, str] = {}
    for table, columns, text in planned(facts):
        step(table, text)
        statements[table.oid] = text
        try:
            with session.unit(TIMEOUT_MS) as unit:
                counts = unit.query(text)[0]
        except QueryError as error:
            refused[table.oid] = error.what
            continue
        found[table.oid] = tuple(_following(columns, [int(str(c)) for c in counts]))
    return Sampled(found, statements, refused)


def _following(columns: tuple[Column, ...], counts: list[int]) -> Iterator[Dependency]:
    """Yield what follows from what: as many pairs as values of the one say that each has one of the other."""
    total, single, pairs = counts[0], counts[1 : 1 + len(columns)], counts[1 + len(columns) :]
    of = dict(zip(columns, single, strict=True))
    for (one, other), both in zip(combinations(columns, 2), pairs, strict=True):
        for left, right in ((one, other), (other, one)):
            if both == of[left] and of[right] > 1 and of[left] * 10 <= total:
                yield Dependency((left.number,), right.number, 1.0, total)
