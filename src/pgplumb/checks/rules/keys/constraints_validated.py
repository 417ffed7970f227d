"""No constraint is left NOT VALID."""

from __future__ import annotations

from pgplumb.catalog.held import held_rows
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_WORDS = {"c": "CHECK", "f": "foreign key", "n": "NOT NULL"}


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at checks, foreign keys and NOT NULL of tables; of partitions only at what is theirs alone."""
    if not relation.is_table:
        return
    for constraint in relation.constraints:
        kind = constraint.kind
        # One that is not enforced is never validated, and an inherited one is its parent's.
        if kind not in _WORDS or constraint.parent or not constraint.is_local or not constraint.enforced:
            continue
        if relation.is_partition and _stands_above(relation, constraint, facts):
            continue
        report.checked()
        if not constraint.validated:
            report.fail(
                relation.constraint_id(constraint),
                f"the {_WORDS[kind]} constraint {part(constraint.name)} of {relation.qualified} is NOT VALID: "
                "rows from before it were never checked",
                {"kind": _WORDS[kind], "rows": held_rows(relation, facts.catalog)},
                related=(relation.id,),
                fix=Fix("validate-constraint", {"table": relation.qualified, "constraint": constraint.name}),
            )


def _stands_above(partition: Relation, constraint: Constraint, facts: Facts) -> bool:
    """Whether the parent has a constraint of this name, which then speaks for both."""
    parents = (facts.catalog.relations.get(oid) for oid in partition.parents)
    return any(p is not None and any(c.name == constraint.name for c in p.constraints) for p in parents)


RULE = Rule(
    id="constraints-validated",
    title="Constraints are validated",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No enforced CHECK, FOREIGN KEY or NOT NULL constraint is NOT VALID.",
    why="A constraint added NOT VALID holds for new rows alone, so that nobody can rely on it, the planner "
    "included. VALIDATE CONSTRAINT checks the old rows while readers and writers go on.",
    source="https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT",
    looks_at="pg_constraint (convalidated, conenforced, conislocal)",
    each_relation=check,
    not_applicable_when="there is no CHECK or foreign key",
)
