"""TRUNCATE granted on protected tables: it empties them for every tenant."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.rls.access import Bit
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels.channel import SideChannel, protected

_TRUNCATE = int(Bit.TRUNCATE)


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each protected table that a role besides its owner and superusers may truncate."""
    matrix = judgement.matrix
    for relation in protected(judgement):
        group = matrix.group_of[relation.oid]
        able = [
            role.name
            for role in matrix.roles
            if not role.superuser
            and (role.oid, relation.owner) not in matrix.usage
            and (matrix.bits.get((group, role.oid)) or 0) & _TRUNCATE
        ]
        if able:
            message = f"{', '.join(able)} may TRUNCATE it, which no policy filters"
            yield SideChannel("truncate", relation.id, message, tuple(f"role:{name}" for name in able))
