"""What a field can be, where the catalog can list it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.checks.finding import Value
from pgplumb.foundation.names import dotted
from pgplumb.migrate.change import Field, Unwritable
from pgplumb.migrate.intents.parts import find

TYPES = (
    *(
        "bigint",
        "integer",
        "text",
        "boolean",
        "numeric(12,2)",
        "timestamptz",
        "date",
        "uuid",
        "jsonb",
        "bytea",
    ),
    *("double precision", "smallint", "interval", "inet", "text[]"),
)
"""Types to begin with; any other can be typed."""


def choices(field: Field, catalog: Catalog, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return what can stand in a field, in the form in which an intent takes it; empty where anything can.

    `values` are those of the other fields: columns are those of the table that was chosen.
    """
    if field.choices:
        return field.choices
    if field.kind in _OF_TABLE:
        table = _table(catalog, values.get(field.of))
        return tuple(_OF_TABLE[field.kind](table)) if table else ()
    listed = _OF_CATALOG.get(field.kind)
    return tuple(dict.fromkeys(listed(catalog))) if listed else ()


def _table(catalog: Catalog, value: Value) -> Relation | None:
    try:
        return find.relation(catalog, value) if isinstance(value, str) else None
    except Unwritable:
        return None


def _relations(kinds: str) -> Callable[[Catalog], Iterable[str]]:
    def listed(catalog: Catalog) -> Iterable[str]:
        ordered = sorted(catalog.relations.values(), key=lambda r: (r.schema, r.name))
        return (
            r.qualified for r in ordered if r.kind in kinds and r.extension is None and r.persistence != "t"
        )

    return listed


def _roles(catalog: Catalog) -> Iterable[str]:
    return sorted(r.name for r in catalog.roles.values() if not r.predefined)


def _schemas(catalog: Catalog) -> Iterable[str]:
    return sorted(s.name for s in catalog.schemas.values() if s.extension is None)


def _types(catalog: Catalog) -> Iterable[str]:
    made = (t for t in catalog.types.values() if t.kind in "ed" and t.extension is None)
    own = (dotted(t.schema, t.name) for t in made if t.schema not in ("pg_catalog", "information_schema"))
    return (*TYPES, *sorted(own))


def _functions(catalog: Catalog) -> Iterable[str]:
    return (f.id.partition(":")[2] for f in catalog.user_functions())


_OF_TABLE: Mapping[str, Callable[[Relation], Iterable[str]]] = {
    "column": lambda t: (c.name for c in t.columns),
    "columns": lambda t: (c.name for c in t.columns),
    "constraint": lambda t: (c.name for c in t.constraints if not c.parent),
    "policy": lambda t: (p.name for p in t.policies),
    "trigger": lambda t: (g.name for g in t.triggers if not g.internal),
    "triggers": lambda t: (g.name for g in t.triggers if not g.internal),
}
_OF_CATALOG: Mapping[str, Callable[[Catalog], Iterable[str]]] = {
    "table": _relations("rp"),
    "tables": _relations("rp"),
    "relation": _relations("rpmvf"),
    "relations": _relations("rpmvf"),
    "view": _relations("v"),
    "matview": _relations("m"),
    "sequence": _relations("S"),
    "sequences": _relations("S"),
    "index": lambda catalog: (dotted(*key) for key in sorted(catalog.indexes)),
    "function": _functions,
    "functions": _functions,
    "schema": _schemas,
    "schemas": _schemas,
    "role": _roles,
    "roles": lambda catalog: ("PUBLIC", *_roles(catalog)),
    "extension": lambda catalog: sorted(e.name for e in catalog.extensions.values()),
    "publication": lambda catalog: sorted(p.name for p in catalog.publications.values()),
    "setting": lambda catalog: sorted(catalog.settings),
    "type": _types,
    "enum": lambda catalog: sorted(dotted(t.schema, t.name) for t in catalog.types.values() if t.kind == "e"),
}
