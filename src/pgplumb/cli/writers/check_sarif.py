"""`pgplumb check --format sarif`: SARIF 2.1.0, for code scanning.

A database has no files: findings name logical locations, which are object identifiers. Tools that insist on a file
are given the profile's usual name, where a waiver would be written.
Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from pgplumb import __version__
from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.finding import Finding
from pgplumb.checks.rule import Severity, Status
from pgplumb.cli.writers.answer import Answer
from pgplumb.cli.writers.json_values import Json
from pgplumb.foundation.profile import FILE_NAME

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {"schema": "namespace", "function": "function", "type": "type", "column": "member"}
"""Kinds of logical locations that SARIF has words for; the others are ours."""


def write(answer: Answer) -> Iterator[str]:
    """Give the document, indented by two."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: Answer) -> dict[str, Json]:
    """Return the document."""
    results = sorted(answer.checklist.results, key=lambda r: r.rule.id)
    driver: Json = {
        "name": "pgplumb",
        "version": __version__,
        "rules": [_descriptor(result) for result in results],
    }
    catalog = answer.facts.catalog
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [note for result in results for note in _notes(result)],
            }
        ],
        "properties": {
            "database": catalog.database.name,
            "serverVersion": catalog.server_version_text,
        },
        "results": [found for at, result in enumerate(results) for found in _results(answer, result, at)],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(result: RuleResult) -> dict[str, Json]:
    rule = result.rule
    found: dict[str, Json] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.passes},
        "help": {"text": f"{rule.why}\n\nSource: {rule.source}"},
        "defaultConfiguration": {"level": _LEVELS[result.severity]},
        "properties": {"category": rule.category.value, "tier": rule.tier.value},
    }
    if rule.source.startswith("https://") and " " not in rule.source:
        found["helpUri"] = rule.source
    return found


def _results(answer: Answer, result: RuleResult, index: int) -> Iterator[Json]:
    counted = {id(finding) for finding in answer.counted(result)}
    for finding in result.findings:
        found: dict[str, Json] = {
            "ruleId": result.rule.id,
            "ruleIndex": index,
            "level": _LEVELS[result.severity],
            "message": {"text": finding.message},
            "locations": [_location(finding)],
            "partialFingerprints": {"ruleAndObject/v1": _fingerprint(result, finding)},
            "properties": {"related": sorted(finding.related)},
        }
        if answer.baseline is not None and finding.object not in result.waived:
            found["baselineState"] = "new" if id(finding) in counted else "unchanged"
        waiver = result.waived.get(finding.object)
        if waiver is not None:
            found["suppressions"] = [
                {"kind": "external", "status": "accepted", "justification": f"{waiver.reason} ({waiver.by})"}
            ]
        yield found


def _notes(result: RuleResult) -> Iterator[Json]:
    """Give rules that could not be answered: they are no results, and no passes."""
    if result.status is Status.UNKNOWN:
        yield {
            "level": "note",
            "message": {"text": f"{result.rule.id} is unknown: {result.reason}"},
            "associatedRule": {"id": result.rule.id},
        }


def _location(finding: Finding) -> Json:
    kind, _, name = finding.object.partition(":")
    return {
        "physicalLocation": {"artifactLocation": {"uri": FILE_NAME}, "region": {"startLine": 1}},
        "logicalLocations": [
            {"fullyQualifiedName": finding.object, "name": name, "kind": _KINDS.get(kind, kind)}
        ],
    }


def _fingerprint(result: RuleResult, finding: Finding) -> str:
    """Return what a finding is known by: messages hold numbers that move."""
    return hashlib.sha256(f"{result.rule.id}\n{finding.object}".encode()).hexdigest()[:32]
