"""All cells of one database, judged: what was decided of each, and what it was decided on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from pgplumb.rls.access import COMMANDS, AccessMatrix
from pgplumb.rls.draft import Draft, Passage, cell_of
from pgplumb.rls.prover.gate import World
from pgplumb.rls.surface import Surface
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.trust import Risk, Way, downgraded, risks_of, trusted_by
from pgplumb.rls.verdict import Cell, GateProof, Verdict

ORDER = (*COMMANDS, "EXECUTE")


@dataclass(frozen=True, slots=True)
class Judged:
    """One object: its drafts, by role and command, and the relations that they rest on."""

    drafts: tuple[Draft, ...]
    rests_on: frozenset[int]
    """pg_class.oid of all relations whose change could change a verdict."""
    local: tuple[Cell, ...]
    """The cells on one statement alone, in the order of the drafts."""
    trusts: frozenset[int]
    """What the proofs of isolated cells trust."""
    risks: Mapping[Way, Risk]
    """How rows of tables may be written beyond the tenant, by relation and role."""
    writes: frozenset[int]
    """The relations of `risks`."""

    @classmethod
    def of(cls, drafts: tuple[Draft, ...], rests_on: frozenset[int], local: tuple[Cell, ...]) -> Judged:
        """Return it with what follows from its cells."""
        risks = risks_of(drafts, local)
        return cls(drafts, rests_on, local, trusted_by(local), risks, frozenset(way[0] for way in risks))


@dataclass(frozen=True)
class Judgement:
    """Immutable; `confirm` and `judge.rejudge` make others that share what did not change."""

    matrix: AccessMatrix
    surface: Surface
    tenants: TenantMap
    world: World
    by_object: Mapping[str, Judged]
    """By kind and name: "table public.docs"; sorted."""
    confirmed: Mapping[Passage, GateProof] = field(default_factory=dict)

    @cached_property
    def risks(self) -> Mapping[Way, Risk]:
        """The worst ways to write rows beyond the tenant of what proofs trust."""
        trusted = frozenset().union(*(judged.trusts for judged in self.by_object.values()))
        risks: dict[Way, Risk] = {}
        for judged in self.by_object.values() if trusted else ():
            if judged.writes.isdisjoint(trusted):
                continue
            for key, risk in judged.risks.items():
                if key[0] in trusted and (key not in risks or risk.worse_than(risks[key])):
                    risks[key] = risk
        return risks

    @cached_property
    def cells_of(self) -> Mapping[str, tuple[Cell, ...]]:
        """The cells of each object, by kind and name as in `by_object`."""
        risky = frozenset(oid for oid, *_ in self.risks)
        return {name: self._cells(judged, risky) for name, judged in self.by_object.items()}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell: by object, role and command."""
        return tuple(chain.from_iterable(self.cells_of.values()))

    def after(self, before: Judgement) -> Judgement:
        """Return itself with its cells worked out: of objects that are judged as before those of then are kept."""
        risks, then = self.risks, before.risks
        risky = frozenset(oid for oid, *_ in risks)
        other = frozenset(way[0] for way in risks.keys() | then.keys() if risks.get(way) != then.get(way))
        self.__dict__["cells_of"] = {
            name: before.cells_of[name]
            if before.by_object.get(name) is judged and other.isdisjoint(judged.trusts)
            else self._cells(judged, risky)
            for name, judged in self.by_object.items()
        }
        return self

    def _cells(self, judged: Judged, risky: frozenset[int]) -> tuple[Cell, ...]:
        if risky.isdisjoint(judged.trusts):
            return judged.local
        return tuple(downgraded(cell, self.risks) for cell in judged.local)

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """The draft behind each of `cells`, in the same order: its gates are what a witness would try."""
        return tuple(draft for judged in self.by_object.values() for draft in judged.drafts)

    @cached_property
    def counts(self) -> Mapping[Verdict, int]:
        """How many cells there are of each verdict."""
        found = Counter(cell.verdict for cell in self.cells)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def leaks(self) -> bool:
        """Whether a cell is open or partial."""
        return bool(self.counts[Verdict.OPEN] or self.counts[Verdict.PARTIAL])

    @cached_property
    def suspects(self) -> tuple[Passage, ...]:
        """The passages through gates whose leaks wait for a witness, each once, in the order of the cells."""
        return tuple(
            dict.fromkeys(
                passage
                for draft in self.drafts
                if draft.verdict is None
                for proved, passage in zip(draft.gates, draft.passages, strict=True)
                if not proved.certain and passage not in self.confirmed and proved.proof.branches
            )
        )

    def proofs(self, draft: Draft) -> tuple[GateProof, ...]:
        """Return what is known of each gate of a draft, witnesses included."""
        return tuple(
            self.confirmed.get(passage, proved.proof)
            for proved, passage in zip(draft.gates, draft.passages, strict=True)
        )

    def confirm(self, proofs: Mapping[Passage, GateProof]) -> Judgement:
        """Return the judgement with proofs in the place of its own: branches confirmed, or taken back.

        A gate with a confirmed branch leaks; one whose branches are gone is what the proof says.
        """
        known = {**self.confirmed, **proofs}
        changed = {
            name: confirmed(judged, known)
            if any(passage in proofs for d in judged.drafts for passage in d.passages)
            else judged
            for name, judged in self.by_object.items()
        }
        return Judgement(self.matrix, self.surface, self.tenants, self.world, changed, known).after(self)


def confirmed(judged: Judged, known: Mapping[Passage, GateProof]) -> Judged:
    """Return an object with the proofs in the place of its own that witnesses have shown."""
    if not known or not any(passage in known for d in judged.drafts for passage in d.passages):
        return judged
    return Judged.of(judged.drafts, judged.rests_on, tuple(cell_of(d, known) for d in judged.drafts))
