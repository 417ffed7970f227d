"""Multixact ids are far from running out."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.rules.vacuum.wraparound_xid import judge, judge_database


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Judge the ages of tables by multixact ids."""
    judge(relation, facts, report, multixact=True)


def check_database(facts: Facts, report: Report) -> None:
    """Judge the age of the database by multixact ids."""
    judge_database(facts, report, "wraparound-mxid", multixact=True)


RULE = Rule(
    id="wraparound-mxid",
    title="Multixact ids are far from running out",
    category=Category.VACUUM,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="The database is less than 500 million multixact ids old (threshold wraparound-mxid), and no "
    "table is more than 100 million past its autovacuum_multixact_freeze_max_age.",
    why="Rows that several transactions lock at once, as foreign keys do, use multixact ids, which run out "
    "like transaction ids and stop the server the same way. Hardly any monitoring watches them.",
    source="https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-MULTIXACT-WRAPAROUND",
    looks_at="pg_database.datminmxid, pg_class.relminmxid, pg_settings",
    each_object=check,
    whole=check_database,
    reads=("catalog.settings", "catalog.setting_overrides", "statistics"),
    whole_reads=("catalog.database",),
)
