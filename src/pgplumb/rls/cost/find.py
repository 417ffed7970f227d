"""Finds what policies cost in the queries seen: every claim is two plans, one of which is really cheaper.

Nothing is asked of the target and nothing is executed; plans are made in the twin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.rls.cost import mends, words
from pgplumb.rls.cost.cost import Looked, PolicyCost, PolicyCosts
from pgplumb.rls.cost.ends import WORST_FIRST, End, conditions_of, ends_of, scans
from pgplumb.rls.cost.trial import Query, Trial
from pgplumb.workload.plan import Plan, Unplanned, refuse

if TYPE_CHECKING:
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.prover.gate import World
    from pgplumb.twin.twin import Twin
    from pgplumb.workload.statements import Statement

MOST = 50
"""Statements that are planned, those that take most of the time."""
_COMMANDS = {"Update": "UPDATE", "Delete": "DELETE"}


def nothing() -> None:
    """Watch nothing."""


def policy_costs(
    twin: Twin,
    world: World,
    statements: Sequence[Statement],
    total_ms: float,
    watch: Callable[[], None] = nothing,
    hidden: int = 0,
) -> PolicyCosts:
    """Plan the top statements as the roles that ran them, and look at the policies that their plans meet.

    `watch` is called before each plan and may raise; `hidden` is how many statements are others' that
    may not be seen. Raises QueryError, LostConnection and NotMigrated of the twin.
    """
    with Trial(twin, world, watch) as trial:
        seen = _Seen.of(trial, statements, total_ms, hidden)
        found: list[PolicyCost] = []
        looked: dict[int, Looked] = {}
        for met in seen.met:
            looked[met.relation.oid] = met.looked
            found += mends.findings(trial, met)
    ordered = sorted(found, key=lambda one: (-one.saved, one.table, one.kind))
    return PolicyCosts(len(seen.plans), tuple(ordered), looked, seen.unplanned, seen.unseen)


@dataclass(slots=True)
class Met:
    """A table with the queries that meet its policies."""

    relation: Relation
    queries: list[Query] = field(default_factory=list)
    plans: dict[int, Plan] = field(default_factory=dict)
    """By the query's number."""
    own: dict[int, frozenset[str]] = field(default_factory=dict)
    """What of each query's plan is the policies': conditions in one form."""
    ends: dict[int, tuple[End, ...]] = field(default_factory=dict)

    @property
    def looked(self) -> Looked:
        """Where the predicate ends in how many of the plans; the worst place of each counts."""
        worst = (
            min((end.where for end in self.ends[query.number]), key=WORST_FIRST.index)
            for query in self.queries
            if self.ends.get(query.number)
        )
        return Looked(len(self.queries), Counter(worst))


@dataclass(frozen=True, slots=True)
class _Seen:
    """The queries that could be planned, and the tables with policies that they read."""

    plans: dict[int, Plan]
    met: tuple[Met, ...]
    unplanned: tuple[str, ...]
    unseen: tuple[str, ...]

    @classmethod
    def of(cls, trial: Trial, statements: Sequence[Statement], total_ms: float, hidden: int) -> _Seen:
        catalog = trial.world.catalog
        plans: dict[int, Plan] = {}
        why_not: dict[str, None] = {}
        met: dict[int, Met] = {}
        tuples = {oid: max(relation.tuples, 0.0) for oid, relation in catalog.relations.items()}
        for query in _queries(trial, statements, total_ms):
            plan = trial.plan(query)
            if isinstance(plan, Unplanned):
                why_not[f"{plan.what}: {plan.why}"] = None
                continue
            plans[query.number] = plan
            for relation in _protected(trial, plan, query):
                one = met.setdefault(relation.oid, Met(relation))
                own = _own(trial, relation, query, plan)
                one.queries.append(query)
                one.plans[query.number] = plan
                one.own[query.number] = own
                one.ends[query.number] = ends_of(plan.root, relation, catalog, own, tuples)
        textless = hidden + sum(1 for entry in statements if entry.query is None)
        return cls(plans, tuple(met.values()), tuple(why_not), tuple(words.unseen(textless)))


def _queries(trial: Trial, statements: Sequence[Statement], total_ms: float) -> Iterator[Query]:
    """Yield the statements to plan: those of roles that policies may bind, most of the time first."""
    roles = trial.world.catalog.roles
    number = 0
    for entry in sorted(statements, key=lambda one: (-one.total_ms, one.key)):
        role = roles.get(entry.userid)
        if entry.query is None or role is None or role.superuser or role.bypass_rls:
            continue
        if refuse(entry.query) is not None:
            continue
        yield trial.query(number, entry, role.name, entry.total_ms / total_ms if total_ms else 0.0)
        number += 1
        if number == MOST:
            return


def _protected(trial: Trial, plan: Plan, query: Query) -> Iterator[Relation]:
    """Yield the tables that a plan scans through row security, each once.

    A partition is read through the policies of the table that the query names; which of them that is, is told by
    whose conditions stand in the plan.
    """
    catalog = trial.world.catalog
    found: dict[int, Relation] = {}
    for node in plan.root.walk():
        scanned = catalog.by_name.get((node.schema or "", node.relation or ""))
        for relation in (scanned, catalog.root(scanned)) if scanned is not None else ():
            if relation.is_table and relation.row_security and relation.policies:
                binding = trial.world.matrix.binding(relation, query.entry.userid, "SELECT")
                if binding.bypass is None:
                    found[relation.oid] = relation
    yield from found.values()


def _own(trial: Trial, relation: Relation, query: Query, plan: Plan) -> frozenset[str]:
    """Return the conditions of a table that are its policies', for the commands of a plan."""
    catalog = trial.world.catalog
    commands = {"SELECT"}
    for node in plan.root.walk():
        if node.operation in _COMMANDS and (node.schema, node.relation) == (relation.schema, relation.name):
            commands.add(_COMMANDS[node.operation])
    found: frozenset[str] = frozenset()
    for command in sorted(commands):
        alone = trial.alone(relation, query.role, command)
        if isinstance(alone, Plan) and any(scans(alone.root, relation, catalog)):
            found |= conditions_of(alone.root, relation, catalog)
    return found
