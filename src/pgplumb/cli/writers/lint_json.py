"""`pgplumb lint --format json`: pgplumb.lint.v1. Equal input gives equal bytes; all of it is ASCII."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgplumb.cli.writers.hazard_json import hazard_json, statement_json
from pgplumb.cli.writers.json_values import Json
from pgplumb.cli.writers.lint_answer import FORMAT, LintAnswer
from pgplumb.migrate.lint.answer import Linted, LintedStatement
from pgplumb.migrate.probes.probe import Answer


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
        "hazards": [hazard_json(found) for found in file.hazards],
        "ignored": [{**hazard_json(found.hazard), "reason": found.reason} for found in file.ignored],
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
    found = statement_json(statement)
    return {"index": found["index"], "line": statement.line, **found, "unknown": list(statement.unknown)}
