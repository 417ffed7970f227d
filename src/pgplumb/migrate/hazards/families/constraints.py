"""Constraints: rows verified under a strong lock, rows that fail them, and constraints that go."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.migrate.hazards.effect import Effects, Target
from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.rewording import append, script, sole_command
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World, split_name
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier, quote_qualified

_KINDS = {"CONSTR_CHECK": "CHECK", "CONSTR_FOREIGN": "foreign key", "CONSTR_NOTNULL": "NOT NULL"}
_WEAKER = {
    "c": "check",
    "f": "foreign key",
    "p": "primary key",
    "u": "unique constraint",
    "x": "exclusion constraint",
    "n": "NOT NULL",
}


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find constraints that are added, validated or dropped in a way that hurts."""
    node = step.node
    if node.kind == "CreateStmt":
        yield from _keys_of_new_table(step, node, world)
    if node.kind != "AlterTableStmt" or node.text("objtype") not in ("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"):
        return
    target, record = world.ranged(node.node("relation"))
    for command in node.nodes("cmds"):
        subtype, name = command.text("subtype"), command.text("name")
        definition = command.node("def") or Node("", {})
        if subtype == "AT_AddConstraint":
            yield from _add(step, definition, target, record, world)
        elif subtype == "AT_AddColumn":
            for key in constraints_of(definition, "FOREIGN"):
                columns = (definition.text("colname"),)
                yield from _unindexed(step, key, columns, target, None, world)
        elif subtype == "AT_SetNotNull" and target.existed:
            yield from _set_not_null(step, effects, target, name)
        elif subtype == "AT_ValidateConstraint":
            yield from _validate(step, target, name, world)
        elif subtype == "AT_DropConstraint" and target.existed:
            yield from _drop(step, target, record, name)
        elif subtype == "AT_DropNotNull" and target.existed:
            message = f"{target.id}.{name} may hold nulls from now on"
            yield hazard("weakens-invariant", step.index, (f"{target.id}.{name}",), message)


def _add(
    step: Step, constraint: Node, target: Target, record: Relation | None, world: World
) -> Iterator[Hazard]:
    kind, columns = constraint.text("contype"), constraint.words("fk_attrs") or constraint.words("keys")
    name = constraint.text("conname")
    here = (target.id,)
    if kind == "CONSTR_FOREIGN":
        yield from _unindexed(step, constraint, columns, target, record, world)
        if (
            record is not None
            and record.kind == "p"
            and constraint.flag("skip_validation")
            and _version(world) < 180000
        ):
            message = "a foreign key on a partitioned table cannot be NOT VALID before PostgreSQL 18 (42809)"
            yield hazard("unsupported-operation", step.index, here, message, source="catalog")
    if not target.existed:
        return
    if kind in _KINDS and not constraint.flag("skip_validation"):
        what = _KINDS[kind]
        safer = None
        if sole_command(step.node) and name:
            validate = f"ALTER TABLE {_sql(target)} VALIDATE CONSTRAINT {quote_identifier(name)}"
            safer = script(append(step.statement.text, "NOT VALID"), validate)
        if kind != "CONSTR_NOTNULL" or _version(world) >= 180000:
            message = (
                f"every row is verified against the {what} under its lock: add it NOT VALID, then validate it"
            )
            yield hazard("constraint-not-not-valid", step.index, here, message, safer)
        yield _may_fail(step, target, f"a row does not meet the {what}")
    elif kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION") and not constraint.text("indexname"):
        yield from _by_index(step, constraint, target, record)


def _by_index(step: Step, constraint: Node, target: Target, record: Relation | None) -> Iterator[Hazard]:
    kind, keys = constraint.text("contype"), constraint.words("keys")
    word = "PRIMARY KEY" if kind == "CONSTR_PRIMARY" else "UNIQUE"
    safer, advice = None, "there is no form of it that does not: fill a new table and swap them"
    if kind != "CONSTR_EXCLUSION":
        advice = "build the index CONCURRENTLY, then add the constraint USING INDEX"
        table = split_name(target.id)[-1]
        usual = f"{table}_pkey" if kind == "CONSTR_PRIMARY" else "_".join((table, *keys, "key"))
        name = constraint.text("conname") or usual
        columns = ", ".join(map(quote_identifier, keys))
        index, partitioned = quote_identifier(name), record is not None and record.kind == "p"
        if sole_command(step.node) and keys and not constraint.words("including") and not partitioned:
            safer = script(
                f"CREATE UNIQUE INDEX CONCURRENTLY {index} ON {_sql(target)} ({columns})",
                f"ALTER TABLE {_sql(target)} ADD CONSTRAINT {index} {word} USING INDEX {index}",
            )
    message = f"readers and writers of {target.id} wait until its index is built: {advice}"
    yield hazard("not-concurrently", step.index, (target.id,), message, safer)
    yield _may_fail(step, target, "two rows share a key")


