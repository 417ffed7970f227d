"""`pgplumb check --format json`: pgplumb.check.v1.

Lists are sorted and only `read_at` differs between two runs over the same facts. Everything outside ASCII is
escaped, so that the document can be printed anywhere and does nothing to a terminal.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from pgplumb.catalog.model import Catalog
from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.finding import Finding, Fix, Value
from pgplumb.checks.quality import Answer as QualityAnswer
from pgplumb.checks.rule import Status
from pgplumb.cli.baseline import FORMAT
from pgplumb.cli.writers.answer import Answer
from pgplumb.cli.writers.json_values import Json
from pgplumb.foundation.profile import Attestation
from pgplumb.migrate.change import Change
from pgplumb.migrate.intents import change_or_why


def write(answer: Answer) -> Iterator[str]:
    """Give the document, indented by two."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: Answer) -> dict[str, Json]:
    """Return the document."""
    checklist, catalog = answer.checklist, answer.facts.catalog
    found: dict[str, Json] = {
        "format": FORMAT,
        "server_version": catalog.server_version_text,
        "server_version_num": catalog.server_version,
        "database": catalog.database.name,
        "read_at": catalog.read_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "summary": {status.value: checklist.summary[status] for status in Status},
    }
    if answer.baseline is not None:
        new = sum(len(answer.counted(result)) for result in checklist.results)
        known = sum(len(result.open_findings) for result in checklist.results) - new
        found["baseline"] = {"new": new, "known": known, "gone": answer.baseline.gone(checklist)}
    found["quality"] = [_item(item) for item in sorted(answer.quality, key=lambda found: found.item.id)]
    found["rules"] = [_rule(answer, r) for r in sorted(checklist.results, key=lambda r: r.rule.id)]
    return found


def _rule(answer: Answer, result: RuleResult) -> dict[str, Json]:
    rule, attested = result.rule, result.attested
    counted = {id(finding) for finding in answer.counted(result)} if answer.baseline else None
    return {
        "id": rule.id,
        "title": rule.title,
        "category": rule.category.value,
        "severity": result.severity.value,
        "tier": rule.tier.value,
        "status": result.status.value,
        "checked": result.checked,
        "reason": result.reason,
        "attested": _attested(attested),
        "findings": [
            _finding(answer.facts.catalog, result, finding, counted)
            for finding in sorted(result.findings, key=lambda f: (f.object, f.message, f.related))
        ],
    }


def _item(found: QualityAnswer) -> dict[str, Json]:
    return {
        "id": found.item.id,
        "name": found.item.name,
        "group": found.item.group,
        "status": found.status.value,
        "evidence": found.evidence,
        "rules": [
            {"id": r.rule.id, "status": r.status.value} for r in sorted(found.rules, key=lambda r: r.rule.id)
        ],
        "attested": _attested(found.attested),
    }


def _attested(attested: Attestation | None) -> Json:
    if attested is None:
        return None
    return {"by": attested.by, "on": attested.on.isoformat(), "until": attested.until.isoformat()}


def _finding(
    catalog: Catalog, result: RuleResult, finding: Finding, counted: set[int] | None
) -> dict[str, Json]:
    waiver = result.waived.get(finding.object)
    change = change_or_why(finding.fix, catalog) if finding.fix else None
    found: dict[str, Json] = {
        "object": finding.object,
        "related": sorted(finding.related),
        "message": finding.message,
        "evidence": {name: _value(value) for name, value in sorted(finding.evidence.items())},
        "fix": _fix(finding.fix, change) if finding.fix and isinstance(change, Change) else None,
        "waived": {
            "reason": waiver.reason,
            "by": waiver.by,
            "until": waiver.until.isoformat() if waiver.until else None,
        }
        if waiver
        else None,
    }
    late = result.expired.get(finding.object)
    if late is not None and late.until is not None:
        found["waiver_expired"] = {"reason": late.reason, "by": late.by, "until": late.until.isoformat()}
    if isinstance(change, str):
        found["fix_missing"] = change
    if counted is not None:
        found["new"] = id(finding) in counted
    return found


def _fix(fix: Fix, change: Change) -> dict[str, Json]:
    return {
        "intent": fix.intent,
        "fields": {name: _value(value) for name, value in sorted(fix.fields.items())},
        "sql": change.up,
        "down": change.down,
        "online": change.online,
    }


def _value(value: Value) -> Json:
    """Return a value that JSON can hold: no infinities, plain lists."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return value
