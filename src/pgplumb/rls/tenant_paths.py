"""How rows lead to their tenant: stated by column names or a map of paths, else inferred from names and keys.

A path is written `project_id -> projects.tenant_id`: columns, each but the first with its table, joined by what
the column before it refers to. Source of keys: pg_constraint.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted, part
from pgplumb.rls.tenant import compared_columns, infer_tenancy
from pgplumb.rls.tenant_map import Hop, TenantPath

FARTHEST = 3
"""Foreign keys that an inferred path may follow."""

_WITH_ROWS = "rpvmf"
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".\s]+))\s*(\.|\Z)')


class PathError(Exception):
    """A stated tenant that the catalog does not have; one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The tenant of relations, and how it was found out."""

    path_of: Mapping[int, TenantPath]
    inferred: bool
    reason: str


def stated_paths(catalog: Catalog, columns: tuple[str, ...], written: Mapping[str, str]) -> Paths:
    """Return what people state and nothing else: a map from `schema.table` to a column or a path goes before
    column names, of which a relation's is the first that it has. Partitions and children follow their parent.

    Raises PathError.
    """
    found: dict[int, TenantPath] = {}
    for relation in _relations(catalog):
        name = next((name for name in columns if relation.column_named(name)), None)
        if name is not None:
            found[relation.oid] = TenantPath(name)
    for name, text in written.items():
        relation = _relation(catalog, _parts(name), None)
        found[relation.oid] = read_path(catalog, relation, text)
    reason = ", ".join((*columns, f"a map of {len(written)}") if written else columns)
    return Paths(_with_children(catalog, found), False, f"stated: {reason}")


def confirmed_paths(catalog: Catalog, columns: tuple[str, ...], written: Mapping[str, str]) -> Paths:
    """Return what somebody confirmed, as `stated_paths`; what it says of tables or columns that are gone is passed
    over."""
    there: dict[str, str] = {}
    for name, text in written.items():
        try:
            read_path(catalog, _relation(catalog, _parts(name), None), text)
        except PathError:
            continue
        there[name] = text
    return stated_paths(catalog, columns, there)


def inferred_paths(catalog: Catalog, columns: tuple[str, ...] = ()) -> Paths:
    """Return what names, foreign keys and policies suggest; `columns` are names that the profile states."""
    tenancy = infer_tenancy(catalog, columns)
    if tenancy.name is None:
        return _personal(catalog)
    found = {oid: TenantPath(name) for oid, name in tenancy.column_of.items()}
    for relation in _relations(catalog):
        if not relation.is_table and relation.column_named(tenancy.name):
            found.setdefault(relation.oid, TenantPath(tenancy.name))
    if tenancy.root is not None and tenancy.root_column is not None:
        found.setdefault(tenancy.root, TenantPath(tenancy.root_column))
    found = _by_foreign_keys(catalog, found)
    return Paths(_with_children(catalog, found), True, f"{tenancy.confidence}: {tenancy.reason}")


def overlaid(catalog: Catalog, below: Paths, written: Mapping[str, str]) -> Paths:
    """Return paths with those of a map in the place of what was inferred of its tables, their partitions and
    children. Raises PathError."""
    stated = stated_paths(catalog, (), written)
    found = dict(sorted({**below.path_of, **stated.path_of}.items()))
    return Paths(found, below.inferred, f"{stated.reason}; {below.reason}")


def read_path(catalog: Catalog, relation: Relation, text: str) -> TenantPath:
    """Return a path as it is written. Raises PathError for what the catalog does not have."""
    first, *steps = (piece.strip() for piece in text.split("->"))
    column = "".join(_parts(first)[-1:])
    hops: list[Hop] = []
    here = relation
    _demand(here, column)
    for step in steps:
        *table, next_column = _parts(step)
        if not table:
            raise PathError(f"{step} in the path of {relation.qualified} names no table: write table.column")
        there = _relation(catalog, tuple(table), here)
        hops.append(Hop(column, there.oid, _key(here, column, there)))
        here, column = there, next_column
        _demand(here, column)
    return TenantPath(column, tuple(hops))


def path_text(catalog: Catalog, path: TenantPath) -> str:
    """Return a path as people write it."""
    steps = []
    for place, hop in enumerate(path.hops):
        column = path.hops[place + 1].column if place + 1 < len(path.hops) else path.column
        there = catalog.relations.get(hop.relation)
        steps.append(f"{there.qualified if there else hop.relation}.{part(column)}")
    first = path.first
    return " -> ".join((part(first), *steps))


def _relations(catalog: Catalog) -> tuple[Relation, ...]:
    return tuple(r for r in catalog.exposed if r.kind in _WITH_ROWS)


def _personal(catalog: Catalog) -> Paths:
    """Return, for each table, the column that its policies compare with the session: rows of one person."""
    compared = {
        table.oid: {
            name
            for policy in table.policies
            for text in (policy.using, policy.check)
            if isinstance(text, str)
            for name in compared_columns(text)
            if table.column_named(name)
        }
        for table in catalog.tables
    }
    often = Counter(name for names in compared.values() for name in names)
    found = {
        oid: TenantPath(min(names, key=lambda name: (-often[name], name)))
        for oid, names in compared.items()
        if names
    }
    if not found:
        return Paths({}, True, "none: no column is shared by enough tables, or compared by policies")
    found = _by_foreign_keys(catalog, found)
    names = ", ".join(sorted({path.column for path in found.values()}))
    return Paths(_with_children(catalog, found), True, f"low: policies compare {names} with the session")


def _by_foreign_keys(catalog: Catalog, known: Mapping[int, TenantPath]) -> dict[int, TenantPath]:
    """Add tables that refer to a table whose tenant is known: nearest first, keys that are never null first."""
    found = dict(known)
    for _ in range(FARTHEST):
        added: dict[int, TenantPath] = {}
        for table in catalog.tables:
            if table.oid not in found and (path := _one_key_away(table, found)) is not None:
                added[table.oid] = path
        if not added:
            break
        found |= added
    return found


def _one_key_away(table: Relation, known: Mapping[int, TenantPath]) -> TenantPath | None:
    choices: list[tuple[bool, str, TenantPath]] = []
    for key in table.foreign_keys:
        path = known.get(key.foreign_relation)
        column = table.column(key.columns[0]) if len(key.columns) == 1 else None
        if path is None or column is None or key.foreign_relation == table.oid:
            continue
        hop = Hop(column.name, key.foreign_relation, "")
        choices.append((not column.not_null, column.name, TenantPath(path.column, (hop, *path.hops))))
    if not choices:
        return None
    _, _, path = min(choices, key=lambda choice: choice[:2])
    return path


def _with_children(catalog: Catalog, known: Mapping[int, TenantPath]) -> Mapping[int, TenantPath]:
    """Add partitions and children, which have their parent's columns; fill in the keys of hops."""
    found = dict(known)
    waiting = list(known)
    while waiting:
        oid = waiting.pop()
        for child in catalog.children.get(oid, ()):
            if child.oid not in found:
                found[child.oid] = found[oid]
                waiting.append(child.oid)
    return {oid: _with_keys(catalog, oid, path) for oid, path in sorted(found.items())}


