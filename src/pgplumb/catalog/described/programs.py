"""Schemas, types, functions, extensions and the like as facts by name."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.described.names import Names
from pgplumb.catalog.described.thing import Fact, Thing
from pgplumb.catalog.model import Function, Type
from pgplumb.foundation.names import object_id, part

_FUNCTIONS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_TYPES = {
    "b": "base",
    "c": "composite",
    "d": "domain",
    "e": "enum",
    "p": "pseudo",
    "r": "range",
    "m": "multirange",
}
_STATISTICS = {"d": "ndistinct", "f": "dependencies", "m": "mcv", "e": "expressions"}
_BUILT_IN = ("pg_catalog", "information_schema", "pg_toast")


def schema_things(names: Names) -> Iterator[Thing]:
    """Give the schemas."""
    for schema in names.catalog.schemas.values():
        facts: dict[str, Fact] = {
            "owner": names.role(schema.owner),
            "privileges": names.granted(schema.acl, schema.owner, "schema"),
            "comment": schema.comment,
            "extension": schema.extension,
        }
        yield Thing(schema.id, facts, extension=schema.extension is not None)


def type_things(names: Names) -> Iterator[Thing]:
    """Give the types that users made: no arrays, no multiranges, which come with theirs."""
    for found in names.catalog.types.values():
        array = found.category == "A" and found.element != 0
        if found.schema in _BUILT_IN or array or found.kind == "m":
            continue
        facts: dict[str, Fact] = {
            "kind": _TYPES.get(found.kind, found.kind),
            "owner": names.role(found.owner),
            "comment": found.comment,
            "extension": found.extension,
        }
        if found.kind == "e":
            facts["labels"] = found.labels
        if found.kind == "d":
            facts["base type"] = names.type(found.base, found.typmod)
            facts["not null"] = found.not_null
            facts["has checks"] = found.has_checks
        yield Thing(found.id, facts, _type_summary(names, found), extension=found.extension is not None)


def _type_summary(names: Names, found: Type) -> str:
    if found.kind == "e":
        return f"enum of {len(found.labels)} labels"
    if found.kind == "d":
        return f"domain over {names.type(found.base, found.typmod)}"
    return _TYPES.get(found.kind, found.kind)


def function_things(names: Names) -> Iterator[tuple[Thing, str]]:
    """Give the functions, each with its arguments' qualified types: names without schemas may say too little."""
    for function in sorted(names.catalog.functions.values(), key=lambda f: f.oid):
        arguments = ", ".join(map(names.type, function.arguments))
        yield _function(names, function), f"[{arguments}]"


def _function(names: Names, function: Function) -> Thing:
    returns = names.type(function.returns) if function.returns else None
    facts: dict[str, Fact] = {
        "kind": _FUNCTIONS.get(function.kind, function.kind),
        "language": function.language,
        "owner": names.role(function.owner),
        "security definer": function.security_definer,
        "volatility": _VOLATILITY.get(function.volatility, function.volatility),
        "leakproof": function.leakproof,
        "parallel": _PARALLEL.get(function.parallel, function.parallel),
        "returns": f"setof {returns}" if function.returns_set else returns,
        "settings": tuple(sorted(function.config)),
        "privileges": names.granted(function.acl, function.owner, "function"),
        "begin atomic": function.sql_body,
        "extension": function.extension,
        "comment": names.comment(function.comment),
    }
    summary = f"{facts['kind']} in {function.language}"
    return Thing(function.id, facts, summary, extension=function.extension is not None)


def extension_things(names: Names) -> Iterator[Thing]:
    """Give the extensions."""
    for extension in names.catalog.extensions.values():
        facts: dict[str, Fact] = {
            "schema": part(extension.schema),
            "version": extension.version,
            "owner": names.role(extension.owner),
            "comment": extension.comment,
        }
        yield Thing(extension.id, facts, extension.version)


def statistics_things(names: Names) -> Iterator[Thing]:
    """Give the extended statistics objects."""
    for found in names.catalog.statistics_objects:
        relation = names.catalog.relations.get(found.relation)
        columns = names.columns(relation, found.columns) if relation else ()
        kinds = tuple(sorted(_STATISTICS.get(kind, kind) for kind in found.kinds))
        facts: dict[str, Fact] = {
            "table": names.relation(found.relation),
            "columns": columns,
            "kinds": kinds,
            "owner": names.role(found.owner),
        }
        identifier = object_id("statistics", found.schema, found.name)
        yield Thing(identifier, facts, f"({', '.join(columns)}) of {facts['table']}")


def publication_things(names: Names) -> Iterator[Thing]:
    """Give the publications."""
    for found in names.catalog.publications.values():
        published = (
            ("insert", found.inserts),
            ("update", found.updates),
            ("delete", found.deletes),
            ("truncate", found.truncates),
        )
        facts: dict[str, Fact] = {
            "owner": names.role(found.owner),
            "all tables": found.all_tables,
            "publishes": tuple(word for word, on in published if on),
            "tables": names.relations(found.relations),
            "schemas": tuple(sorted(map(names.schema, found.schemas))),
        }
        tables = "all tables" if found.all_tables else f"{len(found.relations)} tables"
        yield Thing(found.id, facts, tables)


def subscription_things(names: Names) -> Iterator[Thing]:
    """Give the subscriptions, where they could be read."""
    found = names.catalog.subscriptions
    if isinstance(found, tuple):
        for one in found:
            facts: dict[str, Fact] = {"owner": names.role(one.owner), "enabled": one.enabled}
            yield Thing(object_id("subscription", one.name), facts)


def collation_things(names: Names) -> Iterator[Thing]:
    """Give the collations that users made."""
    for found in names.catalog.collations.values():
        if found.schema not in _BUILT_IN:
            facts: dict[str, Fact] = {
                "provider": found.provider,
                "deterministic": found.deterministic,
                "version": found.version,
            }
            yield Thing(object_id("collation", found.schema, found.name), facts)


def opclass_things(names: Names) -> Iterator[tuple[Thing, str]]:
    """Give the operator classes that users made, each with its access method: names are told apart by it."""
    for found in sorted(names.catalog.opclasses.values(), key=lambda o: (o.schema, o.name, o.method)):
        if found.schema not in _BUILT_IN:
            facts: dict[str, Fact] = {
                "access method": found.method,
                "type": names.type(found.input_type),
                "default": found.default,
            }
            # The catalog does not say which an extension made: those that only one side has are not told.
            identifier = object_id("operator_class", found.schema, found.name)
            yield Thing(identifier, facts, extension=True), f"[{found.method}]"
