"""Give privileges; the way back takes only what was not held before."""

from __future__ import annotations

from itertools import product

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import privileges as acl
from pgplumb.migrate.intents.parts.policy_ddl import role_list
from pgplumb.migrate.intents.parts.privileges import privileges, subjects


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write GRANT, of privileges on an object or of membership in a role."""
    roles = fields.names("roles", fields.names("role", ()))
    if not roles:
        raise Unwritable("the field role is missing")
    if fields.has("membership"):
        of, members = role_list((fields.text("membership"),)), role_list(roles)
        return Change(script(f"GRANT {of} TO {members}"), script(f"REVOKE {of} FROM {members}"), online=True)
    targets, words = subjects(fields, catalog), privileges(fields)
    back: list[str] = []
    for target, role in product(targets, roles):
        held, _ = target.of(role)
        new = words if "ALL" in words else acl.words_of(set(acl.letters(words)) - set(held))
        back += [target.revoke(new, (role,))] if new else []
    return Change(
        script(*(t.grant(words, roles) for t in targets)), script(*back) if back else None, online=True
    )


INTENT = Intent(
    name="grant",
    title="Give privileges",
    group="Access",
    about="Privileges on relations, functions, schemas and more, for roles.",
    fields=(
        *acl.ON,
        Field("role", "to whom; PUBLIC is everyone", kind="roles"),
    ),
    write=write,
)
