"""No column refers to large objects."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import OID, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_CATALOG_WORDS = vocabulary(
    """rel relid relation table tableoid class classid objid objsubid refobjid index indexrelid type typeid typid role
    roleid user userid usesysid owner db dbid datid database schema nsp namespace func funcid function proc operator
    opclass collation constraint trigger policy extension tablespace relfilenode backend subid pubid server
    attrelid attnum oid"""
)
"""Words of columns that hold the oid of something in the catalogs; a bare `oid` says nothing else."""

_OID = frozenset((OID,))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for lo, and for oid columns that are not named for a catalog object."""
    kinds = leaves(facts.catalog)
    types = facts.catalog.types
    columns = table.columns
    report.checked(len(columns))
    references = kinds.made_of(_OID)
    for column in [c for c in columns if c.type_oid in references]:
        if kinds[column.type_oid].is_array:
            continue
        found = types.get(column.type_oid)
        is_lo = found is not None and found.name == "lo"
        parts = words(column.name)
        meaningful = parts[:-1] if parts[-1:] == ("oid",) and len(parts) > 1 else parts
        if not is_lo and not _CATALOG_WORDS.isdisjoint(meaningful):
            continue
        shown = "lo" if is_lo else "oid"
        report.fail(
            table.column_id(column),
            f"{table.qualified}.{part(column.name)} is {shown}: it refers to a large object that stays behind when "
            "the row is deleted",
            {"type": shown},
            related=(table.id,),
        )


RULE = Rule(
    id="no-large-object-columns",
    title="No column refers to large objects",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No column is lo, or oid without being named for a catalog object.",
    why="Large objects have privileges of their own, are not removed with the row that refers to them, and logical "
    "replication leaves them out. bytea or an object store has none of this.",
    source="https://www.postgresql.org/docs/current/lo-intro.html",
    looks_at="pg_attribute (attname, atttypid), pg_type.typbasetype",
    each_table=check,
    reads=("catalog.types",),
    not_applicable_when="there is no column",
)
