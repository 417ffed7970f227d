"""What became of a statement that runs outside of a transaction, told by the catalog alone.

Such a statement cannot write its end into the history with what it does. So what the catalog holds is noted before
(`facts`), and compared afterwards (`judge`): done, not done, or nobody can tell; and what a failed one left behind.
Source: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY and sql-reindex.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_qualified
from pgplumb.sql.ranges import range_name

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session
    from pgplumb.sql.node import Node

_REBUILT = re.compile(r".*_cc(new|old)\d*\Z")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a statement."""

    done: bool | None
    """None where nothing tells."""
    why: str
    """What shows it: "index public.i is there and valid"."""
    leftovers: tuple[str, ...] = ()
    """Statements, each to be run alone, that take away what it left behind or bring it to its end."""


@dataclass(frozen=True, slots=True)
class _Index:
    oid: int
    schema: str
    name: str
    usable: bool

    @property
    def sql(self) -> str:
        return quote_qualified(self.schema, self.name)

    @property
    def drop(self) -> str:
        return f"DROP INDEX CONCURRENTLY {self.sql}"


def facts(session: Session, sql: str) -> str | None:
    """Return what the catalog holds now that `judge` will need, as JSON; None where it needs nothing."""
    node = _parsed(sql)
    name = _subject(node) if node else None
    if name is None:
        return None
    return json.dumps({str(index.oid): [index.schema, index.name] for index in _indexes(session, name)})


def judge(session: Session, sql: str, before: str | None, *, backwards: bool = False) -> Outcome:
    """Return what became of a statement; `backwards` for one that takes back a step that was only partly done."""
    node = _parsed(sql)
    if node is None:
        return Outcome(None, "it cannot be parsed here")
    known: Mapping[str, list[str]] = json.loads(before) if before else {}
    if node.kind == "IndexStmt" and node.flag("concurrent"):
        return _created(session, node, known)
    if node.kind == "DropStmt" and node.flag("concurrent"):
        return _dropped(session, node, known, backwards)
    if node.kind == "ReindexStmt":
        return _rebuilt(session, node, known)
    if node.kind == "AlterTableStmt":
        return _detached(session, node)
    if node.kind in ("VacuumStmt", "AlterSystemStmt", "CheckPointStmt", "ClusterStmt"):
        return Outcome(False, "it can be repeated without harm")
    return Outcome(None, "nothing in the catalog tells whether it was done")


def _parsed(sql: str) -> Node | None:
    try:
        return parse_statement(sql)
    except (SyntaxProblem, ParserMissing, TooDeep):
        return None


def _subject(node: Node) -> str | None:
    """Return the relation whose indexes tell of a statement."""
    if node.kind == "DropStmt" and node.flag("concurrent"):
        names = _dropped_names(node)
        return names[0] if names else None
    relation = node.node("relation")
    if node.kind in ("IndexStmt", "ReindexStmt") and relation is not None:
        return quote_qualified(*range_name(relation))
    return None


def _created(session: Session, node: Node, known: Mapping[str, list[str]]) -> Outcome:
    name = node.text("idxname")
    found = _indexes(session, _subject(node) or "")
    new = [i for i in found if str(i.oid) not in known and (i.name == name or not name)]
    if not name:
        # An index without a name of its own cannot be told from one that somebody else made meanwhile.
        usable = [i for i in new if i.usable]
        if len(new) > 1:
            return Outcome(None, f"{len(new)} indexes are new on the table")
        return Outcome(*_found(usable), tuple(i.drop for i in new if not i.usable))
    old = [i for i in found if i.name == name and str(i.oid) in known]
    if old and node.flag("if_not_exists"):
        if old[0].usable:
            return Outcome(True, f"index {old[0].sql} was there before, and is valid")
        return Outcome(False, f"index {old[0].sql} was there before, and is INVALID")
    return Outcome(*_found([i for i in new if i.usable]), tuple(i.drop for i in new if not i.usable))


