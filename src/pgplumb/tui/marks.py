"""How the answers of the checklist are shown: sign, word and ink, and the counts in the tab bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding

MARKS = (glyphs.PASS, glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN, glyphs.WAIVED, glyphs.NOT_APPLICABLE)
_BY_STATUS = {
    "pass": glyphs.PASS,
    "unknown": glyphs.UNKNOWN,
    "waived": glyphs.WAIVED,
    "not_applicable": glyphs.NOT_APPLICABLE,
}
_WORST_FIRST = (
    glyphs.FAIL,
    glyphs.WARN,
    glyphs.UNKNOWN,
    glyphs.WAIVED,
    glyphs.PASS,
    glyphs.NOT_APPLICABLE,
)


def mark_of(result: RuleResult) -> Mark:
    """Return how an answer is shown: a failure by its severity, `!` below error."""
    if result.status == "fail":
        return glyphs.FAIL if result.severity == "error" else glyphs.WARN
    return _BY_STATUS[result.status]


def mark_of_status(status: str) -> Mark:
    """Return how an answer other than a failure is shown."""
    return _BY_STATUS[status]


def badness(mark: Mark) -> int:
    """Return a rank, worst first."""
    return _WORST_FIRST.index(mark)


def worst(marks: Iterable[Mark]) -> Mark:
    """Return the worst of several; not applicable where there is none."""
    return min(marks, key=badness, default=glyphs.NOT_APPLICABLE)


def counts(checklist: Checklist | None, gap: str = "   ") -> Line:
    """Return how many rules gave each answer: `✓ 118   ✗ 9   ! 14   ? 6   ~ 3`."""
    if checklist is None:
        return (Span("not checked yet", "faint"),)
    found = dict.fromkeys(MARKS, 0)
    for result in checklist.results:
        found[mark_of(result)] += 1
    spans: list[Span] = []
    for mark in MARKS[:-1]:
        if found[mark] or mark is not glyphs.WAIVED:
            spans += [Span(gap), Span(f"{mark.glyph} {found[mark]}", mark.ink if found[mark] else "faint")]
    return tuple(spans[1:])


def finding_marks(findings: Iterable[tuple[RuleResult, Finding]], decided: bool = False) -> Line:
    """Return the findings of one object for a table's cell: `✗ 2  ! 1`.

    Where there is none: `✓` if every rule that could speak of it was decided, else a dash that claims nothing.
    """
    found = [mark_of(result) for result, _ in findings]
    spans: list[Span] = []
    for mark in (glyphs.FAIL, glyphs.WARN):
        if mark in found:
            spans += [Span("  ")] * bool(spans) + [Span(f"{mark.glyph} {found.count(mark)}", mark.ink)]
    return tuple(spans) or ((glyphs.PASS.span,) if decided else (Span("-", "faint"),))


class Judged(Protocol):
    """A row about an object that rules speak of."""

    @property
    def findings(self) -> Sequence[tuple[RuleResult, Finding]] | None:
        """What was found about it, the worst first; None before the rules have run."""

    @property
    def decided(self) -> bool:
        """Whether every rule that could speak of it was decided."""


def checks_cell(row: Judged) -> Line:
    """Return the cell of a row's findings; nothing before the rules have run."""
    return () if row.findings is None else finding_marks(row.findings, row.decided)


def findings_rank(row: Judged) -> tuple[int, int] | None:
    """Return what rows are sorted by: how many errors, and how many findings besides."""
    if row.findings is None:
        return None
    errors = sum(1 for result, _ in row.findings if result.severity == "error")
    return (errors, len(row.findings) - errors)


def decided(checklist: Checklist, *categories: str) -> bool:
    """Whether no rule about single objects is unknown; of some categories alone where they are named."""
    return not any(
        result.status == "unknown" and result.rule.whole is None
        for result in checklist.results
        if not categories or result.rule.category in categories
    )
