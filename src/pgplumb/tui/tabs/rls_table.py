"""The list: objects downwards, roles across, a letter a command where they meet. One of the roles is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import nlargest
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message

from pgplumb.tui.actions import Action, bindings, declare
from pgplumb.tui.tabs.rls_facts import INITIALS, letters
from pgplumb.tui.tabs.rls_role_names import RoleNames
from pgplumb.tui.tabs.rls_rows import FIXED, NAME, RlsRow, kind_word
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.columns import GAP, MARGIN, Column, Placed
from pgplumb.tui.widgets.ink import Line, Span, cut, fitted, width_of
from pgplumb.tui.widgets.line_table import LineTable
from pgplumb.tui.widgets.table_parts import RowKind

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.tui.verdicts import Verdicts
    from pgplumb.workload.locks import LockHolder

ROLE_ACTIONS = declare(
    "rls",
    Action("next_role", "right l", "role", "Choose the next role.", hint=15, palette=False),
    Action("previous_role", "left h", "role", "Choose the role before.", palette=False),
)
NARROWEST, WIDEST = len(INITIALS), 12
"""Cells of a role's column: its five letters, and as much of a longer name."""
ROOMY = 100
"""From so many columns on, longer names of roles are shown."""
NAME_AT_LEAST = 25
ROLES_AT_LEAST = 3
"""So many roles are shown before the columns of owner and policies are."""


