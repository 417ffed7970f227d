"""Whether an index that is not valid is being built or dropped at this moment."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts

_CONCURRENTLY = re.compile(
    r"\b(?:create\s+(?:unique\s+)?index|drop\s+index|reindex)\b.*\bconcurrently\b", re.I | re.S
)
_WIDE = re.compile(r"\breindex\b.*\b(?:schema|database|system)\b", re.I | re.S)
_COPY = re.compile(r"_cc(?:new|old)\d*\Z")


def being_built(index: Index, table: Relation, facts: Facts) -> bool | Unread:
    """Whether some session builds, rebuilds or drops the index with CONCURRENTLY; Unread where that cannot be seen."""
    activity = facts.activity
    if isinstance(activity, Unread):
        return Unread(f"whether it is being built cannot be seen: {activity.reason}")
    database = facts.catalog.database.name
    hidden = False
    for session in activity.clients:
        if session.database != database:
            continue
        if not session.visible:
            hidden = True
        elif session.state == "active" and session.query and _CONCURRENTLY.search(session.query):
            names = (_COPY.sub("", index.name), table.name)
            if _WIDE.search(session.query) or any(name in session.query for name in names):
                return True
    return Unread("whether it is being built cannot be seen: needs pg_read_all_stats") if hidden else False


def is_copy(index: Index) -> bool:
    """Whether REINDEX CONCURRENTLY left it behind: the new copy, or the old one."""
    return bool(_COPY.search(index.name))
