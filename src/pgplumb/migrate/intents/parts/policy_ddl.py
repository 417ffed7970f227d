"""CREATE POLICY statements, new or rebuilt from the catalog's record."""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Policy, Relation
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, name

COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
"""pg_policy.polcmd."""


def role_list(raws: Iterable[str]) -> str:
    """Return roles as SQL; PUBLIC is a keyword there, and no role can have its name."""
    return ", ".join("PUBLIC" if r.upper() == "PUBLIC" else name(r) for r in raws)


def roles_of(catalog: Catalog, policy: Policy) -> str:
    """Return a policy's roles as SQL."""
    return role_list(catalog.role_name(oid) for oid in policy.roles or (0,))


def using_of(policy: Policy) -> str:
    """Return a policy's USING expression, "" where it has none. Raises Unwritable where it was not read."""
    return find.known(policy.using, f"the expression of {policy.name}") if policy.has_using else ""


def check_of(policy: Policy) -> str:
    """Return a policy's WITH CHECK expression, "" where it has none. Raises Unwritable where it was not read."""
    return find.known(policy.check, f"the expression of {policy.name}") if policy.has_check else ""


def create(
    table: Relation, policy: str, *, permissive: bool, command: str, roles: str, using: str, check: str
) -> str:
    """Return a CREATE POLICY statement; expressions come without the parentheses around them."""
    text = f"CREATE POLICY {name(policy)} ON {find.sql_name(table)}"
    text += "" if permissive else " AS RESTRICTIVE"
    text += "" if command == "ALL" else f" FOR {command}"
    text += f" TO {roles}"
    text += f" USING ({using})" if using else ""
    return text + (f" WITH CHECK ({check})" if check else "")


def recreate(catalog: Catalog, table: Relation, policy: Policy) -> str:
    """Return the statement that makes a policy as it is now. Raises Unwritable."""
    return create(
        table,
        policy.name,
        permissive=policy.permissive,
        command=COMMANDS[policy.command],
        roles=roles_of(catalog, policy),
        using=using_of(policy),
        check=check_of(policy),
    )


def restore(catalog: Catalog, table: Relation, policy: Policy) -> list[str]:
    """Return the statements that make a policy as it is now, its comment included. Raises Unwritable."""
    statements = [recreate(catalog, table, policy)]
    if policy.comment:
        on = f"{name(policy.name)} ON {find.sql_name(table)}"
        statements.append(f"COMMENT ON POLICY {on} IS {literal(policy.comment)}")
    return statements
