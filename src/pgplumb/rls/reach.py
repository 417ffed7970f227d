"""What a door reaches: the tables behind a view or a function, as which role, under which condition.

A view works as its owner, one with security_invoker as its caller, also behind another view. What current_user
names is the caller all the same. Source: https://www.postgresql.org/docs/current/sql-createview.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import dotted, part
from pgplumb.rls.access import AccessMatrix, Bit, security_invoker
from pgplumb.rls.planner_keeps import read_in_from
from pgplumb.rls.prover.gate import Clause
from pgplumb.rls.shape import Shape, column_names, onto, shape_of
from pgplumb.rls.shown_whole import shown_whole
from pgplumb.rls.surface import Surface

_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Leg:
    """One relation with rows of its own that a door reads."""

    relation: int
    acting: int
    """The role whose privileges and policies count."""
    caller: int
    """The role that current_user names."""
    clauses: tuple[Clause, ...] = ()
    """What the door demands of its rows besides."""
    shown: bool = False
    """Of a door that is not exact: whether it shows each of its rows that passes the clauses all the same."""
    read: bool = True
    """Whether whatever is asked of the door reads it: else what goes wrong there may never be come to."""


@dataclass(frozen=True, slots=True)
class Reach:
    """All that a door reads."""

    legs: tuple[Leg, ...]
    exact: bool
    """Whether its rows are those of the only leg that pass the leg's clauses, no more and no fewer."""
    obstacle: str | None = None
    """Why it is not exact, for people."""
    unbounded: str | None = None
    """What may read more than the legs; None where they are all there is."""
    lacking: str | None = None
    """The privilege that the acting role lacks: the statement fails."""
    reasons: tuple[str, ...] = ()
    columns: Mapping[str, str] | None = None
    """Of an exact view, the leg's column behind each of its own; None where all go through."""


