"""What `pgplumb rls` found, as the writers get it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from pgplumb.foundation.profile import AcceptedBranch
from pgplumb.rls.accepted import CellKey, key_of
from pgplumb.rls.judgement import ORDER, Judgement
from pgplumb.rls.probe import Probe
from pgplumb.rls.side_channels import SideChannel
from pgplumb.rls.standing import rank_of, standings
from pgplumb.rls.tenant_paths import path_text
from pgplumb.rls.verdict import Cell, Verdict

if TYPE_CHECKING:
    from pgplumb.catalog.unread import Unread
    from pgplumb.rls.cost.cost import PolicyCosts

LETTERS = {
    Verdict.ISOLATED: "I",
    Verdict.PARTIAL: "P",
    Verdict.OPEN: "O",
    Verdict.DENIED: "-",
    Verdict.UNPROVED: "?",
}
Accepted = Mapping[CellKey, tuple[AcceptedBranch, ...]]
FINE = 5
"""The first rank that wants no look."""


@dataclass(frozen=True, slots=True)
class Line:
    """One object and the roles whose cells of it are alike."""

    object: str
    kind: str
    roles: tuple[str, ...]
    cells: tuple[Cell, ...]
    """Of the first of the roles, by command."""
    accepted: Accepted = field(default_factory=dict)
    """The cells that leak by nothing but what people accepted, with what accepts it."""

    @property
    def worst(self) -> int:
        """The rank of its worst cell: 0 is open; a suspected leak goes before what is merely not proved."""
        return min(self.rank(cell) for cell in self.cells)

    @property
    def letters(self) -> dict[str, str]:
        """A letter for each command that applies."""
        return {cell.command: letter(cell, self.accepted) for cell in self.cells}

    def rank(self, cell: Cell) -> int:
        """Return where a cell stands, 0 the worst; from FINE on it wants no look."""
        return rank(cell, key_of(cell) in self.accepted)

    def accepts(self, cell: Cell) -> tuple[AcceptedBranch, ...]:
        """Return what accepts a cell's branches; empty where not all are."""
        return self.accepted.get(key_of(cell), ())


@dataclass(frozen=True, slots=True)
class RlsAnswer:
    """A judgement and the ways around row security."""

    judgement: Judgement
    side_channels: tuple[SideChannel, ...]
    accepted: Accepted = field(default_factory=dict)
    probes: tuple[Probe, ...] = ()
    """What real rows showed, where that was asked for."""
    faults: tuple[str, ...] = ()
    """What contradicts the verdicts: a mistake of pgplumb's own, to be said loudly."""
    costs: PolicyCosts | Unread | None = None
    """What policies cost in the statements seen; None where that was not asked for."""

    @property
    def leaks(self) -> bool:
        """Whether a cell is open or partial that nobody accepted."""
        leaking = (c for c in self.judgement.cells if c.verdict in (Verdict.OPEN, Verdict.PARTIAL))
        return any(key_of(cell) not in self.accepted for cell in leaking)

    @property
    def columns(self) -> Mapping[str, str]:
        """The tenant of each relation that has one, views left out, by name: a column or a path."""
        catalog, tenants = self.judgement.matrix.catalog, self.judgement.tenants
        found = {
            catalog.relations[oid].qualified: path_text(catalog, path) if path.hops else path.column
            for oid, path in tenants.path_of.items()
            if oid in catalog.relations and catalog.relations[oid].kind != "v"
        }
        return dict(sorted(found.items()))

    @property
    def unfiltered(self) -> tuple[str, ...]:
        """Names of superusers and of roles with BYPASSRLS: row security binds none of them anywhere."""
        return tuple(r.name for r in self.judgement.matrix.roles if r.superuser or r.bypass_rls)

    @property
    def used(self) -> int:
        """How many cells are not denied."""
        return len(self.judgement.cells) - self.judgement.counts[Verdict.DENIED]

    @property
    def coverage(self) -> float:
        """The part of the cells that are decided, denied ones included; 1 where there are none."""
        cells = len(self.judgement.cells)
        return 1 - self.judgement.counts[Verdict.UNPROVED] / cells if cells else 1.0

    def lines(self) -> tuple[Line, ...]:
        """Return one line for each object and set of letters, in the order of the RLS tab; roles without any right are
        left out, and so are those that row security binds nowhere."""
        apart = frozenset(self.unfiltered)
        found: list[Line] = []
        cells = (cell for cell in self.judgement.cells if cell.role not in apart)
        for (name, kind), group in groupby(cells, key=lambda cell: (cell.object, cell.kind)):
            alike: dict[object, list[tuple[Cell, ...]]] = {}
            for _, own in groupby(group, key=lambda cell: cell.role):
                row = tuple(sorted(own, key=lambda cell: ORDER.index(cell.command)))
                if any(cell.verdict is not Verdict.DENIED for cell in row):
                    letters = tuple((c.command, letter(c, self.accepted)) for c in row)
                    alike.setdefault(letters, []).append(row)
            for rows in alike.values():
                found.append(Line(name, kind, tuple(row[0].role for row in rows), rows[0], self.accepted))
        bound = [role for role in self.judgement.matrix.roles if role.name not in apart]
        stands = standings(self.judgement, bound, lambda cell: rank_of(cell, key_of(cell) in self.accepted))
        return tuple(
            sorted(
                found,
                key=lambda line: (
                    (stands[line.kind, line.object], line.object, line.kind),
                    (line.worst, -len(line.roles), line.roles),
                ),
            )
        )


def rank(cell: Cell, accepted: bool) -> int:
    """Return where a cell stands: one that people accepted after all that leak or are not proved."""
    if accepted:
        return 4
    if cell.verdict is Verdict.UNPROVED:
        return 2 if cell.suspected else 3
    return {Verdict.OPEN: 0, Verdict.PARTIAL: 1, Verdict.ISOLATED: 5, Verdict.DENIED: 6}[cell.verdict]


def letter(cell: Cell, accepted: Accepted) -> str:
    """Return a cell's letter; a suspected leak is `?!`, one that people accepted `I*`."""
    if key_of(cell) in accepted:
        return "I*"
    return "?!" if cell.suspected else LETTERS[cell.verdict]


def alike(line: Line) -> Iterator[tuple[tuple[str, ...], Cell]]:
    """Give the cells of a line that want a look, commands with the same story together."""
    found: dict[tuple[object, ...], list[str]] = {}
    first: dict[tuple[object, ...], Cell] = {}
    for cell in line.cells:
        if line.rank(cell) < FINE:
            story = tuple(reason.replace(f" {cell.command} ", " ") for reason in cell.reasons)
            key: tuple[object, ...] = (line.rank(cell), story, cell.using, cell.check, line.accepts(cell))
            found.setdefault(key, []).append(cell.command)
            first.setdefault(key, cell)
    for key, cell in sorted(first.items(), key=lambda item: line.rank(item[1])):
        yield tuple(found[key]), cell
