"""What a migration takes away that no catalog shows: rows, values, positions of sequences.

Two sources: what the up did in the twin (columns and tables by oid and number, so that a rename is none), and what its
statements say, since a table without rows loses none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pgplumb.foundation.names import dotted
from pgplumb.migrate.kept import keeps
from pgplumb.migrate.proof import moves
from pgplumb.migrate.proof.inventory import Inventory
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.sql.node import Node

_WRITES = re.compile(
    r"\b(?:insert|update|delete|truncate|merge|copy|execute|perform|call|select|drop|alter)\b", re.IGNORECASE
)
_SETS_POSITION = re.compile(r"\bsetval\s*\(|\brestart\b", re.IGNORECASE)
_CASTS_KEPT = frozenset({"text", "varchar"})


def from_the_twin(before: Inventory, after: Inventory, down: str) -> Iterator[str]:
    """Yield what was there and is gone, by what the up did; a position that the down sets again is not lost."""
    for oid, table in sorted(before.tables.items(), key=lambda item: item[1]):
        if oid not in after.tables:
            yield f"the rows of {table}, which is dropped"
    for key, column in before.columns.items():
        now = after.columns.get(key)
        if now is None:
            if key[0] in after.tables and not column.generated:
                yield f"the values of {column.qualified}, which is dropped"
        elif not column.generated and not keeps(column.type, now.type, before.enums | after.enums):
            yield f"values of {column.qualified}: {column.type} becomes {now.type}"
    if not sets_position(down):
        for oid, sequence in sorted(before.sequences.items(), key=lambda item: item[1]):
            if oid not in after.sequences:
                yield f"the position of {sequence}, which is dropped"


def sets_position(down: str) -> bool:
    """Whether a down sets the position of a sequence."""
    return _SETS_POSITION.search(down) is not None


class Reader:
    """Reads statements for what they do to rows that were there before the up."""

    def __init__(self, before: Inventory, functions: Collection[str], up: Sequence[Part]) -> None:
        self._before = before
        self._functions = functions
        """Names of user functions."""
        self._new_tables: set[str] = set()
        self._given_up: set[tuple[str, str]] = set()
        """Names that tables had before the up, which renamed them."""
        self._taken_anew: set[tuple[str, str]] = set()
        """Those of them that the up then gave to a table of its own."""
        self._new_columns: set[tuple[str, str]] = set()
        self._filled: set[str] = set()
        """Tables into which the up puts rows of its own that were certainly not there."""
        for statement in up:
            self._note(statement.node)
        self._moved: set[int] = set()
        """DELETEs whose rows go into a table that the same statement fills."""
        self.losses: dict[str, None] = {}
        self.positions: dict[str, None] = {}
        """Of sequences, that the up sets: lost where the down sets none."""
        self.unknown: dict[str, None] = {}

    def read(self, parts: Sequence[Part], *, down: bool = False) -> None:
        """Read the statements of the up, or of the down, and keep what they say."""
        for part in parts:
            nodes = (part.node, *part.node.walk())
            self._moved |= {id(found.fields) for node in nodes if (found := self._carried(node)) is not None}
            for node in nodes:
                self._statement(part, node, down)

    def _note(self, statement: Node) -> None:
        """Note what the up makes, whose rows and values were not there before."""
        kind = statement.kind
        if kind == "CreateStmt":
            self._new_tables.add(_relation(statement)[1])
            self._taken_anew |= {_relation(statement)} & self._given_up
        elif kind == "RenameStmt" and statement.text("renameType") == "OBJECT_TABLE":
            self._given_up.add(_relation(statement))
        elif kind == "CreateTableAsStmt":
            into = statement.node("into")
            made = into.node("rel") if into is not None else None
            if made is not None:
                self._new_tables.add(made.text("relname"))
        elif kind == "AlterTableStmt":
            table = _relation(statement)[1]
            for command in statement.nodes("cmds"):
                definition = command.node("def")
                if command.text("subtype") == "AT_AddColumn" and definition is not None:
                    self._new_columns.add((table, definition.text("colname")))
        elif kind == "InsertStmt" and statement.node("onConflictClause") is None:
            self._filled.add(_relation(statement)[1])

    def _old(self, schema: str, table: str) -> bool:
        """Whether a table may have held rows: one that the up did not make."""
        return table not in self._new_tables or (bool(schema) and self._before.knows(schema, table))

    def _statement(self, part: Part, node: Node, down: bool) -> None:
        schema, table = _relation(node)
        match node.kind:
            case "TruncateStmt":
                for named in node.nodes("relations"):
                    if self._old(named.text("schemaname"), named.text("relname")):
                        self._lose(f"the rows of {_called(named)}, which is emptied")
            case "DeleteStmt" if self._old(schema, table) and not (down and table in self._filled):
                if id(node.fields) in self._moved:
                    return
                self._lose(f"rows of {_called(node.node('relation'))}, which are deleted")
            case "UpdateStmt" if self._old(schema, table):
                self._updated(node, table)
            case "MergeStmt" if self._old(schema, table):
                self._lose(f"rows or values of {_called(node.node('relation'))}, which is merged into")
            case "InsertStmt" if self._old(schema, table):
                self._inserted(node, down)
            case "AlterTableStmt":
                self._altered(node, table)
            case "AlterSeqStmt" if self._old(*_sequence(node)) and not down:
                if any(option.text("defname") == "restart" for option in node.nodes("options")):
                    self.positions[f"the position of {_called(node.node('sequence'))}, which is set anew"] = (
                        None
                    )
            case "DoStmt" if _WRITES.search(_body(node)):
                self.unknown[f"what the code of statement {part.index + 1} does with rows is not known"] = (
                    None
                )
            case "CallStmt":
                self.unknown[f"what the procedure of statement {part.index + 1} does is not known"] = None
            case "FuncCall" if part.node.kind == "SelectStmt" and self._is_user(node):
                self.unknown[f"what {'.'.join(node.words('funcname'))}() does with rows is not known"] = None

    def _is_user(self, call: Node) -> bool:
        return (call.words("funcname") or ("",))[-1] in self._functions

    def _lose(self, what: str) -> None:
        self.losses[what] = None

    def _updated(self, node: Node, table: str) -> None:
        old = [
            name
            for name in (target.text("name") for target in node.nodes("targetList"))
            if (table, name) not in self._new_columns
        ]
        if old:
            self._lose(
                f"values of {_called(node.node('relation'))} ({', '.join(old)}), which are overwritten"
            )

    def _carried(self, node: Node) -> Node | None:
        """Return the DELETE whose rows an INSERT puts whole into a table of the up's own, or out of one."""
        delete = moves.deleted(node) if node.kind == "InsertStmt" else None
        if delete is None:
            return None
        schema, table = _relation(delete)
        held = dotted(schema or "public", table)
        columns = sum(not c.generated for c in self._before.columns.values() if c.table == held)
        return delete if moves.returns_all(delete, columns or 1) and not self._old(*_relation(node)) else None

    def _comes_back(self, node: Node) -> bool:
        """Whether an INSERT of the down takes all rows of a table that the up made."""
        taken = moves.deleted(node) or moves.source(node)
        if taken is None:
            return False
        named = taken.node("relation") if taken.kind == "DeleteStmt" else taken
        if named is None:
            return False
        called = named.text("schemaname"), named.text("relname")
        return called in self._taken_anew or not self._old(*called)

    def _inserted(self, node: Node, down: bool) -> None:
        if down and self._comes_back(node):
            return
        conflict = node.node("onConflictClause")
        called = _called(node.node("relation"))
        if conflict is not None and conflict.text("action") == "ONCONFLICT_UPDATE":
            self._lose(f"values of {called}, which are overwritten where a row is there already")
        source = node.node("selectStmt")
        if source is not None and source.node("valuesLists") is None and not source.fields.get("valuesLists"):
            self._lose(f"which rows of {called} were there before: more are added out of a query")

    def _altered(self, node: Node, table: str) -> None:
        for command in node.nodes("cmds"):
            definition = command.node("def")
            column = command.text("name")
            if (
                command.text("subtype") == "AT_AlterColumnType"
                and definition is not None
                and (table, column) not in self._new_columns
                and not _is_plain(definition.node("raw_default"), column)
            ):
                self._lose(f"values of {_called(node.node('relation'))}.{column}, which are computed anew")


def _sequence(node: Node) -> tuple[str, str]:
    found = node.node("sequence")
    return (found.text("schemaname"), found.text("relname")) if found else ("", "")


def _relation(node: Node) -> tuple[str, str]:
    found = node.node("relation")
    return (found.text("schemaname"), found.text("relname")) if found else ("", "")


def _called(relation: Node | None) -> str:
    if relation is None:
        return "a table"
    return ".".join(name for name in (relation.text("schemaname"), relation.text("relname")) if name)


def _is_plain(using: Node | None, column: str) -> bool:
    """Whether USING is the column itself, cast at most by way of text: then the types say what is lost."""
    if using is None:
        return True
    outermost = True
    while using is not None and using.kind == "TypeCast":
        kind = using.node("typeName")
        names = kind.words("names") if kind is not None else ()
        if not outermost and (not names or names[-1] not in _CASTS_KEPT or (kind and kind.nodes("typmods"))):
            return False
        outermost = False
        using = using.node("arg")
    return using is not None and using.kind == "ColumnRef" and using.words("fields")[-1:] == (column,)


def _body(node: Node) -> str:
    return " ".join(found.text("sval") for found in node.walk() if found.kind == "String")
