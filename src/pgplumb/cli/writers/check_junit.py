"""`pgplumb check --format junit`: a test case for each rule, a suite for each category, for CI systems.

A rule at or above the threshold of --fail-on that has findings that count is a failure; what is unknown, waived,
not applicable or below it is skipped with its reason or told in the output, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.rule import Severity, Status
from pgplumb.cli.writers.answer import Answer
from pgplumb.foundation.text import sanitise

_LISTED = 100


def write(answer: Answer, threshold: Severity | None) -> Iterator[str]:
    """Give the lines of the document."""
    results = answer.checklist.results
    failures = sum(_fails(answer, result, threshold) for result in results)
    skipped = sum(_skip(result) is not None for result in results)
    read_at = answer.facts.catalog.read_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    counts = f'tests="{len(results)}" failures="{failures}" errors="0" skipped="{skipped}"'
    yield f'<testsuites name="pgplumb check" {counts}>'
    for category, group in groupby(results, key=lambda result: result.rule.category):
        several = list(group)
        failed = sum(_fails(answer, result, threshold) for result in several)
        left = sum(_skip(result) is not None for result in several)
        counts = f'tests="{len(several)}" failures="{failed}" errors="0" skipped="{left}"'
        yield f'  <testsuite name={_quoted(category.value)} {counts} timestamp="{read_at}">'
        for result in several:
            yield from _case(answer, result, threshold)
        yield "  </testsuite>"
    yield "</testsuites>"


def _fails(answer: Answer, result: RuleResult, threshold: Severity | None) -> bool:
    return answer.fails(result, threshold)


def _skip(result: RuleResult) -> str | None:
    if result.status in (Status.UNKNOWN, Status.NOT_APPLICABLE):
        return f"{result.status.value.replace('_', ' ')}: {result.reason}"
    return "waived" if result.status is Status.WAIVED else None


def _case(answer: Answer, result: RuleResult, threshold: Severity | None) -> Iterator[str]:
    head = f"    <testcase classname={_quoted(result.rule.category.value)} name={_quoted(result.rule.id)}"
    skip, counted = _skip(result), answer.counted(result)
    lines = [f"{finding.object}: {finding.message}" for finding in counted[:_LISTED]]
    if len(counted) > _LISTED:
        lines.append(f"and {len(counted) - _LISTED} more")
    body = _text("\n".join(lines))
    if _fails(answer, result, threshold):
        message = f"{result.severity.value}: {result.rule.title}: {len(counted)} of {result.checked}"
        yield f"{head}>"
        yield f"      <failure type={_quoted(result.severity.value)} message={_quoted(message)}>{body}</failure>"
        yield "    </testcase>"
    elif skip is not None:
        yield f"{head}>"
        yield f"      <skipped message={_quoted(skip)}/>"
        yield "    </testcase>"
    elif counted:
        yield f"{head}>"
        yield f"      <system-out>{body}</system-out>"
        yield "    </testcase>"
    else:
        yield f"{head}/>"


def _quoted(text: str) -> str:
    return quoteattr(sanitise(text))


def _text(text: str) -> str:
    """Return text that XML can hold: no control characters but line feeds."""
    return escape("\n".join(map(sanitise, text.split("\n"))))
