"""Judges every object, role and command: privilege, binding, gates, doors; then again only what a change touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgplumb.catalog.model import Function, Role
from pgplumb.catalog.relation import KINDS, Relation
from pgplumb.foundation.collector import collector_paused
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.alike import Alike, Key
from pgplumb.rls.called import Called
from pgplumb.rls.difference import assumed, changed, everything, still_seen, still_shown
from pgplumb.rls.doors import DoorJudge
from pgplumb.rls.draft import Draft, Passage, cell_of, for_role
from pgplumb.rls.failing import relations_read
from pgplumb.rls.gatekeeper import Gatekeeper
from pgplumb.rls.judgement import Judged, Judgement, confirmed
from pgplumb.rls.prover.gate import World
from pgplumb.rls.surface import Surface, doors
from pgplumb.rls.tables import TableJudge
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.verdict import Cell, GateProof


def judge(matrix: AccessMatrix, surface: Surface, tenants: TenantMap) -> Judgement:
    """Return the verdicts of every object of the matrix that no extension owns. Asks the server for nothing."""
    with collector_paused():
        return _Judge(matrix, surface, tenants).whole()


def rejudge(before: Judgement, matrix: AccessMatrix, surface: Surface, tenants: TenantMap) -> Judgement:
    """Return what a judgement is after a change: only objects that rest on what changed are judged again."""
    if everything(before, matrix, surface, tenants):
        return judge(matrix, surface, tenants).confirm(still_seen(before, matrix, surface, tenants))
    touched = changed(before, matrix, surface)
    with collector_paused():
        return _Judge(matrix, surface, tenants).again(before, touched)


class _Judge:
    """One run over the objects."""

    def __init__(self, matrix: AccessMatrix, surface: Surface, tenants: TenantMap) -> None:
        queries = {oid: facts.query for oid, facts in surface.views.items() if isinstance(facts.query, str)}
        self.world = World(matrix, tenants, surface.functions, views=queries, overrides=surface.overrides)
        self.alike = Alike(matrix)
        self.called = Called(matrix.catalog, surface)
        keeper = Gatekeeper(self.world, self.alike)
        self.matrix, self.surface, self.tenants = matrix, surface, tenants
        known = assumed(matrix.catalog)
        self.tables = TableJudge(matrix, surface, tenants, keeper, known)
        self.doors = DoorJudge(matrix, surface, tenants, keeper, self.tables)

    def whole(self) -> Judgement:
        """Judge all."""
        found = {name: self._object(relation) for name, relation in _objects(self.matrix).items()}
        for function in doors(self.matrix.catalog):
            found[f"function {function.id.removeprefix('function:')}"] = self._function(function)
        return self._judgement(found)

    def again(self, before: Judgement, changed: frozenset[int]) -> Judgement:
        """Judge what rests on relations that changed, are new, or are gone."""
        found: dict[str, Judged] = {}
        shown = still_shown(before, self.matrix)
        # A name in a function's body may lead elsewhere, and what a door reaches may be of tenants now.
        renamed = _names(before.matrix) != _names(self.matrix)
        moved = before.tenants.path_of.keys() != self.tenants.path_of.keys()
        for name, relation in _objects(self.matrix).items():
            known = before.by_object.get(name)
            touched = known is None or relation.oid in changed or not known.rests_on.isdisjoint(changed)
            if known is None or touched or (moved and relation.kind in "vm"):
                found[name] = confirmed(self._object(relation), shown)
            else:
                found[name] = known
        for function in doors(self.matrix.catalog):
            name = f"function {function.id.removeprefix('function:')}"
            known = before.by_object.get(name)
            if known is None or renamed or moved or not known.rests_on.isdisjoint(changed):
                known = confirmed(self._function(function), shown)
            found[name] = known
        return self._judgement(found, shown).after(before)

    def _judgement(
        self, found: dict[str, Judged], shown: Mapping[Passage, GateProof] | None = None
    ) -> Judgement:
        ordered = dict(sorted(found.items(), key=lambda item: item[0].split(" ", 1)[::-1]))
        return Judgement(self.matrix, self.surface, self.tenants, self.world, ordered, shown or {})

    def _object(self, relation: Relation) -> Judged:
        drafts: list[Draft] = []
        cells: list[Cell] = []
        shared: dict[Key, tuple[Role, list[Draft], list[Cell]]] = {}
        for role in self.matrix.roles:
            key = (*self.alike.key(relation, role.oid), *self.surface.on_columns(relation, role.oid))
            if key in shared:
                first, own, judged = shared[key]
                for draft, cell in zip(own, judged, strict=True):
                    known = self.matrix.holding(relation.oid, first.oid, draft.command).reason
                    said = self.matrix.holding(relation.oid, role.oid, draft.command).reason
                    one, other = for_role(draft, cell, role.name, known, said)
                    drafts.append(one)
                    cells.append(other)
                continue
            own = list(self._cells(relation, role))
            judged = [cell_of(draft) for draft in own]
            drafts += own
            cells += judged
            if relation.kind not in "v":
                shared[key] = (role, own, judged)
        return Judged.of(tuple(drafts), self._rests_on(relation), tuple(cells))

    def _function(self, function: Function) -> Judged:
        drafts = tuple(d for role in self.matrix.roles for d in self.doors.function(function, role))
        facts = self.surface.functions.get(function.oid)
        relations = self.matrix.catalog.relations
        read = self.called.of(facts) if facts is not None else frozenset(relations)
        rests = frozenset().union(*(self._rests_on(relations[oid]) for oid in read))
        return Judged.of(drafts, rests, tuple(map(cell_of, drafts)))

    def _cells(self, relation: Relation, role: Role) -> Iterator[Draft]:
        for command in self.matrix.commands(relation.oid):
            if relation.kind in "vm":
                yield self.doors.view(relation, role, command)
            else:
                yield self.tables.table(relation, role, command)

    def _rests_on(self, relation: Relation) -> frozenset[int]:
        """Return all relations that a verdict looks at: those of policies, paths and views, and theirs in turn."""
        catalog = self.matrix.catalog
        found, waiting = {relation.oid}, [relation]
        while waiting:
            here = waiting.pop()
            path = self.tenants.path_of.get(here.oid)
            near = [
                *here.depends_on,
                *here.parents[:1],
                *(hop.relation for hop in (path.hops if path else ())),
            ]
            for policy in here.policies if here.is_table else ():
                for text in (policy.using, policy.check):
                    for name in relations_read(text) if isinstance(text, str) else ():
                        table = catalog.by_name.get(name)
                        near += [table.oid] if table else []
                    near += self.called.by(text) if isinstance(text, str) else ()
            query = self.surface.view(here.oid).query if here.kind in "vm" else None
            near += self.called.by(query) if isinstance(query, str) else ()
            for oid in near:
                if oid not in found:
                    found.add(oid)
                    waiting += [catalog.relations[oid]] if oid in catalog.relations else []
        return frozenset(found)


def _objects(matrix: AccessMatrix) -> dict[str, Relation]:
    return {f"{KINDS[r.kind]} {r.qualified}": r for r in matrix.objects if r.extension is None}


def _names(matrix: AccessMatrix) -> frozenset[tuple[str, str]]:
    return frozenset(matrix.catalog.by_name)
