"""How many objects meet which fact, by role and command: counted by kinds of relations, not one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgplumb.rls.access import COMMANDS, Access, Bit
from pgplumb.tui.tabs.rls_facts import FACTS

if TYPE_CHECKING:
    from pgplumb.catalog.model import Role
    from pgplumb.catalog.relation import Relation
    from pgplumb.rls.access import AccessMatrix

WRITING = ("INSERT", "UPDATE", "DELETE")
_RANK = {state: at for at, state in enumerate(FACTS)}


@dataclass(frozen=True, slots=True)
class Tally:
    """On how many objects one role meets each fact."""

    by_command: Mapping[str, Counter[Access]] = field(
        default_factory=lambda: {command: Counter() for command in COMMANDS}
    )
    writes: Counter[Access] = field(default_factory=Counter)
    """By the first of `FACTS` that INSERT, UPDATE or DELETE meets on an object; TRUNCATE no policy filters."""

    @property
    def reads(self) -> Counter[Access]:
        """What SELECT meets."""
        return self.by_command["SELECT"]


@dataclass(frozen=True, slots=True)
class Census:
    """The tallies of all roles."""

    objects: tuple[Relation, ...]
    """What was counted: nothing of an extension."""
    roles: tuple[Role, ...]
    """Those that are no superusers, in the order of the columns."""
    superusers: tuple[Role, ...]
    tallies: Mapping[int, Tally]
    """By role, superusers included."""

    @property
    def cells(self) -> Counter[Access]:
        """How many cells have each fact, superusers left out."""
        total: Counter[Access] = Counter()
        for role in self.roles:
            for counted in self.tallies[role.oid].by_command.values():
                total.update(counted)
        return total


def take_census(matrix: AccessMatrix) -> Census:
    """Count. A cell is worked out once for all objects and roles that cannot differ in it."""
    objects = tuple(r for r in matrix.objects if r.extension is None)
    alike: dict[Hashable, list[Relation]] = {}
    for relation in objects:
        alike.setdefault(_kind(matrix, relation), []).append(relation)
    samples: dict[Hashable, tuple[int, int]] = {}
    times: Counter[tuple[int, Hashable]] = Counter()
    for relations in alike.values():
        for role in matrix.roles:
            signature = _signature(matrix, relations[0], role)
            samples.setdefault(signature, (relations[0].oid, role.oid))
            times[role.oid, signature] += len(relations)
    states = {signature: _states(matrix, *sample) for signature, sample in samples.items()}
    tallies = {role.oid: Tally() for role in matrix.roles}
    for (oid, signature), number in times.items():
        _count(tallies[oid], states[signature], number)
    superusers = tuple(role for role in matrix.roles if role.superuser)
    roles = sorted(
        (role for role in matrix.roles if not role.superuser),
        key=lambda role: (not role.can_login, -_held(tallies[role.oid]), role.name),
    )
    return Census(objects, tuple(roles), superusers, tallies)


def _policies(relation: Relation) -> tuple[tuple[str, bool, tuple[int, ...]], ...]:
    guarded = relation.is_table and relation.row_security
    return tuple((p.command, p.permissive, p.roles) for p in relation.policies) if guarded else ()


def _kind(matrix: AccessMatrix, relation: Relation) -> Hashable:
    """Return what a relation's cells depend on: for one role, relations that agree in it have equal ones."""
    return (
        matrix.group_of.get(relation.oid),
        relation.kind,
        relation.row_security,
        relation.force_row_security,
        _policies(relation),
    )


def _signature(matrix: AccessMatrix, relation: Relation, role: Role) -> Hashable:
    """Return what the cells of a relation and a role depend on."""
    held = matrix.bits.get((matrix.group_of.get(relation.oid, 0), role.oid))
    if not (relation.is_table and relation.row_security):
        return relation.kind, held
    usage = matrix.usage
    policies = tuple(
        (command, permissive)
        for command, permissive, roles in _policies(relation)
        if any(oid == 0 or (role.oid, oid) in usage for oid in roles)
    )
    owner = (role.oid, relation.owner) in usage
    return held, relation.force_row_security, role.superuser, role.bypass_rls, owner, policies


def _states(matrix: AccessMatrix, relation: int, role: int) -> Mapping[str, Access]:
    return {command: matrix.cell(relation, role, command).state for command in matrix.commands(relation)}


def _count(tally: Tally, states: Mapping[str, Access], times: int) -> None:
    for command, state in states.items():
        tally.by_command[command][state] += times
    written = [states[command] for command in WRITING if command in states]
    if written:
        tally.writes[min(written, key=_RANK.__getitem__)] += times


def _held(tally: Tally) -> int:
    """Return how many cells of a role allow the statement."""
    barred = (Access.DENIED, Access.UNKNOWN)
    return sum(
        n for counted in tally.by_command.values() for state, n in counted.items() if state not in barred
    )


class Strangers:
    """Whether a role that is neither superuser, nor owner, nor has the owner's rights may use a relation."""

    def __init__(self, matrix: AccessMatrix) -> None:
        self._matrix = matrix
        self._roles = [role.oid for role in matrix.roles if not role.superuser]
        self._found: dict[tuple[int, int], bool] = {}

    def read(self, relation: Relation) -> bool:
        """Whether one of them may read it, or some columns of it."""
        return self._hold(relation, Bit.SELECT | Bit.SELECT_COLUMN)

    def use(self, relation: Relation) -> bool:
        """Whether one of them holds any privilege on it."""
        return self._hold(relation, ~Bit.SCHEMA)

    def _hold(self, relation: Relation, wanted: Bit) -> bool:
        group = self._matrix.group_of.get(relation.oid, 0)
        found = self._found.get((group, wanted))
        if found is None:
            # Relations of one group have one owner and one set of grants.
            found = any(self._holds(group, role, relation.owner, wanted) for role in self._roles)
            self._found[group, wanted] = found
        return found

    def _holds(self, group: int, role: int, owner: int, wanted: Bit) -> bool:
        held = self._matrix.bits.get((group, role)) or 0
        return bool(held & wanted and held & Bit.SCHEMA) and (role, owner) not in self._matrix.usage