@dataclass(frozen=True, slots=True)
class Reacher:
    """Finds what doors reach, for one matrix."""

    matrix: AccessMatrix
    surface: Surface

    def view(self, view: Relation, caller: int, command: str = "SELECT", depth: int = 0) -> Reach:
        """Return what a view or materialized view reaches when a role queries it."""
        acting = caller if view.kind == "v" and security_invoker(view) else view.owner
        query = self.surface.view(view.oid).query
        known = self._acting(view, acting)
        if isinstance(query, Unread) or depth > _DEEPEST:
            why = query.reason if isinstance(query, Unread) else "views lie too deep"
            return self._all(
                view, caller, acting, depth, f"its query was not read: {why}", "its query", known
            )
        shape = shape_of(query)
        unbounded = f"it calls {dotted(*shape.calls[0])}" if shape.calls else None
        base = self._source(shape)
        if shape.obstacle is not None or base is None:
            why = shape.obstacle or f"{dotted(*shape.source)} is not known"
            missing = None if base or shape.obstacle else f"it reads {dotted(*shape.source)}"
            whole = self._all(view, caller, acting, depth, why, unbounded or missing, known)
            if whole.lacking is None and isinstance(query, str):
                whole = replace(whole, lacking=self._hidden(query, shape, acting))
            return self._narrowed(whole, shape, acting, caller)
        # A condition may read other relations: the prover follows them.
        lacking = self._lacks(acting, (base.oid,), command)
        if base.kind != "v":
            where = onto(shape.where, shape, base) if shape.where else None
            if shape.where and where is None:
                return self._all(
                    view, caller, acting, depth, "its condition is not certain", unbounded, known
                )
            clauses = (Clause("", where),) if where else ()
            leg = Leg(base.oid, acting, caller, clauses)
            return Reach((leg,), True, None, unbounded, lacking, known, shape.columns)
        below = self.view(base, caller, command, depth + 1)
        reasons = (*known, f"reads the view {base.qualified}", *below.reasons)
        lacking = lacking or below.lacking
        if not below.exact:
            return Reach(below.legs, False, below.obstacle, unbounded or below.unbounded, lacking, reasons)
        (leg,) = below.legs
        table = self.matrix.catalog.relations[leg.relation]
        where = onto(shape.where, shape, table, below.columns) if shape.where else None
        if shape.where and below.columns is None:
            where = onto(shape.where, shape, table)
        if shape.where and where is None:
            return Reach(
                below.legs,
                False,
                "its condition is not certain",
                unbounded or below.unbounded,
                lacking,
                reasons,
            )
        clauses = (*leg.clauses, *((Clause("", where),) if where else ()))
        columns = _through(shape.columns, below.columns)
        leg = Leg(leg.relation, leg.acting, leg.caller, clauses)
        return Reach((leg,), True, None, unbounded or below.unbounded, lacking, reasons, columns)

    def query(self, shape: Shape, base: Relation, owner: int) -> Reach:
        """Return what a query that runs as a function's owner reaches: of one relation, its name resolved."""
        lacking = self._lacks(owner, (base.oid,), "SELECT")
        unbounded = f"it calls {dotted(*shape.calls[0])}" if shape.calls else None
        if base.kind == "v":
            below = self.view(base, owner)
            exact = below.exact and not shape.where
            obstacle = below.obstacle or ("it filters a view" if shape.where else None)
            return Reach(
                below.legs,
                exact,
                obstacle,
                unbounded or below.unbounded,
                lacking or below.lacking,
                below.reasons,
            )
        where = onto(shape.where, shape, base) if shape.where else None
        if shape.where and where is None:
            return Reach(
                (Leg(base.oid, owner, owner),), False, "its condition is not certain", unbounded, lacking
            )
        clauses = (Clause("", where),) if where else ()
        return Reach(
            (Leg(base.oid, owner, owner, clauses),), True, None, unbounded, lacking, (), shape.columns
        )

    def tables(self, view: Relation) -> tuple[str, ...]:
        """Return the names of all relations with rows behind a view."""
        found: set[str] = set()
        for oid in self._below(view, 0):
            base = self.matrix.catalog.relations.get(oid)
            if base is not None and base.kind != "v":
                found.add(base.qualified)
        return tuple(sorted(found))

    def _below(self, view: Relation, depth: int) -> Iterator[int]:
        for oid in view.depends_on:
            yield oid
            base = self.matrix.catalog.relations.get(oid)
            if base is not None and base.kind == "v" and depth < _DEEPEST:
                yield from self._below(base, depth + 1)

    def _all(
        self,
        view: Relation,
        caller: int,
        acting: int,
        depth: int,
        obstacle: str,
        unbounded: str | None,
        reasons: tuple[str, ...],
    ) -> Reach:
        """Return everything that a view reads, whatever it does with it."""
        legs: list[Leg] = []
        query = self.surface.view(view.oid).query
        whole = shown_whole(query) if isinstance(query, str) else frozenset()
        surely = read_in_from(query) if isinstance(query, str) else frozenset()
        relations = self.matrix.catalog.relations
        read = [o for o in view.depends_on if o in relations and _name(relations[o]) in surely]
        lacking = self._lacks(acting, read, "SELECT")
        for oid in view.depends_on:
            base = self.matrix.catalog.relations.get(oid)
            if base is None:
                unbounded = unbounded or "it reads a relation of the system"
            elif base.kind == "v" and depth <= _DEEPEST:
                below = self.view(base, caller, depth=depth + 1)
                # What stands above may look at rows in ways that its condition no longer tells.
                kept = _name(base) in whole
                legs += [
                    replace(leg, shown=kept and (below.exact or leg.shown), read=leg.read and oid in read)
                    for leg in below.legs
                ]
                reasons = (*reasons, f"reads the view {base.qualified}", *below.reasons)
                unbounded = unbounded or below.unbounded
                lacking = lacking or (below.lacking if oid in read else None)
            else:
                legs.append(Leg(oid, acting, caller, shown=_name(base) in whole, read=oid in read))
        return Reach(tuple(dict.fromkeys(legs)), False, obstacle, unbounded, lacking, reasons)

    def _narrowed(self, reach: Reach, shape: Shape, acting: int, caller: int) -> Reach:
        """Return what an inner join reaches, each relation's rows as few as find the others."""
        legs: list[Leg] = list(reach.legs)
        for source in shape.joined:
            base = self._source(Shape(source.name))
            plain = Leg(base.oid, acting, caller) if base is not None else None
            if base is None or plain not in legs:
                continue
            # A relation that the view reads in another place too is not narrowed there.
            alone = sum(one.name == source.name for one in shape.joined) == 1
            inside = any(base.name in text for text in shape.conditions if "SELECT" in text)
            part_of = shape.met_by(source)
            where = onto(part_of.where or "", part_of, base) if alone and not inside else None
            if where is not None:
                legs[legs.index(plain)] = Leg(base.oid, acting, caller, (Clause("", where),))
        return replace(reach, legs=tuple(legs))

    def _hidden(self, query: str, shape: Shape, role: int) -> str | None:
        """Say which column of an inner join its role may not read: all that a view names must be readable."""
        known = {one.alias: self._source(Shape(one.name)) for one in shape.joined}
        for alias, column in column_names(query):
            base = known.get(alias)
            if base is not None and not self.surface.may_read(base.oid, role, column):
                who = part(self.matrix.catalog.role_name(role))
                return f"{who} has no SELECT on {base.qualified}.{part(column)}"
        return None

    def _acting(self, view: Relation, acting: int) -> tuple[str, ...]:
        name = part(self.matrix.catalog.role_name(acting))
        if view.kind == "v" and security_invoker(view):
            return (f"works as {name}, the caller, as security_invoker says",)
        return (f"works as {name}, the owner of {view.qualified}",)

    def _source(self, shape: Shape) -> Relation | None:
        if len(shape.source) != 2:
            return None
        found = self.matrix.catalog.by_name.get((shape.source[0], shape.source[1]))
        return found if found is not None and found.kind in "rpvmf" else None

    def _lacks(self, role: int, relations: tuple[int, ...] | list[int], command: str) -> str | None:
        """Say which relation a role may not use. USAGE of its schema is not asked for behind a view."""
        for oid in relations:
            held = self.matrix.bits.get((self.matrix.group_of.get(oid, 0), role))
            base = self.matrix.catalog.relations.get(oid)
            if held is None or base is None:
                continue
            wanted = Bit[command] | Bit.__members__.get(f"{command}_COLUMN", Bit(0))
            if not Bit(held) & wanted:
                return f"{part(self.matrix.catalog.role_name(role))} has no {command} on {base.qualified}"
        return None


def _name(relation: Relation) -> tuple[str, str]:
    return relation.schema, relation.name


def _through(above: Mapping[str, str] | None, below: Mapping[str, str] | None) -> Mapping[str, str] | None:
    if above is None or below is None:
        return below if above is None else above
    return {name: below[column] for name, column in above.items() if column in below}
