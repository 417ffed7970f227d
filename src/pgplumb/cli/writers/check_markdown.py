"""`pgplumb check --format markdown`: for a pull request or a wiki page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.finding import Finding
from pgplumb.checks.rule import Severity, Status
from pgplumb.cli.writers.answer import Answer
from pgplumb.foundation.text import sanitise
from pgplumb.migrate.change import Change
from pgplumb.migrate.intents import change_or_why

LISTED = 10
"""Findings of one rule that are listed unless the rule was asked for by name."""


def write(answer: Answer) -> Iterator[str]:
    """Give the lines."""
    catalog, checklist = answer.facts.catalog, answer.checklist
    yield f"# pgplumb check: {_plain(catalog.database.name)}"
    yield ""
    yield f"PostgreSQL {_plain(catalog.server_version_text)}, read at {catalog.read_at:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    yield ""
    yield "| pass | fail | unknown | waived | not applicable |"
    yield "|---:|---:|---:|---:|---:|"
    order = (Status.PASS, Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.NOT_APPLICABLE)
    yield "| " + " | ".join(str(checklist.summary[status]) for status in order) + " |"
    if answer.baseline is not None:
        new = sum(len(answer.counted(result)) for result in checklist.results)
        yield ""
        yield f"Against the baseline: {new} new, {answer.baseline.gone(checklist)} gone."
    yield from _quality(answer)
    failing = [r for r in checklist.results if r.status is Status.FAIL and answer.counted(r)]
    for severity in Severity:
        chosen = [result for result in failing if result.severity is severity]
        if chosen:
            yield ""
            yield f"## {severity.value.capitalize()}: {len(chosen)} rules"
            for result in chosen:
                yield from _rule(answer, result)
    unknown = [r for r in checklist.results if r.status is Status.UNKNOWN]
    if unknown:
        yield ""
        yield f"## Unknown: {len(unknown)} rules"
        yield ""
        for result in unknown:
            yield f"- `{result.rule.id}`: {_plain(result.reason)}"
    yield from _waived(answer)


def _quality(answer: Answer) -> Iterator[str]:
    for group, several in groupby(answer.quality, key=lambda found: found.item.group):
        yield ""
        yield f"## Quality: {group}"
        yield ""
        yield "| item | answer | evidence |"
        yield "|---|---|---|"
        for found in several:
            word = found.status.value.replace("_", " ")
            if found.attested is not None:
                word += f", attested by {_cell(found.attested.by)} until {found.attested.until}"
            yield f"| {found.item.name} | {word} | {_cell(found.evidence)} |"


def _rule(answer: Answer, result: RuleResult) -> Iterator[str]:
    counted = answer.counted(result)
    yield ""
    yield f"### {result.rule.title}"
    yield ""
    yield f"`{result.rule.id}`, {len(counted)} of {result.checked}. {_plain(result.rule.why)}"
    yield ""
    shown = counted if answer.complete else counted[:LISTED]
    for finding in shown:
        yield from _finding(answer, finding)
    if len(shown) < len(counted):
        yield f"- and {len(counted) - len(shown)} more: `pgplumb check --rule {result.rule.id}`"


def _finding(answer: Answer, finding: Finding) -> Iterator[str]:
    yield f"- {_code(finding.object)}: {_plain(finding.message)}"
    change = change_or_why(finding.fix, answer.facts.catalog) if finding.fix else None
    if isinstance(change, Change):
        lines = [sanitise(line) for line in change.up.splitlines()]
        fence = "`" * max(3, 1 + max((_run(line) for line in lines), default=0))
        yield ""
        yield f"  {fence}sql"
        yield from (f"  {line}" for line in lines)
        yield f"  {fence}"


def _waived(answer: Answer) -> Iterator[str]:
    found = [(r, name, waiver) for r in answer.checklist.results for name, waiver in sorted(r.waived.items())]
    late = [(r, name, waiver) for r in answer.checklist.results for name, waiver in sorted(r.expired.items())]
    for title, several in (("Waived", found), ("Waivers that expired", late)):
        if several:
            yield ""
            yield f"## {title}"
            yield ""
            for result, name, waiver in several:
                until = f", until {waiver.until}" if waiver.until else ""
                said = f"{_plain(waiver.reason)} ({_plain(waiver.by)}{until})"
                yield f"- `{result.rule.id}` on {_code(name)}: {said}"


def _run(line: str) -> int:
    """Return the length of the longest run of backticks."""
    longest = run = 0
    for character in line:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _code(text: str) -> str:
    """Return a name as code; the fence is longer than any run of backticks in it."""
    clean = sanitise(text)
    fence = "`" * (1 + _run(clean))
    space = " " if "`" in clean else ""
    return f"{fence}{space}{clean}{space}{fence}"


def _plain(text: str) -> str:
    """Return text in which Markdown sees no markup of its own."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#&" else c for c in sanitise(text))


def _cell(text: str) -> str:
    return _plain(text)
