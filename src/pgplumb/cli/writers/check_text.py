"""`pgplumb check` for people: counts on top, then category by category, findings with evidence and fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.finding import Finding, Value
from pgplumb.checks.rule import Severity, Status
from pgplumb.cli.terminal import Screen
from pgplumb.cli.writers.answer import Answer
from pgplumb.foundation.text import cell_width
from pgplumb.migrate.intents import change_or_why

LISTED = 10
"""Findings of one rule that are listed unless the rule was asked for by name."""
_ITEMS = 8
_MARGIN = 13
"""Where titles begin, beside glyph and word."""
_WORDS = {
    Status.PASS: ("✓", "pass", "green"),
    Status.FAIL: ("✗", "error", "red"),
    Status.UNKNOWN: ("?", "unknown", "cyan"),
    Status.WAIVED: ("~", "waived", "faint"),
    Status.NOT_APPLICABLE: ("·", "n/a", "faint"),
}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths that hold for all rules, so that the eye can run down."""

    title: int
    count: int
    beside: bool
    """Whether there is room for rule ids beside."""

    @classmethod
    def of(cls, results: Sequence[RuleResult], screen: Screen) -> _Columns:
        title = max((cell_width(r.rule.title) for r in results), default=0)
        count = max((len(_count(r)) for r in results), default=0)
        ids = max((len(r.rule.id) for r in results), default=0)
        room = screen.width - _MARGIN - 2 - count
        return cls(min(title, room), count, title + 3 + ids <= room)


def write(answer: Answer, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    columns = _Columns.of(answer.checklist.results, screen)
    yield from _head(answer, screen)
    for category, results in groupby(answer.checklist.results, key=lambda r: r.rule.category):
        group = list(results)
        yield ""
        yield _category(category.value, group, screen)
        for result in sorted(group, key=_worst_first):
            yield from _rule(answer, result, screen, columns)
    yield from _quality(answer, screen)


def _quality(answer: Answer, screen: Screen) -> Iterator[str]:
    """Give the quality checklist by name: the answer, and the evidence under what does not simply pass."""
    if not answer.quality:
        return
    counts = Counter(found.status for found in answer.quality)
    said = ", ".join(f"{counts[s]} {s.value.replace('_', ' ')}" for s in _WORDS if counts[s])
    yield ""
    yield screen.paint("Quality checklist", "bold")
    yield from screen.wrap(said, 2)
    for group, several in groupby(answer.quality, key=lambda found: found.item.group):
        yield f"  {screen.paint(group, 'faint')}"
        for found in several:
            glyph, word, ink = _WORDS[found.status]
            word = "fail" if found.status is Status.FAIL else "attested" if found.attested else word
            first, *rest = screen.wrap(found.item.name, _MARGIN)
            yield screen.paint(screen.own(f"  {glyph} {word:<9}"), ink) + first.lstrip()
            yield from rest
            for line in screen.wrap(screen.clean(found.evidence), _MARGIN) if found.evidence else ():
                yield screen.paint(line, "faint")
            if found.attested is not None:
                text = f"attested by {found.attested.by} on {found.attested.on}, until {found.attested.until}"
                yield from screen.wrap(screen.clean(text), _MARGIN)


def _worst_first(result: RuleResult) -> tuple[int, int, str]:
    order = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.PASS, Status.NOT_APPLICABLE)
    return order.index(result.status), list(Severity).index(result.severity), result.rule.id


def _head(answer: Answer, screen: Screen) -> Iterator[str]:
    catalog, checklist = answer.facts.catalog, answer.checklist
    read_at = f"{catalog.read_at:%Y-%m-%d %H:%M:%S %Z}"
    where = f"{catalog.database.name}   PostgreSQL {catalog.server_version_text}   {read_at}".rstrip()
    yield screen.paint(screen.clean(where), "bold")
    line, used = "", 0
    for status, (glyph, _, ink) in _WORDS.items():
        count = checklist.summary[status]
        text = screen.own(f"{glyph} {count} {status.value.replace('_', ' ')}")
        if line and used + 3 + cell_width(text) > screen.width:
            yield line
            line, used = "", 0
        line += "   " * bool(line) + screen.paint(text, ink if count else "faint")
        used += 3 * bool(used) + cell_width(text)
    yield line
    failing = [f"{count} {severity.value}" for severity, count in checklist.failing.items() if count]
    if failing:
        yield f"failing: {', '.join(failing)}"
    if answer.baseline is not None:
        new = sum(len(answer.counted(result)) for result in checklist.results)
        known = sum(len(result.open_findings) for result in checklist.results) - new
        gone = answer.baseline.gone(checklist)
        yield f"baseline: {new} new, {known} known and left out below, {gone} gone"


