"""What stands around tables and decides what their gates are worth: doors, functions, privileges on columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pgplumb.catalog.model import Catalog, Function
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Text, Unread
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.prover.facts import read_functions, read_overrides
from pgplumb.rls.prover.gate import FunctionFacts, Overrides
from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session, Unit

WRITES = {"UPDATE": 4, "INSERT": 8, "DELETE": 16}
"""Bits of pg_relation_is_updatable."""
_GONE = Unread("it changed while it was read")


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """A view's query, and the statements that it takes by itself."""

    query: Text
    takes: int
    """The sum of WRITES."""


@dataclass(frozen=True)
class Surface:
    """Read once beside the matrix; nothing in it is asked of the server again."""

    views: Mapping[int, ViewFacts] = field(default_factory=dict)
    functions: Mapping[int, FunctionFacts] = field(default_factory=dict)
    execute: frozenset[tuple[int, int]] = frozenset()
    """(function, role) that may call it."""
    columns: Mapping[tuple[int, int, str], tuple[bool, bool, bool]] = field(default_factory=dict)
    """INSERT, UPDATE and SELECT by (relation, role, column); only of relations with privileges on columns."""
    overrides: Overrides = field(default_factory=Overrides)

    def view(self, oid: int) -> ViewFacts:
        """Return what is known of a view."""
        return self.views.get(oid, _UNKNOWN)

    def may_write(self, relation: int, role: int, column: str, command: str) -> bool:
        """Whether a role that may INSERT or UPDATE some column may write this one; true where nothing is known."""
        insert, update, _ = self.columns.get((relation, role, column), (True, True, True))
        return insert if command == "INSERT" else update

    def may_read(self, relation: int, role: int, column: str) -> bool:
        """Whether a role that may SELECT some column may read this one; true where nothing is known."""
        return self.columns.get((relation, role, column), (True, True, True))[2]

    def on_columns(self, relation: Relation, role: int) -> tuple[object, ...]:
        """Return what a role holds on each column of a relation; nothing where none was granted on columns."""
        if relation.oid not in self._on_columns:
            return ()
        return tuple(self.columns.get((relation.oid, role, column.name)) for column in relation.columns)

    @cached_property
    def _on_columns(self) -> frozenset[int]:
        return frozenset(relation for relation, *_ in self.columns)

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], tuple[FunctionFacts, ...]]:
        """Functions by schema and name."""
        found: dict[tuple[str, str], list[FunctionFacts]] = {}
        for function in self.functions.values():
            found.setdefault((function.schema, function.name), []).append(function)
        return {name: tuple(same) for name, same in found.items()}


_UNKNOWN = ViewFacts(_GONE, 0)


def doors(catalog: Catalog) -> tuple[Function, ...]:
    """Return the SECURITY DEFINER functions that return rows, by name."""
    return tuple(f for f in catalog.user_functions() if f.security_definer and _returns_rows(catalog, f))


def _returns_rows(catalog: Catalog, function: Function) -> bool:
    if function.kind != "f" or function.language in ("internal", "c"):
        return False
    if function.returns_set:
        return True
    returned = catalog.types.get(function.returns)
    # Row types of relations are not kept: what is missing is one.
    return returned is None or returned.kind == "c" or returned.name == "record"


def read_surface(session: Session, matrix: AccessMatrix) -> Surface:
    """Return it for the objects and roles of a matrix: five statements. Raises QueryError."""
    catalog = matrix.catalog
    views = [r.oid for r in catalog.relations.values() if r.kind in "vm" and r.extension is None]
    roles = [role.oid for role in matrix.roles]
    acting = sorted({role for _, role in matrix.bits} | set(roles))
    called = [f.oid for f in doors(catalog)]
    with session.unit(statement_timeout_ms=30_000) as unit:
        functions = read_functions(unit, catalog.server_version)
        execute = unit.query(query_file(__package__, "execute"), {"functions": called, "roles": roles})
        overrides = read_overrides(unit)
        columns = unit.query(query_file(__package__, "column_privileges"), {"roles": acting})
        found = _views(unit, views)
    return Surface(
        views=found,
        functions=functions,
        execute=frozenset((function, role) for function, role in execute),
        columns={
            (oid, role, name): (insert, update, select) for oid, role, name, insert, update, select in columns
        },
        overrides=overrides,
    )


def _views(unit: Unit, views: list[int]) -> dict[int, ViewFacts]:
    """Read all at once; where one of them cannot be had, each by itself."""
    if not views:
        return {}
    try:
        with unit.savepoint():
            return dict(map(_view, _ask(unit, views)))
    except QueryError:
        found: dict[int, ViewFacts] = {}
        for oid in views:
            try:
                with unit.savepoint():
                    found.update(map(_view, _ask(unit, [oid])))
            except QueryError as error:
                found[oid] = ViewFacts(Unread(error.what), 0)
        return found


def _ask(unit: Unit, views: list[int]) -> list[Row]:
    return unit.query(query_file(__package__, "views"), {"views": views})


def _view(row: Row) -> tuple[int, ViewFacts]:
    oid, query, bits = row
    return oid, ViewFacts(query if query is not None else _GONE, bits or 0)
