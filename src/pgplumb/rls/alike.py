"""Which roles are alike to a relation: what is proved of one of them holds for the others, and is proved once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pgplumb.catalog.relation import Relation
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.failing import relations_read

_NAMES_ROLES = re.compile(
    r"CURRENT_USER|CURRENT_ROLE|SESSION_USER|\bUSER\b|'[^']*(?i:role|authorization|superuser)[^']*'"
    r"|\bpg_has_role|_privilege\(|row_security_active|\.\s*(?:\"(?:[^\"]|\"\")+\"|\w+)\s*\("
)
"""What may tell one role from another, as pg_get_expr prints it: functions outside pg_catalog, names of roles,
settings and claims that hold them, questions about privileges."""

Key = tuple[object, ...]


@dataclass(slots=True)
class Alike:
    """Keys of roles, for one matrix. Two roles with one key hold the same privileges under the same policies."""

    matrix: AccessMatrix
    _near: dict[tuple[int, int], Key] = field(default_factory=dict)
    _read: dict[int, tuple[int, ...] | None] = field(default_factory=dict)

    def key(self, relation: Relation, role: int) -> Key:
        """Return the key of a role at a relation, all that its policies read included."""
        read = self._reads(relation)
        if read is None:
            return (role,)
        return tuple(self._own(oid, role) for oid in read)

    def names_roles(self, relation: Relation) -> bool:
        """Whether its policies, or those of what they read, may tell roles apart by name."""
        return self._reads(relation) is None

    def texts_key(self, texts: Iterable[str], role: int, caller: int) -> Key:
        """Return the key of a role for expressions that no policy holds: a view's condition."""
        plain = not any("SELECT" in text or _NAMES_ROLES.search(text) for text in texts)
        return () if plain else (role, caller)

    def _own(self, oid: int, role: int) -> Key:
        found = self._near.get((oid, role))
        if found is None:
            relation, who = self.matrix.catalog.relations[oid], self.matrix.catalog.roles[role]
            applies = tuple(
                any(r == 0 or (role, r) in self.matrix.usage for r in policy.roles)
                for policy in relation.policies
            )
            bits = self.matrix.bits.get((self.matrix.group_of.get(oid, 0), role))
            owner = (role == relation.owner, (role, relation.owner) in self.matrix.usage)
            found = self._near[oid, role] = (bits, who.superuser, who.bypass_rls, owner, applies)
        return found

    def _reads(self, relation: Relation) -> tuple[int, ...] | None:
        """Return the relation and all that its policies read, in turn; None where a role's name may matter."""
        if relation.oid not in self._read:
            self._read[relation.oid] = self._walk(relation)
        return self._read[relation.oid]

    def _walk(self, relation: Relation) -> tuple[int, ...] | None:
        found, waiting = [relation.oid], [relation]
        while waiting:
            here = waiting.pop()
            if here.kind not in "rpfm":
                return None
            for policy in here.policies if here.is_table else ():
                for text in (policy.using, policy.check):
                    if not isinstance(text, str):
                        continue
                    if _NAMES_ROLES.search(text):
                        return None
                    for name in relations_read(text):
                        table = self.matrix.catalog.by_name.get(name)
                        if table is None:
                            return None
                        if table.oid not in found:
                            found.append(table.oid)
                            waiting.append(table)
        return tuple(found)
