"""TOAST tables are not mostly empty space."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.estimates import leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.text import size

_SHARE = 0.5
_BYTES = 100 * 1024**2
_PAGE = 8192
_CHUNK = 2036
"""A chunk of the largest size with its header and line pointer: no chunk takes more."""


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare pages with what as many chunks take at most: at least the rest is empty, or holds dead chunks."""
    statistics = facts.statistics
    if isinstance(statistics, Unread) or isinstance(statistics.toast, Unread):
        return
    share_limit = facts.profile.threshold("toast-not-dominant", _SHARE)
    bytes_limit = facts.profile.threshold("toast-not-dominant-bytes", _BYTES)
    for leaf in leaves(table, facts):
        counted = statistics.toast.get(leaf.oid)
        if counted is None:
            continue
        report.checked()
        whole = counted.pages * _PAGE
        empty = whole - counted.chunks * _CHUNK
        if empty > share_limit * whole and empty > bytes_limit:
            report.fail(
                leaf.id,
                f"at least {size(int(empty))} of the {size(whole)} in which {leaf.qualified} keeps its long values are "
                "empty or dead: only writing the table anew gives them back",
                {
                    "pages": counted.pages,
                    "chunks": int(counted.chunks),
                    "dead": counted.dead,
                    "empty": int(empty),
                },
                related=() if leaf is table else (table.id,),
            )


def unread(facts: Facts, report: Report) -> None:
    """Say why nothing is known, once."""
    statistics = report.known(facts.statistics, "statistics")
    if statistics is not None:
        report.known(statistics.toast, "TOAST tables")


RULE = Rule(
    id="toast-not-dominant",
    title="TOAST tables are not mostly empty",
    category=Category.VACUUM,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="No TOAST table that VACUUM saw with 10 MB or more is more than half empty (threshold toast-not-dominant), "
    "and by more than 100 MB (threshold toast-not-dominant-bytes), counting each chunk as one of the largest size.",
    why="Long values live in a table of their own that no list of tables shows, and an UPDATE of one writes all of it "
    "again. Where VACUUM comes too late it grows to many times what it holds, unseen.",
    source="https://www.postgresql.org/docs/current/storage-toast.html",
    looks_at="pg_class.reltoastrelid, relpages and reltuples of the TOAST table, pg_stat_get_dead_tuples",
    each_table=check,
    whole=unread,
    reads=("statistics",),
    whole_reads=("statistics",),
    unknown_when="the counters were not read",
    not_applicable_when="no TOAST table has 10 MB",
)
