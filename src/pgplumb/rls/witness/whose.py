"""Whose a made-up row is: its tenant column says so, or a key of a parent that is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Column
from pgplumb.rls.tenant_map import TenantPath
from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session

Keys = tuple[tuple[str, str | None], ...]
"""Keys of parents, and the tenant that each leads to, as text."""
_ROWS = 1_000
"""How many parents are looked at."""
_EACH = 2
"""How many of one tenant are taken."""
_MOST = 12
_TIMEOUT_MS = 2_000


@dataclass(frozen=True, slots=True)
class Whose:
    """What of a row says its tenant."""

    column: str
    """The tenant's, or what holds a parent's key."""
    keys: Keys | None = None
    """None where the column is the tenant's. Empty where a row may be of any parent: the predicate does not ask."""

    @property
    def sql(self) -> str:
        """The tenant of a row, as SQL; NULL where it is anybody's."""
        column = quote_identifier(self.column)
        if self.keys is None:
            return column
        arms = [f"WHEN {quote_literal(key)} THEN {_literal(tenant)}" for key, tenant in self.keys]
        return f"(CASE {column}::text {' '.join(arms)} END)" if arms else "NULL::text"


def tenant_column(catalog: Catalog, relation: int, path: TenantPath) -> Column | None:
    """Return the column in which a path ends."""
    last = catalog.relations.get(path.hops[-1].relation if path.hops else relation)
    return last.column_named(path.column) if last is not None else None


def keys_of(session: Session, catalog: Catalog, path: TenantPath) -> Keys:
    """Return some parents of several tenants, nothing where they cannot be read. Raises LostConnection."""
    tables = [catalog.relations.get(hop.relation) for hop in path.hops]
    if not tables or None in tables:
        return ()
    source = "FROM "
    for number, (table, hop) in enumerate(zip(tables, path.hops, strict=True)):
        assert table is not None
        named = f"{quote_qualified(table.schema, table.name)} AS h{number}"
        key = f"h{number}.{quote_identifier(hop.key)}"
        source += (
            f" JOIN {named} ON {key} = h{number - 1}.{quote_identifier(hop.column)}" if number else named
        )
    first, last = (
        f"h0.{quote_identifier(path.hops[0].key)}",
        f"h{len(tables) - 1}.{quote_identifier(path.column)}",
    )
    some = f"SELECT {first}::text AS key, {last}::text AS tenant {source} LIMIT {_ROWS}"
    numbered = (
        f"SELECT key, tenant, row_number() OVER (PARTITION BY tenant ORDER BY key) AS n FROM ({some}) AS seen"
    )
    try:
        with session.unit(_TIMEOUT_MS) as unit:
            found = unit.query(
                f"SELECT key, tenant FROM ({numbered}) AS each WHERE n <= {_EACH} LIMIT {_MOST}"
            )
    except QueryError as error:
        if error.cancelled:
            raise
        return ()
    return tuple(_keyed(found))


def _keyed(rows: Iterable[tuple[str | None, str | None]]) -> Iterable[tuple[str, str | None]]:
    for key, tenant in rows:
        if key is not None:
            yield key, tenant


def _literal(value: str | None) -> str:
    return "NULL" if value is None else quote_literal(value)
