"""Which cells leak by nothing but branches that people accepted, with a reason, in the profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

from pgplumb.foundation.profile import AcceptedBranch
from pgplumb.rls.draft import Draft
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.verdict import Branch, Cell, Ground, Verdict

CellKey = tuple[str, str, str, str]
"""Kind, object, role, command."""


def key_of(cell: Cell) -> CellKey:
    """Return what tells a cell from others, across judgements."""
    return cell.kind, cell.object, cell.role, cell.command


def acceptance(
    cell: Cell, branch: Branch, accepted: Sequence[AcceptedBranch], on: date
) -> AcceptedBranch | None:
    """Return what accepts one branch of a cell on a day; None where nobody did."""
    text = _plain(branch.text)
    return next(
        (
            one
            for one in accepted
            if one.holds(on)
            and one.command in ("*", cell.command)
            and _plain(one.branch) == text
            and _matches(cell.object, one.object)
            and _matches(cell.role, one.role)
        ),
        None,
    )


def accepted_cells(
    judgement: Judgement, accepted: Sequence[AcceptedBranch], on: date
) -> Mapping[CellKey, tuple[AcceptedBranch, ...]]:
    """Return the cells that would be isolated but for accepted branches, with what accepts each of those.

    A cell of which anything else is not proved is none of them.
    """
    found: dict[CellKey, tuple[AcceptedBranch, ...]] = {}
    if not accepted:
        return found
    alone = [cell for judged in judgement.by_object.values() for cell in judged.local]
    for cell, local, draft in zip(judgement.cells, alone, judgement.drafts, strict=True):
        if not _explained(cell, local, draft, judgement):
            continue
        by = [acceptance(cell, branch, accepted, on) for branch in cell.branches]
        if all(by):
            found[key_of(cell)] = tuple(dict.fromkeys(one for one in by if one is not None))
    return found


def _explained(cell: Cell, local: Cell, draft: Draft, judgement: Judgement) -> bool:
    """Whether the branches of a cell are all that stands between it and `isolated`."""
    leaks = cell.verdict in (Verdict.PARTIAL, Verdict.OPEN) or cell.suspected
    if not leaks or not cell.branches or draft.unbounded is not None:
        return False
    if any(branch.ground is Ground.UNREAD for branch in cell.branches):
        return False
    if cell is not local and not any(branch.ground is Ground.TWO_STEP for branch in cell.branches):
        return False
    return all(
        proof.branches or proof.verdict in (Verdict.ISOLATED, Verdict.DENIED)
        for proof in judgement.proofs(draft)
    )


def accepted_words(one: AcceptedBranch) -> str:
    """Return who accepted a branch and why, for people."""
    until = f" until {one.until.isoformat()}" if one.until else ""
    return f"accepted{until} by {one.by}: {one.reason} ({one.branch})"


def _matches(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def _plain(text: str) -> str:
    return " ".join(text.split())
