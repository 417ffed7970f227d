"""Every object that people gave a name to, for the rules about names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pgplumb.catalog.model import Catalog, Schema
from pgplumb.catalog.relation import Constraint, Index, Relation

_WORDS = {
    "r": "table",
    "p": "table",
    "v": "view",
    "m": "materialized view",
    "f": "foreign table",
    "S": "sequence",
}


def schemas(catalog: Catalog) -> Iterator[Schema]:
    """Yield schemas that neither the server nor an extension made."""
    for schema in catalog.schemas.values():
        if (
            schema.extension is None
            and schema.name != "information_schema"
            and not schema.name.startswith("pg_")
        ):
            yield schema


def is_named(relation: Relation) -> bool:
    """Whether people named a relation: no partition, no extension's, and no sequence that came with a column."""
    if relation.kind not in _WORDS or relation.is_partition or relation.extension is not None:
        return False
    return relation.sequence is None or not relation.sequence.owner_relation


def has_named_columns(relation: Relation) -> bool:
    """Whether a relation's columns were named by hand: those of tables and foreign tables."""
    return relation.kind in "rpf" and is_named(relation)


def word(relation: Relation) -> str:
    """Return what a relation is, in words."""
    return _WORDS[relation.kind]


def own_constraints(table: Relation) -> list[Constraint]:
    """Return constraints that stand on this table itself; inherited ones and the server's copies are left out."""
    return [c for c in table.constraints if not c.parent and c.is_local]


def own_indexes(table: Relation) -> list[Index]:
    """Return indexes that back no constraint and belong to no partitioned parent's index."""
    backing = {c.index for c in table.constraints if c.kind in "pux"}
    return [i for i in table.indexes if i.oid not in backing and not i.parent]


def others(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Yield the kind in words, the name and the identifier of what is no relation: schemas, functions and types."""
    for schema in schemas(catalog):
        yield "schema", schema.name, schema.id
    for function in catalog.functions.values():
        if function.extension is None:
            yield "function", function.name, function.id
    for kind in catalog.types.values():
        made = kind.schema not in ("pg_catalog", "information_schema") and kind.extension is None
        if made and kind.kind in "decrm" and kind.category != "A":
            yield "type", kind.name, kind.id


OTHERS = ("catalog.schemas", "catalog.functions", "catalog.types")
"""What `others` reads."""


@lru_cache(maxsize=4096)
def pattern(text: str, table: str = "", columns: str = "") -> re.Pattern[str]:
    """Return a pattern of the profile's `[naming]`, the names of a table and of columns put in."""
    filled = text.replace("{table}", re.escape(table)).replace("{columns}", re.escape(columns))
    return re.compile(rf"(?:{filled})\Z")
