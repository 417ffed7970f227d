"""Give privileges; the way back takes only what was not held before."""

from __future__ import annotations

from itertools import product

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import privileges as acl
from pgplumb.migrate.intents.parts.privileges import privileges, subjects


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write GRANT, of privileges on an object or of membership in a role."""
    roles = acl.roles_of(fields)
    if fields.has("membership"):
        give, take = acl.membership(fields.text("membership"), roles)
        return Change(script(give), script(take), online=True)
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
