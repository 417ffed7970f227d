"""Identity columns handed over to another column, their position and the name of their sequence kept."""

from __future__ import annotations

from collections.abc import Sequence

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find, naming, privileges
from pgplumb.migrate.intents.parts.hanging import suffixed
from pgplumb.migrate.intents.parts.quoting import literal, name, qualified


def sequence_of(catalog: Catalog, table: Relation, column: Column) -> Relation | None:
    """Return the sequence that belongs to a column."""
    for relation in catalog.relations.values():
        found = relation.sequence
        if found and (found.owner_relation, found.owner_column) == (table.oid, column.number):
            return relation
    return None


def handed_over(
    catalog: Catalog, table: Relation, column: Column, giver: tuple[str, str], taker: tuple[str, str]
) -> Sequence[str]:
    """Return the statements that give a column's identity to another; each is a table and a column as SQL.

    Raises Unwritable where its sequence was not read.
    """
    sequence = sequence_of(catalog, table, column)
    if sequence is None or sequence.sequence is None:
        raise Unwritable(f"the sequence of {table.qualified}.{column.name} was not read")
    found = sequence.sequence
    raw = naming.free(suffixed(sequence.name, "_new"), naming.relation_taken(catalog, sequence.schema))
    other, own = qualified(sequence.schema, raw), find.sql_name(sequence)
    words = "ALWAYS" if column.identity == "a" else "BY DEFAULT"
    options = f"SEQUENCE NAME {other} INCREMENT BY {found.increment} CACHE {found.cache}"
    options += " CYCLE" if found.cycle else ""
    return [
        f"ALTER TABLE {taker[0]} ALTER COLUMN {taker[1]} ADD GENERATED {words} AS IDENTITY ({options})",
        f"SELECT setval({literal(other)}, last_value, is_called) FROM {own}",
        f"ALTER TABLE {giver[0]} ALTER COLUMN {giver[1]} DROP IDENTITY",
        f"ALTER SEQUENCE {other} RENAME TO {name(sequence.name)}",
        *(text for text in privileges.restore(catalog, sequence) if text.startswith("GRANT")),
    ]
