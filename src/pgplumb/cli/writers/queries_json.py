"""`pgplumb queries --format json`: pgplumb.queries.v1.

Times are milliseconds, blocks are blocks. Queryids are text: they do not fit the numbers of every JSON reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from pgplumb.cli.writers.json_values import Json
from pgplumb.cli.writers.queries_answer import Left, QueriesAnswer
from pgplumb.workload.fingerprints import fingerprint
from pgplumb.workload.percentiles import p95, two_speeds
from pgplumb.workload.querylint.finding import QueryFinding
from pgplumb.workload.statements import Statement

FORMAT = "pgplumb.queries.v1"


def write(answer: QueriesAnswer) -> Iterator[str]:
    """Give the document, indented by two."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: QueriesAnswer) -> dict[str, Json]:
    """Return the document."""
    found = answer.statements
    return {
        "format": FORMAT,
        "server_version": answer.capabilities.version,
        "database": answer.capabilities.database,
        "read_at": _time(found.read_at),
        "stats_reset": _time(found.stats_reset),
        "seconds": found.seconds,
        "was_reset": found.was_reset,
        "evictions": found.evictions,
        "paused": found.paused,
        "total": {"calls": answer.calls, "ms": found.total_ms},
        "hidden": _left(answer.hidden),
        "own": _left(answer.own),
        "more": _left(answer.more),
        "queries": [_query(answer, entry) for entry in answer.listed],
    }


def _query(answer: QueriesAnswer, entry: Statement) -> dict[str, Json]:
    percentile = p95(entry)
    return {
        "queryid": str(entry.queryid),
        "queryids": [str(key[2]) for key in entry.variants] or [str(entry.queryid)],
        "list_lengths": entry.lengths,
        "fingerprint": fingerprint(entry.query) if entry.query is not None else None,
        "role": entry.role,
        "toplevel": entry.toplevel,
        "query": entry.query,
        "calls": entry.calls,
        "total_ms": entry.total_ms,
        "share": answer.share(entry),
        "mean_ms": entry.mean_ms,
        "stddev_ms": entry.stddev_ms,
        "min_ms": entry.min_ms,
        "max_ms": entry.max_ms,
        "p95": {"kind": percentile.kind, "ms": percentile.ms},
        "two_speeds": two_speeds(entry) is not None,
        "rows": entry.rows,
        "rows_per_call": entry.rows_per_call,
        "blocks": {
            "shared_hit": entry.shared_hit,
            "shared_read": entry.shared_read,
            "shared_dirtied": entry.shared_dirtied,
            "shared_written": entry.shared_written,
            "local": entry.local_blks,
            "temp": entry.temp_blks,
            "read_ms": entry.read_ms,
        },
        "wal_bytes": entry.wal_bytes,
        "findings": [_finding(finding) for finding in answer.findings_of(entry)],
    }


def _finding(finding: QueryFinding) -> dict[str, Json]:
    rewrite: dict[str, Json] | None = None
    if finding.rewrite is not None:
        rewrite = {
            "sql": finding.rewrite.text,
            "equivalence": finding.rewrite.equivalence,
            "assumes": list(finding.rewrite.assumes),
        }
    return {
        "id": finding.id,
        "severity": finding.severity,
        "certainty": finding.certainty,
        "message": finding.message,
        "objects": list(finding.objects),
        "evidence": dict(finding.evidence),
        "rewrite": rewrite,
    }


def _left(left: Left) -> dict[str, Json]:
    return {"entries": left.entries, "calls": left.calls, "ms": left.ms}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
