"""Statements and hazards as `pgplumb.lint.v1` has them, for every document that holds some."""

from __future__ import annotations

from pgplumb.cli.writers.json_values import Json
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.migrate.lint.answer import LintedStatement


def statement_json(found: LintedStatement) -> dict[str, Json]:
    """Return what one statement does; names sorted."""
    return {
        "index": found.index,
        "sql": found.sql,
        "locks": [{"object": name, "mode": mode} for name, mode in sorted(found.locks.items())],
        "rewrites": sorted(found.rewrites),
        "scans": sorted(found.scans),
        "source": found.source,
    }


def hazard_json(found: Hazard) -> dict[str, Json]:
    """Return one hazard; objects sorted, each once."""
    return {
        "id": found.id,
        "severity": found.severity,
        "statement": found.statement,
        "objects": sorted(set(found.objects)),
        "message": found.message,
        "safer": found.safer,
        "source": found.source,
    }
