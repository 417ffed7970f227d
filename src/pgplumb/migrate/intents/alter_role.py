"""Change what a role may do: superuser, login, BYPASSRLS, its connection limit."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Role
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER ROLE with attributes as PostgreSQL spells them: NOBYPASSRLS, CONNECTION LIMIT 20."""
    role = find.role(catalog, fields.text("role"))
    words = [w.upper() for w in fields.names("options", ())]
    now = _attributes(role)
    unknown = [w for w in words if w.removeprefix("NO") not in now and w not in now]
    if unknown:
        raise Unwritable(f"{unknown[0]} is no attribute of a role")
    back = [key if now[key] else f"NO{key}" for key in (w if w in now else w[2:] for w in words)]
    if fields.has("connection_limit"):
        words.append(f"CONNECTION LIMIT {int(fields.text('connection_limit'))}")
        back.append(f"CONNECTION LIMIT {role.connection_limit}")
    if not words:
        raise Unwritable("there is nothing to change")
    alter = f"ALTER ROLE {name(role.name)}"
    return Change(script(f"{alter} {' '.join(words)}"), script(f"{alter} {' '.join(back)}"), online=True)


def _attributes(role: Role) -> dict[str, bool]:
    return {
        "SUPERUSER": role.superuser,
        "INHERIT": role.inherit,
        "CREATEROLE": role.createrole,
        "CREATEDB": role.createdb,
        "LOGIN": role.can_login,
        "REPLICATION": role.replication,
        "BYPASSRLS": role.bypass_rls,
    }


INTENT = Intent(
    name="alter-role",
    title="Change a role's attributes",
    group="Server",
    about="What a role may do besides privileges: log in, create roles, bypass row-level security.",
    fields=(
        Field("role", "the role", kind="role"),
        Field("options", "attributes: NOBYPASSRLS, NOSUPERUSER, NOLOGIN, ...", required=False, kind="texts"),
        Field("connection_limit", "how many connections it may hold", required=False, kind="number"),
    ),
    write=write,
)
