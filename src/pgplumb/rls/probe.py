"""Looks for a row of another tenant among the rows that are there: as the role, read only, one row at most.

It shows leaks and never proves their absence. Costs: a row of another tenant is found at once; that there is none costs
a scan where no index leads by the tenant, so large tables without one are refused.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from pgplumb.catalog.model import Role
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import part
from pgplumb.foundation.text import count
from pgplumb.rls.paths import look_as
from pgplumb.rls.sessions import MadeUp, UnfitError, of_tenant, unnamed
from pgplumb.rls.verdict import Verdict
from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_identifier, quote_qualified

if TYPE_CHECKING:
    from pgplumb.rls.judgement import Judgement
    from pgplumb.server.session import Session, Unit

TENANTS = 2
"""How many tenants are tried of each table."""
MOST_ROWS = 5_000_000
"""A larger table is probed only where an index leads by its tenant."""
TIMEOUT_MS = 2_000
LOCK_MS = 100
SECONDS = 60.0
_SIZE = query_file(__package__, "probe_size")
_SAMPLED = 1_000
"""Rows from which tenants are taken."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at one object, as one role in one session."""

    object: str
    role: str
    tenant: str | None
    """Whose session it was; None in one that names no tenant."""
    session: str
    """tenant, empty (settings that are empty) or fresh (settings that were never set)."""
    foreign_row_seen: bool
    error: str | None = None
    """Why nothing is known of it."""


def probe(
    session: Session, judgement: Judgement, only: frozenset[int] = frozenset(), seconds: float = SECONDS
) -> tuple[Probe, ...]:
    """Look at the tables, views and materialized views of a judgement, or at `only` some by pg_class.oid.

    As every role of the judgement that row security may bind and that holds SELECT. Raises LostConnection.
    """
    return tuple(_Prober(session, judgement, time.monotonic() + seconds).probes(only))


def contradictions(judgement: Judgement, probes: Sequence[Probe]) -> tuple[str, ...]:
    """Return what probes saw that verdicts rule out: mistakes of pgplumb's own, in words."""
    said = {(c.object, c.role): c.verdict for c in judgement.cells if c.command == "SELECT"}
    found = []
    for one in probes:
        verdict = said.get((one.object, one.role))
        if one.foreign_row_seen and verdict in (Verdict.ISOLATED, Verdict.DENIED):
            found.append(
                f"{one.object} is called {verdict.value} for SELECT by {part(one.role)}, and a row of another"
                f" tenant was seen {_where(one)}. Please report it with the policies"
            )
    return tuple(dict.fromkeys(found))


def summaries(probes: Sequence[Probe]) -> Iterator[tuple[str, bool]]:
    """Give what was seen of each object by each role in words, and whether a foreign row was among it."""
    for (name, role), group in groupby(probes, key=lambda one: (one.object, one.role)):
        own = list(group)
        who = f"{name} as {part(role)}: "
        foreign = dict.fromkeys(_where(one) for one in own if one.foreign_row_seen)
        if foreign:
            yield f"{who}a row of another tenant was seen {', '.join(foreign)}", True
        clean = [one for one in own if not one.foreign_row_seen and one.error is None]
        if clean:
            tenants = sum(one.session == "tenant" for one in clean)
            noun = "tenant" if tenants == 1 else "tenants"
            others = [f"{one.session} session" for one in clean if one.session != "tenant"]
            more = f", nor in an {' and a '.join(sorted(others))}" if tenants and others else ""
            first = f"for {tenants} {noun}" if tenants else f"in the {' and the '.join(sorted(others))}"
            yield f"{who}no foreign row seen {first}{more}", False
        for error in dict.fromkeys(one.error for one in own if one.error is not None):
            yield f"{who}not probed: {error}", False


def _where(one: Probe) -> str:
    if one.session == "tenant":
        return f"by tenant {one.tenant}"
    return (
        "in a session whose settings are empty" if one.session == "empty" else "in a session that set nothing"
    )


