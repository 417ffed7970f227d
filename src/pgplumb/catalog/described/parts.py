"""Constraints, indexes, policies, triggers and rules of a relation as facts by name."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.described.names import Names
from pgplumb.catalog.described.thing import Fact, Thing
from pgplumb.catalog.relation import Constraint, Index, Policy, Relation, Trigger
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import dotted, object_id, part

_CONSTRAINTS = {
    "c": "CHECK",
    "f": "FOREIGN KEY",
    "p": "PRIMARY KEY",
    "u": "UNIQUE",
    "x": "EXCLUDE",
    "t": "TRIGGER",
    "n": "NOT NULL",
}
_ACTIONS = {
    "a": "NO ACTION",
    "r": "RESTRICT",
    "c": "CASCADE",
    "n": "SET NULL",
    "d": "SET DEFAULT",
    " ": None,
}
_MATCH = {"s": "SIMPLE", "f": "FULL", "p": "PARTIAL", " ": None}
_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
_EVENTS = {"1": "SELECT", "2": "UPDATE", "3": "INSERT", "4": "DELETE"}
_ENABLED = {"O": "yes", "D": "no", "R": "on replicas", "A": "always"}
_DEFAULT_COLLATION = ("pg_catalog", "default")


def constraints(names: Names, relation: Relation) -> Iterator[Thing]:
    """Give the constraints."""
    for constraint in relation.constraints:
        yield _constraint(names, relation, constraint)


def _constraint(names: Names, relation: Relation, constraint: Constraint) -> Thing:
    columns = names.columns(relation, constraint.columns)
    kind = _CONSTRAINTS.get(constraint.kind, constraint.kind)
    facts: dict[str, Fact] = {
        "kind": kind,
        "columns": columns,
        "valid": constraint.validated,
        "enforced": constraint.enforced,
        "deferrable": constraint.deferrable,
        "initially deferred": constraint.deferred,
        "inherited from": _parent(names, constraint),
        "local": constraint.is_local,
        "no inherit": constraint.no_inherit,
        "comment": names.comment(constraint.comment),
    }
    summary = f"{kind} ({', '.join(columns)})"
    if constraint.kind == "c":
        facts["condition"] = constraint.expression
        summary = f"CHECK {constraint.expression}" if isinstance(constraint.expression, str) else kind
    if constraint.kind == "f":
        foreign = names.catalog.relations.get(constraint.foreign_relation)
        referenced = names.columns(foreign, constraint.foreign_columns) if foreign else ()
        facts["references"] = f"{names.relation(constraint.foreign_relation)} ({', '.join(referenced)})"
        facts["on delete"] = _ACTIONS.get(constraint.on_delete, constraint.on_delete)
        facts["on update"] = _ACTIONS.get(constraint.on_update, constraint.on_update)
        facts["match"] = _MATCH.get(constraint.match, constraint.match)
        facts["columns set"] = names.columns(relation, constraint.set_columns)
        summary += f" references {facts['references']}"
    if constraint.kind in "puxf":
        facts["index"] = _backing(names, constraint)
    if not constraint.validated:
        summary += ", not valid"
    return Thing(relation.constraint_id(constraint), facts, summary, relation.id)


def _parent(names: Names, constraint: Constraint) -> Fact:
    if not constraint.parent:
        return None
    # A partition's constraint goes by the same columns as its parent's; which table that is says `parents`.
    return "the partitioned table"


def _backing(names: Names, constraint: Constraint) -> Fact:
    relation = names.catalog.relations.get(
        constraint.foreign_relation if constraint.kind == "f" else constraint.relation
    )
    if relation is None or not constraint.index:
        return None
    return next((part(i.name) for i in relation.indexes if i.oid == constraint.index), None)


def indexes(names: Names, relation: Relation) -> Iterator[Thing]:
    """Give the indexes."""
    for index in relation.indexes:
        definition = _definition(names, relation, index)
        facts: dict[str, Fact] = {
            "table": relation.qualified,
            "definition": definition,
            "valid": index.is_valid,
            "ready": index.is_ready,
            "primary": index.is_primary,
            "exclusion": index.is_exclusion,
            "replica identity": index.is_replica_identity,
            "clustered": index.is_clustered,
            "attached": bool(index.parent),
            "partitioned": index.is_partitioned,
            "tablespace": names.tablespace(index.tablespace),
            "options": tuple(sorted(index.storage_options)),
            "comment": names.comment(index.comment),
        }
        summary = definition if isinstance(definition, str) else index.method
        if not index.is_valid:
            summary += ", not valid"
        yield Thing(relation.index_id(index), facts, summary, relation.id)


def _definition(names: Names, relation: Relation, index: Index) -> Fact:
    """Return what the index is over, without its name: "unique btree (a, b DESC) where (c > 0)"."""
    for text in (index.predicate, index.expressions):
        if isinstance(text, Unread):
            return text
    if names.hidden("opclass") or names.hidden("collation"):
        return names.hidden("opclass") or names.hidden("collation")
    keys = [_key(names, relation, index, at) for at in range(index.key_count)]
    text = f"{'unique ' if index.is_unique else ''}{index.method} ({', '.join(keys)})"
    if index.expressions is not None:
        text += f" over {index.expressions}"
    if index.included:
        text += f" include ({', '.join(names.columns(relation, index.included))})"
    if index.nulls_not_distinct:
        text += " nulls not distinct"
    if index.predicate is not None:
        text += f" where {index.predicate}"
    return text


def _key(names: Names, relation: Relation, index: Index, at: int) -> str:
    number = index.columns[at]
    column = relation.column(number)
    text = part(column.name) if column else "(expression)"
    collation = index.collations[at] if at < len(index.collations) else 0
    if collation and (column is None or column.collation != collation):
        found = names.catalog.collations.get(collation)
        if found is None or (found.schema, found.name) != _DEFAULT_COLLATION:
            text += f" collate {names.collation(collation)}"
    opclass = names.catalog.opclasses.get(index.opclasses[at]) if at < len(index.opclasses) else None
    if opclass is not None and not opclass.default:
        text += f" {dotted(opclass.schema, opclass.name)}"
    options = index.options[at] if at < len(index.options) else 0
    return text + ("", " desc nulls last", " nulls first", " desc")[options & 3]


def policies(names: Names, relation: Relation) -> Iterator[Thing]:
    """Give the row-level security policies."""
    for policy in relation.policies:
        facts: dict[str, Fact] = {
            "command": _COMMANDS.get(policy.command, policy.command),
            "permissive": policy.permissive,
            "roles": names.roles(policy.roles),
            "using": policy.using if policy.has_using else None,
            "with check": policy.check if policy.has_check else None,
            "comment": names.comment(policy.comment),
        }
        yield Thing(relation.policy_id(policy), facts, _policy_summary(names, policy), relation.id)


def _policy_summary(names: Names, policy: Policy) -> str:
    text = f"for {_COMMANDS.get(policy.command, policy.command)} to {', '.join(names.roles(policy.roles))}"
    return text if policy.permissive else f"restrictive, {text}"


def triggers(names: Names, relation: Relation) -> Iterator[Thing]:
    """Give the triggers; those that foreign keys made have names with oids, and are told by their constraint."""
    for trigger in relation.triggers:
        if trigger.internal:
            continue
        function = names.catalog.functions.get(trigger.function)
        facts: dict[str, Fact] = {
            "function": function.id.partition(":")[2] if function else names.hidden("function"),
            "when": f"{trigger.timing} {' OR '.join(trigger.events)}",
            "for each row": trigger.for_each_row,
            "of columns": names.columns(relation, trigger.columns),
            "enabled": _ENABLED.get(trigger.enabled, trigger.enabled),
            "constraint trigger": bool(trigger.constraint),
            "attached": bool(trigger.parent),
            "has a condition": trigger.has_condition,
            "comment": names.comment(trigger.comment),
        }
        yield Thing(relation.trigger_id(trigger), facts, str(facts["when"]), relation.id)


def disabled_triggers(names: Names, relation: Relation) -> tuple[str, ...]:
    """Return the triggers of constraints that somebody disabled: "orders_fk AFTER INSERT"."""
    return tuple(sorted(_disabled(names, relation, t) for t in relation.triggers if t.internal))


def _disabled(names: Names, relation: Relation, trigger: Trigger) -> str:
    referencing = (c for _, c in names.catalog.referencing.get(relation.oid, ()))
    known = {c.oid: c.name for c in (*relation.constraints, *referencing)}
    return f"{part(known.get(trigger.constraint, 'a constraint'))} {trigger.timing} {' OR '.join(trigger.events)}"


def rules(names: Names, relation: Relation) -> Iterator[Thing]:
    """Give the rewrite rules that users made."""
    for rule in relation.rules:
        facts: dict[str, Fact] = {
            "event": _EVENTS.get(rule.event, rule.event),
            "instead": rule.instead,
            "enabled": _ENABLED.get(rule.enabled, rule.enabled),
        }
        summary = f"on {facts['event']}{' do instead' if rule.instead else ''}"
        yield Thing(object_id("rule", relation.schema, relation.name, rule.name), facts, summary, relation.id)
