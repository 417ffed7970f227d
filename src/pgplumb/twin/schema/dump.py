"""A schema from a plain-text pg_dump, of any major version that we know.

Its text may come from a stranger: only statements that make, alter, comment on or grant schema objects are taken
(`dump_kinds`), extensions are held to the harmless ones, and `build_schema` runs the rest as a role without
rights. Rows, settings, psql's commands and whatever else stands in it are left out.
Column numbers are those of the dump: it does not tell of dropped columns.
"""

from __future__ import annotations

from pathlib import Path

from pgplumb.foundation.names import object_id
from pgplumb.sql.node import Node
from pgplumb.sql.parser import SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.quote import quote_identifier, quote_qualified
from pgplumb.sql.split import Statement, split
from pgplumb.twin.extensions import HARMLESS
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.schema.dump_kinds import (
    LANGUAGES,
    PHASES,
    SILENT,
    is_plain_table,
    language,
    roles,
    subject,
)
from pgplumb.twin.schema.text import OWNER_PHASE, SchemaText, Step

OWN_CALLS = frozenset(["setval", "set_config", "pg_restore_relation_stats", "pg_restore_attribute_stats"])
"""What pg_dump itself calls in a SELECT; none of it is needed."""


def from_dump(path: Path) -> SchemaText:
    """Return the schema of a dump. Raises OSError and ParserMissing.

    What was left out on purpose is named in the gaps, with its line.
    """
    dump = _Dump()
    for statement in split(path.read_text(encoding="utf-8", errors="replace")):
        dump.take(statement)
    return dump.result()


class _Dump:
    """What was read so far."""

    def __init__(self) -> None:
        self._roles: dict[str, None] = {}
        self._steps: list[Step] = []
        self._late: list[Step] = []
        self._missing: dict[str, str] = {}
        self._notes: list[str] = []

    def take(self, statement: Statement) -> None:
        """Add a statement, or say why not."""
        try:
            node = parse_statement(statement.text)
        except (SyntaxProblem, TooDeep) as problem:
            self._leave_out(statement, str(problem))
            return
        for role in roles(node):
            if not role.startswith("pg_"):
                self._roles[role] = None
        if node.kind in ("CreateExtensionStmt", "CreateFdwStmt", "CreateForeignServerStmt"):
            self._shell(node)
        elif node.kind == "CreateForeignTableStmt":
            _, name = subject(node.node("base") or node)
            self._missing[name or ""] = "it is a foreign table"
        elif (node.kind == "SelectStmt" and _called(node) in OWN_CALLS) or node.kind in SILENT:
            return
        elif node.kind == "CreateFunctionStmt" and language(node) not in LANGUAGES:
            self._leave_out(statement, f"a function written in {language(node)}")
        elif node.kind not in PHASES or is_plain_table(node):
            self._leave_out(statement, "it does more than define a schema")
        elif not _of_absent(node):
            self._add(node, statement.text)

    def result(self) -> SchemaText:
        """Return what was read: stubs of roles first."""
        stubs = [
            Step(0, object_id("role", r), None, f"CREATE ROLE {quote_identifier(r)} NOLOGIN NOSUPERUSER")
            for r in self._roles
        ]
        gaps = Gaps(self._missing, {}, tuple(self._notes))
        return SchemaText((*stubs, *self._steps, *self._late), gaps, None, tuple(self._roles))

    def _add(self, node: Node, text: str) -> None:
        identifier, relation = subject(node)
        if relation in self._missing:
            return
        concerns: tuple[str, ...] = ()
        phase = PHASES[node.kind]
        if node.kind == "AlterTableStmt":
            commands = node.nodes("cmds")
            changed = [c for c in commands if c.text("subtype") == "AT_ChangeOwner"]
            if changed:
                self._owner(node, changed[0], identifier, relation)
                return
            if any(c.text("subtype") == "AT_AttachPartition" for c in commands) and relation:
                concerns = (relation,)
        self._steps.append(Step(phase, identifier, relation, text, None, concerns))
        if node.kind == "CreateTableAsStmt" and relation is not None:
            into = node.node("into")
            rel = into.node("rel") if into else None
            if rel is not None:
                name = quote_qualified(rel.text("schemaname") or "public", rel.text("relname"))
                sql = f"REFRESH MATERIALIZED VIEW {name}"
                self._late.append(Step(99, identifier, relation, sql))

    def _owner(self, node: Node, command: Node, identifier: str, relation: str | None) -> None:
        """Add the owner of a relation, in words of ours: the superuser runs them."""
        table, role = node.node("relation"), next(roles(command), None)
        if table is not None and role is not None:
            name = quote_qualified(table.text("schemaname") or "public", table.text("relname"))
            sql = f"ALTER TABLE {name} OWNER TO {quote_identifier(role)}"
            self._steps.append(Step(OWNER_PHASE, identifier, relation, sql))

    def _shell(self, node: Node) -> None:
        """Add an extension if it is harmless; servers and wrappers are named only."""
        name = node.text("extname")
        if node.kind != "CreateExtensionStmt":
            return
        if name not in HARMLESS:
            self._notes.append(
                f"extension {name} is left out: the twin takes only extensions known to be harmless"
            )
        elif name != "plpgsql":
            where = ""
            for option in node.nodes("options"):
                if option.text("defname") == "schema":
                    where = f" SCHEMA {quote_identifier(''.join(option.name('arg')))}"
            sql = f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(name)}{where}"
            self._steps.append(Step(6, object_id("extension", name), None, sql))

    def _leave_out(self, statement: Statement, why: str) -> None:
        self._notes.append(f"line {statement.line}, {statement.kind}: left out, {why}")


def _called(node: Node) -> str:
    """Return the name of the one function that a SELECT calls, or ''."""
    calls = [inner.words("funcname") for inner in node.walk() if inner.kind == "FuncCall"]
    return calls[0][-1] if calls and len(node.fields) <= 4 and calls[0][0] == "pg_catalog" else ""


def _of_absent(node: Node) -> bool:
    """Tell whether a statement changes an extension, which is the builder's, or what is left out."""
    of = {node.text("objtype"), node.text("objectType")}
    return not of.isdisjoint(
        ("OBJECT_EXTENSION", "OBJECT_FOREIGN_SERVER", "OBJECT_FDW", "OBJECT_EVENT_TRIGGER")
    )
