"""Which columns take their values from which sequence: by ownership, identity or nextval() in a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.once import once_per_catalog
from pgplumb.sql.lexer import tokens

_NEXTVAL = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")


@dataclass(frozen=True, slots=True)
class Use:
    """One column that a sequence feeds."""

    table: Relation
    column: Column
    owned: bool
    """Whether the sequence belongs to the column, and is dropped with it."""


@dataclass(frozen=True, slots=True)
class Uses:
    """All columns that sequences feed, by the sequence's oid."""

    by_sequence: Mapping[int, tuple[Use, ...]]
    unread: Unread | None
    """Why some defaults could not be read, so that uses may be missing."""


def _parts(name: str) -> tuple[str, ...]:
    """Split what regclass prints: `public."Order_id_seq"`."""
    found = [t.text for t in tokens(name) if t.text != "."]
    return tuple(t[1:-1].replace('""', '"') if t.startswith('"') else t for t in found)


@once_per_catalog
def sequence_uses(catalog: Catalog) -> Uses:
    """Return the columns that each sequence feeds; partitions, which share their root's, are left out."""
    by_name: dict[str, list[Relation]] = {}
    found: dict[int, list[Use]] = {}
    unread: Unread | None = None
    for relation in catalog.relations.values():
        if relation.kind == "S" and relation.sequence is not None:
            by_name.setdefault(relation.name, []).append(relation)
            table = catalog.relations.get(relation.sequence.owner_relation)
            column = table.column(relation.sequence.owner_column) if table else None
            if table is not None and column is not None:
                found.setdefault(relation.oid, []).append(Use(table, column, True))
    for table in catalog.tables:
        for column in table.columns:
            if not column.has_default or column.generated:
                continue
            if isinstance(column.default, Unread):
                unread = column.default
                continue
            match = _NEXTVAL.search(column.default or "")
            if match is None:
                continue
            parts = _parts(match[1].replace("''", "'"))
            # Without a schema the name is one on the reader's search_path; where several have it, none is meant.
            named = [s for s in by_name.get(parts[-1], ()) if len(parts) < 2 or s.schema == parts[0]]
            if len(named) == 1:
                uses = found.setdefault(named[0].oid, [])
                if not any(u.table is table and u.column is column for u in uses):
                    uses.append(Use(table, column, False))
    return Uses({oid: tuple(uses) for oid, uses in found.items()}, unread)
