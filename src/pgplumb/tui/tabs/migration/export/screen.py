"""ExportScreen: the tool, the files that it would have, the folder; then they are written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.timer import Timer
from textual.widgets import Input

from pgplumb.migrate.formats.parts.model import Format, FormatError
from pgplumb.sql.highlight import highlight
from pgplumb.tui.actions import bindings
from pgplumb.tui.clipboard import copy
from pgplumb.tui.screens.confirm import ConfirmScreen
from pgplumb.tui.tabs.migration.actions import EXPORT
from pgplumb.tui.tabs.migration.export.lines import file_lines, folder_line, keys_of, outcome_lines
from pgplumb.tui.tabs.migration.export.writing import Planned, planned, tool_of, tools, write
from pgplumb.tui.widgets.columns import Column
from pgplumb.tui.widgets.filter_input import TextField
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.overlay import Overlay
from pgplumb.tui.widgets.rule_line import UprightRule
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan

PAUSE = 0.1
"""Seconds without a key after which the files are worked out again."""


class ToolTable(LineTable[Format]):
    """The tools."""

    def __init__(self) -> None:
        super().__init__(
            [Column[Format]("tool", "tool", lambda f: f.title, grow=True, min_width=14)],
            key=lambda f: f.name,
            text=lambda f: f.title,
            header=0,
            id="export-tools",
        )


class ExportScreen(Overlay[str | None]):
    """Dismissed with what was written, for the message line; None where nothing was."""

    ACTIONS: ClassVar = EXPORT
    BINDINGS: ClassVar[list[BindingType]] = bindings(EXPORT)

    def __init__(self, plan: Plan, folder: Path, when: datetime | None = None) -> None:
        """`folder` is where the tool's migrations are, or may be."""
        super().__init__()
        self._plan = plan
        self._when = when or datetime.now(UTC)
        self._planned: Planned | None = None
        self._written = ""
        self._pause: Timer | None = None
        self._tools = ToolTable()
        self._field = TextField(id="export-folder")
        self._field.value = str(folder)
        self._say = LineLabel(id="export-say")
        self._files = TextPane(indent=4, id="export-files")
        self._keys = LineLabel(id="export-keys")

    def compose(self) -> ComposeResult:
        """The folder above, the tools beside their files, the keys."""
        with Vertical(classes="frame") as frame:
            frame.border_title = f"Export  {self._plan.title}"
            with Container(id="export-where"):
                yield LineLabel((Span("folder ", "muted"),), id="export-label")
                yield self._field
            yield self._say
            with Container(id="export-body"):
                yield self._tools
                yield UprightRule(id="export-upright")
                yield self._files
            yield self._keys

    def on_mount(self) -> None:
        """Begin with the tool whose migrations the folder holds."""
        super().on_mount()
        self._tools.show(tools())
        known = tool_of(self._folder)
        if known is not None:
            self._tools.move_to(known)
        self._tools.focus()
        self._work_out()

    @property
    def _folder(self) -> Path:
        return Path(self._field.value.strip() or ".").expanduser()

    @on(LineTable.Highlighted)
    def _moved(self, event: LineTable.Highlighted) -> None:
        event.stop()
        self._work_out()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._work_out()

    def _work_out(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._plan_now)

    def _plan_now(self) -> None:
        tool = self._tools.row
        if tool is not None and not self._written:
            self.run_worker(self._plan_files(tool.name), exclusive=True, group="plan")

    async def _plan_files(self, tool: str) -> None:
        try:
            self._planned = await asyncio.to_thread(planned, self._plan, tool, self._folder, self._when)
        except (OSError, RuntimeError, ValueError) as error:
            self._planned = Planned(tool, Path(), problem=f"this is no folder: {error}")
        self._draw()

    def _draw(self) -> None:
        found = self._planned
        if found is None:
            return
        self._say.show(folder_line(found))
        self._files.show(tuple(file_lines(found, highlight)), keep_place=False)
        self._keys.show(keys_of(self._field.has_focus))

    def on_descendant_focus(self) -> None:
        """Other keys matter."""
        self._keys.show(keys_of(self._field.has_focus))

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        event.stop()
        self._field.cursor_position = len(self._field.value)
        self._field.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.run_worker(self._ask_and_write(), exclusive=True, group="write")

    async def _ask_and_write(self) -> None:
        tool = self._tools.row
        if tool is None:
            return
        found = await asyncio.to_thread(planned, self._plan, tool.name, self._folder, self._when)
        self._planned = found
        self._draw()
        if found.problem or not found.files:
            return
        if found.there:
            lines: list[Line] = [(Span(f"in {found.folder}", "muted"),)]
            lines += [(Span(path, "warn"),) for path in sorted(found.there)]
            self.app.push_screen(
                ConfirmScreen("Write over what is there?", lines), lambda yes: self._agreed(found, yes)
            )
        else:
            self._agreed(found, True)

    def _agreed(self, found: Planned, yes: bool | None) -> None:
        if yes:
            self.run_worker(self._write(found), exclusive=True, group="write")

    async def _write(self, found: Planned) -> None:
        try:
            paths = await asyncio.to_thread(write, found.files, found.folder)
        except FormatError as reason:
            self._say.show((Span(str(reason), "fail"),))
            return
        self._written = f"{len(paths)} {'file' if len(paths) == 1 else 'files'} written to {found.folder}"
        self._say.show((Span(f"✓ {self._written}", "pass"),))
        self._files.show(tuple(outcome_lines(found, paths)), keep_place=False)
        self._files.focus()
        self._keys.show((Span("esc", "key"), Span(" close", "muted")))

    def action_next(self) -> None:
        """Close once it is written."""
        if self._written:
            self.dismiss(self._written)

    def action_copy(self) -> None:
        """Copy what is shown."""
        self._say.show((Span(copy(self.app, self._files.copy_text()), "pass"),))

    def action_close(self) -> None:
        """Go back to the tools; close."""
        if self._field.has_focus and not self._written:
            self._tools.focus()
        else:
            self.dismiss(self._written or None)
