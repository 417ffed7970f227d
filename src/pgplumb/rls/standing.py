"""Where objects stand in a list: the worst first, of equals those that let more roles pass, what owners may do last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pgplumb.catalog.relation import KINDS
from pgplumb.rls.verdict import Cell, Verdict

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.rls.judgement import Judgement

ORDER = "worst first, what owners may do last"
FINE = 4
"""The first rank of a cell that wants no look: before it are open 0, partial 1, suspected 2, unproved 3."""
NO_RANK = 9


class Standing(NamedTuple):
    """Of one object, sorted as it stands."""

    worst: int
    """The rank of the worst cell of strangers, below FINE; FINE where none but the owner's roles leak; else 5."""
    reach: tuple[int, ...]
    """Less the number of strangers whose worst cell is open, partial, suspected, unproved."""
    owners: int
    """The rank of the worst cell of roles with the owner's rights, TRUNCATE left out, which nothing ever filters."""
    strangers: int
    """The rank of the worst cell of all other roles."""


def rank_of(cell: Cell, excused: bool) -> int:
    """Return where a cell stands: 0 open, 1 partial, 2 suspected, 3 unproved, 4 isolated or excused, 5 denied."""
    if excused or cell.verdict is Verdict.ISOLATED:
        return FINE
    if cell.verdict is Verdict.UNPROVED:
        return 2 if cell.suspected else 3
    return {Verdict.OPEN: 0, Verdict.PARTIAL: 1, Verdict.DENIED: 5}[cell.verdict]


def standings(
    judgement: Judgement, roles: Iterable[Role], rank: Callable[[Cell], int]
) -> Mapping[tuple[str, str], Standing]:
    """Return the standing of each object, by kind and name, as far as some roles go; `rank` is that of a cell."""
    owner_of, oid_of = owners(judgement), {role.name: role.oid for role in roles}
    return {
        key: standing(list(cells), owner_of.get(key, 0), oid_of, judgement.matrix.usage, rank)
        for key, cells in groupby(judgement.cells, key=lambda cell: (cell.kind, cell.object))
    }


def owners(judgement: Judgement) -> Mapping[tuple[str, str], int]:
    """Return who owns each object, by kind and name."""
    matrix = judgement.matrix
    found = {(KINDS[r.kind], r.qualified): r.owner for r in matrix.objects}
    for function in matrix.catalog.functions.values():
        found["function", function.id.removeprefix("function:")] = function.owner
    return found


def standing(
    cells: Iterable[Cell],
    owner: int,
    oid_of: Mapping[str, int],
    usage: Container[tuple[int, int]],
    rank: Callable[[Cell], int],
) -> Standing:
    """Return the standing of one object; of roles whose oid is not given nothing counts."""
    owners_worst = NO_RANK
    worst: dict[int, int] = {}
    for cell in cells:
        role = oid_of.get(cell.role)
        if role is None:
            continue
        if role == owner or (role, owner) in usage:
            owners_worst = min(owners_worst, NO_RANK if cell.command == "TRUNCATE" else rank(cell))
        else:
            worst[role] = min(worst.get(role, NO_RANK), rank(cell))
    return _standing(worst, owners_worst)


def _standing(worst: Mapping[int, int], owners: int) -> Standing:
    strangers = min(worst.values(), default=NO_RANK)
    counted = Counter(worst.values())
    reach = tuple(-counted[rank] for rank in range(FINE))
    return Standing(strangers if strangers < FINE else FINE + (owners >= 2), reach, owners, strangers)
