"""Names that `[thresholds]` of a profile may have."""

from __future__ import annotations

from pgplumb.checks.quality import items
from pgplumb.checks.registry import all_rules
from pgplumb.foundation.profile import Known

MORE = {
    "brin-for-append-only-pages": "pages from which on a table is large enough for BRIN",
    "brin-correlation": "the least correlation of a column with a BRIN index",
    "cache-hit-ratio-blocks": "blocks that must have been asked for before the cache is judged",
    "column-alignment-padding-rows": "rows from which on padding counts",
    "column-max": "columns that a table may have",
    "covering-index-pages": "pages from which on an index-only scan is judged",
    "cpu-cores": "processors of the server, which it does not tell",
    "few-values": "distinct values up to which a column says little",
    "huge-pages-bytes": "bytes of shared_buffers from which on huge pages should hold it",
    "index-max-columns": "columns that a key may have",
    "index-max-count": "indexes that a table may have",
    "index-name-accept-default": "1: names that the server itself gave to indexes count as well",
    "index-size-pages": "pages from which on the size of indexes is compared",
    "index-size-times": "how many times its heap the indexes of a table may take",
    "index-usage-ratio-rows": "rows from which on a table counts",
    "index-use": "the least share of look-ups by index",
    "latency-p95-target-calls": "calls from which on the spread of a statement is judged",
    "memory-bytes": "the memory of the server, which it does not tell",
    "missing-index-for-query-calls": "calls from which on a statement counts",
    "no-god-table-columns": "columns from which on a table can be one",
    "null-fraction": "the share of NULLs from which on an index should leave them out",
    "partition-candidate-bytes": "bytes from which on a table may be worth dividing",
    "partition-candidate-rows": "rows from which on a table may be worth dividing",
    "partition-retention-days": "days after which a partition should be gone",
    "pk-max-columns": "columns that a primary key may have",
    "repeating-columns": "columns of one name and counting numbers that make a group",
    "replay-delay-meant": "1: standbys are meant to replay late",
    "replication-lag-bytes": "bytes that a standby may be behind",
    "seq-scan-count": "sequential scans from which on a table is judged",
    "seq-scan-rows": "rows from which on a sequential scan is worth a thought",
    "slow-query-budget-calls": "calls from which on a statement is judged",
    "soft-delete-partial-index-rows": "rows from which on indexes of deleted rows count",
    "table-has-index-rows": "rows from which on a table should have an index",
    "tenant-column-present-by-parent": "1: a table whose rows belong to one with the tenant column needs none",
    "temp-files-per-call": "bytes that a statement may write to temporary files in one call",
    "toast-not-dominant-bytes": "bytes of empty space from which on a TOAST table counts",
    "usage-ignore-standbys": "1: standbys serve no reads, so that their counters do not matter",
    "usage-min-days": "days that counters must have run before they prove that something is not used",
}
"""Thresholds that are not called as their rule is, and what they mean."""


def known_names() -> Known:
    """Return the names of all rules, thresholds (a rule's own is called as the rule) and items of the checklist."""
    rules = frozenset(rule.id for rule in all_rules())
    return Known(rules, rules | MORE.keys(), frozenset(item.id for item in items()))
