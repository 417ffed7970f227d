"""The checklist beside the tabs: every rule by category with its answer, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.tui.marks import counts
from pgplumb.tui.messages import EvidenceWanted, GoToObject, Say, WaiverWanted
from pgplumb.tui.objects import findings_by_relation, split_id
from pgplumb.tui.panels.checklist_rows import (
    TITLES,
    Item,
    Shown,
    Unfolded,
    checklist_items,
    explanation,
)
from pgplumb.tui.panels.checklist_table import ChecklistTable
from pgplumb.tui.panels.narrowing import Narrowing
from pgplumb.tui.panels.quality_rows import quality_items, unfolded_at_first
from pgplumb.tui.panels.since import Since
from pgplumb.tui.state import State
from pgplumb.tui.store import Store
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.explained_list import ExplainedList
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.ink import Line, Span, ends

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding

_NEXT: dict[Unfolded, Unfolded] = {"none": "attention", "attention": "all", "all": "none"}


class ChecklistPanel(ExplainedList):
    """Counts on top, the list, and under it what the row under the cursor says."""

    def __init__(self, store: Store) -> None:
        self.table = ChecklistTable()
        self._list = ListPane(self.table, quiet=True)
        super().__init__(self.table, self._list, id="checklist")
        self._store = store
        self._unfolded: dict[str, Unfolded] = {}
        self._opened: frozenset[str] = frozenset()
        self._about: tuple[str, int] | None = None
        self._only_about = False
        self.narrowing = Narrowing()
        self._by_name = False
        self._since = Since()

    def on_mount(self) -> None:
        """Follow the answers."""
        self._store.subscribe(self, self._draw, "checklist", "quality", "problems")

    def point_at(self, object_id: str | None, relation: int | None) -> None:
        """Say which object is under the cursor of the tab."""
        self._about = None if object_id is None or relation is None else (object_id, relation)
        if self._only_about:
            self._draw(self._store.state)

    def toggle_about(self) -> None:
        """Show what concerns the object under the cursor alone, or everything."""
        self._only_about = not self._only_about
        self._draw(self._store.state)

    @property
    def fixable(self) -> Finding | None:
        """The finding that `f` is about: the one under the cursor, or the first of the rule with a fix."""
        item = self.table.row
        if item is None or item.result is None:
            return None
        if item.finding is not None:
            return item.finding if item.finding.fix is not None else None
        return next((f for f in item.result.open_findings if f.fix is not None), None)

    def step_back(self) -> bool:
        """Answer Esc: clear the filter, then show every rule again; False where there is nothing to clear."""
        if self._list.clear_filter():
            return True
        narrowed = bool(self.narrowing)
        if narrowed:
            self.narrow(Narrowing())
        return narrowed

    def narrow(self, narrowing: Narrowing) -> None:
        """Show another choice of rules."""
        self.narrowing = narrowing
        self._draw(self._store.state)

    def narrow_to_group(self, item: Item | None) -> None:
        """Show the category of a row alone, or all again."""
        here = ""
        if item is not None and not self.narrowing.category:
            here = item.category if item.result is None else str(item.result.rule.category)
        if here in TITLES or not here:
            self.narrow(replace(self.narrowing, category=here))

    def toggle_quality(self) -> None:
        """Show the quality checklist by name, or the categories."""
        self._by_name = not self._by_name
        self._draw(self._store.state)

    def waive(self) -> None:
        """Ask for a waiver of what is under the cursor."""
        item = self.table.row
        if item is None or item.result is None or not item.result.open_findings:
            self.post_message(
                Say("a finding is waived, or all findings of a rule: there is none here", "warn")
            )
        else:
            self.post_message(WaiverWanted(item.result, item.finding))

    # Folding

    def toggle(self, item: Item) -> None:
        """List more or less: a category goes from what needs attention to all, to nothing."""
        if item.result is None:
            self._set(item.category, _NEXT[self._unfolding(item)])
        else:
            self._open(item.result.rule.id, item.result.rule.id not in self._opened)

    def unfold(self, item: Item) -> None:
        """List more."""
        if item.result is not None:
            self._open(item.result.rule.id, True)
        elif self._unfolding(item) != "all":
            self._set(item.category, _NEXT[self._unfolding(item)])

    def fold(self, item: Item) -> None:
        """List less; on a finding go to its rule, on a folded rule to its category."""
        if item.result is None:
            self._set(item.category, "attention" if self._unfolding(item) == "all" else "none")
        elif item.finding is not None:
            self.table.move_to(f"rule:{item.result.rule.id}")
        elif item.result.rule.id in self._opened:
            self._open(item.result.rule.id, False)
        else:
            self.table.move_to(f"category:{item.category}")

    def toggle_all(self) -> None:
        """List every rule, or what needs attention."""
        checklist = self._store.state.checklist
        if checklist is not None:
            categories = {str(result.rule.category) for result in checklist.results}
            everything = all(self._unfolded.get(c) == "all" for c in categories)
            self._unfolded = {} if everything else dict.fromkeys(categories, "all")
            self._draw(self._store.state)

    def _unfolding(self, item: Item) -> Unfolded:
        return self._unfolded.get(item.category, unfolded_at_first(item.category))

    def _set(self, category: str, unfolded: Unfolded) -> None:
        self._unfolded[category] = unfolded
        self._draw(self._store.state)

    def _open(self, rule: str, opened: bool) -> None:
        self._opened = self._opened | {rule} if opened else self._opened - {rule}
        self._draw(self._store.state)

    # Drawing

    def _draw(self, state: State) -> None:
        self.draw_heading()
        self.counts.show((Span(" "), *counts(state.checklist)))
        items: list[Item] = []
        if state.checklist is not None:
            self._since.look(state.checklist, (state.connection.label, state.connection.database))
            about = self._is_about(state) if self._only_about else None
            shown = Shown(self._unfolded, self._opened, about, self.narrowing, self._since)
            items = (
                quality_items(state.quality, shown)
                if self._by_name
                else checklist_items(state.checklist, shown)
            )
        self.table.show(items, (self._nothing(state),))
        self.explain()

    def draw_heading(self) -> None:
        """Say what is listed, and of what."""
        only = self._only_about
        this = Span("this object", "title" if only else "faint")
        every = Span("all", "faint" if only else "title")
        parts = (this, Span(" · ", "faint"), every, Span(" "))
        left: Line = (Span(" QUALITY CHECKLIST" if self._by_name else " CHECKLIST", "muted"),)
        words = self.narrowing.words()
        if words:
            left = (Span(" "), Span(f" {glyphs.DOT} ".join(words), "accent"))
        self.heading.show(ends(left, parts, self.heading.content_size.width or 30))

    def _nothing(self, state: State) -> Line:
        problem = state.problem("checklist") or state.problem("loading") or state.problem("watching")
        if problem:
            return (Span(problem, "fail"),)
        if state.checklist is None:
            return (Span("waiting for the schema", "muted"),)
        if self.narrowing.changed:
            return (Span("nothing has changed since this was opened", "muted"),)
        if self.narrowing:
            return (Span("no rule is left: esc shows all", "muted"),)
        return (Span("no finding names this object", "muted"),)

    def _is_about(self, state: State) -> Callable[[Finding], bool]:
        if self._about is None or state.checklist is None or state.catalog is None:
            return lambda _: False
        object_id, relation = self._about
        if split_id(object_id)[0] in ("table", "view", "matview", "foreign_table"):
            findings = findings_by_relation(state.checklist, state.catalog).get(relation, ())
            chosen = {id(finding) for _, finding in findings}
            return lambda finding: id(finding) in chosen
        return lambda finding: finding.object == object_id or object_id in finding.related

    # What the list says

    def said_of(self, row: Item | None) -> Sequence[Line]:
        """What it is about, with the numbers that it saw."""
        return explanation(row)

    def chosen(self, row: Item) -> None:
        """Go to what a finding is about, show a rule's evidence, or unfold."""
        if row.finding is not None:
            self.post_message(GoToObject(row.finding.object))
        elif row.result is not None:
            self.post_message(EvidenceWanted(row.result))
        else:
            self.toggle(row)
