"""Texts sort as they did when their indexes were built."""

from __future__ import annotations

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import dotted


@gathered
def _collations(relation: Relation, catalog: Catalog) -> frozenset[int] | None:
    """The collations of a relation's columns."""
    return frozenset(c.collation for c in relation.columns) if relation.kind in "rpm" else None


@settled()
def _used(catalog: Catalog) -> frozenset[int]:
    """The collations that columns have."""
    return frozenset().union(*set(_collations(catalog).values()))


def check(facts: Facts, report: Report) -> None:
    """Compare recorded and present versions, of the database's collation and of collations that columns use."""
    catalog = facts.catalog
    database = catalog.database
    if database.collation_version is not None:
        report.checked()
        if database.actual_collation_version is None:
            report.unknown("the operating system does not say which version its collations have")
        elif database.actual_collation_version != database.collation_version:
            report.fail(
                database.id,
                f"{database.name} was made with version {database.collation_version} of its collation, and "
                f"the server now has {database.actual_collation_version}: indexes on texts may be in a "
                "wrong order",
                {
                    "recorded": database.collation_version,
                    "present": database.actual_collation_version,
                    "collate": database.collate,
                },
                fix=Fix("reindex", {}),
            )
    used = _used(catalog)
    for collation in catalog.collations.values():
        if collation.oid not in used or collation.version is None:
            continue
        report.checked()
        if collation.actual_version is None or collation.actual_version == collation.version:
            continue
        name = dotted(collation.schema, collation.name)
        report.fail(
            database.id,
            f"collation {name} was made with version {collation.version}, and the server now has "
            f"{collation.actual_version}: indexes on columns with it may be in a wrong order",
            {"collation": name, "recorded": collation.version, "present": collation.actual_version},
        )


RULE = Rule(
    id="collation-version-current",
    title="Collations are the ones that indexes were built with",
    category=Category.SETTINGS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The recorded versions of the database's collation and of those that columns use are the ones "
    "that the operating system or ICU has now.",
    why="An upgrade of the operating system can change how texts sort. Indexes then miss rows that are "
    "there, and UNIQUE lets in what is there already, without any error.",
    source="https://www.postgresql.org/docs/current/sql-altercollation.html",
    looks_at="pg_database (datcollversion, from 15 on), pg_collation (collversion, pg_collation_actual_version)",
    whole=check,
    reads=("catalog.database", "catalog.collations"),
    unknown_when="the operating system does not tell the version",
    not_applicable_when="no version is recorded: C collations have none, and databases record it since 15",
)
