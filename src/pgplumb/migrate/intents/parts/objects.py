"""Any object by its identifier, with the words that ALTER and COMMENT ON use for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Policy, Trigger
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name, qualified, split_dotted
from pgplumb.migrate.intents.parts.types import argument_types


@dataclass(frozen=True, slots=True)
class Object:
    """One object of the catalog."""

    kind: str
    """As in its identifier: table, column, fk, ..."""
    name: str
    """Its last part, raw."""
    words_for: Callable[[str], str]
    """What follows COMMENT ON, for its raw name or the one it will have."""
    owner: str = ""
    """For a part of a table, what follows ALTER to reach that: `TABLE public.orders`."""
    comment: str | None = None
    acl: tuple[str, ...] | None = None

    @property
    def words(self) -> str:
        """What follows COMMENT ON: `TABLE public.orders`, `CONSTRAINT c ON public.orders`."""
        return self.words_for(self.name)


def resolve(catalog: Catalog, identifier: str) -> Object:
    """Return the object that an identifier names: `column:public.t.c`. Raises Unwritable where there is none."""
    kind, _, rest = identifier.partition(":")
    reader = _READERS.get(kind)
    if reader is None or not rest:
        raise Unwritable(f"{identifier} is no object identifier")
    return reader(catalog, kind, rest)


RELATION_WORDS = {
    "table": "TABLE",
    "view": "VIEW",
    "matview": "MATERIALIZED VIEW",
    "foreign_table": "FOREIGN TABLE",
    "sequence": "SEQUENCE",
}


def _relation(catalog: Catalog, kind: str, rest: str) -> Object:
    found = find.relation(catalog, rest)
    if found.id != f"{kind}:{rest}":
        raise Unwritable(f"{rest} is no {kind}")
    words = f"{RELATION_WORDS[kind]} {name(found.schema)}."
    return Object(kind, found.name, lambda n: words + name(n), "", found.comment, found.acl)


def _part(catalog: Catalog, kind: str, rest: str) -> Object:
    parts = split_dotted(rest)
    if len(parts) != 3:
        raise Unwritable(f"{rest} must be written schema.table.name")
    table, part = find.relation(catalog, qualified(*parts[:2])), parts[2]
    on = find.sql_name(table)
    owner = f"{RELATION_WORDS.get(table.id.partition(':')[0], 'TABLE')} {on}"
    if kind == "column":
        column = find.column(table, part)
        return Object(kind, part, lambda n: f"COLUMN {on}.{name(n)}", owner, column.comment, column.acl)
    word = kind.upper() if kind in ("policy", "trigger") else "CONSTRAINT"
    found: Policy | Trigger | Constraint
    if kind == "policy":
        found = find.policy(table, part)
    elif kind == "trigger":
        found = find.trigger(table, part)
    else:
        found = find.constraint(table, part)
    return Object(kind, part, lambda n: f"{word} {name(n)} ON {on}", owner, found.comment)


def _index(catalog: Catalog, kind: str, rest: str) -> Object:
    table, index = find.index(catalog, rest)
    return Object(kind, index.name, lambda n: f"INDEX {qualified(table.schema, n)}", "", index.comment)


def _function(catalog: Catalog, kind: str, rest: str) -> Object:
    found = find.function(catalog, rest)
    word = {"p": "PROCEDURE", "a": "AGGREGATE"}.get(found.kind, "FUNCTION")
    arguments = argument_types(catalog, found)
    return Object(
        kind,
        found.name,
        lambda n: f"{word} {qualified(found.schema, n)}({arguments})",
        "",
        found.comment,
        found.acl,
    )


def _type(catalog: Catalog, kind: str, rest: str) -> Object:
    parts = split_dotted(rest)
    found = next((t for t in catalog.types.values() if (t.schema, t.name) == parts), None)
    if found is None:
        raise Unwritable(f"there is no type {rest}")
    word = "DOMAIN" if found.kind == "d" else "TYPE"
    return Object(kind, found.name, lambda n: f"{word} {qualified(found.schema, n)}", "", found.comment)


def _alone(catalog: Catalog, kind: str, rest: str) -> Object:
    raw, *more = split_dotted(rest)
    if more:
        raise Unwritable(f"{rest} is no {kind}")
    comment, acl = None, None
    if kind == "schema":
        schema = find.schema(catalog, raw)
        comment, acl = schema.comment, schema.acl
    elif kind == "database":
        if raw != catalog.database.name:
            raise Unwritable(f"{raw} is not the database that was read")
        comment, acl = catalog.database.comment, catalog.database.acl
    elif kind == "role":
        comment = find.role(catalog, raw).comment
    elif kind == "extension":
        comment = find.extension(catalog, raw).comment
    else:
        find.publication(catalog, raw)
    return Object(kind, raw, lambda n: f"{kind.upper()} {name(n)}", "", comment, acl)


_READERS: dict[str, Callable[[Catalog, str, str], Object]] = {
    **dict.fromkeys(RELATION_WORDS, _relation),
    **dict.fromkeys(("column", "fk", "constraint", "policy", "trigger"), _part),
    **dict.fromkeys(("schema", "database", "role", "extension", "publication"), _alone),
    "index": _index,
    "function": _function,
    "type": _type,
}
