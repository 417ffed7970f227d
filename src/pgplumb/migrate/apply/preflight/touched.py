"""The relations that a plan names, and what is known of them on the server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.migrate.apply.events import Direction
from pgplumb.migrate.plan import Step
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_qualified
from pgplumb.sql.ranges import range_name, ranges_in
from pgplumb.sql.split import split

if TYPE_CHECKING:
    from pgplumb.server.session import Unit
    from pgplumb.sql.node import Node

_RELATIONS = (
    "OBJECT_INDEX",
    "OBJECT_TABLE",
    "OBJECT_VIEW",
    "OBJECT_MATVIEW",
    "OBJECT_SEQUENCE",
    "OBJECT_FOREIGN_TABLE",
)
_OF_TABLES = ("OBJECT_POLICY", "OBJECT_TRIGGER", "OBJECT_RULE")


@dataclass(frozen=True, slots=True)
class Touched:
    """A table that a plan names, itself or by one of its indexes."""

    oid: int
    name: str
    """`public.orders`, as SQL."""
    owned: bool
    """Whether we have the rights of its owner."""
    owner: str
    pages: int
    """Of the heap and its TOAST table, as last counted."""
    rows: float
    """-1 where it was never counted."""
    vacuumed: bool
    """Whether autovacuum works on it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a plan is about."""

    tables: tuple[Touched, ...]
    related: tuple[int, ...]
    """Oids of the tables, their partitions, and those at the other end of their foreign keys."""
    missing: tuple[str, ...]
    """Names that mean nothing on this server now; the plan may create them."""
    unread: int
    """Statements that cannot be parsed here."""


def scope(unit: Unit, steps: tuple[Step, ...], direction: Direction) -> Scope:
    """Return what some steps are about. The unit must be `as_user`: names mean what the role's search_path says."""
    names: dict[str, None] = {}
    unread = 0
    for step in steps:
        for text in _texts(step, direction):
            try:
                names |= dict.fromkeys(_names(parse_statement(text)))
            except (SyntaxProblem, TooDeep, ParserMissing):
                unread += 1
    found = unit.query(query_file(__package__, "touched"), (list(names),))
    tables = {row[1]: Touched(*row[1:]) for row in found if row[1] is not None}
    related = unit.query(query_file(__package__, "related"), {"oids": list(tables)})
    missing = tuple(row[0] for row in found if row[1] is None)
    return Scope(tuple(tables.values()), tuple(row[0] for row in related), missing, unread)


def _texts(step: Step, direction: Direction) -> Iterator[str]:
    if step.batches is not None and direction == "up":
        tables = [step.batches.table, *([step.batches.source] if step.batches.source.strip() else [])]
        yield f"SELECT FROM {', '.join(tables)}"
        return
    yield from (s.text for s in split(step.up if direction == "up" else step.down or ""))


def _names(node: Node) -> Iterator[str]:
    for relation in ranges_in(node):
        yield quote_qualified(*range_name(relation))
    if node.kind != "DropStmt":
        return
    kind = node.text("removeType")
    for item in node.nodes("objects"):
        words = item.words("items")
        if kind in _RELATIONS and words:
            yield quote_qualified(*words)
        elif kind in _OF_TABLES and len(words) > 1:
            yield quote_qualified(*words[:-1])
