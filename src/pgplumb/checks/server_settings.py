"""Settings as every session gets them, not as our own session happens to have them."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Setting

PER_SESSION = frozenset(("session", "client", "interactive"))
"""Sources of pg_settings that say something about our own connection alone."""

HIDDEN = "it is hidden from this role: needs pg_read_all_settings"


def server_value(catalog: Catalog, name: str) -> str | None:
    """Return what new sessions get before role and database have their say; None where it is hidden or unknown.

    Our own session may have the setting from its role, its database, its connection string or SET LOCAL;
    then what the configuration says cannot be seen, and the built-in value stands in where nothing else does.
    """
    setting = catalog.settings.get(name)
    if setting is None:
        return None
    if setting.source in PER_SESSION or setting.source in ("user", "database user", "database"):
        return _without_ours(catalog, setting)
    return setting.value


def _without_ours(catalog: Catalog, setting: Setting) -> str | None:
    start = setting.name + "="
    ours = [
        o
        for o in catalog.setting_overrides
        if o.database in (0, catalog.database.oid) and o.role in (0, catalog.current_role)
    ]
    overridden = any(entry.startswith(start) for o in ours for entry in o.settings)
    # What RESET would give is the configuration's value, unless role or database come in between.
    return None if overridden else setting.reset_value


def is_off(value: str | None) -> bool:
    """Whether a boolean setting is off."""
    return value is not None and value.lower() in ("off", "false", "no", "0")
