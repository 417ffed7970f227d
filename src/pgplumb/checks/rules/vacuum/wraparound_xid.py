"""Transaction ids are far from running out."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.vacuum_thresholds import parameter

_AGE = 500_000_000
_SLACK = 100_000_000
_LIMIT = 2**31


def table_age(relation: Relation, facts: Facts, multixact: bool) -> int:
    """Return the age of a table's oldest id, as the counters or else the catalog saw it."""
    own = relation.multixact_age if multixact else relation.frozen_age
    if isinstance(facts.statistics, Unread):
        return own
    counted = facts.statistics.tables.get(relation.oid)
    if counted is None:
        return own
    return max(own, counted.multixact_age if multixact else counted.frozen_age)


def judge(facts: Facts, report: Report, rule: str, multixact: bool) -> None:
    """Compare the ages of the database and of each table with the limits; partitions count with their root."""
    catalog = facts.catalog
    what = "multixact ids" if multixact else "transactions"
    name = "autovacuum_multixact_freeze_max_age" if multixact else "autovacuum_freeze_max_age"
    age = catalog.database.multixact_age if multixact else catalog.database.frozen_age
    report.checked()
    if age >= facts.profile.threshold(rule, _AGE):
        report.fail(
            catalog.database.id,
            f"the oldest row of {catalog.database.name} is {age:,} {what} old, {age / _LIMIT:.0%} of the "
            "way to where the server refuses to write",
            {"age": age, "limit": _LIMIT},
            fix=Fix("vacuum", {"freeze": True}),
        )
    late: dict[int, tuple[Relation, int]] = {}
    for relation in catalog.relations.values():
        if relation.kind not in "rm" or relation.persistence == "t":
            continue
        report.checked()
        own = table_age(relation, facts, multixact)
        if own <= _SLACK or own < parameter(relation, name, facts) + _SLACK:
            continue
        root = catalog.root(relation)
        if root.oid not in late or late[root.oid][1] < own:
            late[root.oid] = (relation, own)
    for oid, (relation, own) in late.items():
        root = catalog.relations[oid]
        report.fail(
            root.id,
            f"{relation.qualified} is {own:,} {what} old: the vacuum against wraparound, due at {name}, has "
            "not come through",
            {"age": own, "due": int(parameter(relation, name, facts)), "limit": _LIMIT},
            related=(relation.id,) if relation is not root else (),
            fix=Fix("vacuum", {"table": relation.qualified, "freeze": True}),
        )


def check(facts: Facts, report: Report) -> None:
    """Judge the ages by transaction ids."""
    judge(facts, report, "wraparound-xid", multixact=False)


RULE = Rule(
    id="wraparound-xid",
    title="Transaction ids are far from running out",
    category=Category.VACUUM,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The database is less than 500 million transactions old (threshold wraparound-xid), and no "
    "table is more than 100 million past its autovacuum_freeze_max_age. 200 million alone is normal: "
    "that is when the vacuum starts.",
    why="At 2,147 million the server stops accepting writes until a vacuum has gone through. The vacuum "
    "that prevents it can take days, and is held up by what holds up every other.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND",
    looks_at="pg_database.datfrozenxid, pg_class.relfrozenxid, pg_settings",
    whole=check,
    reads=(
        "catalog.database",
        "catalog.relations",
        "catalog.settings",
        "catalog.setting_overrides",
        "statistics",
    ),
)
