"""Plans of the queries seen, as their roles, with policies as they are and as they might be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.rls.cost.policy_tree import PolicyTree, read_trees
from pgplumb.rls.cost.seen_session import as_role, settings_for
from pgplumb.sql.quote import quote_identifier, quote_qualified
from pgplumb.twin.tried import Tried
from pgplumb.workload.advisor.limits import with_limit
from pgplumb.workload.plan import Plan, Unplanned, search_path_of
from pgplumb.workload.planned import missing
from pgplumb.workload.twin_plan import explain_in_twin

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.prover.gate import World
    from pgplumb.twin.planning import PlanningDatabase
    from pgplumb.twin.twin import Twin
    from pgplumb.workload.statements import Statement

SECONDS = 120.0
"""How long all plans together may take: functions of policies run while a statement is planned."""
_LATE = Unplanned("no plan", f"the {SECONDS:.0f} s for all plans were over", "")
Texts = Mapping[str, tuple[str | None, str | None]]
"""USING and WITH CHECK of policies by name; None where a side has none or stays."""
Planned = Mapping[int, Plan | Unplanned]
"""Plans by the number of the query."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement that was seen."""

    number: int
    entry: Statement
    text: str
    role: str
    path: str | None
    share: float


class Trial:
    """Plans in a copy of its own; a context manager."""

    def __init__(self, twin: Twin, world: World, watch: Callable[[], None]) -> None:
        """`watch` is called before each plan, and may raise to end the work."""
        self.twin, self.world, self._watch = twin, world, watch
        self._until = time.monotonic() + SECONDS
        self._alone: dict[tuple[int, str, str], Plan | Unplanned] = {}
        self._trees: Mapping[tuple[int, str], PolicyTree] | None = None
        self._tried = Tried(twin)
        try:
            self._settings = settings_for(self._tried.planning.session, world)
        except BaseException:
            self._tried.close()
            raise

    def query(self, number: int, entry: Statement, role: str, share: float) -> Query:
        """Return a statement as it is planned: its LIMIT as large as it was."""
        catalog = self.world.catalog
        text = with_limit(entry.query or "", entry.rows_per_call)
        return Query(number, entry, text, role, search_path_of(catalog, entry.userid), share)

    def plan(self, query: Query, planning: PlanningDatabase | None = None) -> Plan | Unplanned:
        """Plan a query as its role. What the twin lacks of it is a reason not to."""
        self._watch()
        if time.monotonic() > self._until:
            return _LATE
        found = explain_in_twin(
            planning or self._tried.planning, query.text, query.path, as_role(self._settings, query.role)
        )
        if isinstance(found, Plan) and (lacks := missing(found, self.twin.gaps)):
            return Unplanned("no plan", lacks[0], "")
        return found

    def plans(self, queries: Sequence[Query], planning: PlanningDatabase | None = None) -> Planned:
        """Plan several."""
        return {query.number: self.plan(query, planning) for query in queries}

    def alone(self, relation: Relation, role: str, command: str) -> Plan | Unplanned:
        """Plan a statement that does nothing but go through all rows of a table."""
        key = (relation.oid, role, command)
        if key in self._alone:
            return self._alone[key]
        self._watch()
        if time.monotonic() > self._until:
            return _LATE
        name = quote_qualified(relation.schema, relation.name)
        text = f"DELETE FROM {name}" if command == "DELETE" else f"SELECT 1 FROM {name}"
        if command == "UPDATE":
            column = next((c for c in relation.columns if not c.generated and c.identity != "a"), None)
            quoted = quote_identifier(column.name) if column is not None else "ctid"
            text = f"UPDATE {name} SET {quoted} = {quoted}"
        found = explain_in_twin(self._tried.planning, text, None, as_role(self._settings, role))
        self._alone[key] = found
        return found

    @property
    def all_trees(self) -> Mapping[tuple[int, str], PolicyTree]:
        """All policies as the server reads them."""
        if self._trees is None:
            relations = self.world.catalog.relations.values()
            self._trees = self.trees(
                [r.oid for r in relations if r.is_table and r.row_security and r.policies]
            )
        return self._trees

    def trees(self, relations: Sequence[int]) -> Mapping[tuple[int, str], PolicyTree]:
        """Return policies as the server reads them now. Tables are the twin's, found by their names."""
        catalog = self.world.catalog
        named = {
            (r.schema, r.name): oid for oid in relations if (r := catalog.relations.get(oid)) is not None
        }
        with self._tried.planning.session.unit() as unit:
            rows = unit.query(
                "SELECT c.oid::int8, n.nspname::text, c.relname::text FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            )
            here = {oid: known for oid, *name in rows if (known := _oid(catalog.by_name, name)) is not None}
            wanted = [oid for oid, *name in rows if tuple(name) in named]
            found = read_trees(unit, wanted)
        return {(here[table], name): tree.known_as(here) for (table, name), tree in found.items()}

    @contextmanager
    def altered(self, relation: Relation, texts: Texts) -> Iterator[None]:
        """Have policies say something else for a block. Raises NotMigrated where the server refuses it."""
        old = {p.name: (_text(p.using), _text(p.check)) for p in relation.policies if p.name in texts}
        try:
            self._tried.change(_script(relation, texts, old))
            yield
        finally:
            self._tried.change(_script(relation, old, old))

    @contextmanager
    def unprotected(self, relation: Relation) -> Iterator[None]:
        """Have a table's row security off for a block."""
        name = quote_qualified(relation.schema, relation.name)
        self._tried.change(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY;")
        try:
            yield
        finally:
            self._tried.change(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;")

    def operators(self, names: Sequence[str], types: Sequence[int]) -> bool:
        """Whether operators of these names exist for types (pg_type.oid) and none of them is leakproof."""
        with self._tried.planning.session.unit() as unit:
            row = unit.query(
                "SELECT count(*)::int4, bool_or(p.proleakproof) FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode"
                " WHERE o.oprname = ANY (%s::name[]) AND (o.oprleft = ANY (%s::oid[]) OR o.oprright = ANY (%s::oid[]))",
                [list(names), list(types), list(types)],
            )[0]
        return bool(row[0]) and row[1] is False

    def close(self) -> None:
        """Drop the copy; may be called twice."""
        self._tried.close()

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _script(relation: Relation, texts: Texts, old: Texts) -> str:
    """Return statements that give policies their texts. Names in them are qualified but for PostgreSQL's own."""
    table = quote_qualified(relation.schema, relation.name)
    made = ["SET search_path = pg_catalog;"]
    for name in old:
        using, check = texts[name]
        made.append(
            f"ALTER POLICY {quote_identifier(name)} ON {table}"
            + (f" USING ({using})" if using is not None else "")
            + (f" WITH CHECK ({check})" if check is not None else "")
            + ";"
        )
    return "".join(made)


def _text(text: object) -> str | None:
    return text if isinstance(text, str) else None


def _oid(by_name: Mapping[tuple[str, str], Relation], name: Sequence[str]) -> int | None:
    found = by_name.get((name[0], name[1]))
    return found.oid if found is not None else None
