"""What is missing on a server for a full answer, what that costs, and the SQL that gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pgplumb.server.capabilities import STATEMENTS, Capabilities, Gap
from pgplumb.sql.quote import quote_identifier

_EXPECTED = {13: (1, 8), 14: (1, 9), 15: (1, 10), 16: (1, 10), 17: (1, 11), 18: (1, 12)}
"""pg_stat_statements' own version in each major version."""


def find_gaps(known: Capabilities) -> Capabilities:
    """Return the capabilities with their gaps, the costliest first."""
    return replace(known, gaps=(*_statements(known), *_privileges(known), *_tracking(known)))


def _statements(known: Capabilities) -> Iterator[Gap]:
    """The chain that leads to query statistics: loaded, installed, readable, recording, current."""
    unseen = "no query statistics: slow queries, their cost and unused indexes' worth stay unknown"
    if STATEMENTS not in known.preloaded:
        yield Gap(f"{STATEMENTS} is not loaded", unseen, _preload(known))
    installed = known.extensions.get(STATEMENTS)
    if installed is None:
        if known.is_standby:
            create = f"-- on the primary:\nCREATE EXTENSION {STATEMENTS};"
        else:
            create = f"CREATE EXTENSION {STATEMENTS};"
        yield Gap(f"{STATEMENTS} is not installed in database {known.database}", unseen, create)
        return
    schema = quote_identifier(known.extension_schemas[STATEMENTS])
    if STATEMENTS in known.preloaded and not known.statements_readable:
        grant = f"GRANT SELECT ON {schema}.{STATEMENTS} TO {quote_identifier(known.role)};"
        yield Gap(f"{STATEMENTS} may not be read by {known.role}", unseen, grant)
    parts = tuple(int(part) for part in installed.split(".") if part.isdigit())
    if parts < _EXPECTED.get(known.major, (0,)):
        yield Gap(
            f"{STATEMENTS} {installed} is older than this server",
            "columns of later versions are missing",
            f"ALTER EXTENSION {STATEMENTS} UPDATE;",
        )


def _privileges(known: Capabilities) -> Iterator[Gap]:
    grant = f"GRANT pg_monitor TO {quote_identifier(known.role)};"
    if not known.can_read_all_stats:
        yield Gap(
            f"{known.role} has no pg_read_all_stats",
            "queries, clients and waits of other roles are hidden, also in query statistics",
            grant,
        )
    if not known.can_read_all_settings:
        yield Gap(
            f"{known.role} has no pg_read_all_settings",
            "some settings are hidden, and the checks on them answer unknown",
            grant,
        )


def _tracking(known: Capabilities) -> Iterator[Gap]:
    settings = known.settings
    if not known.track_counts:
        yield Gap(
            "track_counts is off",
            "tables and indexes have no activity counters, and autovacuum does not work",
            _turn(known, "track_counts", "on"),
        )
    if settings.get("track_activities") == "off":
        yield Gap(
            "track_activities is off",
            "what sessions do is not visible",
            _turn(known, "track_activities", "on"),
        )
    if settings.get("track_io_timing") == "off":
        yield Gap(
            "track_io_timing is off",
            "time spent reading and writing is not measured",
            _turn(known, "track_io_timing", "on"),
        )
    if settings.get("compute_query_id") == "off" and STATEMENTS in known.preloaded:
        yield Gap(
            "compute_query_id is off",
            f"{STATEMENTS} records nothing",
            _turn(known, "compute_query_id", "auto"),
        )
    if settings.get(f"{STATEMENTS}.track") == "none":
        yield Gap(
            f"{STATEMENTS}.track is none",
            f"{STATEMENTS} records nothing",
            _turn(known, f"{STATEMENTS}.track", "top"),
        )


def _turn(known: Capabilities, setting: str, value: str) -> str:
    """Return how a setting is changed that takes a reload."""
    if known.provider is not None:
        return f"-- in the provider's parameters: {setting} = {value}"
    return f"ALTER SYSTEM SET {setting} = '{value}';\nSELECT pg_reload_conf();"


def _preload(known: Capabilities) -> str:
    """Return how the library is loaded, beside those that are loaded already."""
    if known.provider is not None:
        return f"-- in the provider's parameters: add {STATEMENTS} to shared_preload_libraries, then restart"
    if not known.can_read_all_settings:
        # Writing the setting without knowing its value would unload the libraries that it names now.
        return f"-- add {STATEMENTS} to shared_preload_libraries, then restart the server"
    # Each library its own literal: one literal with commas would be one library of that name.
    libraries = ", ".join(f"'{name}'" for name in (*_stated(known), STATEMENTS))
    return f"ALTER SYSTEM SET shared_preload_libraries = {libraries};\n-- then restart the server"


def _stated(known: Capabilities) -> tuple[str, ...]:
    stated = known.settings.get("shared_preload_libraries", "")
    parts = (part.strip().strip('"').replace("'", "''") for part in stated.split(","))
    return tuple(part for part in parts if part)