class RoleStep(Message):
    """The next role is wanted, or the one before."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step


class VerdictTable(LineTable[RlsRow]):
    """A LineTable whose last columns are groups of letters. Letters are worked out for rows in sight."""

    ACTIONS: ClassVar = ROLE_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROLE_ACTIONS)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        self.locked: Mapping[int, LockHolder] = {}
        """Relations that others hold: their rows say so in place of the letters."""
        self._verdicts: Verdicts | None = None
        self._letters: dict[tuple[str, str], Line] = {}
        self._names = RoleNames(())
        self._roles: tuple[Role, ...] = ()
        self._chosen = 0
        self._first = 0
        super().__init__(
            FIXED,
            key=lambda row: row.id,
            text=lambda row: f"{row.qualified} {row.owner} {kind_word(row)}",
            kinds=RowKind(note=self._lock_note, copy=lambda row: row.qualified),
            header=2,
            id=id,
        )

    def show(self, rows: Sequence[RlsRow], placeholder: Sequence[Line] = ()) -> None:
        """Take a new reading."""
        self._letters.clear()
        super().show(rows, placeholder)

    def _measure(self, rows: Sequence[RlsRow]) -> None:
        """The longest names are among what is measured: they are shown whole where there is room."""
        super()._measure(rows)
        super()._measure(nlargest(3, rows, key=lambda row: len(row.qualified)))

    # Roles

    @property
    def role(self) -> Role | None:
        """The chosen role."""
        return self._roles[self._chosen] if self._roles else None

    @property
    def role_number(self) -> int:
        """Which of the roles is chosen, from 1 on."""
        return self._chosen + 1

    @property
    def role_count(self) -> int:
        """How many roles there are."""
        return len(self._roles)

    def show_roles(self, verdicts: Verdicts | None) -> None:
        """Take new verdicts, drawn with the next reading.

        The chosen role stays chosen while it is there, and columns stay where they are while the roles are the same:
        who may do most changes with every grant.
        """
        chosen = self.role.oid if self.role else 0
        roles = verdicts.roles if verdicts is not None else ()
        places = {role.oid: at for at, role in enumerate(self._roles)}
        if {role.oid for role in roles} == places.keys():
            roles = tuple(sorted(roles, key=lambda role: places[role.oid]))
        self._verdicts = verdicts
        self._letters.clear()
        self._roles = tuple(roles)
        self._names = RoleNames(role.name for role in roles)
        self._chosen = next((at for at, role in enumerate(roles) if role.oid == chosen), 0)
        self.columns = (*FIXED, *(self._group(role) for role in roles))
        self._fit.forget()
        self._keep_role_in_sight()

    def choose(self, role: int) -> bool:
        """Choose a role by oid; False where it has no column."""
        at = next((i for i, r in enumerate(self._roles) if r.oid == role), None)
        if at is None:
            return False
        self._chosen = at
        self._keep_role_in_sight()
        self.repaint()
        return True

    def step_role(self, step: int) -> None:
        """Choose the next role, or the one before."""
        at = self._chosen + step
        if 0 <= at < len(self._roles):
            self.choose(self._roles[at].oid)

    def action_next_role(self) -> None:
        """Choose the next role."""
        self.post_message(RoleStep(1))

    def action_previous_role(self) -> None:
        """Choose the role before."""
        self.post_message(RoleStep(-1))

    # Columns

    def _lock_note(self, row: RlsRow) -> Line | None:
        holder = self.locked.get(row.oid) if row.oid else None
        return (Span(holder.summary, "warn"),) if holder else None

    def _group(self, role: Role) -> Column[RlsRow]:
        width = min(max(width_of(role.name), NARROWEST), WIDEST)
        return Column(f"role {role.oid}", role.name, self._cell_of(role.name), width=width)

    def _cell_of(self, role: str) -> Callable[[RlsRow], Line]:
        return lambda row: self._letters_of(row, role)

    def _letters_of(self, row: RlsRow, role: str) -> Line:
        found = self._letters.get((row.id, role))
        if found is None and self._verdicts is not None:
            found = self._letters[row.id, role] = letters(self._verdicts, row.cells.get(role, ()))
        return found or ()

    def _columns(self) -> tuple[Placed[RlsRow], ...]:
        width, first = self.content_size.width, self._first
        return self._fit.placed_by(lambda: self._place_columns(width, first), width, first)

    def _place_columns(self, width: int, first: int) -> tuple[Placed[RlsRow], ...]:
        """Return the fixed columns and the whole groups that fit, from the first that is wanted on."""
        widest = WIDEST if width >= ROOMY else NARROWEST
        groups = [(c, min(c.width, widest)) for c in self.columns[len(FIXED) :]]
        fixed = list(FIXED)
        needed = max(self._fit.natural.get(NAME.name, 0), len(NAME.title))
        name = min(needed, NAME.max_width, max(NAME_AT_LEAST, width // 4))
        while True:
            room = width - MARGIN - name - sum(GAP + self._width(c) for c in fixed[1:])
            fits = _how_many([cells for _, cells in groups[first:]], room)
            enough = fits >= min(ROLES_AT_LEAST, len(groups) - first)
            # An owner is in the detail too; a name that is cut off is not read here.
            if (enough and (name >= needed or len(fixed) < len(FIXED))) or len(fixed) <= 2:
                break
            fixed.pop()
        shown = groups[first : first + fits]
        spare = room - sum(GAP + cells for _, cells in shown)
        name += max(min(spare, needed - name, NAME.max_width), 0)
        placed: list[Placed[RlsRow]] = []
        x = MARGIN
        for column, cells in [(fixed[0], name), *((c, self._width(c)) for c in fixed[1:]), *shown]:
            if width - x <= 0:
                break
            placed.append(Placed(column, x, min(cells, width - x)))
            x += cells + GAP
        return tuple(placed)

    def _width(self, column: Column[RlsRow]) -> int:
        needed = max(self._fit.natural.get(column.name, 0), len(column.title))
        return column.width or min(needed, column.max_width)

    def _groups(self) -> tuple[Placed[RlsRow], ...]:
        """Return the columns of roles that are shown."""
        return tuple(placed for placed in self._columns() if placed.column not in FIXED)

    def _shown_roles(self) -> int:
        return len(self._groups())

    def _keep_role_in_sight(self) -> None:
        """Bring the chosen role's column into sight, with as many others as fit."""
        if self.content_size.width <= 0:
            return
        self._first = min(self._first, self._chosen)
        while self._first < self._chosen and self._first + self._shown_roles() <= self._chosen:
            self._first += 1
        while self._first > 0:
            self._first -= 1
            if self._first + self._shown_roles() < len(self._roles):
                self._first += 1
                break

    def on_resize(self) -> None:
        """Other columns fit."""
        super().on_resize()
        self._keep_role_in_sight()
        self.repaint()

    # The cursor's row: letters keep their own ground, and only that of the chosen role is pointed at

    def ground_width(self, y: int) -> int:
        """The cursor's ground ends before the letters: each has a colour of its own, which would be sent again."""
        groups = self._groups()
        index = self._cursor.top + y - self._header
        row = self.view.rows[index] if 0 <= index < len(self.view.rows) else None
        if not groups or row is None or self._lock_note(row) is not None:
            return super().ground_width(y)
        return groups[0].x - GAP

    def _row_line(self, row: RlsRow, cursor: bool) -> Line:
        line = super()._row_line(row, cursor)
        chosen = next((p for p in self._groups() if cursor and self._is_chosen(p.column)), None)
        if chosen is None or self._lock_note(row) is not None:
            return line
        before, rest = cut(line, chosen.x - 1)
        return (*before, Span(glyphs.CLOSED, "accent"), *cut(rest, 1)[1])

    def _is_chosen(self, column: Column[RlsRow]) -> bool:
        return self.role is not None and column.name == f"role {self.role.oid}"

    # The heading: two lines

    def _header_line(self, y: int) -> Line:
        placed = self._columns()
        fixed = [p for p in placed if p.column in FIXED]
        groups = placed[len(fixed) :]
        if y == 0:
            spans = [Span(" " * MARGIN)]
            for at, one in enumerate(fixed):
                spans += [Span(" " * GAP)] * bool(at)
                spans += fitted(self._title(one.column), one.width, right=one.column.right)
        else:
            spans = [Span(" " * MARGIN), *self._which_roles(len(groups))]
            spans = list(fitted(tuple(spans), groups[0].x - GAP)) if groups else []
        for one in groups:
            chosen = self._is_chosen(one.column)
            mark = f" {glyphs.CLOSED}" if chosen and y == 0 else " " * GAP
            text = self._names.within(one.column.title, one.width) if y == 0 else INITIALS
            title = Span(text, "title" if chosen else "muted")
            spans += [Span(mark, "title"), *fitted(title, one.width)]
        return tuple(spans)

    def _which_roles(self, shown: int) -> Line:
        """Say which roles are in sight, where not all are."""
        if shown >= len(self._roles):
            return ()
        before, after = self._first > 0, self._first + shown < len(self._roles)
        return (
            Span(f"roles {self._first + 1}-{self._first + shown} of {len(self._roles)}  ", "faint"),
            Span("←", "accent" if before else "faint"),
            Span(" "),
            Span("→", "accent" if after else "faint"),
        )


def _how_many(groups: Sequence[int], room: int) -> int:
    """Return how many groups of these widths fit into so many cells, each with a gap before it."""
    fits = 0
    for cells in groups:
        room -= GAP + cells
        if room < 0:
            break
        fits += 1
    return fits
