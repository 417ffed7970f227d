"""Entries of one statement with lists of different lengths, summed up as one."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.server.unit import OURS
from pgplumb.workload.fingerprints import list_fingerprint
from pgplumb.workload.statements import Statement, Statements, order, summed

SAVEPOINT = "SAVEPOINT pgplumb"
"""How statements end that carry no comment: before 16 their name is part of the text."""
_Group = tuple[int, int, bool, str]


def is_ours(entry: Statement) -> bool:
    """Whether pgplumb ran it; not known before its text was read."""
    return entry.query is not None and entry.query.endswith((OURS, SAVEPOINT))


def length_free(entry: Statement) -> str | None:
    """Return what all lengths of a statement's lists share; None where it has no list, or that is not known."""
    if entry.fingerprint is not None:
        return entry.fingerprint
    return list_fingerprint(entry.query) if entry.query is not None else None


def fold(statements: Statements) -> Statements:
    """Return the same reading or delta with the lengths of each list as one entry, of each role and database.

    The most called one gives queryid and text, `variants` names all. What has no text, or only the beginning of
    one, stays by itself.
    """
    groups: dict[_Group, list[Statement]] = {}
    alone: list[Statement] = []
    for entry in statements.entries:
        found = length_free(entry)
        if found is None:
            alone.append(entry)
        else:
            groups.setdefault((entry.userid, entry.dbid, entry.toplevel, found), []).append(entry)
    if all(len(group) == 1 for group in groups.values()):
        return statements
    folded = [_one(group) for group in groups.values()]
    return replace(statements, entries=tuple(sorted([*alone, *folded], key=order)))


def _one(group: list[Statement]) -> Statement:
    if len(group) == 1:
        return group[0]
    group = sorted(group, key=lambda e: (-e.calls, e.key))
    variants, texts = tuple(e.key for e in group), {e.query for e in group}
    return replace(summed(group, group[0]), variants=variants, lengths=len(texts))
