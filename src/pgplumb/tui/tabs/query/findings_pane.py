"""What is wrong with a statement: what rules say of it, and what its text, the catalog and its plan show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.catalog.unread import Unread
from pgplumb.checks.statement_names import title
from pgplumb.sql.highlight import highlight
from pgplumb.tui.marks import mark_of
from pgplumb.tui.tabs.query.plan_text import SEVERITIES
from pgplumb.tui.tabs.query.rows import QueryRow
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.ink import InkName, Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.sql_view import sql_lines
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.wrap import wrap

if TYPE_CHECKING:
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.tui.live.judged import Judged
    from pgplumb.workload.querylint.finding import QueryFinding, Rewrite

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One line of what is said."""

    key: tuple[int, int]
    text: Line
    result: RuleResult | None = None
    """The rule whose evidence Enter opens."""
    copy: str = ""


Said = tuple[Line, "RuleResult | None", str]
"""A line before it is broken, the rule that it is of, and what `y` copies."""


class FindingsTable(LineTable[FindingRow]):
    """Findings one below the other, broken for its width."""

    def __init__(self) -> None:
        super().__init__(
            (Column[FindingRow]("text", "", lambda row: row.text, grow=True),),
            key=lambda row: row.key,
            text=lambda _: "",
            kinds=RowKind(whole=lambda row: row.text, copy=lambda row: row.copy),
            header=0,
            id="query-findings",
        )
        self._said: tuple[Said, ...] = ()

    def show_findings(self, row: QueryRow, judged: Judged | Unread | None, asked: bool) -> None:
        """Draw what is known of a statement."""
        said = (*_of_rules(row), *_of_text(judged, asked))
        if said != self._said:
            self._said = said
            self._draw()

    def on_resize(self) -> None:
        """Break the lines anew."""
        super().on_resize()
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if not width:
            return
        self.show(
            [
                FindingRow((number, part), broken, result, copy)
                for number, (text, result, copy) in enumerate(self._said)
                for part, broken in enumerate(wrap(text, width - 4, 4) or [()])
            ]
        )


def _of_rules(row: QueryRow) -> Iterator[Said]:
    """Yield what the checklist says of the statement."""
    for result, finding in row.findings or ():
        mark = mark_of(result)
        # The statement is known here: what is said of it comes first.
        message = finding.message.removeprefix(title(row.statement)).strip()
        spans = (Span(f"{mark.glyph} ", mark.ink), Span(result.rule.title), Span(f"  {message}", "muted"))
        yield line(*spans), result, finding.message


def _of_text(judged: Judged | Unread | None, asked: bool) -> Iterator[Said]:
    """Yield what the text, the catalog and the plan show, or why that is not known."""
    if isinstance(judged, Unread):
        yield line(Span(f"{glyphs.UNKNOWN.glyph} ", "unknown"), Span(judged.reason)), None, judged.reason
        return
    if judged is None:
        doing = "looking at the text, the catalog and the plan" if asked else "the text was not looked at yet"
        yield line(Span(doing, "accent" if asked else "muted")), None, ""
        return
    for finding in judged.findings:
        yield from _finding(finding)
    if not judged.findings:
        yield line(glyphs.PASS.span, Span(" nothing is found in the text", "muted")), None, ""
    if not judged.by_plan:
        yield line(Span("some findings need its plan to be proved: p asks for it", "faint")), None, ""


def _finding(finding: QueryFinding) -> Iterator[Said]:
    copy = finding.rewrite.text if finding.rewrite is not None else finding.message
    mark = glyphs.UNKNOWN if finding.certainty == "unknown" else SEVERITIES[finding.severity]
    certainty = "" if finding.certainty == "proved" else f"  {finding.certainty}"
    yield (
        line(Span(f"{mark.glyph} ", mark.ink), Span(finding.title), Span(certainty, "unknown")),
        None,
        copy,
    )
    yield line(Span(f"{_INDENT}{finding.message}")), None, copy
    yield line(Span(f"{_INDENT}{finding.why}", "muted")), None, copy
    if finding.ask == "advise":
        yield line(Span(f"{_INDENT}the part advice has the index for it", "accent")), None, copy
    if finding.rewrite is not None:
        for text in _rewrite(finding.rewrite):
            yield (Span(_INDENT), *text), None, copy


def _rewrite(rewrite: Rewrite) -> Iterator[Line]:
    """Yield a rewrite as a line diff, with what holds it."""
    held: tuple[InkName, str] = {
        "proved": ("pass", "the same rows whatever the data"),
        "assuming": ("warn", f"the same rows where {', '.join(rewrite.assumes)}"),
        "advice": ("warn", "another query: it does not always give the same rows"),
    }[rewrite.equivalence]  # type: ignore[assignment]
    yield line(Span("rewrite  ", "muted"), Span(rewrite.kind.title), Span(f"  {held[1]}", held[0]))
    for text in rewrite.diff:
        sign, rest = text[:2], text[2:]
        ink: InkName = "fail" if sign[:1] == "-" else "pass" if sign[:1] == "+" else "faint"
        coloured: Sequence[Line] = sql_lines(rest, highlight) or [()]
        for part in coloured:
            yield (Span(sign, ink), *(part if sign[:1] != "-" else (Span(rest, "muted"),)))
    if rewrite.kind.held_by:
        yield line(
            Span("held by a test that runs both over NULLs, duplicates and edges; y copies it", "faint")
        )
