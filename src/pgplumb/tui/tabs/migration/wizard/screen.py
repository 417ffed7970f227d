"""WizardScreen: what a new migration does, its fields, the way to it; what comes of it stands beside."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.timer import Timer

from pgplumb.migrate.intents import intent
from pgplumb.migrate.plan import Plan
from pgplumb.tui.actions import bindings
from pgplumb.tui.tabs.migration.actions import WIZARD
from pgplumb.tui.tabs.migration.wizard.badges import way_lines
from pgplumb.tui.tabs.migration.wizard.cards import CardsPane
from pgplumb.tui.tabs.migration.wizard.catalogue import BLANK, Catalogue, Item, items
from pgplumb.tui.tabs.migration.wizard.form_pane import FormPane
from pgplumb.tui.tabs.migration.wizard.preview import Preview, work_out
from pgplumb.tui.tabs.migration.wizard.subject import Subject
from pgplumb.tui.tabs.migration.wizard.words import about_lines, head_line, keys_of, waiting_lines
from pgplumb.tui.widgets.filter_input import ListPane
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.rule_line import RuleLine, UprightRule
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgplumb.catalog.model import Catalog

PAUSE = 0.15
"""Seconds without a key after which a form is worked out."""
LOOK = 0.5
"""Seconds between looks at whether the catalog was read anew."""
Chosen = Plan | Literal["blank"] | None
Stage = Literal["what", "fields", "way"]


class WizardScreen(Overlay[Chosen]):
    """Dismissed with the plan, with "blank" for an empty text, or with nothing."""

    ACTIONS: ClassVar = WIZARD
    BINDINGS: ClassVar[list[BindingType]] = bindings(WIZARD)
    AUTO_FOCUS = ""

    def __init__(
        self,
        catalog: Catalog | None,
        subject: Subject | None = None,
        when: datetime | None = None,
        latest: Callable[[], Catalog | None] = lambda: None,
    ) -> None:
        """`subject` is the object that it was opened from; `latest` gives the catalog as it is read by now."""
        super().__init__()
        self._catalog = catalog
        self._latest = latest
        self._subject = subject or Subject()
        self._when = when or datetime.now(UTC)
        self._stage: Stage = "what"
        self._typed: dict[str, dict[str, str]] = {}
        self._preview = Preview()
        self._form: FormPane | None = None
        self._pause: Timer | None = None
        self._head = LineLabel(id="wizard-head")
        self._list = ListPane(Catalogue(), noun="changes", id="wizard-what")
        self._cards = CardsPane()
        self._left = Container(self._list, self._cards, id="wizard-left")
        self._beside = TextPane(indent=4, id="wizard-beside")
        self._keys = LineLabel(id="wizard-keys")

    def compose(self) -> ComposeResult:
        """Where one is, the list or form or ways, what comes of it, the keys."""
        with Vertical(classes="frame") as frame:
            frame.border_title = "New migration"
            yield self._head
            with Container(id="wizard-body"):
                yield self._left
                yield RuleLine(id="wizard-rule")
                yield UprightRule(id="wizard-upright")
                yield self._beside
            yield self._keys

    def on_mount(self) -> None:
        """Begin with the list."""
        super().on_mount()
        table = self._list.table
        table.show(items(self._subject.fitting()))
        self._turn_to("what")
        self.set_interval(LOOK, self._look)

    def _look(self) -> None:
        """Take over a catalog that was read, or changed, since it was opened."""
        found = self._latest()
        if found is None or found is self._catalog:
            return
        self._catalog = found
        if self._form is not None:
            self._form.now_over(found)
            self._work_out()

    # Stages

    def _turn_to(self, stage: Stage) -> None:
        self._stage = stage
        for name in ("what", "fields", "way"):
            self.set_class(name == stage, f"-{name}")
        if stage == "what":
            self._list.focus_list()
        elif stage == "way":
            self._cards.show(self._preview.ways)
            self._cards.focus()
        self._draw()

    @property
    def _item(self) -> Item | None:
        row = self._list.table.row
        return row if isinstance(row, Item) else None

    async def _open_form(self, name: str) -> None:
        if self._form is not None and self._form.intent.name == name:
            self._turn_to("fields")
            self._form.focus_again()
            return
        of = intent(name)
        if self._form is not None:
            await self._form.remove()
        typed = self._typed.setdefault(name, self._subject.filled(of))
        self._form = FormPane(of, typed, self._catalog)
        self._preview = Preview()
        self._turn_to("fields")
        await self._left.mount(self._form)
        self._work_out()

    @on(LineTable.Highlighted)
    def _pointed(self, event: LineTable.Highlighted) -> None:
        event.stop()
        self._draw()

    @on(LineTable.Selected)
    async def _chosen(self, event: LineTable.Selected) -> None:
        event.stop()
        item = event.row
        if item.name == BLANK:
            self.dismiss("blank")
        else:
            await self._open_form(item.name)

    @on(FormPane.Changed)
    def _changed(self, event: FormPane.Changed) -> None:
        event.stop()
        if self._form is not None:
            self._typed[self._form.intent.name] = self._form.typed
            self._work_out()

    @on(FormPane.Done)
    def _filled(self, event: FormPane.Done) -> None:
        event.stop()
        if self._preview.ready:
            self._turn_to("way")

    @on(CardsPane.Moved)
    def _other_way(self, event: CardsPane.Moved) -> None:
        event.stop()
        self._draw()

    @on(CardsPane.Taken)
    def _taken(self, event: CardsPane.Taken) -> None:
        event.stop()
        way, plan = self._cards.way, self._preview.plan
        if way is not None and plan is not None:
            self.dismiss(plan.with_strategy(way.strategy.name))

    # Working out

    def _work_out(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._preview_now)

    def _preview_now(self) -> None:
        self.run_worker(self._preview_form(), exclusive=True, group="preview")

    async def _preview_form(self) -> None:
        form = self._form
        if form is None:
            return
        typed = form.typed
        found = await asyncio.to_thread(work_out, form.intent, typed, self._catalog, self._when)
        if form is self._form and form.is_attached and typed == form.typed:
            self._preview = found
            form.take(found.errors, found.problem, ready=found.ready)
            self._draw()

    # Drawing

    def _draw(self) -> None:
        item = self._item
        name = self._form.intent.title if self._form is not None and self._stage != "what" else ""
        self._head.show(head_line(self._stage, name, self._subject.label))
        self._keys.show(keys_of(self._stage))
        if self._stage == "what":
            self._beside.show(tuple(about_lines(item)), keep_place=False)
        elif self._preview.ways:
            pointed = self._cards.way if self._stage == "way" else None
            self._beside.show(tuple(way_lines(pointed or self._preview.ways[0])), keep_place=False)
        else:
            about = self._form.intent if self._form is not None else None
            self._beside.show(tuple(waiting_lines(about, self._preview)), keep_place=False)

    # Actions

    def action_next(self) -> None:
        """Go on from wherever the focus is."""
        if self._stage == "way":
            self._cards.action_next()

    def action_filter(self) -> None:
        """Filter the list."""
        if self._stage == "what":
            self._list.action_filter()

    def action_back(self) -> None:
        """Go a step back; what was typed stays."""
        if self._stage == "way":
            self._turn_to("fields")
            if self._form is not None:
                self._form.focus_again()
        elif self._stage == "fields":
            self._turn_to("what")
        elif not self._list.clear_filter():
            self.dismiss(None)
