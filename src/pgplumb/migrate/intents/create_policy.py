"""Create a row-level security policy."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, naming, policy_ddl
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE POLICY with the expressions that its command takes."""
    table = find.table(catalog, fields.text("table"))
    command = fields.text("command", "ALL").upper()
    if command not in policy_ddl.COMMANDS.values():
        raise Unwritable(f"{command} is no command of a policy")
    roles = fields.names("roles", fields.names("role", ("PUBLIC",)))
    using, check = fields.text("using", ""), fields.text("check", "")
    if command == "INSERT":
        using, check = "", check or using
    if command in ("SELECT", "DELETE"):
        check = ""
    if not using and not check:
        raise Unwritable("the field using is missing")
    used = {p.name for p in table.policies}
    chosen = fields.text("name", "") or naming.compose(table.name, (command.lower(),), "policy")
    policy = naming.free(chosen, used.__contains__)
    up = policy_ddl.create(
        table,
        policy,
        permissive=not fields.flag("restrictive"),
        command=command,
        roles=policy_ddl.role_list(roles),
        using=using,
        check=check,
    )
    return Change(script(up), script(f"DROP POLICY {name(policy)} ON {find.sql_name(table)}"), online=True)


INTENT = Intent(
    name="create-policy",
    title="Create a row-level security policy",
    group="Access",
    about="Which rows roles see and may write, as expressions.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field(
            "command",
            "ALL, SELECT, INSERT, UPDATE or DELETE; ALL by default",
            required=False,
            kind="choice",
            choices=("ALL", "SELECT", "INSERT", "UPDATE", "DELETE"),
        ),
        Field("roles", "whom it is for; PUBLIC by default", required=False, kind="roles"),
        Field("using", "which rows are seen, an expression", required=False, kind="expression"),
        Field("check", "which rows may be written; as using by default", required=False, kind="expression"),
        Field("restrictive", "whether it narrows what other policies allow", required=False, kind="flag"),
        Field("name", "its name; <table>_<command>_policy by default", required=False, kind="name"),
    ),
    write=write,
)
