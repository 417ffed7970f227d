"""Values of a domain's columns that a new rule of the domain refuses."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Type
from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.type_names import type_name
from pgplumb.foundation.names import dotted
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.sql.quote import quote_identifier


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask each column of the domain, and of domains over it."""
    node = moment.node
    if node.kind != "AlterDomainStmt" or node.text("subtype") not in ("C", "O", "V"):
        return
    domain = moment.world.type_named(node.words("typeName"))
    constraint = node.node("def")
    if domain is None or domain.kind != "d" or (constraint and constraint.flag("skip_validation")):
        return
    if node.text("subtype") == "V":
        yield _unread(moment, domain, f"the condition of {node.text('name')} is not known")
        return
    condition = None
    if constraint is not None and constraint.text("contype") == "CONSTR_CHECK":
        inside = moment.text.bracketed(constraint.number("location"))
        if inside is None:
            yield _unread(moment, domain, "the condition could not be read")
            return
        condition = inside.text
    for relation, column in _columns(moment, domain):
        yield _question(moment, domain, relation, column, condition)


def _columns(moment: Moment, domain: Type) -> Iterator[tuple[Relation, Column]]:
    over = {domain.oid}
    while more := {t.oid for t in moment.catalog.types.values() if t.kind == "d" and t.base in over} - over:
        over |= more
    for relation in moment.catalog.relations.values():
        if relation.kind in "rm":
            yield from ((relation, c) for c in relation.columns if c.type_oid in over)


def _question(
    moment: Moment, domain: Type, relation: Relation, column: Column, condition: str | None
) -> Probe:
    name = dotted(domain.schema, domain.name)
    shape = moment.situation.shape(relation)
    value = quote_identifier(column.name)
    source = shape.source(only=True)
    if condition is None:
        sql = f"SELECT 1 FROM {source} WHERE {moment.null(shape, column.name)} LIMIT 1"
        violation = f"{relation.qualified}.{column.name} is null in at least one row"
    else:
        base = type_name(moment.catalog.types, domain.base, domain.typmod)
        inner = f"SELECT CAST({value} AS {base}) AS value FROM {source}"
        sql = f"SELECT 1 FROM ({inner}) AS v WHERE NOT ({condition}) LIMIT 1"
        violation = (
            f"{relation.qualified}.{column.name} of at least one row does not meet the new rule of {name}"
        )
    lost = column.name not in shape.columns
    cannot = "an earlier statement changes the column" if lost else moment.situation.doubt(relation)
    return Probe(
        "domains", f"Does the new rule of {name} refuse a value of {relation.qualified}.{column.name}?",
        moment.step.index, (name, relation.qualified, f"{relation.qualified}.{column.name}"), sql,
        reads_rows=True, settles=True, violation=violation, cannot=cannot, search_path=moment.world.search_path,
    )  # fmt: skip


def _unread(moment: Moment, domain: Type, why: str) -> Probe:
    name = dotted(domain.schema, domain.name)
    return Probe(
        "domains", f"Does a value of {name} not meet the rule?", moment.step.index, (name,), "",
        reads_rows=True, settles=True, cannot=why,
    )  # fmt: skip


FACT = Fact("domains", ask)
