"""Change a setting of the whole server."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts.settings import setting_name, setting_value

_RELOAD = "SELECT pg_reload_conf()"


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER SYSTEM and a reload. A setting of context postmaster takes effect at the next restart.

    The way back sets the value that holds now, a bare number being in the setting's own unit, or takes the line away
    where only the built-in default held.
    """
    setting = setting_name(fields.text("setting"))
    up = f"ALTER SYSTEM SET {setting} = {setting_value(setting, fields.text('value'))}"
    found = catalog.settings.get(setting)
    if found is not None and found.source == "command line":
        raise Unwritable(
            f"{setting} is given on the server's command line, which goes before ALTER SYSTEM: change how it is started"
        )
    down = f"ALTER SYSTEM RESET {setting}"
    if found is not None and found.source not in ("default", "override") and found.value is not None:
        down = f"ALTER SYSTEM SET {setting} = {setting_value(setting, found.value)}"
    return Change(script(up, _RELOAD), script(down, _RELOAD), online=True)


INTENT = Intent(
    name="alter-system-setting",
    title="Change a server setting",
    group="Server",
    about="Writes a setting for the whole server and has it loaded.",
    fields=(
        Field("setting", "the setting's name", kind="setting"),
        Field("value", "its value, with its unit"),
    ),
    write=write,
)