def _may_fail(step: Step, target: Target, what: str) -> Hazard:
    return hazard(
        "fails-on-existing-rows-possible", step.index, (target.id,), f"this fails if {what} in {target.id}"
    )


def _sql(target: Target) -> str:
    return quote_qualified(*split_name(target.id))


def _version(world: World) -> int:
    """Return the server's version; the newest known where there is no server."""
    return world.catalog.server_version if world.catalog else 180000


def _set_not_null(step: Step, effects: Effects, target: Target, column: str) -> Iterator[Hazard]:
    if not any(w.kind == "scan" and w.target.id == target.id for w in effects.work):
        return
    safer = None
    if sole_command(step.node):
        table, name = _sql(target), quote_identifier(column)
        check = quote_identifier(f"{split_name(target.id)[-1]}_{column}_not_null")
        safer = script(
            f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID",
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}",
            f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
            f"ALTER TABLE {table} DROP CONSTRAINT {check}",
        )
    message = (
        f"every row is read for a null in {column}: a validated CHECK would prove it, one step a transaction"
    )
    yield hazard("constraint-not-not-valid", step.index, (f"{target.id}.{column}",), message, safer)
    yield _may_fail(step, target, f"{column} is null")


def _validate(step: Step, target: Target, name: str, world: World) -> Iterator[Hazard]:
    if not target.existed:
        return
    made = world.made.constraints.get((target.id, name))
    if made is not None and made[1] is not None and made[1] == step.transaction:
        message = f"{name} was added in this transaction, whose strong lock stays while every row is read"
        yield hazard("validate-in-same-transaction", step.index, (target.id,), message)
    yield _may_fail(step, target, f"a row does not meet {name}")


def _drop(step: Step, target: Target, record: Relation | None, name: str) -> Iterator[Hazard]:
    found = next((c for c in record.constraints if c.name == name), None) if record else None
    what = _WEAKER.get(found.kind, "constraint") if found else "constraint"
    message = f"nothing enforces the {what} {name} of {target.id} from now on"
    yield hazard("weakens-invariant", step.index, (dotted(*split_name(target.id), name),), message)


def _keys_of_new_table(step: Step, node: Node, world: World) -> Iterator[Hazard]:
    target = Target(dotted(*world.new_name(node.node("relation"))), existed=False)
    keys = [(e, e.words("fk_attrs"), e.text("contype")) for e in node.nodes("tableElts")]
    for element in node.nodes("tableElts"):
        keys += [(c, (element.text("colname"),), c.text("contype")) for c in element.nodes("constraints")]
    leading = [e.words("keys")[:1] for e, _, kind in keys if kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE")]
    leading += [
        columns for _, columns, kind in keys if kind in ("CONSTR_PRIMARY", "CONSTR_UNIQUE") and columns
    ]
    for constraint, columns, kind in keys:
        if kind == "CONSTR_FOREIGN" and columns[:1] not in leading:
            yield from _unindexed(step, constraint, columns, target, None, world)


def _unindexed(
    step: Step, key: Node, columns: tuple[str, ...], target: Target, record: Relation | None, world: World
) -> Iterator[Hazard]:
    """A foreign key without an index that begins with its columns: deleting a parent reads the whole child."""
    wanted = set(columns)
    for index in record.indexes if record else ():
        if (
            record
            and not index.has_predicate
            and set(record.column_names(index.key_columns)[: len(wanted)]) == wanted
        ):
            return
    for made in (s.node for s in world.steps if s.node.kind == "IndexStmt"):
        names = [e.text("name") for e in made.nodes("indexParams")]
        same = world.ranged(made.node("relation"))[0].id == target.id
        if same and made.node("whereClause") is None and set(names[: len(wanted)]) == wanted:
            return
    if record is None and target.existed and key.words("fk_attrs"):
        return
    table, listed = _sql(target), ", ".join(map(quote_identifier, columns))
    parent = world.ranged(key.node("pktable"))[0].id
    message = (
        f"no index begins with {', '.join(columns)} of {target.id}: deleting from {parent} reads all of it"
    )
    concurrently = "CONCURRENTLY " if target.existed else ""
    safer = f"CREATE INDEX {concurrently}ON {table} ({listed});"
    yield hazard(
        "fk-without-index", step.index, (target.id,), message, safer, "catalog" if record else "static"
    )


FAMILY = Family(
    "constraints",
    frozenset(
        {"constraint-not-not-valid", "fails-on-existing-rows-possible", "validate-in-same-transaction",
         "fk-without-index", "weakens-invariant", "not-concurrently", "unsupported-operation"}
    ),
    look,
)  # fmt: skip