def _with_keys(catalog: Catalog, oid: int, path: TenantPath) -> TenantPath:
    hops: list[Hop] = []
    here = catalog.relations.get(oid)
    for hop in path.hops:
        there = catalog.relations.get(hop.relation)
        key = hop.key or (_key(here, hop.column, there) if here and there else "")
        hops.append(Hop(hop.column, hop.relation, key))
        here = there
    return TenantPath(path.column, tuple(hops))


def _key(here: Relation, column: str, there: Relation) -> str:
    """Return the column of `there` that a column of `here` holds: what a foreign key says, else the primary key."""
    found = here.column_named(column)
    for key in here.foreign_keys:
        if found and key.columns == (found.number,) and key.foreign_relation == there.oid:
            return there.column_names(key.foreign_columns)[0]
    primary = there.primary_key
    if primary is not None and len(primary.columns) == 1:
        return there.column_names(primary.columns)[0]
    raise PathError(f"{here.qualified}.{part(column)} has no foreign key to {there.qualified}")


def _demand(relation: Relation, column: str) -> None:
    if relation.column_named(column) is None:
        raise PathError(f"{relation.qualified} has no column {part(column)}")


def _relation(catalog: Catalog, name: tuple[str, ...], near: Relation | None) -> Relation:
    """Return the relation of a name; without a schema that of `near`, else the only one there is."""
    if len(name) == 2:
        found = catalog.by_name.get((name[0], name[1]))
        if found is not None and found.kind in _WITH_ROWS:
            return found
    elif len(name) == 1:
        named = [r for r in _relations(catalog) if r.name == name[0]]
        beside = [r for r in named if near is not None and r.schema == near.schema]
        if len(beside or named) == 1:
            return (beside or named)[0]
        if named:
            raise PathError(f"{dotted(*name)} is in several schemas: write schema.table")
    raise PathError(f"there is no table {dotted(*name)}")


def _parts(text: str) -> tuple[str, ...]:
    """Return the parts of a name, quotes taken away. Raises PathError."""
    found, place = [], 0
    while match := _PART.match(text, place):
        quoted, plain, end = match.groups()
        found.append(quoted.replace('""', '"') if quoted is not None else plain)
        place = match.end()
        if not end:
            break
    if not found or place != len(text) or len(found) > 3:
        raise PathError(f"{text!r} is no name")
    return tuple(found)
