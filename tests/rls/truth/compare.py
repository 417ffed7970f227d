"""Holds what is said of a schema's cells against what was seen on the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pgplumb.catalog.reader import read_whole
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.judge import judge
from pgplumb.rls.surface import read_surface
from pgplumb.rls.tenants import tenant_map
from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.rls.witness.seek import seek
from tests.databases import Database
from tests.rls.truth.schema import Made
from tests.rls.truth.truth import Key, Seen


@dataclass(frozen=True, slots=True)
class Compared:
    """One cell: what was said and what was seen."""

    key: Key
    cell: Cell
    seen: Seen

    @property
    def word(self) -> str:
        """How the two agree."""
        verdict, leaks = self.cell.verdict, bool(self.seen.leaks)
        if verdict in (Verdict.ISOLATED, Verdict.DENIED):
            if leaks:
                return "unsound"
            return "wrongly denied" if verdict is Verdict.DENIED and self.seen.anything else "right"
        if verdict in (Verdict.OPEN, Verdict.PARTIAL):
            return "right" if leaks else "false alarm"
        if self.cell.suspected:
            return "suspected" if leaks else "wrongly suspected"
        return "unproved leak" if leaks else "unproved"

    def __str__(self) -> str:
        said = f"{self.cell.verdict}{' (suspected)' if self.cell.suspected else ''}"
        return (
            f"{' '.join(self.key)}: {said}, leaks in {sorted(self.seen.leaks)}\n"
            f"  using {self.cell.using}\n  check {self.cell.check}\n  {'; '.join(self.cell.reasons)}\n"
            f"  {[(str(b.ground), b.text) for b in self.cell.branches]}"
        )


def cells(database: Database, made: Made, *, witness: bool | None = None) -> Mapping[Key, Cell]:
    """Judge a schema; with witnesses of harmless predicates (False) or of all (True)."""
    session = database.session()
    catalog, _ = read_whole(session)
    with session.unit() as unit:
        matrix = read_access(unit, catalog, made.roles)
    tenants = tenant_map(catalog, ("tenant_id",), made.paths, made.identities)
    judgement = judge(matrix, read_surface(session, matrix), tenants)
    if witness is not None:
        judgement = judgement.confirm(seek(session, judgement, asked=witness))
    found: dict[Key, Cell] = {}
    for cell in judgement.cells:
        name = cell.object.removeprefix("app.").removesuffix("()")
        found[name, cell.role, cell.command] = cell
    return found


def compare(said: Mapping[Key, Cell], seen: Mapping[Key, Seen]) -> tuple[Compared, ...]:
    """Return every cell that was tried. Raises KeyError where nothing is said of one."""
    return tuple(Compared(key, said[key], what) for key, what in seen.items())


def tally(compared: tuple[Compared, ...]) -> Counter[str]:
    """Return how many cells agree in which way."""
    return Counter(one.word for one in compared)
