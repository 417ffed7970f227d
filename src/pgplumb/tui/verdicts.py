"""What the RLS tab is drawn from: a judgement, in the order in which a screen asks for it. Made outside the loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pgplumb.rls.accepted import CellKey, accepted_cells, key_of
from pgplumb.rls.side_channels import side_channels
from pgplumb.rls.standing import Standing, rank_of
from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.tui.objects import relation_of
from pgplumb.tui.verdict_digest import Digest, ObjectCells, digests, waiting

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.foundation.profile import AcceptedBranch
    from pgplumb.rls.draft import Draft
    from pgplumb.rls.judgement import Judgement
    from pgplumb.rls.probe import Probe
    from pgplumb.rls.side_channels import SideChannel


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
    ways: tuple[SideChannel, ...] | None = None
    """Ways around row security where they were worked out; for a moment those of the judgement before."""

    def prepare(self, before: Verdicts | None = None) -> Verdicts:
        """Work out, where nobody waits for it, what a screen asks for, and return itself.

        Of objects that were judged as they are in `before` nothing is worked out again.
        """
        same = before is not None and (
            (before.accepted, before.on) == (self.accepted, self.on)
            and before.judgement.matrix.roles == self.judgement.matrix.roles
            and before.judgement.matrix.uses_as(self.judgement.matrix)
        )
        known = before.digests if before is not None and same else {}
        self.__dict__["digests"] = digests(self, known)
        if before is not None and same:
            self.__dict__["tallies"] = self._tallied(before)
        _ = self.objects, self.counts, self.standings, self.suspected
        return self

    def but(
        self,
        *,
        seeking: bool | None = None,
        sought: frozenset[CellKey] | None = None,
        probed: Mapping[int, Probed] | None = None,
        ways: tuple[SideChannel, ...] | None = None,
    ) -> Verdicts:
        """Return the same verdicts with something else beside them: what was worked out of them stays."""
        made = replace(
            self,
            seeking=self.seeking if seeking is None else seeking,
            sought=self.sought if sought is None else sought,
            probed=self.probed if probed is None else probed,
            ways=self.ways if ways is None else ways,
        )
        made.__dict__.update({k: v for k, v in self.__dict__.items() if k in _WORKED_OUT})
        if made.ways is self.ways and "channels_of" in self.__dict__:
            made.__dict__["channels_of"] = self.channels_of
        return made

    def with_ways_of(self, before: Verdicts) -> Verdicts:
        """Return the same with the ways around row security of the verdicts before, until its own are worked out."""
        made = self.but(ways=before.ways)
        made.__dict__["channels_of"] = before.channels_of
        return made

    @cached_property
    def digests(self) -> Mapping[str, Digest]:
        """What follows for each object by itself, by kind and name."""
        return digests(self, {})

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
        return self.ways if self.ways is not None else side_channels(self.judgement)

    @cached_property
    def channels_of(self) -> Mapping[int | str, tuple[SideChannel, ...]]:
        """The same by pg_class.oid of what takes part, by identifier what is no relation."""
        catalog = self.judgement.matrix.catalog
        found: dict[int | str, list[SideChannel]] = {}
        for channel in self.channels:
            for name in dict.fromkeys((channel.object, *channel.related)):
                relation = relation_of(name, catalog)
                own = found.setdefault(name if relation is None else relation.oid, [])
                if channel not in own[-1:]:
                    own.append(channel)
        return {key: tuple(own) for key, own in found.items()}

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
        return {(one.object.kind, one.object.name): one.object for one in self.digests.values()}

    @cached_property
    def tallies(self) -> Mapping[str, Counter[Verdict]]:
        """How many cells of each verdict a role has; excused ones as isolated."""
        found: dict[str, Counter[Verdict]] = {role.name: Counter() for role in self.judgement.matrix.roles}
        for one in self.digests.values():
            for role, verdict, number in one.tally:
                found[role][verdict] += number
        return found

    def _tallied(self, before: Verdicts) -> Mapping[str, Counter[Verdict]]:
        """Count again only what is not the same as before."""
        found = {role: counted.copy() for role, counted in before.tallies.items()}
        for name in before.digests.keys() | self.digests.keys():
            then, now = before.digests.get(name), self.digests.get(name)
            if then is now:
                continue
            for role, verdict, number in then.tally if then else ():
                found[role][verdict] -= number
            for role, verdict, number in now.tally if now else ():
                found[role][verdict] += number
        return found

    @cached_property
    def counts(self) -> Counter[Verdict]:
        """How many cells of each verdict there are, for the roles that row security may bind."""
        return sum((self.tallies[role.name] for role in self.roles), Counter[Verdict]())

    @cached_property
    def suspected(self) -> int:
        """How many of the unproved cells are suspected leaks, for the same roles."""
        return sum(one.suspected for one in self.digests.values())

    @property
    def coverage(self) -> float | None:
        """The part of the cells that are decided; None where there are none."""
        cells = self.counts.total()
        return 1 - self.counts[Verdict.UNPROVED] / cells if cells else None

    def draft(self, cell: Cell) -> Draft:
        """Return the draft behind a cell."""
        key, judged = key_of(cell), self.judgement.by_object[f"{cell.kind} {cell.object}"]
        return next(d for d in judged.drafts if (d.kind, d.object, d.role, d.command) == key)

    def waits(self, cell: Cell) -> bool:
        """Whether a witness could tell more about a cell."""
        draft = self.draft(cell)
        return cell.suspected and any(
            waiting(proved, passage, self.judgement)
            for proved, passage in zip(draft.gates, draft.passages, strict=True)
        )

    def excuses(self, cell: Cell) -> bool:
        """Whether a cell is isolated but for accepted branches."""
        return bool(self.excused) and key_of(cell) in self.excused

    @cached_property
    def standings(self) -> Mapping[tuple[str, str], Standing]:
        """Where each object stands, by kind and name."""
        return {(one.object.kind, one.object.name): one.stands for one in self.digests.values()}

    def rank(self, cell: Cell) -> int:
        """Return where a cell stands: 0 open, 1 partial, 2 suspected, 3 unproved, 4 isolated, 5 denied."""
        return rank_of(cell, self.excuses(cell))


_WORKED_OUT = (
    "digests",
    "objects",
    "tallies",
    "roles",
    "unbound",
    "counts",
    "standings",
    "suspected",
    "excused",
)