def _found(usable: list[_Index]) -> tuple[bool, str]:
    if usable:
        return True, f"index {usable[0].sql} is there and valid"
    return False, "no valid index of it is there"


def _dropped(session: Session, node: Node, known: Mapping[str, list[str]], backwards: bool) -> Outcome:
    names = _dropped_names(node)
    there = [name for name in names if _exists(session, name)]
    if there:
        return Outcome(False, f"index {there[0]} is still there")
    if known or backwards or node.flag("missing_ok"):
        return Outcome(True, f"index {', '.join(names)} is gone")
    return Outcome(False, "the index was not there before")


def _rebuilt(session: Session, node: Node, known: Mapping[str, list[str]]) -> Outcome:
    subject = _subject(node)
    if subject is None:
        return Outcome(False, "it can be repeated without harm")
    now = _indexes(session, subject)
    ours = [
        i
        for i in now
        if not i.usable and _REBUILT.match(i.name) and known.get(str(i.oid)) != [i.schema, i.name]
    ]
    leftovers = tuple(i.drop for i in ours)
    wanted = range_name(node.node("relation") or node)[-1]
    single = node.text("kind") == "REINDEX_OBJECT_INDEX"
    kept = [i for i in now if i not in ours and (i.name == wanted or not single)]
    same = [i for i in kept if known.get(str(i.oid)) == [i.schema, i.name]]
    if same or not kept:
        return Outcome(False, "it is not built anew", leftovers)
    return Outcome(True, f"{kept[0].sql} is built anew", leftovers)


def _detached(session: Session, node: Node) -> Outcome:
    parent = node.node("relation")
    for command in node.nodes("cmds"):
        definition = command.node("def")
        partition = definition.node("name") if definition else None
        if command.text("subtype") == "AT_DetachPartition" and parent is not None and partition is not None:
            whole, part = quote_qualified(*range_name(parent)), quote_qualified(*range_name(partition))
            rows = _ask(session, "partition", (part, whole))
            if not rows:
                return Outcome(True, f"{part} is no partition of {whole}")
            finish = f"ALTER TABLE {whole} DETACH PARTITION {part} FINALIZE"
            return Outcome(False, f"{part} is a partition of {whole}", (finish,) if rows[0][0] else ())
    return Outcome(None, "nothing in the catalog tells whether it was done")


def _dropped_names(node: Node) -> list[str]:
    return [quote_qualified(*item.words("items")) for item in node.nodes("objects")]


def _exists(session: Session, name: str) -> bool:
    with session.unit(as_user=True) as unit:
        return bool(unit.query("SELECT pg_catalog.to_regclass(%s) IS NOT NULL", (name,))[0][0])


def _indexes(session: Session, name: str) -> list[_Index]:
    return [_Index(*row[:4]) for row in _ask(session, "indexes", (name,))]


def _ask(session: Session, query: str, params: tuple[str, ...]) -> list[Row]:
    # As the user, since names in a plan mean what the role's search_path says.
    with session.unit(as_user=True) as unit:
        return unit.query(query_file(__package__, query), params)


def concurrent(sql: str) -> bool:
    """Whether a statement is one of the CONCURRENTLY forms, whose waits lock_timeout must not end."""
    node = _parsed(sql)
    if node is None:
        return False
    if node.kind == "ReindexStmt":
        return any(option.text("defname") == "concurrently" for option in node.nodes("params"))
    if node.kind == "AlterTableStmt":
        definitions = (command.node("def") for command in node.nodes("cmds"))
        return any(d is not None and d.flag("concurrent") for d in definitions)
    return node.flag("concurrent")


def builds(sql: str) -> bool:
    """Whether a statement builds an index concurrently: only a valid index proves that it was done."""
    node = _parsed(sql)
    return node is not None and node.kind == "IndexStmt" and node.flag("concurrent")
