"""Every object that people gave a name to, for the rules about names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pgplumb.catalog.model import Catalog, Schema
from pgplumb.catalog.relation import Column, Constraint, Index, Relation
from pgplumb.checks.once import once_per_catalog

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


def relations(catalog: Catalog) -> Iterator[Relation]:
    """Yield relations: no partitions, no extension's, and no sequence that came with a column."""
    for relation in catalog.relations.values():
        if relation.kind not in _WORDS or relation.is_partition or relation.extension is not None:
            continue
        if relation.sequence is not None and relation.sequence.owner_relation:
            continue
        yield relation


def tables(catalog: Catalog) -> Iterator[Relation]:
    """Yield the relations whose columns were named by hand: tables and foreign tables."""
    for relation in relations(catalog):
        if relation.kind in "rpf":
            yield relation


def own_constraints(table: Relation) -> list[Constraint]:
    """Return constraints that stand on this table itself; inherited ones and the server's copies are left out."""
    return [c for c in table.constraints if not c.parent and c.is_local]


def own_indexes(table: Relation) -> list[Index]:
    """Return indexes that back no constraint and belong to no partitioned parent's index."""
    backing = {c.index for c in table.constraints if c.kind in "pux"}
    return [i for i in table.indexes if i.oid not in backing and not i.parent]


def everything(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Yield the kind in words, the name and the identifier of schemas, relations, functions and types."""
    for schema in schemas(catalog):
        yield "schema", schema.name, schema.id
    for relation in relations(catalog):
        yield _WORDS[relation.kind], relation.name, relation.id
    for function in catalog.functions.values():
        if function.extension is None:
            yield "function", function.name, function.id
    for kind in catalog.types.values():
        made = kind.schema not in ("pg_catalog", "information_schema") and kind.extension is None
        if made and kind.kind in "decrm" and kind.category != "A":
            yield "type", kind.name, kind.id


@once_per_catalog
def columns_by_name(catalog: Catalog) -> Mapping[str, Sequence[tuple[Relation, Column]]]:
    """Return the columns of tables by name: a name is judged once, however many tables have it."""
    found: dict[str, list[tuple[Relation, Column]]] = {}
    for table in tables(catalog):
        for column in table.columns:
            name = column.name
            if name in found:
                found[name].append((table, column))
            else:
                found[name] = [(table, column)]
    return found
