"""Materialized views over protected tables: rows as they were stored, under no policy."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.rls.access import Bit
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.reach import Reacher
from pgplumb.rls.side_channels.channel import SideChannel, protected


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each materialized view that reads a protected table, with the roles that may read it."""
    guarded = {relation.qualified: relation.id for relation in protected(judgement)}
    reacher = Reacher(judgement.matrix, judgement.surface)
    for view in judgement.matrix.objects:
        if view.kind != "m":
            continue
        below = [guarded[name] for name in reacher.tables(view) if name in guarded]
        readers = [
            role.name
            for role in judgement.matrix.roles
            if Bit(judgement.matrix.bits.get((judgement.matrix.group_of[view.oid], role.oid)) or 0)
            & (Bit.SELECT | Bit.SELECT_COLUMN)
            and not role.superuser
        ]
        if below:
            who = f"{', '.join(readers[:5])} may read it" if readers else "only superusers may read it"
            message = f"it stores rows of protected tables, and no policy filters what was stored; {who}"
            yield SideChannel("stored-copy", view.id, message, tuple(sorted(below)))
