"""Views that filter rows without security_barrier: a cheap function of the caller's may see rows before the filter.

Source: https://www.postgresql.org/docs/current/rules-privileges.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.rls.access import Bit, security_invoker
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.shape import shape_of
from pgplumb.rls.side_channels.channel import SideChannel

_TRUE = ("true", "on", "yes", "1", "t", "y", "tr", "tru", "ye")


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each view whose own condition keeps rows of tenants from roles that may read it."""
    matrix = judgement.matrix
    for view in matrix.objects:
        if view.kind != "v" or security_invoker(view) or view.extension is not None:
            continue
        query = judgement.surface.view(view.oid).query
        if (view.option("security_barrier") or "").lower() in _TRUE or not isinstance(query, str):
            continue
        of_tenants = any(oid in judgement.tenants.path_of for oid in view.depends_on)
        readers = [
            role
            for role in matrix.roles
            if not role.superuser
            and role.oid != view.owner
            and Bit(matrix.bits.get((matrix.group_of[view.oid], role.oid)) or 0)
            & (Bit.SELECT | Bit.SELECT_COLUMN)
        ]
        if of_tenants and readers and shape_of(query).where is not None:
            message = "it filters rows of tenants without security_barrier: a function in a query may see them first"
            yield SideChannel("leaky-view", view.id, message)
