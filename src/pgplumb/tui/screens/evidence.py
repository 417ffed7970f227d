"""A rule of the checklist in full: its answer, why it matters, and every finding with the figures it saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from pgplumb.foundation.text import cell_width
from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.marks import mark_of
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Line, Span, line
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.rule_line import RuleLine
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from pgplumb.checks.checklist import RuleResult
    from pgplumb.checks.finding import Finding, Value

ACTIONS = declare(
    "evidence",
    Action("close", "escape q", "close", "Close the evidence.", hint=30, palette=False),
    Action("fix", "f", "fix", "Compose the fix of the finding under the cursor.", hint=20, palette=False),
    Action(
        "waive", "w", "waive", "Accept the finding under the cursor, with a reason.", hint=25, palette=False
    ),
    Action("switch", "tab", "switch", "Go between the findings and the text.", hint=40, palette=False),
)

KINDS = {
    "fk": "foreign key",
    "matview": "materialized view",
    "foreign_table": "foreign table",
    "query": "statement",
}
"""Kinds of object identifiers that are no words."""
Choice = tuple[str, "Finding"]
"""("go", "fix" or "waive", the finding)."""


class EvidenceScreen(Overlay[Choice | None]):
    """Dismissed with the finding to go to, to fix or to waive."""

    ACTIONS: ClassVar = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self, result: RuleResult) -> None:
        super().__init__()
        self._result = result
        self._text = TextPane(rule_lines(result), indent=0, id="evidence-rule")
        self._detail = TextPane(indent=2, id="evidence-detail")
        self._table = LineTable["Finding"](
            (
                Column("object", "object", lambda f: f.object.partition(":")[2], max_width=60),
                Column(
                    "message",
                    "what",
                    lambda f: Span(f.message, "muted"),
                    max_width=400,
                    priority=1,
                    grow=True,
                ),
            ),
            key=lambda f: (f.object, f.message),
            text=lambda f: f"{f.object} {f.message}",
        )

    def compose(self) -> ComposeResult:
        """The rule, its findings, the figures of the finding under the cursor."""
        result = self._result
        mark = mark_of(result)
        with Vertical(classes="frame") as frame:
            frame.border_title = f"{mark.glyph} {mark.word}  {result.rule.title}"
            frame.border_subtitle = (
                "enter go to   f fix   w waive   esc close" if result.findings else "esc close"
            )
            yield self._text
            if result.findings:
                yield RuleLine()
                yield ListPane(self._table, noun="findings")
                yield RuleLine()
                yield self._detail

    def on_mount(self) -> None:
        """Show the findings."""
        if self._result.findings:
            self._table.show(self._result.findings)
            self._table.focus()
        else:
            self._text.add_class("alone")
            self._text.focus()

    @on(LineTable.Highlighted)
    def _moved(self, event: LineTable.Highlighted) -> None:
        if event.row is not None:
            self._detail.show(finding_lines(self._result, event.row), keep_place=False)

    @on(LineTable.Selected)
    def _chosen(self, event: LineTable.Selected) -> None:
        self.dismiss(("go", event.row))

    def action_fix(self) -> None:
        """Compose the fix."""
        finding = self._table.row
        if finding is not None and finding.fix is not None:
            self.dismiss(("fix", finding))

    def action_waive(self) -> None:
        """Accept it."""
        finding = self._table.row
        if finding is not None and finding.object not in self._result.waived:
            self.dismiss(("waive", finding))

    def action_switch(self) -> None:
        """Give the focus to the other part."""
        (self._text if self._table.has_focus else self._table).focus()

    def action_close(self) -> None:
        """Close."""
        self.dismiss(None)


def rule_lines(result: RuleResult) -> list[Line]:
    """Return what a rule is and what it answered."""
    rule = result.rule
    mark = mark_of(result)
    answer = (
        f"{len(result.open_findings):,} of {result.checked:,}"
        if result.findings
        else f"{result.checked:,} checked"
    )
    lines = [
        line(
            Span(f"{mark.glyph} {mark.word}", mark.ink),
            Span(f"   {answer}   {rule.id}   {result.severity}", "muted"),
        ),
    ]
    if result.reason:
        lines.append(line(Span(result.reason, "strong")))
    if result.attested is not None:
        seen = result.attested
        lines.append(line(Span(f"attested by {seen.by} on {seen.on}, valid until {seen.until}", "strong")))
    if result.waived:
        lines.append(line(Span(f"{len(result.waived):,} waived", "muted")))
    lines += [
        line(Span("passes when  ", "muted"), rule.passes),
        line(Span("why  ", "muted"), rule.why),
        line(Span(f"from {rule.looks_at}   {rule.source}", "faint")),
    ]
    return lines


def shown_value(value: Value) -> str:
    """Return a figure or a name of the evidence as people write it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}"
        case None:
            return "none"
        case str():
            return value
        case Mapping():
            return ", ".join(f"{key} {shown_value(one)}" for key, one in value.items())
        case _:
            return ", ".join(map(str, value)) or "none"


def finding_lines(result: RuleResult, finding: Finding) -> list[Line]:
    """Return one finding with its evidence."""
    kind, _, name = finding.object.partition(":")
    lines = [line(Span(f"{KINDS.get(kind, kind)}  ", "muted"), Span(name, "strong")), line(finding.message)]
    facts = [(key.replace("_", " "), shown_value(value)) for key, value in finding.evidence.items()]
    if finding.related:
        facts.append(("related", ", ".join(one.partition(":")[2] or one for one in finding.related)))
    width = max(3, max((cell_width(name) for name, _ in facts), default=0))
    lines += [line(Span(f"{name:<{width}}  ", "muted"), value) for name, value in facts]
    waiver = result.waived.get(finding.object)
    if waiver is not None:
        lines.append(line(Span(f"waived by {waiver.by}: {waiver.reason}", "waived")))
    if finding.fix is not None:
        lines.append(
            line(
                Span(f"{'fix':<{width}}  ", "muted"),
                Span(finding.fix.intent, "accent"),
                Span("   f composes it", "faint"),
            )
        )
    else:
        lines.append(line(Span("no fix is proposed for this one", "faint")))
    return lines
