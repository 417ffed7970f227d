"""The detail of the RLS tab: texts in sections, wrapped, with a cursor for what can be followed or fixed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from pgplumb.tui.actions import bindings
from pgplumb.tui.tabs.rls_table import ROLE_ACTIONS, RoleStep
from pgplumb.tui.widgets.columns import MARGIN, Column
from pgplumb.tui.widgets.ink import Line, Span
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.table_parts import RowKind
from pgplumb.tui.widgets.wrap import wrap

if TYPE_CHECKING:
    from pgplumb.checks.finding import Finding
    from pgplumb.rls.verdict import Branch, Cell
    from pgplumb.tui.place import Place


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the detail says: a command, a policy, a finding. Its lines may be longer than the screen."""

    key: Hashable
    section: str
    lines: tuple[tuple[int, Line], ...]
    """Each with the cells that its continuation is indented by."""
    copy: str = ""
    target: Place | None = None
    """Where Enter goes."""
    finding: Finding | None = None
    cells: tuple[Cell, ...] = ()
    """The cells that it is about."""
    branch: Branch | None = None
    """The branch of theirs that it is about."""
    is_title: bool = False
    """A line above a section, on which the cursor does not rest."""


@dataclass(frozen=True, slots=True)
class DetailLine:
    """A line of the screen that belongs to an item."""

    item: Item
    number: int
    line: Line


class DetailTable(LineTable[DetailLine]):
    """The lines. Left and right choose another role."""

    ACTIONS: ClassVar = ROLE_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROLE_ACTIONS)

    class Resized(Message):
        """Lines must be wrapped anew."""

    def __init__(self) -> None:
        super().__init__(
            (Column[DetailLine]("line", "", lambda row: row.line, width=1),),
            key=lambda row: (row.item.key, row.number),
            text=lambda row: row.item.copy,
            kinds=RowKind(
                whole=lambda row: row.line,
                selectable=lambda row: not row.item.is_title,
                copy=lambda row: row.item.copy,
            ),
            header=0,
            id="rls-lines",
        )
        self._wrapped_at = 0

    def on_resize(self) -> None:
        """Another width wraps differently."""
        super().on_resize()
        if self.content_size.width != self._wrapped_at:
            self._wrapped_at = self.content_size.width
            self.post_message(self.Resized())

    def action_next_role(self) -> None:
        """Choose the next role."""
        self.post_message(RoleStep(1))

    def action_previous_role(self) -> None:
        """Choose the role before."""
        self.post_message(RoleStep(-1))


class RlsDetail(Vertical):
    """Two lines of heading, then the items."""

    class Followed(Message):
        """An item was chosen that leads somewhere."""

        def __init__(self, target: Place) -> None:
            super().__init__()
            self.target = target

    def __init__(self) -> None:
        super().__init__(id="rls-detail")
        self._heading = LineLabel((), (), id="rls-detail-heading")
        self.table = DetailTable()
        self._items: tuple[Item, ...] = ()
        self._about: Hashable = None

    def compose(self) -> ComposeResult:
        """Heading and lines."""
        yield self._heading
        yield self.table

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        row = self.table.row
        return row.item if row else None

    def show(self, about: Hashable, heading: tuple[Line, Line], items: Sequence[Item]) -> None:
        """Draw. The cursor keeps its item while it is about the same object, and stays first where nobody moved it."""
        untouched = not self.table.has_focus and self.item is self._first
        self._items = tuple(items)
        self._heading.show(*heading)
        self._wrap()
        if about != self._about or untouched:
            self._about = about
            self.table.action_first()

    @property
    def _first(self) -> Item | None:
        return next((item for item in self._items if not item.is_title), None)

    def next_section(self, step: int) -> None:
        """Put the cursor on the next section's first item, or on that of the one before; round at the ends."""
        sections = list(dict.fromkeys(item.section for item in self._items if not item.is_title))
        if not sections:
            return
        at = sections.index(self.item.section) if self.item and self.item.section in sections else 0
        wanted = sections[(at + step) % len(sections)]
        self.table.lead((next(i.key for i in self._items if i.section == wanted and not i.is_title), 0))

    def _wrap(self) -> None:
        width = max(self.table.content_size.width - MARGIN - 1, 20)
        self.table.show(
            [
                DetailLine(item, number, text)
                for item in self._items
                for number, text in enumerate(
                    piece for indent, one in item.lines for piece in (wrap(one, width, indent) or [()])
                )
            ]
        )

    @on(DetailTable.Resized)
    def _resized(self, event: DetailTable.Resized) -> None:
        event.stop()
        self._wrap()

    @on(LineTable.Selected)
    def _selected(self, event: LineTable.Selected) -> None:
        event.stop()
        if event.row.item.target is not None:
            self.post_message(self.Followed(event.row.item.target))

    @on(LineTable.Highlighted)
    @on(LineTable.Changed)
    def _inner(self, event: LineTable.Told) -> None:
        event.stop()


def title(section: str, text: str) -> Item:
    """Return the line above a section."""
    return Item(("title", section), section, ((0, (Span(text, "muted"),)),), is_title=True)
