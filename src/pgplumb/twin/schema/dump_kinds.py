"""What a statement of a dump is to a twin, by the kind of its syntax tree.

Only what makes, alters, comments on or grants schema objects is taken. Everything else is left out: a dump may
come from a stranger, and DO, COPY, SELECT or LOAD do what they please.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgplumb.foundation.names import dotted, object_id
from pgplumb.sql.node import Json, Node

PHASES: Mapping[str, int] = {
    "CreateSchemaStmt": 5,
    "DefineStmt": 12,
    "CompositeTypeStmt": 12,
    "CreateEnumStmt": 12,
    "AlterEnumStmt": 12,
    "CreateRangeStmt": 12,
    "CreateDomainStmt": 12,
    "AlterDomainStmt": 12,
    "AlterTSDictionaryStmt": 9,
    "AlterTSConfigurationStmt": 9,
    "CreateFunctionStmt": 15,
    "AlterFunctionStmt": 15,
    "CreateCastStmt": 16,
    "CreateOpFamilyStmt": 16,
    "AlterOpFamilyStmt": 19,
    "CreateOpClassStmt": 18,
    "AlterOperatorStmt": 18,
    "AlterTypeStmt": 12,
    "CreateSeqStmt": 17,
    "AlterSeqStmt": 40,
    "CreateStmt": 20,
    "AlterTableStmt": 24,
    "IndexStmt": 30,
    "ViewStmt": 28,
    "CreateTableAsStmt": 28,
    "CreateStatsStmt": 62,
    "AlterStatsStmt": 62,
    "RuleStmt": 64,
    "CreateTrigStmt": 66,
    "CreatePolicyStmt": 68,
    "AlterPolicyStmt": 68,
    "CreatePublicationStmt": 70,
    "AlterPublicationStmt": 70,
    "AlterObjectDependsStmt": 70,
    "GrantStmt": 80,
    "AlterOwnerStmt": 82,
    "CommentStmt": 90,
    "AlterDefaultPrivilegesStmt": 98,
}
"""Kinds that are run, with the phase of `read.py` that tells how much a failure matters."""

SILENT = frozenset(
    [
        *(
            "VariableSetStmt",
            "CopyStmt",
            "InsertStmt",
            "TransactionStmt",
            "LockStmt",
            "DropStmt",
            "CreatedbStmt",
        ),
        *("AlterDatabaseStmt", "AlterDatabaseSetStmt", "DropdbStmt", "CreateRoleStmt", "AlterRoleStmt"),
        *("AlterRoleSetStmt", "GrantRoleStmt", "DropRoleStmt", "SecLabelStmt", "CreateUserMappingStmt"),
        *("RefreshMatViewStmt", "CreatePLangStmt", "CreateTableSpaceStmt", "UpdateStmt", "DeleteStmt"),
        *("AlterForeignServerStmt", "AlterFdwStmt", "AlterExtensionStmt", "VacuumStmt", "AlterSystemStmt"),
    ]
)
"""Kinds that dumps have and no twin needs: settings, rows, databases, passwords."""

LANGUAGES = frozenset(["sql", "plpgsql"])
"""What functions may be written in."""


def roles(node: Node) -> Iterator[str]:
    """Yield the names of roles that a statement speaks of."""
    if node.kind == "CreateRoleStmt":
        yield node.text("role")
    waiting: list[Json] = [node.fields]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, Mapping):
            name = value.get("rolename")
            if value.get("roletype") == "ROLESPEC_CSTRING" and isinstance(name, str):
                yield name
            waiting.extend(value.values())


def subject(node: Node) -> tuple[str, str | None]:
    """Return the identifier of what a statement makes or changes, and the relation that it belongs to."""
    relation = _relation(node)
    name = dotted(*relation) if relation else None
    kind = _IDENTIFIED.get(node.kind, "table" if relation else "object")
    own = _own_name(node)
    if relation and own and node.kind != "CreateStatsStmt":
        schema = relation[:1] if node.kind == "IndexStmt" else relation
        return object_id(kind, *schema, own[-1]), name
    return object_id(kind, *(relation or own or (node.kind,))), name


def language(node: Node) -> str:
    """Return what a function is written in."""
    for option in node.nodes("options"):
        if option.text("defname") == "language":
            return "".join(option.name("arg")).lower()
    return "sql"


def is_plain_table(node: Node) -> bool:
    """Tell CREATE TABLE AS, which runs a query, from a materialized view, which can wait."""
    return node.kind == "CreateTableAsStmt" and node.text("objtype") != "OBJECT_MATVIEW"


_IDENTIFIED = {
    "CreateSchemaStmt": "schema",
    "CreateFunctionStmt": "function",
    "CreateSeqStmt": "sequence",
    "AlterSeqStmt": "sequence",
    "ViewStmt": "view",
    "CreateTableAsStmt": "matview",
    "IndexStmt": "index",
    "CreateTrigStmt": "trigger",
    "CreatePolicyStmt": "policy",
    "RuleStmt": "rule",
    "CreateStatsStmt": "statistics",
    "CreatePublicationStmt": "publication",
    "CreateEnumStmt": "type",
    "CreateRangeStmt": "type",
    "CreateDomainStmt": "type",
    "CompositeTypeStmt": "type",
    "DefineStmt": "type",
}


def _relation(node: Node) -> tuple[str, ...]:
    for field in ("relation", "sequence", "view", "table", "typevar"):
        if (found := node.node(field)) is not None and found.text("relname"):
            return _parts(found)
    if (into := node.node("into")) is not None and (found := into.node("rel")) is not None:
        return _parts(found)
    for field in ("relations", "objects"):
        for found in node.nodes(field):
            if found.kind == "RangeVar":
                return _parts(found)
    return ()


def _parts(relation: Node) -> tuple[str, ...]:
    return (relation.text("schemaname") or "public", relation.text("relname"))


def _own_name(node: Node) -> tuple[str, ...]:
    for field in ("idxname", "trigname", "policy_name", "rulename", "schemaname", "pubname"):
        if text := node.text(field):
            return (text,)
    for field in ("funcname", "defnames", "typeName", "domainname", "object"):
        if words := node.name(field):
            return words
    return ()
