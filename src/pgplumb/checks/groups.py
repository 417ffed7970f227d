"""What relations bring to the groups of a rule, so that a change is judged only in the groups that it reached."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import partial

from pgplumb.catalog.derived import note_in
from pgplumb.catalog.model import Catalog, is_rules_table
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.memory import Memory
from pgplumb.checks.rule import Groups

Brought = tuple[tuple[Hashable, Hashable], ...]


def brings(relation: Relation) -> bool:
    """Whether a relation takes part in groups: tables, and foreign tables of people's own."""
    return is_rules_table(relation) or (
        relation.kind == "f" and not relation.is_partition and relation.extension is None
    )


class GroupMemory:
    """The groups of one rule, by key."""

    def __init__(self, memory: Memory, groups: Groups) -> None:
        self.memory = memory
        self._groups = groups
        self._brought: dict[int, tuple[Hashable, Brought]] = {}
        self._members: dict[Hashable, dict[int, list[Hashable]]] = {}

    def look(self, facts: Facts, near: Collection[int] | None) -> Collection[Hashable]:
        """Judge the groups that changed, or all; return under which keys they are remembered."""
        keys = self._collect_all(facts) if near is None else self._collect(near, facts)
        if near is not None:
            self.memory.forget(("group", key) for key in keys)
        for key in keys:
            if key in self._members:
                members = self._in_order(self._members[key], facts.catalog)
                judge = partial(self._groups.judge, key, members, facts)
                self.memory.ask(("group", key), judge)
        return [("group", key) for key in keys]

    def _collect_all(self, facts: Facts) -> Collection[Hashable]:
        """Ask every relation what it brings; return the keys of all groups."""
        brought: dict[int, tuple[Hashable, Brought]] = {}
        members: dict[Hashable, dict[int, list[Hashable]]] = {}
        note_in(self.memory.asked)
        for oid, relation in facts.catalog.relations.items():
            if brings(relation) and (new := tuple(self._groups.collect(relation, facts))):
                brought[oid] = (relation.schema, relation.name, relation.kind), new
                for key, value in new:
                    members.setdefault(key, {}).setdefault(oid, []).append(value)
        self._brought, self._members = brought, members
        return tuple(members)

    def _collect(self, oids: Iterable[int], facts: Facts) -> set[Hashable]:
        """Ask relations what they bring; return the keys of groups where something is not as it was."""
        moved: set[Hashable] = set()
        note_in(self.memory.asked)
        for oid in oids:
            relation = facts.catalog.relations.get(oid)
            old_name, old = self._brought.pop(oid, (None, ()))
            new: Brought = ()
            name: Hashable = None
            if relation is not None and brings(relation):
                name = (relation.schema, relation.name, relation.kind)
                new = tuple(self._groups.collect(relation, facts))
            if new:
                self._brought[oid] = (name, new)
            if old == new and old_name == name:
                continue
            # A relation by another name is another one to whoever judges: all that it brings moved.
            changed = set(old) ^ set(new) if old_name == name else {*old, *new}
            keys = {key for key, _ in changed}
            for key in keys:
                self._members.get(key, {}).pop(oid, None)
                if key in self._members and not self._members[key]:
                    del self._members[key]
            for key, value in new:
                if key in keys:
                    self._members.setdefault(key, {}).setdefault(oid, []).append(value)
            moved |= keys
        return moved

    @staticmethod
    def _in_order(members: Mapping[int, list[Hashable]], catalog: Catalog) -> dict[int, list[Hashable]]:
        def name(oid: int) -> tuple[str, str]:
            relation = catalog.relations[oid]
            return relation.schema, relation.name

        return {oid: members[oid] for oid in sorted(members, key=name)} if len(members) > 1 else dict(members)
