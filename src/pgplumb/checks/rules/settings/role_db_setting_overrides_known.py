"""Nobody switches safety off for one role."""

from __future__ import annotations

from pgplumb.catalog.model import SettingOverride
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report, Value
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.server_settings import is_off

_OFF = {
    "row_security": "queries fail where a policy would filter",
    "synchronous_commit": "its last commits may be lost in a crash",
    "check_function_bodies": "functions are not checked when they are made",
    "track_counts": "nothing is counted",
}
"""What it means for a role's sessions that a setting is off."""
_REPLICA = "foreign keys and triggers do not fire"


def problem(name: str, value: str) -> str | None:
    """Return why an override must be known, or None where it is an ordinary one."""
    if name in _OFF and is_off(value):
        return _OFF[name]
    if name.startswith("enable_") and is_off(value):
        return "the planner may not use one of its methods"
    if name == "session_replication_role" and value.lower() == "replica":
        return _REPLICA
    if name in ("zero_damaged_pages", "ignore_checksum_failure") and not is_off(value):
        return "damage is passed over in silence"
    return None


def check(facts: Facts, report: Report) -> None:
    """Look at each setting of ALTER ROLE and ALTER DATABASE that holds in this database."""
    catalog = facts.catalog
    for override in catalog.setting_overrides:
        if override.database not in (0, catalog.database.oid):
            continue
        for entry in override.settings:
            name, _, value = entry.partition("=")
            report.checked()
            why = problem(name, value)
            if why is None:
                continue
            role = catalog.roles.get(override.role)
            whose = f"sessions of {role.name}" if role else "all sessions of this database"
            report.fail(
                role.id if role else catalog.database.id,
                f"{whose} start with {name} = {value}: {why}",
                {"setting": name, "value": value},
                related=(f"setting:{name}",),
                fix=_reset(override, name, facts),
            )


def _reset(override: SettingOverride, name: str, facts: Facts) -> Fix:
    """Return the way back to what everybody has."""
    fields: dict[str, Value] = {"setting": name}
    if override.role:
        fields["role"] = facts.catalog.role_name(override.role)
    if override.database:
        fields["database"] = facts.catalog.database.name
    return Fix("alter-role-setting", fields)


RULE = Rule(
    id="role-db-setting-overrides-known",
    title="No role or database switches safety off",
    category=Category.SETTINGS,
    severity=Severity.INFO,
    tier=Tier.NOW,
    passes="No ALTER ROLE or ALTER DATABASE ... SET turns off row_security, synchronous_commit, a planner method or "
    "track_counts, makes session_replication_role replica or passes over damage. Waive by role what is meant.",
    why="Such settings stand in no file and in no migration, and hold for every new session of one role. Whoever looks "
    "for a fault with another role does not see it.",
    source="https://www.postgresql.org/docs/current/sql-alterrole.html",
    looks_at="pg_db_role_setting",
    whole=check,
    reads=("catalog.setting_overrides", "catalog.roles"),
    not_applicable_when="no role and no database has settings of its own",
)
