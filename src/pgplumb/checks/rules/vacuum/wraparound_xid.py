"""Transaction ids are far from running out."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog
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


def judge_database(facts: Facts, report: Report, rule: str, multixact: bool) -> None:
    """Compare the age of the database with the limit."""
    database = facts.catalog.database
    what = "multixact ids" if multixact else "transactions"
    age = database.multixact_age if multixact else database.frozen_age
    report.checked()
    if age >= facts.profile.threshold(rule, _AGE):
        report.fail(
            database.id,
            f"the oldest row of {database.name} is {age:,} {what} old, {age / _LIMIT:.0%} of the "
            "way to where the server refuses to write",
            {"age": age, "limit": _LIMIT},
            fix=Fix("vacuum", {"freeze": True}),
        )


def family(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield a relation and the partitions below it."""
    yield relation
    for child in catalog.children.get(relation.oid, ()):
        if child.is_partition:
            yield from family(child, catalog)


def judge(root: Relation, facts: Facts, report: Report, multixact: bool) -> None:
    """Compare the age of a table, and of the partitions below it, with the limit; report the oldest."""
    if root.kind not in "rpm" or root.is_partition:
        return
    what = "multixact ids" if multixact else "transactions"
    name = "autovacuum_multixact_freeze_max_age" if multixact else "autovacuum_freeze_max_age"
    late: list[tuple[int, str, Relation]] = []
    for relation in family(root, facts.catalog):
        if relation.kind not in "rm" or relation.persistence == "t":
            continue
        report.checked()
        own = table_age(relation, facts, multixact)
        if own > _SLACK and own >= parameter(relation, name, facts) + _SLACK:
            late.append((-own, relation.qualified, relation))
    if not late:
        return
    _, _, relation = min(late, key=lambda found: found[:2])
    own = table_age(relation, facts, multixact)
    report.fail(
        root.id,
        f"{relation.qualified} is {own:,} {what} old: the vacuum against wraparound, due at {name}, has "
        "not come through",
        {"age": own, "due": int(parameter(relation, name, facts)), "limit": _LIMIT},
        related=(relation.id,) if relation is not root else (),
        fix=Fix("vacuum", {"table": relation.qualified, "freeze": True}),
    )


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Judge the ages of tables by transaction ids."""
    judge(relation, facts, report, multixact=False)


def check_database(facts: Facts, report: Report) -> None:
    """Judge the age of the database by transaction ids."""
    judge_database(facts, report, "wraparound-xid", multixact=False)


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
    each_object=check,
    whole=check_database,
    reads=("catalog.settings", "catalog.setting_overrides", "statistics"),
    whole_reads=("catalog.database",),
)
