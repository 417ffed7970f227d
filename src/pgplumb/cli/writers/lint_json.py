"""`pgplumb lint --format json`: pgplumb.lint.v1. Equal input gives equal bytes; all of it is ASCII."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from pgplumb.cli.writers.lint_answer import FORMAT, LintAnswer
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.migrate.lint.answer import Linted, LintedStatement
from pgplumb.migrate.probes.probe import Answer

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def write(answer: LintAnswer) -> Iterator[str]:
    """Give the document, indented by two."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: LintAnswer) -> dict[str, Json]:
    """Return the document; files in the order in which they were judged."""
    return {"format": FORMAT, "files": [_file(file) for file in answer.files]}


def _file(file: Linted) -> dict[str, Json]:
    return {
        "path": file.path,
        "mode": file.mode,
        "safe": file.safe,
        "executes": file.executes,
        "sqlstate": file.sqlstate,
        "statements": [_statement(statement) for statement in file.statements],
        "hazards": [_hazard(found) for found in file.hazards],
        "ignored": [{**_hazard(found.hazard), "reason": found.reason} for found in file.ignored],
        "useless_ignores": [{"line": useless.line, "why": useless.why} for useless in file.useless],
        "unknown": list(file.undecided),
        "probes": [_probe(answer) for answer in file.answers],
    }


def _probe(answer: Answer) -> dict[str, Json]:
    probe = answer.probe
    return {
        "id": probe.id,
        "statement": probe.statement,
        "objects": sorted(set(probe.objects)),
        "question": probe.question,
        "sql": probe.sql,
        "status": answer.status,
        "evidence": answer.evidence,
    }


def _statement(statement: LintedStatement) -> dict[str, Json]:
    return {
        "index": statement.index,
        "line": statement.line,
        "sql": statement.sql,
        "locks": [{"object": name, "mode": mode} for name, mode in sorted(statement.locks.items())],
        "rewrites": sorted(statement.rewrites),
        "scans": sorted(statement.scans),
        "source": statement.source,
        "unknown": list(statement.unknown),
    }


def _hazard(found: Hazard) -> dict[str, Json]:
    return {
        "id": found.id,
        "severity": found.severity,
        "statement": found.statement,
        "objects": sorted(set(found.objects)),
        "message": found.message,
        "safer": found.safer,
        "source": found.source,
    }