@dataclass(slots=True)
class _Prober:
    session: Session
    judgement: Judgement
    until: float
    _tenants: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _sessions: dict[str, MadeUp | str] = field(default_factory=dict)

    def probes(self, only: frozenset[int]) -> list[Probe]:
        """Return them by object and role."""
        found: list[Probe] = []
        waiting: list[tuple[Relation, str, Role]] = []
        for relation, roles in self._objects(only):
            path = self.judgement.tenants.path_of[relation.oid]
            refused = self._refused(relation)
            for role in roles:
                if refused is not None:
                    found.append(Probe(relation.qualified, role.name, None, "tenant", False, refused))
                else:
                    waiting.append((relation, path.column, role))
        # What was set once is never unset again, so sessions that set nothing come before all others.
        for made in unnamed(self.judgement.tenants.identities):
            found += [self._probe(relation, column, role, made) for relation, column, role in waiting]
        for relation, column, role in waiting:
            found += self._of_tenants(relation, column, role)
        return sorted(found, key=lambda one: (one.object, one.role, one.session, one.tenant or ""))

    def _of_tenants(self, relation: Relation, column: str, role: Role) -> Iterator[Probe]:
        """Look as each of some tenants."""
        sampled = self._of(relation, column)
        if not sampled:
            error = "no tenant was seen in it by the connecting role"
            yield Probe(relation.qualified, role.name, None, "tenant", False, error)
        for tenant in sampled:
            made = self._session(tenant)
            if isinstance(made, str):
                yield Probe(relation.qualified, role.name, tenant, "tenant", False, made)
            else:
                yield self._probe(relation, column, role, made)

    def _session(self, tenant: str) -> MadeUp | str:
        """Return the session of a tenant, or why there is none."""
        if tenant not in self._sessions:
            judgement = self.judgement
            try:
                self._sessions[tenant] = of_tenant(
                    self.session, judgement.matrix.catalog, judgement.tenants.identities, tenant
                )
            except UnfitError as error:
                self._sessions[tenant] = str(error)
        return self._sessions[tenant]

    def _objects(self, only: frozenset[int]) -> Iterator[tuple[Relation, list[Role]]]:
        matrix, tenants = self.judgement.matrix, self.judgement.tenants
        for relation in matrix.objects:
            if relation.oid not in tenants.path_of or relation.kind not in "rpvm" or relation.extension:
                continue
            if only and relation.oid not in only:
                continue
            yield (
                relation,
                [
                    role
                    for role in matrix.roles
                    if not (role.superuser or role.bypass_rls)
                    and matrix.holding(relation.oid, role.oid, "SELECT").allowed
                ],
            )

    def _refused(self, relation: Relation) -> str | None:
        """Say why a relation is not looked at: that might read all of a large table."""
        path = self.judgement.tenants.path_of[relation.oid]
        if path.hops:
            return "its tenant stands in another table"
        catalog = self.judgement.matrix.catalog
        behind = [relation]
        for above in behind:
            more = (catalog.relations.get(oid) for oid in above.depends_on if above.kind == "v")
            behind += [r for r in more if r is not None and r not in behind]
        for table in behind if relation.kind == "v" else [relation]:
            if table.kind not in "rpm":
                continue
            column = path.column if relation.kind != "v" else ""
            try:
                with self.session.unit(TIMEOUT_MS, LOCK_MS) as unit:
                    ((rows, indexed),) = unit.query(_SIZE, {"table": table.oid, "column": column})
            except QueryError as error:
                return error.why
            if rows > MOST_ROWS and not (indexed and relation.kind != "v"):
                lacking = f"no index leads by {part(path.column)}" if relation.kind != "v" else "it is a view"
                return f"{table.qualified} has {count(rows)} rows and {lacking}: it might be read whole"
        return None

    def _of(self, relation: Relation, column: str) -> tuple[str, ...]:
        """Return some tenants of a relation, as the connecting role sees it."""
        if relation.oid not in self._tenants:
            name = quote_identifier(column)
            source = quote_qualified(relation.schema, relation.name)
            sql = (
                f"SELECT DISTINCT {name}::text FROM (SELECT {name} FROM {source}"
                f" WHERE {name} IS NOT NULL LIMIT {_SAMPLED}) AS sampled ORDER BY 1 LIMIT {TENANTS}"
            )
            try:
                with self.session.unit(TIMEOUT_MS, LOCK_MS) as unit:
                    self._tenants[relation.oid] = tuple(str(t) for (t,) in unit.query(sql))
            except QueryError:
                self._tenants[relation.oid] = ()
        return self._tenants[relation.oid]

    def _probe(self, relation: Relation, column: str, role: Role, made: MadeUp) -> Probe:
        def answer(seen: bool, error: str | None = None) -> Probe:
            return Probe(relation.qualified, role.name, made.tenant, made.kind, seen, error)

        if time.monotonic() > self.until:
            return answer(False, "the time was over")
        try:
            with self.session.unit(TIMEOUT_MS, LOCK_MS) as unit:
                try:
                    unit.query("SELECT set_config('role', %(role)s, true)", {"role": role.name})
                except QueryError as error:
                    return answer(False, f"cannot act as {part(role.name)}: {error.why}")
                look_as(unit, self.judgement.matrix.catalog, role.name)
                unfit = made.enter(unit)
                found = self._foreign(unit, relation, column, made) if unfit is None else False
                # Whatever functions of policies did besides is undone.
                unit.roll_back()
                return answer(found, unfit)
        except QueryError as error:
            if error.cancelled:
                raise
            return answer(False, error.why)

    @staticmethod
    def _foreign(unit: Unit, relation: Relation, column: str, made: MadeUp) -> bool:
        name = quote_identifier(column)
        sql = (
            f"SELECT EXISTS (SELECT FROM {quote_qualified(relation.schema, relation.name)}"
            f" WHERE ({name}::text = ANY (%(own)s::text[])) IS NOT TRUE LIMIT 1)"
        )
        return bool(unit.query(sql, {"own": list(made.own)})[0][0])
