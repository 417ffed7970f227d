"""A line of what stands beside a migration, in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgplumb.sql.highlight import highlight
from pgplumb.tui.marks import mark_of
from pgplumb.tui.tabs.migration.after_rows import ANSWERS, VERDICTS, AfterRow
from pgplumb.tui.widgets.ink import InkName, Line, Span, line
from pgplumb.tui.widgets.sql_view import sql_lines

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding
    from pgplumb.migrate.probes import Answer
    from pgplumb.migrate.proof import Proof
    from pgplumb.migrate.regressions import Regression
    from pgplumb.migrate.what_if import Flip

_MOST = 200
"""So many findings or differences are listed."""


def title_of(row: AfterRow) -> str:
    """Return what the frame around it says."""
    if row.flip is not None:
        return row.flip.after.rule.title
    if row.answer is not None:
        return row.answer.probe.id
    if row.proof is not None:
        return "the way back"
    return "a query's plan"


def in_full(row: AfterRow | None) -> list[Line]:
    """Return everything that is known of a row."""
    if row is None:
        return []
    if row.flip is not None:
        return list(_flip(row.flip))
    if row.answer is not None:
        return list(_answer(row.answer))
    if row.proof is not None:
        return list(_proof(row.proof))
    if row.plan is not None:
        return list(_plan(row.plan))
    return [line(Span(row.note, "muted"))] if row.note else []


def _flip(flip: Flip) -> Iterator[Line]:
    before, after = mark_of(flip.before), mark_of(flip.after)
    was = (Span(f"{before.glyph} {before.word}", before.ink), Span(" → ", "faint"))
    yield line(
        *(was if before is not after else ()),
        Span(f"{after.glyph} {after.word}", after.ink),
        Span(f"   {flip.rule}", "muted"),
    )
    if flip.after.reason:
        yield line(flip.after.reason)
    yield from _findings("+", "gone", flip.gone)
    yield from _findings("-", "new", flip.new)


def _findings(sign: str, word: str, found: tuple[Finding, ...]) -> Iterator[Line]:
    ink: InkName = "pass" if sign == "+" else "fail"
    for finding in found[:_MOST]:
        yield line(
            Span(f"{sign} {word}  ", ink),
            Span(finding.object, "strong"),
            Span(f"  {finding.message}", "muted"),
        )
    if len(found) > _MOST:
        yield line(Span(f"and {len(found) - _MOST:,} more", "faint"))


def _answer(answer: Answer) -> Iterator[Line]:
    mark = ANSWERS[answer.status]
    yield line(Span(f"{mark.glyph} {answer.status}", mark.ink), Span(f"   {answer.probe.question}", "strong"))
    yield line(answer.evidence)
    about = ", ".join(answer.probe.objects)
    yield line(Span(f"statement {answer.probe.statement + 1}", "muted"), Span(f"   {about}", "muted"))
    if answer.probe.sql:
        yield ()
        yield from sql_lines(answer.probe.sql, highlight)
        yield line(Span(f"asked in {answer.seconds * 1000:.0f} ms", "faint"))


def _proof(proof: Proof) -> Iterator[Line]:
    mark, words = VERDICTS[proof.verdict]
    yield line(Span(f"{mark.glyph} {words}", mark.ink), Span(f"   in {proof.seconds:.1f} s", "faint"))
    yield line(proof.why)
    for loss in proof.losses[:_MOST]:
        yield line(Span("lost     ", "warn"), loss)
    for one in proof.differences[:_MOST]:
        changed = f"  {one.what}: {one.before} → {one.after}" if one.change == "changed" else ""
        yield line(
            Span(f"{one.change:<9}", "fail" if one.change == "removed" else "warn"),
            Span(one.object, "strong"),
            Span(changed, "muted"),
        )
    for why in proof.unknown[:_MOST]:
        yield line(Span("? unknown", "unknown"), f"  {why}")
    if proof.repeatable:
        yield line(Span("the up ran again after the down with the same result", "faint"))


def _plan(plan: Regression) -> Iterator[Line]:
    yield line(Span(plan.verdict, "strong"), Span(f"   {plan.message}", "text"))
    yield ()
    yield from sql_lines(plan.query, highlight)
    for word, one in (("before", plan.before), ("after", plan.after)):
        if one is not None:
            yield ()
            yield line(Span(word, "muted"))
            yield from _nodes(one)


def _nodes(plan: object) -> Iterator[Line]:
    from pgplumb.workload.plan import Plan

    if not isinstance(plan, Plan):
        yield line(Span(str(plan), "unknown"))
        return
    waiting = [(plan.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        name = " ".join(part for part in (node.index, node.relation) if part)
        yield line(
            Span(f"  {'  ' * depth}{node.node_type}", "text"),
            Span(f" {name}" if name else "", "strong"),
            Span(f"   cost {node.total_cost:,.0f}, {node.rows:,.0f} rows", "muted"),
        )
        waiting += [(child, depth + 1) for child in reversed(node.children)]
