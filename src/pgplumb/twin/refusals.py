"""Which statements have no place in the twin, and how that is said.

These are for good messages. What stops a stranger's SQL is that the cage role may not do such things, by whatever
way it tries: from a function, from DO, from text put together at run time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgplumb.sql.node import Node
from pgplumb.twin.cage import CAGE
from pgplumb.twin.extensions import HARMLESS

_UNTRUSTED = ("c", "internal", "plpython3u", "plpythonu", "plperlu", "pltclu")
_LEAVE_OUT = "Leave it out of what is rehearsed, and check it by hand."


@dataclass(frozen=True, slots=True)
class Refusal:
    """One statement that is not sent."""

    what: str
    why: str
    next_step: str = _LEAVE_OUT


_ALONE = "Rehearse it as a statement of its own, outside of a transaction."

_KINDS: dict[str, Refusal] = {
    "LoadStmt": Refusal("LOAD is refused", "it brings a library into the server"),
    "AlterSystemStmt": Refusal("ALTER SYSTEM is refused", "the twin's settings are its cage"),
    "CreatedbStmt": Refusal("CREATE DATABASE is refused", "a rehearsal has one database"),
    "DropdbStmt": Refusal("DROP DATABASE is refused", "a rehearsal has one database"),
    "AlterDatabaseStmt": Refusal("ALTER DATABASE is refused", "it concerns more than what is rehearsed"),
    "AlterDatabaseSetStmt": Refusal("ALTER DATABASE is refused", "it concerns more than what is rehearsed"),
    "CreateTableSpaceStmt": Refusal(
        "CREATE TABLESPACE is refused", "it writes into a directory of this machine"
    ),
    "DropTableSpaceStmt": Refusal("DROP TABLESPACE is refused", "the twin has no tablespaces"),
    "CreatePLangStmt": Refusal("CREATE LANGUAGE is refused", "it brings a library into the server"),
    **{
        kind: Refusal(f"{name} is refused", "it opens files or connections")
        for kind, name in {
            "CreateFdwStmt": "CREATE FOREIGN DATA WRAPPER",
            "AlterFdwStmt": "ALTER FOREIGN DATA WRAPPER",
            "CreateForeignServerStmt": "CREATE SERVER",
            "AlterForeignServerStmt": "ALTER SERVER",
            "CreateUserMappingStmt": "CREATE USER MAPPING",
            "AlterUserMappingStmt": "ALTER USER MAPPING",
            "DropUserMappingStmt": "DROP USER MAPPING",
            "ImportForeignSchemaStmt": "IMPORT FOREIGN SCHEMA",
            "CreateSubscriptionStmt": "CREATE SUBSCRIPTION",
            "AlterSubscriptionStmt": "ALTER SUBSCRIPTION",
            "DropSubscriptionStmt": "DROP SUBSCRIPTION",
        }.items()
    },
}

_TRANSACTION = {
    "TRANS_STMT_BEGIN": "BEGIN",
    "TRANS_STMT_START": "START TRANSACTION",
    "TRANS_STMT_COMMIT": "COMMIT",
    "TRANS_STMT_ROLLBACK": "ROLLBACK",
    "TRANS_STMT_SAVEPOINT": "SAVEPOINT",
    "TRANS_STMT_RELEASE": "RELEASE SAVEPOINT",
    "TRANS_STMT_ROLLBACK_TO": "ROLLBACK TO SAVEPOINT",
    "TRANS_STMT_PREPARE": "PREPARE TRANSACTION",
    "TRANS_STMT_COMMIT_PREPARED": "COMMIT PREPARED",
    "TRANS_STMT_ROLLBACK_PREPARED": "ROLLBACK PREPARED",
}


def refusal(statement: Node, *, in_transaction: bool) -> Refusal | None:
    """Return why a parsed statement is not sent, or None where it may be."""
    for node in statement.walk():
        found = _KINDS.get(node.kind) or next(_of(node), None)
        if found is not None:
            return found
    alone = _alone(statement) if in_transaction else None
    if alone is not None:
        return Refusal(f"{alone} is refused here", "it cannot run inside a transaction", _ALONE)
    return None


def _of(node: Node) -> Iterator[Refusal]:
    """Yield what stands against a node whose kind alone does not say it."""
    match node.kind:
        case "TransactionStmt":
            name = _TRANSACTION.get(node.text("kind"), "transaction control")
            yield Refusal(
                f"{name} is refused", "the transaction is the rehearsal's own, which undoes it at the end"
            )
        case "VariableSetStmt":
            yield from _setting(node)
        case "CopyStmt" if node.flag("is_program"):
            yield Refusal("COPY PROGRAM is refused", "it runs a program on this machine")
        case "CopyStmt" if node.text("filename"):
            yield Refusal(
                "COPY with a file is refused",
                "it reads or writes files of this machine",
                "Use STDIN or STDOUT.",
            )
        case "CreateExtensionStmt" if (name := node.text("extname")) not in HARMLESS:
            why = "it is not among the extensions known to reach nothing but their database"
            yield Refusal(f"CREATE EXTENSION {name} is refused", why)
        case "CreateFunctionStmt" | "DoStmt":
            yield from _language(node)
        case "AlterRoleStmt" | "AlterRoleSetStmt":
            role = node.node("role")
            if role is not None and (
                role.text("rolename") == CAGE or role.text("roletype") != "ROLESPEC_CSTRING"
            ):
                yield Refusal("ALTER ROLE of the twin's own role is refused", "later rehearsals would differ")


def _setting(node: Node) -> Iterator[Refusal]:
    name = node.text("name")
    if name.casefold() in ("transaction", "transaction snapshot", "session characteristics"):
        yield Refusal(f"SET {name} is refused", "the transaction is the rehearsal's own")
    elif name.casefold() == "session_authorization":
        yield Refusal("SET SESSION AUTHORIZATION is refused", "only a superuser may", "Use SET ROLE.")


def _language(node: Node) -> Iterator[Refusal]:
    for option in (*node.nodes("options"), *node.nodes("args")):
        if option.text("defname") == "language":
            language = ".".join(option.name("arg")).casefold()
            if language in _UNTRUSTED:
                yield Refusal(
                    f"a function in {language} is refused", "such code can do anything on this machine"
                )


def _alone(node: Node) -> str | None:
    """Return the name of a statement that PostgreSQL runs outside of transactions only."""
    concurrently = any(option.text("defname") == "concurrently" for option in node.nodes("params"))
    detached = any(part.kind == "PartitionCmd" and part.flag("concurrent") for part in node.walk())
    whole = node.text("kind") in ("REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE")
    match node.kind:
        case "VacuumStmt" if node.flag("is_vacuumcmd"):
            return "VACUUM"
        case "IndexStmt" if node.flag("concurrent"):
            return "CREATE INDEX CONCURRENTLY"
        case "DropStmt" if node.flag("concurrent"):
            return "DROP INDEX CONCURRENTLY"
        case "ReindexStmt" if concurrently or whole:
            return "REINDEX CONCURRENTLY" if concurrently else "REINDEX of more than a table"
        case "AlterTableStmt" if detached:
            return "DETACH PARTITION CONCURRENTLY"
        case "ClusterStmt" if node.node("relation") is None:
            return "CLUSTER of everything"
    return None
