"""`pgplumb lint --format sarif`: SARIF 2.1.0, for code scanning and editors.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import quote

from pgplumb import __version__
from pgplumb.cli.writers.json_values import Json
from pgplumb.cli.writers.lint_answer import LintAnswer
from pgplumb.migrate.hazards.hazard import SEVERITIES, Hazard
from pgplumb.migrate.lint.answer import Linted

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(answer: LintAnswer) -> Iterator[str]:
    """Give the document, indented by two."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: LintAnswer) -> dict[str, Json]:
    """Return the document."""
    used = sorted({h.id for file in answer.files for h in (*file.hazards, *(i.hazard for i in file.ignored))})
    rules: list[Json] = [
        {
            "id": name,
            "shortDescription": {"text": name.replace("-", " ")},
            "defaultConfiguration": {"level": _LEVELS[SEVERITIES[name]]},
        }
        for name in used
    ]
    driver: Json = {"name": "pgplumb", "version": __version__, "rules": rules}
    notes: list[Json] = [note for file in answer.files for note in _notes(file)]
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [result for file in answer.files for result in _results(file, used)],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _results(file: Linted, rules: list[str]) -> Iterator[Json]:
    for found in file.hazards:
        yield _result(file, found, rules)
    for ignored in file.ignored:
        suppression: Json = {"kind": "inSource", "justification": ignored.reason}
        yield {**_result(file, ignored.hazard, rules), "suppressions": [suppression]}


def _result(file: Linted, found: Hazard, rules: list[str]) -> dict[str, Json]:
    line = 1 if found.statement is None else file.statements[found.statement].line
    text = found.message + (f"\n\nSafer:\n{found.safer}" if found.safer else "")
    return {
        "ruleId": found.id,
        "ruleIndex": rules.index(found.id),
        "level": _LEVELS[found.severity],
        "message": {"text": text},
        "locations": [_location(file, line)],
        "properties": {"objects": sorted(set(found.objects)), "source": found.source},
    }


def _notes(file: Linted) -> Iterator[Json]:
    """Give what is not known, and comments that do nothing: neither is a result."""
    for why in file.undecided:
        yield {"level": "note", "message": {"text": f"not decided: {why}"}, "locations": [_location(file, 1)]}
    for useless in file.useless:
        where = _location(file, useless.line)
        yield {
            "level": "warning",
            "message": {"text": f"ignore comment: {useless.why}"},
            "locations": [where],
        }


def _location(file: Linted, line: int) -> Json:
    path = PurePath(file.path)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}
