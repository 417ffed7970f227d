"""The cage: a role and a server from which the SQL of strangers reaches nothing.

The wall is the server's own privileges. The role is no superuser and no member of a role that may touch files,
programs, networks or other sessions; the superuser has another name than any owner and a password that is nowhere
to be read; there is no TCP, no replication and no library but the server's own. `breaches` looks whether that
still holds once a schema from elsewhere has been built inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from psycopg import sql

from pgplumb.server.embedded import BUILDER, CAGED
from pgplumb.sql.query_files import query_file
from pgplumb.twin.extensions import HARMLESS

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row

CAGE = CAGED
"""The role that user SQL runs as; it logs in by the private socket without a password."""

CAGE_CONNECTIONS = 12
"""How many the role may have. The rest of max_connections is the builder's, the watchdog's among them."""

CAGE_SETTINGS: Mapping[str, str] = {
    "max_connections": "24",
    "autovacuum": "off",
    "jit": "off",
    # No library by a path of anybody's choice, and none that is loaded unasked.
    "dynamic_library_path": "$libdir",
    "shared_preload_libraries": "",
    "session_preload_libraries": "",
    # Nothing that outlives its session or leaves the machine.
    "max_prepared_transactions": "0",
    "max_replication_slots": "0",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "archive_mode": "off",
    # Room. Temporary tables, WAL and large objects are the watchdog's: no setting holds them.
    "temp_file_limit": "1GB",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
    "max_locks_per_transaction": "512",
    # Not a word of anybody's SQL, data or RAISE in the log: LOG and ERROR rank below FATAL there.
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_connections": "off",
    "log_disconnections": "off",
}
"""Settings of the twin's server, on all versions. The role can change none of those that hold it."""

HARMLESS_ROLES = frozenset(
    {
        "pg_database_owner",
        "pg_maintain",
        "pg_monitor",
        "pg_read_all_data",
        "pg_read_all_settings",
        "pg_read_all_stats",
        "pg_stat_scan_tables",
        "pg_write_all_data",
    }
)
"""Predefined roles that the cage may come to hold through an owner. Any other, known or to come, is a breach."""

_TIMEOUTS = {"statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}
"""What the role starts with. It can set them away; the watchdog is what counts."""


class Breach(Exception):  # noqa: N818
    """The cage would be open: nothing of a stranger's may run in this twin."""

    def __init__(self, breaches: Sequence[str]) -> None:
        super().__init__("the twin's cage would be open: " + "; ".join(breaches))
        self.breaches = tuple(breaches)


def make_cage(connection: psycopg.Connection[Row], *, bypass_rls: bool = False) -> None:
    """Create the role, as the builder. `bypass_rls` where the role that it stands for is above policies."""
    connection.execute(
        sql.SQL(
            "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION INHERIT {} CONNECTION LIMIT {}"
        ).format(
            sql.Identifier(CAGE),
            sql.SQL("BYPASSRLS" if bypass_rls else "NOBYPASSRLS"),
            sql.Literal(CAGE_CONNECTIONS),
        )
    )
    for name, value in _TIMEOUTS.items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(CAGE), sql.Identifier(name), sql.Literal(value)
            )
        )
    # The builder's own databases are nobody else's.
    connection.execute("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC")


def admit(connection: psycopg.Connection[Row], owners: Sequence[str]) -> None:
    """Make the cage a member of the stub roles, so that it may do what owners may; all or none.

    What a stub has of rights beyond the database is taken from it. Raises Breach where that cannot be. The cage
    itself and the builder may be among the names; they are passed over.
    """
    with connection.transaction():
        for owner in owners:
            if owner not in (CAGE, BUILDER):
                grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(owner), sql.Identifier(CAGE))
                connection.execute(grant)
        for _, remedy in _found(connection):
            if remedy is not None:
                connection.execute(remedy.encode())
        if left := _found(connection, ("cage_roles",)):
            raise Breach([text for text, _ in left])


def breaches(connection: psycopg.Connection[Row]) -> tuple[str, ...]:
    """Return what in this database lets the cage out, empty when the wall stands; asked by the builder.

    To be asked once a schema from elsewhere has been built: `owner postgres` of a SECURITY DEFINER function is
    what a dump of nearly everybody holds.
    """
    return tuple(text for text, _ in _found(connection))


def _found(
    connection: psycopg.Connection[Row], queries: Sequence[str] = ("cage_roles", "cage_objects")
) -> list[tuple[str, str | None]]:
    """Return what is wrong, and the statement that puts it right."""
    harmless = {"cage_roles": sorted(HARMLESS_ROLES), "cage_objects": sorted(HARMLESS)}
    found = []
    for query in queries:
        text = query_file(__package__, query).encode()
        rows = connection.execute(text, {"cage": CAGE, "harmless": harmless[query]}).fetchall()
        found += [(f"{name} {what}", remedy) for name, what, remedy in rows]
    return found
