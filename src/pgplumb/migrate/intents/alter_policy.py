"""Change what a policy says, or whom it is for."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find, policy_ddl
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER POLICY. What ALTER cannot take away again is taken back by dropping and creating."""
    table = find.table(catalog, fields.text("table"))
    policy = find.policy(table, fields.text("policy"))
    roles = policy_ddl.role_list(fields.names("roles")) if fields.has("roles") else ""
    using, check = fields.text("using", ""), fields.text("check", "")
    if not (roles or using or check):
        raise Unwritable("there is nothing to change")
    alter = f"ALTER POLICY {name(policy.name)} ON {find.sql_name(table)}"
    up = _altered(alter, roles, using, check)
    try:
        old_roles = policy_ddl.roles_of(catalog, policy) if roles else ""
        if (using and not policy.has_using) or (check and not policy.has_check):
            again = policy_ddl.restore(catalog, table, policy)
            down = script("BEGIN", f"DROP{alter.removeprefix('ALTER')}", *again, "COMMIT")
        else:
            old_using = policy_ddl.using_of(policy) if using else ""
            old_check = policy_ddl.check_of(policy) if check else ""
            down = script(_altered(alter, old_roles, old_using, old_check))
    except Unwritable:
        return Change(script(up), None, online=True)
    return Change(script(up), down, online=True)


def _altered(alter: str, roles: str, using: str, check: str) -> str:
    text = alter + (f" TO {roles}" if roles else "")
    text += f" USING ({using})" if using else ""
    return text + (f" WITH CHECK ({check})" if check else "")


INTENT = Intent(
    name="alter-policy",
    title="Change a row-level security policy",
    group="Access",
    about="Other roles or other expressions for a policy that is there.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("policy", "the policy's name", kind="policy"),
        Field("using", "which rows are seen, an expression", required=False, kind="expression"),
        Field("check", "which rows may be written, an expression", required=False, kind="expression"),
        Field("roles", "whom it is for", required=False, kind="roles"),
    ),
    write=write,
)
