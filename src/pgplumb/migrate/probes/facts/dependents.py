"""Views and functions that use a column or table which changes or goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.hazards.effects.dropping import object_name
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Moment
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.standing import filled, listed, pairs, standing
from pgplumb.sql.quote import quote_literal

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask about columns that go, are renamed or change their type, and about tables that go or are renamed."""
    node = moment.node
    if moment.table is not None:
        changed = [c.name for c in moment.commands("AT_DropColumn", "AT_AlterColumnType")]
        if changed:
            yield _question(moment, moment.table.relation, changed)
    elif node.kind == "RenameStmt" and node.text("renameType") in ("OBJECT_COLUMN", "OBJECT_TABLE"):
        _, record = moment.world.ranged(node.node("relation"))
        if record is not None:
            yield _question(moment, record, [node.text("subname")] if node.text("subname") else [])
    elif node.kind == "DropStmt" and node.text("removeType") in (
        "OBJECT_TABLE",
        "OBJECT_VIEW",
        "OBJECT_MATVIEW",
    ):
        for item in node.nodes("objects"):
            _, record = moment.world.find(object_name(item))
            if record is not None:
                yield _question(moment, record, [])


def _question(moment: Moment, relation: Relation, columns: list[str]) -> Probe:
    names = ", ".join(map(quote_literal, columns))
    sql = filled("dependents", relations=pairs([relation]), columns=names)
    objects = tuple(f"{relation.qualified}.{c}" for c in columns) or (relation.qualified,)
    question = f"Does a view or a function use {listed(objects)}?"
    return standing(moment, FACT.name, question, objects, sql)


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """Fail for any; a body that merely holds the words may mean something else."""
    if not rows:
        return "pass", "none; queries that functions put together cannot be seen"
    return "fail", listed(f"{kind} {name} ({how})" for kind, name, how in rows)


FACT = Fact("dependents", ask, judge)
