"""The detail of a statement: its text, its figures, the tables that it names, findings about it, its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from pgplumb.catalog.unread import Unread
from pgplumb.foundation.text import count, percent
from pgplumb.tui.live.judged import Judged
from pgplumb.tui.messages import EvidenceWanted
from pgplumb.tui.tabs.detail.part import DetailRow
from pgplumb.tui.tabs.query.advice_pane import AdviceLook, AdvicePane
from pgplumb.tui.tabs.query.figures import figures
from pgplumb.tui.tabs.query.findings_pane import FindingsTable
from pgplumb.tui.tabs.query.growth import GrowthPane, TwinLook
from pgplumb.tui.tabs.query.notices import hidden_note, own_note
from pgplumb.tui.tabs.query.plan import PlanLook, PlanPane
from pgplumb.tui.tabs.query.reading import TextAndFigures
from pgplumb.tui.tabs.query.rows import QueryRow
from pgplumb.tui.tabs.query.sql_text import one_line
from pgplumb.tui.tabs.query.tables import COLUMNS as TABLE_COLUMNS
from pgplumb.tui.tabs.query.tables import named_in, table_rows
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.detail_pane import DetailPane, Part
from pgplumb.tui.widgets.ink import Line, Span, line, text_of
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.text_pane import TextPane
from pgplumb.workload.wording import spent

if TYPE_CHECKING:
    from pgplumb.tui.state import State
    from pgplumb.workload.statements import Statements

TEXT, FINDINGS, PLAN, GROWTH, ADVICE = "statement", "findings", "plan", "10x", "advice"


@dataclass(frozen=True, slots=True)
class QueryLook:
    """The statement that is looked at, and all that is known about it now."""

    state: State
    statements: Statements
    row: QueryRow
    text: str | None
    """The longest text that is known."""
    whole: bool
    """Whether that is all of it."""
    missing: str
    """What there is to say about the rest."""
    plan: PlanLook
    twin: TwinLook
    advice: AdviceLook
    judged: Judged | Unread | None = None
    """What is wrong with it; None before it was looked at."""
    judging: bool = False


class QueryDetail(DetailPane):
    """Shows a QueryLook. Only the part in sight is drawn."""

    class Followed(Message):
        """A row was chosen that leads to another object."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self) -> None:
        self._text = TextAndFigures()
        self._figures = TextPane(wraps=False)
        self._tables = _table(TABLE_COLUMNS, "query-tables")
        self._findings = FindingsTable()
        self.plan = PlanPane()
        self.growth = GrowthPane()
        self.advice = AdvicePane()
        super().__init__(
            (
                Part(TEXT, self._text),
                Part("figures", self._figures),
                Part("tables", self._tables),
                Part(FINDINGS, self._findings),
                Part(PLAN, self.plan),
                Part(GROWTH, self.growth),
                Part(ADVICE, self.advice),
            ),
            id="query-detail",
        )
        self._look: QueryLook | None = None

    def show(self, look: QueryLook | None) -> None:
        """Draw another statement, or the same one with more known about it."""
        fresh = look is None or self._look is None or look.row.key != self._look.row.key
        self._look = look
        self._draw(fresh)

    def _draw(self, fresh: bool) -> None:
        look = self._look
        if look is None:
            self.head((Span("no statement chosen", "faint"),))
            self.plan.show(None)
            self.growth.show(None)
            self.advice.show(None)
            self._text.show_note(())
            self._figures.show(())
            self._tables.show(())
            self._findings.show(())
            self.count()
            return
        self.head(heading(look.row, begins=self.part != TEXT))
        self.count(**_counts(look))
        match self.part:
            case "figures":
                self._figures.show([(Span("  "), *one) for one in figures(look.row, look.statements)])
            case "tables":
                self._draw_tables(look)
            case "findings":
                self._findings.show_findings(look.row, look.judged, look.judging)
            case "plan":
                self.plan.show(look.plan)
            case "10x":
                self.growth.show(look.twin)
            case "advice":
                self.advice.show(look.advice)
            case _:
                self._draw_text(look, fresh)

    def _draw_text(self, look: QueryLook, fresh: bool) -> None:
        side = figures(look.row, look.statements)
        if look.row.hidden:
            self._text.show_note(*hidden_note(look.row, look.state.connection.role))
        elif look.row.own:
            self._text.show_note(*own_note(look.row), side)
        else:
            missing = None if look.whole else look.missing
            self._text.show_statement(look.text, side, missing=missing, keep_place=not fresh)

    def _draw_tables(self, look: QueryLook) -> None:
        found: list[DetailRow] | Unread
        if look.row.several or look.text is None:
            found = Unread("the text of the statement is not known")
        else:
            found = table_rows(look.state, look.text, look.row.statement.userid, look.row.block)
        if isinstance(found, Unread):
            self._tables.show((), (line(Span(found.reason, "warn")),))
        else:
            self._tables.show(found, (line(Span("the statement names no table", "muted")),))

    @on(DetailPane.PartShown)
    def _part_shown(self) -> None:
        self._draw(fresh=True)

    @on(LineTable.Selected, "#query-tables")
    def _table_chosen(self, event: LineTable.Selected) -> None:
        event.stop()
        if event.row.target is not None:
            self.post_message(self.Followed(event.row.target))

    @on(LineTable.Selected, "#query-findings")
    def _finding_chosen(self, event: LineTable.Selected) -> None:
        event.stop()
        if event.row.result is not None:
            self.post_message(EvidenceWanted(event.row.result))

    @on(LineTable.Highlighted)
    @on(LineTable.Changed)
    def _inner(self, event: LineTable.Told) -> None:
        event.stop()


def _counts(look: QueryLook) -> dict[str, int]:
    texts = look.judged.findings if isinstance(look.judged, Judged) else ()
    found = {FINDINGS: len(look.row.findings or ()) + len(texts)}
    named = named_in(look.text) if look.text is not None and not look.row.several else None
    return found if named is None or isinstance(named, Unread) else {"tables": len(named), **found}


def _table(columns: tuple[object, ...], name: str) -> LineTable[DetailRow]:
    return LineTable[DetailRow](
        columns,  # type: ignore[arg-type]
        key=lambda row: row.key,
        text=lambda row: row.copy,
        kinds=RowKind(copy=lambda row: row.copy),
        id=name,
    )


def heading(row: QueryRow, *, begins: bool) -> Line:
    """Return the line about a statement: whose it is, and how it begins or what it took."""
    if row.hidden:
        return line(Span("statements of other roles", "strong"))
    entry = row.statement
    if row.own:
        return line(Span("pgplumb", "strong"), Span(f"   as {entry.role}" if entry.role else "", "muted"))
    nested = " inside a function" if not entry.toplevel else ""
    if entry.lengths > 1:
        nested += f"   {entry.lengths:,} list lengths"
    calls = "call" if entry.calls == 1 else "calls"
    took = f"{spent(entry.total_ms)} in {count(entry.calls)} {calls} {glyphs.DOT} {percent(row.share)} of all time"
    text = text_of(one_line(entry.query)) if entry.query is not None else ""
    return line(Span(entry.role, "strong"), Span(f"{nested}   {text if begins else took}", "muted"))