def _category(name: str, group: Sequence[RuleResult], screen: Screen) -> str:
    title = name.replace("-", " ").capitalize()
    judged = [r for r in group if r.status is not Status.NOT_APPLICABLE]
    passed = f"{sum(r.status is Status.PASS for r in judged)} of {len(judged)} pass"
    return screen.paint(title, "bold") + "   " + screen.paint(passed, "faint")


def _count(result: RuleResult) -> str:
    if result.status is Status.FAIL:
        return f"{len(result.open_findings)} of {result.checked}"
    return f"{result.checked} checked" if result.checked else ""


def _rule(answer: Answer, result: RuleResult, screen: Screen, columns: _Columns) -> Iterator[str]:
    glyph, word, ink = _WORDS[result.status]
    if result.status is Status.FAIL and result.severity is not Severity.ERROR:
        glyph, word, ink = "!", result.severity.value, "yellow"
    mark, title = screen.own(f"  {glyph} {word:<9}"), result.rule.title
    if result.status is Status.NOT_APPLICABLE:
        first, *rest = screen.wrap(screen.clean(f"{title}: {result.reason}"), _MARGIN)
        for line in (mark + first.lstrip(), *rest):
            yield screen.paint(line, ink)
        return
    first, *rest = screen.wrap(title, _MARGIN)
    identifier = screen.paint(result.rule.id, "faint")
    count = screen.paint(_count(result).rjust(columns.count), "faint")
    narrow = bool(rest) or cell_width(title) > columns.title
    line = screen.paint(mark, ink) + first.lstrip()
    line += "" if narrow else " " * (columns.title - cell_width(title) + 2) + count
    yield line + (f"   {identifier}" if columns.beside else "")
    yield from rest
    if narrow or (not columns.beside and result.status is not Status.PASS):
        yield " " * _MARGIN + (f"{_count(result)}   " if narrow else "") + identifier
    if result.reason:
        yield from screen.wrap(screen.clean(result.reason), _MARGIN)
    if result.attested is not None:
        attested = result.attested
        text = f"attested by {attested.by} on {attested.on}, until {attested.until}"
        yield from screen.wrap(screen.clean(text), _MARGIN)
    for finding in result.findings:
        waiver = result.waived.get(finding.object)
        if waiver is not None:
            until = f", until {waiver.until}" if waiver.until else ""
            text = f"waived: {finding.object}: {waiver.reason} ({waiver.by}{until})"
            yield from screen.wrap(screen.clean(text), _MARGIN)
    for name, late in sorted(result.expired.items()):
        text = f"waiver expired on {late.until}: {name}: {late.reason} ({late.by})"
        for line in screen.wrap(screen.clean(text), _MARGIN):
            yield screen.paint(line, "yellow")
    counted = answer.counted(result)
    shown = counted if answer.complete else counted[:LISTED]
    for finding in shown:
        yield from _finding(answer, finding, screen)
    if len(shown) < len(counted):
        yield f"    {len(counted) - len(shown)} more: pgplumb check --rule {result.rule.id}"


def _finding(answer: Answer, finding: Finding, screen: Screen) -> Iterator[str]:
    yield "    " + screen.paint(screen.clean(finding.object), "cyan")
    yield from screen.wrap(screen.clean(finding.message), 6)
    evidence = ", ".join(
        f"{name.replace('_', ' ')} {_shown(value)}" for name, value in finding.evidence.items()
    )
    if evidence:
        for line in screen.wrap(screen.clean(evidence), 6, hanging=2):
            yield screen.paint(line, "faint")
    change = change_or_why(finding.fix, answer.facts.catalog) if finding.fix else None
    if isinstance(change, str):
        for line in screen.wrap(screen.clean(f"no fix can be written: {change}"), 6, hanging=2):
            yield screen.paint(line, "faint")
    elif change is not None:
        label = "fix, online:" if change.online else "fix, needs a quiet moment:"
        yield "      " + screen.paint(label, "green")
        for statement in change.up.splitlines():
            yield "        " + screen.clean(statement)


def _shown(value: Value) -> str:
    """Return evidence in words: numbers with separators, lists cut after a few."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, str):
        return value
    items = [f"{k}={v}" for k, v in value.items()] if isinstance(value, Mapping) else list(value)
    more = f" and {len(items) - _ITEMS} more" if len(items) > _ITEMS else ""
    return ", ".join(items[:_ITEMS]) + more if items else "none"
