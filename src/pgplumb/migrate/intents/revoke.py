"""Take privileges away; the way back grants exactly what was held."""

from __future__ import annotations

from itertools import product

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import privileges as acl
from pgplumb.migrate.intents.parts.privileges import privileges, subjects


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write REVOKE, of privileges on an object or of membership in a role."""
    roles = acl.roles_of(fields)
    if fields.has("membership"):
        give, take = acl.membership(fields.text("membership"), roles)
        return Change(script(take), script(give), online=True)
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
    group="Access",
    about="Takes privileges away from roles.",
    fields=(
        *acl.ON,
        Field("role", "from whom; PUBLIC is everyone", kind="roles"),
    ),
    write=write,
)
