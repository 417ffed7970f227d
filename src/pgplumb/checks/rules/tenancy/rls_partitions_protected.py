"""Partitions of a guarded table cannot be read around its policies."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import exposure, revocation, shown
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def below(table: Relation, facts: Facts) -> Iterator[Relation]:
    """Yield the partitions and inheritance children of a table, those of children included."""
    for child in facts.catalog.children.get(table.oid, ()):
        yield child
        yield from below(child, facts)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the grants of each partition below a table with row-level security; report once, at the root."""
    if not table.row_security:
        return
    who = exposure(facts.catalog)
    open_ones: list[tuple[Relation, tuple[str, ...]]] = []
    for child in below(table, facts):
        report.checked()
        roles = tuple(dict.fromkeys((*who.readers(child), *who.writers(child))))
        if roles and not child.row_security:
            open_ones.append((child, roles))
    if not open_ones:
        return
    roles = tuple(dict.fromkeys(role for _, held in open_ones for role in held))
    first = open_ones[0][0]
    named = who.grantees(first, "rawdD")
    more = f" and {len(open_ones) - 1} more" if len(open_ones) > 1 else ""
    report.fail(
        table.id,
        f"{shown(roles)} can use {first.qualified}{more} directly, past the policies of {table.qualified}",
        {"partitions": tuple(c.qualified for c, _ in open_ones), "roles": roles},
        related=tuple(c.id for c, _ in open_ones),
        fix=revocation(first.id, ("ALL",), named) if len(open_ones) == 1 else None,
    )


RULE = Rule(
    id="rls-partitions-protected",
    title="Partitions are not open beside their guarded root",
    category=Category.TENANCY,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="No partition or inheritance child of a table with row-level security can be used by an "
    "application role directly, unless it has row-level security itself.",
    why="Policies apply to the table that the query names. Whoever may name a partition reads all of it, "
    "whatever the policies of the partitioned table say.",
    source="https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
    looks_at="pg_inherits, pg_class (relacl, relrowsecurity)",
    each_table=check,
    reads=("catalog.roles", "catalog.memberships", "catalog.schemas"),
    not_applicable_when="no table with row-level security has partitions or children",
)
