"""Rows whose foreign key points at nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.moment import Moment, Table, column_list
from pgplumb.migrate.probes.probe import Probe
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier, quote_qualified


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for each foreign key that is added or validated, and for those of a column with a new type."""
    table = moment.table
    if table is None or moment.node.kind != "AlterTableStmt":
        return
    for constraint in moment.added():
        if constraint.text("contype") == "CONSTR_FOREIGN" and not constraint.flag("skip_validation"):
            yield _written(moment, table, constraint, constraint.words("fk_attrs"))
    for column in moment.new_columns():
        for constraint in constraints_of(column, "FOREIGN"):
            name = column.text("colname")
            enforced = "is_enforced" not in constraint.fields or constraint.flag("is_enforced")
            if enforced and (name not in table.shape.missing or not _always_null(column)):
                yield _written(moment, table, constraint, (name,))
    for command in moment.commands("AT_ValidateConstraint"):
        added = moment.situation.added.get((table.relation.oid, command.name))
        if added is not None and added.constraint.text("contype") == "CONSTR_FOREIGN":
            yield _written(moment, table, added.constraint, added.constraint.words("fk_attrs"))
        for known in table.relation.foreign_keys:
            if added is None and known.name == command.name and not known.validated:
                yield _known(moment, table, known)
    for command in moment.commands("AT_AlterColumnType"):
        number = getattr(table.relation.column_named(command.name), "number", 0)
        if command.definition.node("raw_default") is not None:
            yield from (
                _known(moment, table, key) for key in table.relation.foreign_keys if number in key.columns
            )
    for whole, child in moment.attached():
        for key in whole.foreign_keys:
            if not _has(child.relation, whole, key):
                yield _known(moment, child, key, whole)


def _has(child: Relation, whole: Relation, wanted: Constraint) -> bool:
    """Whether a table has the valid foreign key that a partition of another must have."""
    columns = whole.column_names(wanted.columns)
    return any(
        key.validated
        and key.foreign_relation == wanted.foreign_relation
        and key.foreign_columns == wanted.foreign_columns
        and child.column_names(key.columns) == columns
        for key in child.foreign_keys
    )


def _always_null(column: Node) -> bool:
    return not any(constraints_of(column, kind) for kind in ("DEFAULT", "IDENTITY", "GENERATED"))


def _written(moment: Moment, table: Table, constraint: Node, columns: Sequence[str]) -> Probe:
    target, parent = moment.world.ranged(constraint.node("pktable"))
    named = constraint.words("pk_attrs")
    if parent is not None and not named:
        primary = parent.primary_key
        named = parent.column_names(primary.columns) if primary else ()
    period = constraint.flag("fk_with_period")
    return _question(
        moment, table, tuple(columns), target.id, parent, named, constraint.text("fk_matchtype"), period
    )


def _known(moment: Moment, table: Table, key: Constraint, of: Relation | None = None) -> Probe:
    """Ask about a key that the table has, or that it gets from the table that it becomes a partition of."""
    parent = moment.world.relation(key.foreign_relation)
    columns = (of or table.relation).column_names(key.columns)
    referred = parent.column_names(key.foreign_columns) if parent else ()
    name = parent.qualified if parent else "its table"
    return _question(moment, table, columns, name, parent, referred, key.match, False)


def _question(
    moment: Moment,
    table: Table,
    columns: tuple[str, ...],
    parent_id: str,
    parent: Relation | None,
    referred: tuple[str, ...],
    match: str,
    period: bool,
) -> Probe:
    cannot = None
    if parent is None:
        cannot = f"{parent_id} is not there yet"
    elif period:
        cannot = "periods are not compared here"
    elif not referred or len(referred) != len(columns):
        cannot = f"the key of {parent_id} that it refers to is not known"
    sql = None
    if parent is not None and cannot is None:
        sql = _sql(moment, table, columns, parent, referred, match)
    listed = column_list(columns)
    return moment.probe(
        "orphans",
        f"Does {listed} of a row of {table.id} point at no row of {parent_id}?",
        sql,
        table,
        columns,
        violation=f"{listed} of at least one row of {table.id} points at no row of {parent_id}",
        also=(parent,) if parent else (),
        cannot=cannot,
    )


def _sql(
    moment: Moment,
    table: Table,
    columns: tuple[str, ...],
    parent: Relation,
    referred: tuple[str, ...],
    match: str,
) -> str:
    """As the server verifies it: inheritance children take no part, partitions do."""
    child = table.relation
    rows = table.shape.source(only=table.only or child.kind != "p")
    referring = [f"f.{quote_identifier(c)}" for c in columns]
    shape = moment.situation.shape(parent)
    keys = shape.source(only=parent.kind != "p")
    same = " AND ".join(
        f"p.{quote_identifier(r)} = {_comparable(moment, table, c, parent, r)}"
        for c, r in zip(columns, referred, strict=True)
    )
    found = f"EXISTS (SELECT 1 FROM (SELECT * FROM {keys}) AS p WHERE {same})"
    set_ = [f"{c} IS DISTINCT FROM NULL" for c in referring]
    if match == "f":
        # MATCH FULL: either every column is null or none is.
        condition = f"({' OR '.join(set_)}) AND NOT ({' AND '.join(set_)} AND {found})"
    else:
        condition = f"{' AND '.join(set_)} AND NOT {found}"
    return f"SELECT 1 FROM (SELECT * FROM {rows}) AS f WHERE {condition} LIMIT 1"


def _comparable(moment: Moment, table: Table, column: str, parent: Relation, referred: str) -> str:
    """Return the referring value as the key's index compares it: as its type, by its collation."""
    value = f"f.{quote_identifier(column)}"
    mine = table.relation.column_named(column) if not table.shape.layers else None
    theirs = parent.column_named(referred)
    if mine is None or theirs is None:
        return value
    mine_type, their_type = moment.type_of(mine.type_oid), moment.type_of(theirs.type_oid)
    if mine_type and their_type and their_type.name == "bpchar" != mine_type.name:
        value = f"CAST({value} AS pg_catalog.bpchar)"
    collation = moment.catalog.collations.get(theirs.collation)
    if collation and mine.collation and mine.collation != theirs.collation:
        value = f"{value} COLLATE {quote_qualified(collation.schema, collation.name)}"
    return value


FACT = Fact("orphans", ask)
