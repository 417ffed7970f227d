"""No column has a type that stops pg_upgrade."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

STOPPING = {
    24: "regproc",
    2202: "regprocedure",
    2203: "regoper",
    2204: "regoperator",
    3734: "regconfig",
    3769: "regdictionary",
    4089: "regnamespace",
    4191: "regcollation",
}
"""Their oids differ on the new cluster. regclass, regtype and regrole are kept."""
_STOPPING = frozenset(STOPPING)


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at tables and materialized views, beneath arrays and domains, as pg_upgrade does."""
    if relation.kind not in "rpm" or relation.is_partition:
        return
    kinds = leaves(facts.catalog)
    columns = relation.columns
    report.checked(len(columns))
    stopping = kinds.made_of(_STOPPING)
    for column in [c for c in columns if c.type_oid in stopping]:
        leaf = kinds[column.type_oid]
        name = STOPPING[leaf.oid]
        plain = relation.is_table and column.type_oid == leaf.oid and not column.generated
        report.fail(
            relation.column_id(column),
            f"{relation.qualified}.{part(column.name)} is {name}: pg_upgrade refuses this database",
            {"type": name},
            related=(relation.id,),
            fix=Fix("change-type", {"table": relation.qualified, "column": column.name, "type": "text"})
            if plain
            else None,
        )


RULE = Rule(
    id="no-unsupported-reg-types",
    title="No column type stops pg_upgrade",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No column is regproc, regprocedure, regoper, regoperator, regconfig, regdictionary, regnamespace or "
    "regcollation; regclass, regrole and regtype are kept by pg_upgrade.",
    why="These types store oids that are different on the new cluster, so that pg_upgrade stops before it starts. "
    "That is found out in the maintenance window.",
    source="https://www.postgresql.org/docs/current/pgupgrade.html",
    looks_at="pg_attribute.atttypid, pg_type (typelem, typbasetype)",
    each_relation=check,
    reads=("catalog.types",),
    not_applicable_when="there is no column",
)
