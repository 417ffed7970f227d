"""Catalog records by the names that fields hold. Every function raises Unwritable where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pgplumb.catalog.model import Catalog, Extension, Function, Publication, Role, Schema, Type
from pgplumb.catalog.relation import Column, Constraint, Index, Policy, Relation, Sequence, Trigger
from pgplumb.catalog.unread import Text, Unread
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts.quoting import function_parts, qualified, split_dotted

Record = TypeVar("Record", Role, Schema, Extension, Publication)


def _two(dotted: str) -> tuple[str, str]:
    parts = split_dotted(dotted)
    if len(parts) != 2:
        raise Unwritable(f"{dotted} must be written schema.name")
    return parts[0], parts[1]


def _named(records: Iterable[Record], raw: str, kind: str) -> Record:
    found = next((record for record in records if record.name == raw), None)
    if found is None:
        raise Unwritable(f"there is no {kind} {raw}")
    return found


def relation(catalog: Catalog, dotted: str) -> Relation:
    """Return a table, view, materialized view, foreign table or sequence."""
    found = catalog.by_name.get(_two(dotted))
    if found is None:
        raise Unwritable(f"there is no relation {dotted}")
    return found


def table(catalog: Catalog, dotted: str) -> Relation:
    """Return an ordinary or partitioned table."""
    found = relation(catalog, dotted)
    if not found.is_table:
        raise Unwritable(f"{dotted} is no table")
    return found


def sequence(catalog: Catalog, dotted: str) -> tuple[Relation, Sequence]:
    """Return a sequence's relation and its parameters."""
    found = relation(catalog, dotted)
    if found.sequence is None:
        raise Unwritable(f"{dotted} is no sequence")
    return found, found.sequence


def column(owner: Relation, raw: str) -> Column:
    """Return a column by its raw name."""
    found = owner.column_named(raw)
    if not raw:
        raise Unwritable(f"no column of {owner.qualified} is named")
    if found is None:
        raise Unwritable(f"{owner.qualified} has no column {raw}")
    return found


def columns(owner: Relation, raws: tuple[str, ...]) -> tuple[Column, ...]:
    """Return columns by their raw names, in the order given."""
    return tuple(column(owner, raw) for raw in raws)


def constraint(owner: Relation, raw: str) -> Constraint:
    """Return a constraint by its raw name."""
    found = next((c for c in owner.constraints if c.name == raw), None)
    if found is None:
        raise Unwritable(f"{owner.qualified} has no constraint {raw}")
    return found


def policy(owner: Relation, raw: str) -> Policy:
    """Return a policy by its raw name."""
    found = next((p for p in owner.policies if p.name == raw), None)
    if found is None:
        raise Unwritable(f"{owner.qualified} has no policy {raw}")
    return found


def trigger(owner: Relation, raw: str) -> Trigger:
    """Return a trigger by its raw name."""
    found = next((t for t in owner.triggers if t.name == raw), None)
    if found is None:
        raise Unwritable(f"{owner.qualified} has no trigger {raw}")
    return found


def index(catalog: Catalog, dotted: str) -> tuple[Relation, Index]:
    """Return an index and its table."""
    found = catalog.indexes.get(_two(dotted))
    if found is None:
        raise Unwritable(f"there is no index {dotted}")
    return found


def function(catalog: Catalog, signature: str) -> Function:
    """Return a function by its identifier, with or without the kind: `public.f(int4,text)`."""
    wanted = "function:" + signature.removeprefix("function:")
    by_name = function_parts(signature.removeprefix("function:"))
    candidates = (f for f in catalog.functions.values() if (f.schema, f.name) == by_name)
    found = next((f for f in candidates if f.id == wanted), None)
    if found is None:
        raise Unwritable(f"there is no function {signature}")
    return found


def role(catalog: Catalog, raw: str) -> Role:
    """Return a role by its raw name."""
    return _named(catalog.roles.values(), raw, "role")


def schema(catalog: Catalog, raw: str) -> Schema:
    """Return a schema by its raw name."""
    return _named(catalog.schemas.values(), raw, "schema")


def enum(catalog: Catalog, dotted: str) -> Type:
    """Return an enum type."""
    wanted = _two(dotted)
    found = next((t for t in catalog.types.values() if t.kind == "e" and (t.schema, t.name) == wanted), None)
    if found is None:
        raise Unwritable(f"there is no enum {dotted}")
    return found


def extension(catalog: Catalog, raw: str) -> Extension:
    """Return an extension by its raw name."""
    return _named(catalog.extensions.values(), raw, "extension")


def publication(catalog: Catalog, raw: str) -> Publication:
    """Return a publication by its raw name."""
    return _named(catalog.publications.values(), raw, "publication")


def sql_name(found: Relation) -> str:
    """Return a relation's name for SQL, keywords quoted."""
    return qualified(found.schema, found.name)


def known(text: Text | None, what: str) -> str:
    """Return an expression that the server printed; Unwritable where it is missing or was not read."""
    if isinstance(text, Unread):
        raise Unwritable(f"{what} was not read: {text.reason}")
    if text is None:
        raise Unwritable(f"{what} was not read")
    return text


def leaves(catalog: Catalog, root: Relation) -> tuple[Relation, ...]:
    """Return the partitions of a partitioned table that hold rows, by name; the table itself where it has none."""
    if root.kind != "p":
        return (root,)
    return tuple(leaf for child in catalog.children.get(root.oid, ()) for leaf in leaves(catalog, child))
