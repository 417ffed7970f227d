"""What is proved, and against what: one gate of one role's command, and the world that its predicate speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pgplumb.catalog.model import Catalog
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.verdict import GateProof


@dataclass(frozen=True, slots=True)
class Clause:
    """One policy's predicate."""

    policy: str
    """Its name, for people; empty where none stands behind it."""
    expression: str
    """As pg_get_expr prints it with search_path pg_catalog alone: every other name is qualified."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One test that a row must pass: one of the permissive predicates and all of the restrictive ones."""

    relation: int
    """pg_class.oid of the relation whose row is tested."""
    role: int
    """pg_authid.oid of the role that the predicates run as."""
    command: str
    """SELECT, INSERT, UPDATE or DELETE."""
    which: str
    """"using" (rows that are there) or "check" (rows as they will be)."""
    permissive: tuple[Clause, ...]
    """Empty means that nothing passes."""
    restrictive: tuple[Clause, ...] = ()
    """What must hold besides. A second set of policies that applies too (SELECT's, where a statement reads) is
    given as one clause of its alternatives: "(a) OR (b)"."""
    caller: int = 0
    """The role that runs the statement where that is another one: `role` is then the owner of a view. Functions
    with their caller's rights and current_user see this one. 0 means `role`."""

    @property
    def policies(self) -> tuple[str, ...]:
        """The names of all policies that take part."""
        return tuple(dict.fromkeys(c.policy for c in (*self.permissive, *self.restrictive) if c.policy))


_COSTS = (
    *("search_path=", "statement_timeout=", "lock_timeout=", "work_mem=", "maintenance_work_mem=", "jit="),
    *("plan_cache_mode=", "client_min_messages=", "enable_"),
)


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """What the prover must know of a function that users made."""

    oid: int
    schema: str
    name: str
    arguments: tuple[int, ...]
    """Type oids of the input arguments."""
    argument_names: tuple[str, ...]
    """One for each input argument; empty where it has none."""
    defaults: int
    """How many arguments, counted from the last, have a default."""
    kind: str
    """pg_proc.prokind: f function, p procedure, a aggregate, w window."""
    language: str
    body: str | None
    """pg_proc.prosrc, or what pg_get_function_sqlbody prints; None where it may not be seen."""
    sql_body: bool
    """Whether the body is BEGIN ATOMIC: its names were resolved when it was made."""
    owner: int
    security_definer: bool
    volatility: str
    """i immutable, s stable, v volatile."""
    strict: bool
    returns: int
    returns_set: bool
    config: tuple[str, ...] = ()
    """SET clauses: "search_path=''"."""
    leakproof: bool = False
    variadic: bool = False
    result_name: str = ""
    """The name of an only OUT argument; empty without one."""
    default_text: str | None = None
    """What the last arguments are where none is given, with commas between; None without one."""
    columns: tuple[int, ...] = ()
    """Type oids of OUT arguments and of the columns of RETURNS TABLE."""

    @property
    def sets(self) -> tuple[str, ...]:
        """SET clauses that may change what its body reads: all but of the path and of what costs time and memory."""
        return tuple(one for one in self.config if not one.lower().startswith(_COSTS))


@dataclass(frozen=True, slots=True)
class Overrides:
    """What users made of meanings that printed expressions no longer tell."""

    equality: bool = False
    """Whether there is an = of theirs over built-in types: CASE x WHEN y, NULLIF, IS DISTINCT FROM and USING do not say
    which they use."""
    casts: frozenset[tuple[str, str]] = frozenset()
    """Casts between built-in types and enums that call functions of theirs: source and target, enums qualified."""
    behind: frozenset[int] = frozenset()
    """Functions behind operators, casts, aggregates and conditions of domains: called without being named."""


class Cache:
    """What was proved and parsed already. One cache serves one catalog; make a new one when it changes."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: dict[object, object] = {}


@dataclass(frozen=True)
class World:
    """All that a proof may look at. Nothing in it is asked of the server again."""

    matrix: AccessMatrix
    """Privileges and bindings: how sub-selects are filtered for the role that runs them."""
    tenants: TenantMap
    functions: Mapping[int, FunctionFacts] = field(default_factory=dict)
    """By oid; what is missing is an unread function."""
    cache: Cache = field(default_factory=Cache)
    views: Mapping[int, str] = field(default_factory=dict)
    """The queries of views, by oid; what is missing is an unread view."""
    overrides: Overrides = field(default_factory=Overrides)

    @property
    def catalog(self) -> Catalog:
        """The catalog that the matrix was made from."""
        return self.matrix.catalog

    @cached_property
    def named_functions(self) -> Mapping[tuple[str, str], tuple[FunctionFacts, ...]]:
        """Functions by schema and name, and those of every schema under an empty one."""
        found: dict[tuple[str, str], tuple[FunctionFacts, ...]] = {}
        for facts in self.functions.values():
            for key in ((facts.schema, facts.name), ("", facts.name)):
                found[key] = (*found.get(key, ()), facts)
        return found

    @cached_property
    def view_queries(self) -> Mapping[str, tuple[str, ...]]:
        """The queries of views by their name, folded."""
        found: dict[str, tuple[str, ...]] = {}
        for oid, query in self.views.items():
            if oid in self.catalog.relations:
                name = self.catalog.relations[oid].name.lower()
                found[name] = (*found.get(name, ()), query)
        return found

    @cached_property
    def unread_functions(self) -> frozenset[str]:
        """Names that functions of extensions, aggregates and others bear too, whose bodies are not known here."""
        known = self.functions.keys()
        return frozenset(f.name for f in self.catalog.functions.values() if f.oid not in known)


def clauses_of(policies: Mapping[str, str]) -> tuple[Clause, ...]:
    """Return clauses from predicates by policy name."""
    return tuple(Clause(name, text) for name, text in policies.items())


__all__ = ["Cache", "Clause", "FunctionFacts", "Gate", "GateProof", "World", "clauses_of"]
