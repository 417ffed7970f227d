"""Foreign keys that can point into another tenant: they are checked without row security, so that the answer to an
INSERT tells whether another tenant's row exists, and rows of two tenants get tied together.

Source: https://www.postgresql.org/docs/current/ddl-rowsecurity.html ("referential integrity checks ... always bypass")
"""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels.channel import SideChannel, protected, tenant_number


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each foreign key between tables of tenants that leaves the tenant out."""
    guarded = {relation.oid: relation for relation in protected(judgement)}
    for relation in guarded.values():
        mine = tenant_number(judgement, relation)
        if mine is None or relation.is_partition:
            continue
        for key in relation.foreign_keys:
            target = guarded.get(key.foreign_relation)
            theirs = tenant_number(judgement, target) if target is not None else None
            if target is None or theirs is None or key.columns == (mine,):
                continue
            if (mine, theirs) not in set(zip(key.columns, key.foreign_columns, strict=True)):
                yield SideChannel(
                    "foreign-key",
                    relation.constraint_id(key),
                    "it can refer to another tenant's row, and its error tells whether that row exists:"
                    " have it carry the tenant",
                    (target.id,),
                )
