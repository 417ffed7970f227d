"""What the RLS tab is drawn from: a judgement, in the order in which a screen asks for it. Made outside the loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from pgplumb.rls.accepted import CellKey, accepted_cells, key_of
from pgplumb.rls.side_channels import side_channels
from pgplumb.rls.standing import Standing, rank_of, standings
from pgplumb.rls.verdict import Cell, Verdict

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.foundation.profile import AcceptedBranch
    from pgplumb.rls.draft import Draft, Passage
    from pgplumb.rls.judgement import Judgement
    from pgplumb.rls.probe import Probe
    from pgplumb.rls.side_channels import SideChannel


@dataclass(frozen=True, slots=True)
class ObjectCells:
    """The cells of one object, by the name of the role."""

    name: str
    kind: str
    by_role: Mapping[str, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Probed:
    """What a data probe saw of one object. That it saw no foreign row proves nothing."""

    seen: tuple[tuple[str, bool], ...]
    """For each role in words, and whether a foreign row was among it."""
    faults: tuple[str, ...] = ()
    """What it saw that verdicts rule out: mistakes of ours."""
    at: datetime | None = None
    """When it was made."""
    probes: tuple[Probe, ...] = ()
    """What it came to, look by look."""
    old: bool = False
    """Whether policies, definitions or roles have changed since: what it saw may be otherwise by now."""


@dataclass(frozen=True)
class Verdicts:
    """A judgement with what people accepted of it."""

    judgement: Judgement
    accepted: tuple[AcceptedBranch, ...] = ()
    on: date = date.min
    """The day on which acceptances are looked at."""
    seeking: bool = False
    """Whether witnesses of suspected leaks are being sought."""
    sought: frozenset[CellKey] = frozenset()
    """Cells for which a person had witnesses sought."""
    probed: Mapping[int, Probed] = field(default_factory=dict)
    """What was seen among the rows that are there, by pg_class.oid."""

    def prepare(self) -> Verdicts:
        """Work out, where nobody waits for it, all that a screen asks for; return itself."""
        _ = (
            self.objects,
            self.counts,
            self.channels,
            self.drafts,
            self.suspects,
            self.standings,
            self.suspected,
        )
        return self

    @cached_property
    def unbound(self) -> tuple[Role, ...]:
        """Superusers and roles with BYPASSRLS: row security binds none of them anywhere."""
        return tuple(r for r in self.judgement.matrix.roles if r.superuser or r.bypass_rls)

    @cached_property
    def excused(self) -> Mapping[CellKey, tuple[AcceptedBranch, ...]]:
        """Cells that are isolated but for accepted branches."""
        return accepted_cells(self.judgement, self.accepted, self.on)

    @cached_property
    def channels(self) -> tuple[SideChannel, ...]:
        """Ways around row security."""
        return side_channels(self.judgement)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Those that row security may bind: owners last, who logs in first, then who may do most."""
        apart = {role.oid for role in self.unbound}
        matrix = self.judgement.matrix
        owners = {relation.owner for relation in matrix.objects}
        owning = {role for role, other in matrix.usage if other in owners} | owners
        return tuple(
            sorted(
                (role for role in self.judgement.matrix.roles if role.oid not in apart),
                key=lambda role: (
                    role.oid in owning,
                    not role.can_login,
                    self.tallies[role.name][Verdict.DENIED],
                    role.name,
                ),
            )
        )

    @cached_property
    def objects(self) -> Mapping[tuple[str, str], ObjectCells]:
        """Cells by kind and name of the object, in the order of the judgement."""
        found: dict[tuple[str, str], ObjectCells] = {}
        for (kind, name), cells in groupby(self.judgement.cells, key=lambda cell: (cell.kind, cell.object)):
            by_role: dict[str, list[Cell]] = {}
            for cell in cells:
                by_role.setdefault(cell.role, []).append(cell)
            found[kind, name] = ObjectCells(name, kind, {role: tuple(own) for role, own in by_role.items()})
        return found

    @cached_property
    def tallies(self) -> Mapping[str, Counter[Verdict]]:
        """How many cells of each verdict a role has; excused ones as isolated."""
        found: dict[str, Counter[Verdict]] = {role.name: Counter() for role in self.judgement.matrix.roles}
        for cell in self.judgement.cells:
            found[cell.role][Verdict.ISOLATED if self.excuses(cell) else cell.verdict] += 1
        return found

    @cached_property
    def counts(self) -> Counter[Verdict]:
        """How many cells of each verdict there are, for the roles that row security may bind."""
        return sum((self.tallies[role.name] for role in self.roles), Counter[Verdict]())

    @cached_property
    def suspected(self) -> int:
        """How many of the unproved cells are suspected leaks, for the same roles."""
        apart = {role.name for role in self.unbound}
        return sum(c.suspected and c.role not in apart and not self.excuses(c) for c in self.judgement.cells)

    @property
    def coverage(self) -> float | None:
        """The part of the cells that are decided; None where there are none."""
        cells = self.counts.total()
        return 1 - self.counts[Verdict.UNPROVED] / cells if cells else None

    @cached_property
    def drafts(self) -> Mapping[CellKey, Draft]:
        """The draft behind each cell."""
        return {
            key_of(cell): draft
            for cell, draft in zip(self.judgement.cells, self.judgement.drafts, strict=True)
        }

    @cached_property
    def suspects(self) -> frozenset[Passage]:
        """The ways through gates whose leaks a witness could confirm."""
        return frozenset(self.judgement.suspects)

    def waits(self, cell: Cell) -> bool:
        """Whether a witness could tell more about a cell."""
        return cell.suspected and not self.suspects.isdisjoint(self.drafts[key_of(cell)].passages)

    def excuses(self, cell: Cell) -> bool:
        """Whether a cell is isolated but for accepted branches."""
        return bool(self.excused) and key_of(cell) in self.excused

    @cached_property
    def standings(self) -> Mapping[tuple[str, str], Standing]:
        """Where each object stands, by kind and name."""
        return standings(self.judgement, self.roles, self.rank)

    def rank(self, cell: Cell) -> int:
        """Return where a cell stands: 0 open, 1 partial, 2 suspected, 3 unproved, 4 isolated, 5 denied."""
        return rank_of(cell, self.excuses(cell))
