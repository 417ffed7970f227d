"""Take privileges away; the way back grants exactly what was held."""

from __future__ import annotations

from itertools import product

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import privileges as acl
from pgplumb.migrate.intents.parts.policy_ddl import role_list
from pgplumb.migrate.intents.parts.privileges import privileges, subjects


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write REVOKE, of privileges on an object or of membership in a role."""
    roles = fields.names("roles", fields.names("role", ()))
    if not roles:
        raise Unwritable("the field role is missing")
    if fields.has("membership"):
        of, members = role_list((fields.text("membership"),)), role_list(roles)
        return Change(script(f"REVOKE {of} FROM {members}"), script(f"GRANT {of} TO {members}"), online=True)
    targets, words = subjects(fields, catalog), privileges(fields)
    wanted = set(acl.letters(words))
    back: list[str] = []
    for target, role in product(targets, roles):
        held, grantable = target.of(role)
        plain = acl.words_of(wanted & set(held) - set(grantable))
        options = acl.words_of(wanted & set(grantable))
        back += [target.grant(plain, (role,))] if plain else []
        back += [target.grant(options, (role,), option=True)] if options else []
    return Change(
        script(*(t.revoke(words, roles) for t in targets)), script(*back) if back else None, online=True
    )


INTENT = Intent(
    name="revoke",
    title="Take privileges away",
    fields=(
        Field("object", "the object's identifier: table:public.orders", required=False, kind="object"),
        Field("table", "or tables and views, as schema.name", required=False, kind="relations"),
        Field("sequence", "or sequences, as schema.name", required=False, kind="sequences"),
        Field("schema", "or schemas", required=False, kind="schemas"),
        Field("database", "or the database", required=False),
        Field("function", "or functions with their argument types", required=False, kind="functions"),
        Field(
            "privilege",
            "SELECT, INSERT, ..., or ALL",
            required=False,
            kind="choices",
            choices=(
                "SELECT",
                "INSERT",
                "UPDATE",
                "DELETE",
                "TRUNCATE",
                "REFERENCES",
                "TRIGGER",
                "MAINTAIN",
                "EXECUTE",
                "USAGE",
                "CREATE",
                "CONNECT",
                "TEMPORARY",
                "ALL",
            ),
        ),
        Field("columns", "only these columns of a table", required=False, kind="columns"),
        Field("membership", "or membership in this role", required=False, kind="role"),
        Field("role", "from whom; PUBLIC is everyone", kind="roles"),
    ),
    write=write,
)
