"""No column has a type whose values a later version cannot read."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_ACLITEM = 1033
_FIRST_OF_USERS = 16384


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look for aclitem before 16, and for rowtypes of system catalogs, which no reading of types holds."""
    if relation.kind not in "rpm" or relation.is_partition:
        return
    report.checked(len(relation.columns))
    for column in relation.columns:
        why = _why(column, facts)
        if why:
            report.fail(
                relation.column_id(column),
                f"{relation.qualified}.{part(column.name)} {why}: pg_upgrade refuses this database",
                {"type_oid": column.type_oid, "server_version": facts.catalog.server_version},
                related=(relation.id,),
                fix=_fix(relation, column, facts),
            )


def _why(column: Column, facts: Facts) -> str:
    types = facts.catalog.types
    if column.type_oid < _FIRST_OF_USERS and column.type_oid not in types:
        return "is of a rowtype of a system catalog, whose columns differ from version to version"
    if facts.catalog.server_version < 160000 and leaves(facts.catalog)[column.type_oid].oid == _ACLITEM:
        return "is aclitem, which is stored in another form from 16 on"
    return ""


def _fix(relation: Relation, column: Column, facts: Facts) -> Fix | None:
    if relation.kind == "m" or column.generated or column.type_oid != _ACLITEM:
        return None
    return Fix("change-type", {"table": relation.qualified, "column": column.name, "type": "text"})


RULE = Rule(
    id="no-removed-types",
    title="No column type is gone in a later version",
    category=Category.TYPES,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No column is aclitem on a server before 16, beneath arrays and domains, and none is of the rowtype of a "
    "system catalog or view, or an array of such.",
    why="Their form changes between major versions, so that pg_upgrade stops before it starts. What stores them is "
    "mostly a snapshot of privileges or of activity that text or jsonb would keep as well.",
    source="https://www.postgresql.org/docs/16/release-16.html",
    looks_at="pg_attribute.atttypid, pg_type",
    each_relation=check,
    reads=("catalog.types",),
    not_applicable_when="there is no table",
)
