"""Pending lists of GIN indexes stay short."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.checks.estimates import counters
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.index_tree import stored
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import HIDDEN, server_value
from pgplumb.foundation.names import part
from pgplumb.foundation.text import size

_MOST_KB = 16 * 1024
_BUSY = 10_000


def option(index: Index, name: str) -> str | None:
    """Return a storage option of an index, or None where it is not set."""
    start = name + "="
    return next((o[len(start) :] for o in index.storage_options if o.startswith(start)), None)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare what a list may grow to with what one search can read past; its length needs pgstatginindex()."""
    if table.kind not in "rpm":
        return
    for index in table.indexes:
        if index.method != "gin" or index.parent:
            continue
        own = [pair for pair in stored(index, table, facts.catalog) if option(pair[0], "fastupdate") != "off"]
        written = [c.inserted + c.updated for _, t in own if (c := counters(t, facts)) is not None]
        report.checked()
        if not own or sum(written) < _BUSY:
            continue
        limits = [option(i, "gin_pending_list_limit") for i, _ in own]
        values = [
            v if v is not None else server_value(facts.catalog, "gin_pending_list_limit") for v in limits
        ]
        if None in values:
            report.unknown(f"gin_pending_list_limit: {HIDDEN}")
            continue
        largest = max(int(v) for v in values if v is not None)
        if largest > facts.profile.threshold("gin-fastupdate-pending", _MOST_KB):
            report.fail(
                table.index_id(index),
                f"the pending list of {part(index.name)} may grow to {size(largest * 1024)}, which every search reads "
                "from end to end, and one unlucky INSERT merges",
                {"limit_kb": largest, "written": sum(written)},
                related=(table.id,),
            )


RULE = Rule(
    id="gin-fastupdate-pending",
    title="Pending lists of GIN indexes stay short",
    category=Category.INDEXES,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="GIN indexes with fastupdate on tables with at least 10,000 writes since the reset have a "
    "gin_pending_list_limit, their own or the server's, of at most 16 MB (threshold gin-fastupdate-pending, in kB).",
    why="New entries wait in a list without order that every search reads whole. A larger limit makes writes cheaper "
    "on average and the INSERT that has to merge the list much slower.",
    source="https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE",
    looks_at="pg_class.reloptions, pg_settings (gin_pending_list_limit), pg_stat_all_tables",
    each_relation=check,
    reads=("statistics", "catalog.settings", "catalog.setting_overrides"),
    unknown_when="our own session overrides gin_pending_list_limit",
    not_applicable_when="there is no GIN index",
)
