"""Relations and their columns as facts by name."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.described.names import Names
from pgplumb.catalog.described.parts import constraints, disabled_triggers, indexes, policies, rules, triggers
from pgplumb.catalog.described.thing import ORDER, Fact, Thing
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import part

_PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
_REPLICA_IDENTITY = {"d": "the primary key", "n": "nothing", "f": "full", "i": "an index"}
_STRATEGY = {"r": "RANGE", "l": "LIST", "h": "HASH"}
_IDENTITY = {"": None, "a": "always", "d": "by default"}
_GENERATED = {"": None, "s": "stored", "v": "virtual"}
_KINDS = {"f": "foreign table", "m": "materialized view", "p": "partitioned table", "r": "table", "v": "view"}


def relation_things(names: Names, relation: Relation) -> Iterator[Thing]:
    """Give a relation and all of its parts."""
    if relation.kind == "S":
        yield _sequence(names, relation)
        return
    yield _relation(names, relation)
    for column in relation.columns:
        yield _column(names, relation, column)
    yield from constraints(names, relation)
    yield from indexes(names, relation)
    yield from policies(names, relation)
    yield from triggers(names, relation)
    yield from rules(names, relation)


def _relation(names: Names, relation: Relation) -> Thing:
    facts: dict[str, Fact] = {
        "kind": _KINDS[relation.kind],
        **_common(names, relation, "relation"),
        "access method": relation.access_method or None,
        "tablespace": names.tablespace(relation.tablespace),
        "row level security": relation.row_security,
        "forced row level security": relation.force_row_security,
        "replica identity": _REPLICA_IDENTITY.get(relation.replica_identity, relation.replica_identity),
        "options": tuple(sorted(relation.options)),
        "disabled triggers of constraints": disabled_triggers(names, relation),
        ORDER: tuple(column.name for column in relation.columns),
    }
    if relation.kind in "vm":
        facts["reads"] = names.hidden("rewrite") or names.relations(relation.depends_on)
    if relation.kind == "f":
        facts["server"] = relation.foreign_server
    if relation.kind in "rpf":
        facts["parents"] = tuple(names.relation(oid) for oid in relation.parents)
        facts["partition bound"] = relation.partition_bound
    if relation.partition_key is not None:
        facts["partition key"] = _partition_key(names, relation)
    summary = f"{_KINDS[relation.kind]}, {len(relation.columns)} columns"
    return Thing(relation.id, facts, summary, extension=relation.extension is not None)


def _common(names: Names, relation: Relation, kind: str) -> dict[str, Fact]:
    return {
        "owner": names.role(relation.owner),
        "persistence": _PERSISTENCE[relation.persistence],
        "privileges": names.granted(relation.acl, relation.owner, kind),
        "comment": names.comment(relation.comment),
        "extension": relation.extension,
    }


def _partition_key(names: Names, relation: Relation) -> Fact:
    key = relation.partition_key
    assert key is not None
    if 0 in key.columns:
        return Unread("the expressions of a partition key are not in the catalog that is read")
    return f"{_STRATEGY[key.strategy]} ({', '.join(names.columns(relation, key.columns))})"


def _sequence(names: Names, relation: Relation) -> Thing:
    facts = _common(names, relation, "sequence")
    summary = ""
    sequence = relation.sequence
    if sequence is not None:
        table = names.catalog.relations.get(sequence.owner_relation)
        column = table.column(sequence.owner_column) if table else None
        facts |= {
            "type": names.type(sequence.type_oid),
            "start": sequence.start,
            "minimum": sequence.minimum,
            "maximum": sequence.maximum,
            "increment": sequence.increment,
            "cycle": sequence.cycle,
            "cache": sequence.cache,
            "owned by": f"{table.qualified}.{part(column.name)}" if table and column else None,
            "of an identity column": sequence.internal,
        }
        summary = str(facts["type"])
    return Thing(relation.id, facts, summary, extension=relation.extension is not None)


def _column(names: Names, relation: Relation, column: Column) -> Thing:
    kind = names.type(column.type_oid, column.typmod)
    expression: Fact = column.default if column.has_default else None
    facts: dict[str, Fact] = {
        "type": kind,
        "not null": column.not_null,
        "default": None if column.generated else expression,
        "identity": _IDENTITY.get(column.identity, column.identity),
        "generated": _GENERATED.get(column.generated, column.generated),
        "generated as": expression if column.generated else None,
        "collation": names.collation(column.collation),
        "statistics target": column.statistics_target,
        "privileges": names.granted(column.acl, relation.owner, "column"),
        "comment": names.comment(column.comment),
    }
    words = [kind]
    if column.not_null:
        words.append("not null")
    if facts["default"] is not None:
        words.append("default …" if isinstance(expression, Unread) else f"default {expression}")
    if facts["identity"] is not None or facts["generated"] is not None:
        words.append(f"generated {facts['identity'] or facts['generated']}")
    return Thing(relation.column_id(column), facts, ", ".join(words), relation.id)
