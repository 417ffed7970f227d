"""What follows from the cells of one object alone: kept while these are the same, so that a change costs little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.rls.standing import Standing, owners, standing
from pgplumb.rls.verdict import Cell, Verdict

if TYPE_CHECKING:
    from pgplumb.rls.draft import Passage, ProvedGate
    from pgplumb.rls.judgement import Judged, Judgement
    from pgplumb.tui.verdicts import Verdicts


@dataclass(frozen=True, slots=True)
class ObjectCells:
    """The cells of one object, by the name of the role."""

    name: str
    kind: str
    by_role: Mapping[str, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Digest:
    """One object."""

    judged: Judged
    cells: tuple[Cell, ...]
    owner: int
    object: ObjectCells
    tally: tuple[tuple[str, Verdict, int], ...]
    """How many cells of a verdict a role has; excused ones as isolated."""
    suspected: int
    """Suspected leaks of roles that row security may bind."""
    stands: Standing
    suspects: frozenset[Passage]
    """Ways through gates whose leaks wait for a witness."""


def digests(verdicts: Verdicts, known: Mapping[str, Digest]) -> Mapping[str, Digest]:
    """Return the digest of each object, those of `known` where nothing differs."""
    judgement = verdicts.judgement
    apart = {role.oid for role in verdicts.unbound}
    oid_of = {role.name: role.oid for role in judgement.matrix.roles if role.oid not in apart}
    owner_of = owners(judgement)
    found: dict[str, Digest] = {}
    for name, judged in judgement.by_object.items():
        cells = judgement.cells_of[name]
        if not cells:
            continue
        owner = owner_of.get((cells[0].kind, cells[0].object), 0)
        before = known.get(name)
        if before is None or before.judged is not judged or before.owner != owner or before.cells != cells:
            before = _digest(verdicts, judged, cells, owner, oid_of)
        found[name] = before
    return found


def _digest(
    verdicts: Verdicts, judged: Judged, cells: tuple[Cell, ...], owner: int, oid_of: Mapping[str, int]
) -> Digest:
    by_role: dict[str, list[Cell]] = {}
    tally: Counter[tuple[str, Verdict]] = Counter()
    suspected = 0
    for cell in cells:
        by_role.setdefault(cell.role, []).append(cell)
        excused = verdicts.excuses(cell)
        tally[cell.role, Verdict.ISOLATED if excused else cell.verdict] += 1
        suspected += cell.suspected and not excused and cell.role in oid_of
    return Digest(
        judged,
        cells,
        owner,
        ObjectCells(cells[0].object, cells[0].kind, {role: tuple(own) for role, own in by_role.items()}),
        tuple((role, verdict, number) for (role, verdict), number in tally.items()),
        suspected,
        standing(cells, owner, oid_of, verdicts.judgement.matrix.usage, verdicts.rank),
        frozenset(
            passage
            for draft in judged.drafts
            if draft.verdict is None
            for proved, passage in zip(draft.gates, draft.passages, strict=True)
            if waiting(proved, passage, verdicts.judgement)
        ),
    )


def waiting(proved: ProvedGate, passage: Passage, judgement: Judgement) -> bool:
    """Whether a witness could tell more about a gate."""
    return not proved.certain and passage not in judgement.confirmed and bool(proved.proof.branches)
