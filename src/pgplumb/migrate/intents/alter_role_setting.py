"""Set a default for a role's, or a database's, new sessions."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.settings import setting_name, setting_value


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER ROLE ... SET, in one database where asked, or ALTER DATABASE ... SET without a role."""
    setting = setting_name(fields.text("setting"))
    role = find.role(catalog, fields.text("role")) if fields.has("role") else None
    database = fields.text("database", "")
    if database and database != catalog.database.name:
        raise Unwritable(f"{database} is not the database that was read")
    if role is not None:
        alter = f"ALTER ROLE {name(role.name)}" + (f" IN DATABASE {name(database)}" if database else "")
    else:
        database = catalog.database.name
        alter = f"ALTER DATABASE {name(database)}"
    before = _current(catalog, role.oid if role else 0, catalog.database.oid if database else 0, setting)
    up = _text(alter, setting, fields.text("value")) if fields.has("value") else _text(alter, setting, None)
    return Change(up, _text(alter, setting, before), online=True)


def _text(alter: str, setting: str, value: str | None) -> str:
    if value is None:
        return script(f"{alter} RESET {setting}")
    return script(f"{alter} SET {setting} = {setting_value(setting, value)}")


def _current(catalog: Catalog, role: int, database: int, setting: str) -> str | None:
    for override in catalog.setting_overrides:
        if (override.role, override.database) == (role, database):
            for entry in override.settings:
                key, _, value = entry.partition("=")
                if key == setting:
                    return value
    return None


INTENT = Intent(
    name="alter-role-setting",
    title="Set a default for a role's sessions",
    group="Server",
    about="A setting that a role's sessions begin with, in this database or all.",
    fields=(
        Field("role", "the role; without it every role of the database", required=False, kind="role"),
        Field("setting", "the setting's name", kind="setting"),
        Field("value", "its value; without it the default is taken away", required=False),
        Field("database", "only in this database", required=False),
    ),
    write=write,
)
