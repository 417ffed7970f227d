"""Tables belong together."""

from __future__ import annotations

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.time_stamps import is_appended

_ALONE = vocabulary(
    """settings setting config configuration configurations options flags migrations migration versions version locks
    cache staging raw import imports tmp temp backup backups calendar holidays countries currencies languages
    timezones locales templates jobs tasks queue"""
)
"""Words of tables that stand for themselves."""


@gathered
def _has_keys(table: Relation, catalog: Catalog) -> bool | None:
    return True if any(True for _ in table.foreign_keys) else None


@settled()
def _any_keys(catalog: Catalog) -> bool:
    """Whether there is a foreign key at all: which tables have one is no matter to the others."""
    return bool(_has_keys(catalog))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for foreign keys in both directions, where the database has any at all."""
    if not _any_keys(facts.catalog) or table.parents or is_appended(table):
        return
    if not _ALONE.isdisjoint(words(table.name)):
        return
    report.checked()
    linked = any(True for _ in table.foreign_keys) or facts.catalog.referencing.get(table.oid)
    if not linked:
        report.fail(
            table.id,
            f"{table.qualified} refers to nothing, and nothing refers to it",
            {"columns": len(table.columns)},
        )


RULE = Rule(
    id="table-linked-by-fk",
    title="Tables are linked by foreign keys",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Every table refers to another or is referred to; settings, logs, queues, imports and lists that stand for "
    "themselves are not meant.",
    why="A table without any link is often one that was forgotten, or one whose references nobody declared. Nothing "
    "keeps its rows in step with the rest.",
    source="https://www.postgresql.org/docs/current/tutorial-fk.html",
    looks_at="pg_constraint (conrelid, confrelid)",
    each_table=check,
    not_applicable_when="there is no foreign key in the database",
)
