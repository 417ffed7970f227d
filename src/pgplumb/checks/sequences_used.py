"""Which columns take their values from which sequence: by ownership, identity or nextval() in a default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog, is_rules_table, name_order
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.sql.lexer import tokens

_NEXTVAL = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")


@dataclass(frozen=True, slots=True)
class Use:
    """One column that a sequence feeds. Two are equal where the column is, whatever else the table has."""

    table: Relation = field(compare=False)
    name: tuple[str, str]
    """The table's schema and name."""
    column: Column
    is_key: bool
    """Whether the column is part of a primary key or unique index."""
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


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What a table draws from sequences, and which of its columns own one."""

    table: Relation = field(compare=False)
    name: tuple[str, str]
    draws: tuple[tuple[Column, bool, tuple[str, ...]], ...]
    """Columns, whether they are part of a key, and the parts of the name of the sequence."""
    owners: tuple[tuple[Column, bool], ...]


@gathered
def _drawing(table: Relation, catalog: Catalog) -> _Drawing | None:
    """Tables that own sequences or draw from some."""
    owned = {s.sequence.owner_column for s in catalog.owned_sequences.get(table.oid, ()) if s.sequence}
    own = is_rules_table(table)
    if not owned and not own:
        return None
    found = []
    for column in table.columns if own else ():
        if column.has_default and not column.generated and isinstance(column.default, str):
            match = _NEXTVAL.search(column.default)
            if match is not None:
                found.append((column, _in_key(table, column), _parts(match[1].replace("''", "'"))))
    owners = tuple((c, _in_key(table, c)) for c in table.columns if c.number in owned) if owned else ()
    return _Drawing(table, name_order(table), tuple(found), owners) if found or owners else None


def _in_key(table: Relation, column: Column) -> bool:
    return any(i.is_unique and column.number in i.key_columns for i in table.indexes)


@gathered
def _unread(table: Relation, catalog: Catalog) -> Unread | None:
    """Why a default of a table could not be read."""
    if not is_rules_table(table):
        return None
    texts = (c.default for c in table.columns if c.has_default and not c.generated)
    return next((text for text in texts if isinstance(text, Unread)), None)


@gathered
def all_sequences(relation: Relation, catalog: Catalog) -> Relation | None:
    """Sequences themselves."""
    return relation if relation.kind == "S" and relation.sequence is not None else None


@settled()
def sequence_uses(catalog: Catalog) -> Uses:
    """Return the columns that each sequence feeds; partitions, which share their root's, are left out."""
    by_name: dict[str, list[Relation]] = {}
    found: dict[int, list[Use]] = {}
    drawing = _drawing(catalog)
    for relation in sorted(all_sequences(catalog).values(), key=name_order):
        assert relation.sequence is not None
        by_name.setdefault(relation.name, []).append(relation)
        owner = drawing.get(relation.sequence.owner_relation)
        for column, key in owner.owners if owner else ():
            if owner is not None and column.number == relation.sequence.owner_column:
                found.setdefault(relation.oid, []).append(Use(owner.table, owner.name, column, key, True))
    for drawer in sorted(drawing.values(), key=lambda d: d.name):
        for column, key, parts in drawer.draws:
            # Without a schema the name is one on the reader's search_path; where several have it, none is meant.
            named = [s for s in by_name.get(parts[-1], ()) if len(parts) < 2 or s.schema == parts[0]]
            if len(named) == 1:
                uses = found.setdefault(named[0].oid, [])
                if not any(u.table is drawer.table and u.column is column for u in uses):
                    uses.append(Use(drawer.table, drawer.name, column, key, False))
    unread = next(iter(_unread(catalog).values()), None)
    return Uses({oid: tuple(uses) for oid, uses in found.items()}, unread)
