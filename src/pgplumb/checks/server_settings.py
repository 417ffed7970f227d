"""Settings as every session gets them, not as our own session happens to have them."""

from __future__ import annotations

from collections.abc import Mapping

from pgplumb.catalog.model import Catalog, Setting
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report

PER_SESSION = frozenset(("session", "client", "interactive"))
"""Sources of pg_settings that say something about our own connection alone."""

HIDDEN = "it is hidden from this role: needs pg_read_all_settings"
OVERRIDDEN = "our own session overrides it"


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


def known_value(name: str, facts: Facts, report: Report) -> str | None:
    """Return what `server_value` does; None, with the reason said, where it cannot be seen."""
    value = server_value(facts.catalog, name)
    if value is None:
        report.unknown(f"{name}: {HIDDEN if name not in facts.catalog.settings else OVERRIDDEN}")
    return value


def machine_memory(facts: Facts, report: Report) -> float | None:
    """Return the bytes of memory that the profile states; None, with the reason said, where it states none."""
    memory = facts.profile.threshold("memory-bytes", 0)
    if not memory:
        report.unknown("the machine's memory cannot be seen: state memory-bytes in the profile")
    return memory or None


def judge_switches(what: Mapping[str, str], facts: Facts, report: Report) -> None:
    """Let each switch fail that is off; `what` says by name what that means."""
    for name, meaning in what.items():
        report.checked()
        value = known_value(name, facts, report)
        if is_off(value):
            report.fail(
                f"setting:{name}",
                f"{name} is off: {meaning}",
                {"value": value},
                fix=Fix("alter-system-setting", {"setting": name, "value": "on"}),
            )


def is_off(value: str | None) -> bool:
    """Whether a boolean setting is off."""
    return value is not None and value.lower() in ("off", "false", "no", "0")
