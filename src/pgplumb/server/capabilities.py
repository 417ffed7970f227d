"""What this server and this role let us see, found out at connect; and what each gap costs.

Sources: https://www.postgresql.org/docs/current/predefined-roles.html and monitoring-stats.html. An extension's
columns are read from the catalog: its own version decides, not the server's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pgplumb.server.session import Unit

Provider = Literal["rds", "aurora", "cloudsql", "alloydb", "supabase", "neon", "azure"]

STATEMENTS = "pg_stat_statements"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that we cannot see here."""

    what: str
    """"pg_stat_statements is not installed in this database"."""
    costs: str
    """What stays unknown."""
    sql: str
    """What gives it, run by somebody who may. A comment where it is not done by SQL."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """A server as one role sees it."""

    server_version: int
    """server_version_num, such as 160004."""
    version_text: str
    """All that version() says."""
    is_superuser: bool
    roles: frozenset[str]
    """Predefined roles whose privileges are ours; all of them for a superuser."""
    extensions: Mapping[str, str]
    """Version by name, in this database."""
    is_standby: bool
    provider: Provider | None = None
    preloaded: frozenset[str] = frozenset()
    """Libraries known to be in shared_preload_libraries."""
    track_counts: bool = True
    role: str = ""
    database: str = ""
    extension_schemas: Mapping[str, str] = field(default_factory=dict)
    """Schema by extension name."""
    statement_columns: frozenset[str] = frozenset()
    """Columns of the view pg_stat_statements as installed here."""
    statements_readable: bool = False
    """True when pg_stat_statements is loaded, installed here and may be selected from."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Those read at connect (queries/settings.sql) that the role may see."""
    gaps: tuple[Gap, ...] = ()

    @property
    def can_read_all_stats(self) -> bool:
        """True when other roles' sessions, queries and statistics are visible."""
        return self.is_superuser or "pg_read_all_stats" in self.roles

    @property
    def can_read_all_settings(self) -> bool:
        """True when no setting is hidden."""
        return self.is_superuser or "pg_read_all_settings" in self.roles

    @property
    def major(self) -> int:
        """The major version."""
        return self.server_version // 10000

    @property
    def version(self) -> str:
        """The version for people: "16.4"."""
        return f"{self.major}.{self.server_version % 10000}"


def read_capabilities(unit: Unit) -> Capabilities:
    """Ask the server, in one round trip of about 2 ms. Needs no privilege."""
    from pgplumb.server.gaps import find_gaps

    names = ("identity", "memberships", "settings", "extensions")
    identity, memberships, setting_rows, extension_rows = unit.results([_query(name) for name in names])
    role, database, superuser, standby, version_text, aurora = identity[0]
    settings: dict[str, str] = dict(setting_rows.all())
    extensions = {row[0]: row for row in extension_rows}
    statements = extensions.get(STATEMENTS)
    preloaded = _preloaded(settings)
    found = Capabilities(
        server_version=unit.server_version,
        version_text=version_text,
        is_superuser=superuser,
        roles=frozenset(name for name, held in memberships if held and name.startswith("pg_")),
        extensions={name: row[1] for name, row in extensions.items()},
        is_standby=standby,
        provider=_provider(frozenset(name for name, _ in memberships), settings, aurora),
        preloaded=preloaded,
        track_counts=settings.get("track_counts", "on") == "on",
        role=role,
        database=database,
        extension_schemas={name: row[2] for name, row in extensions.items()},
        statement_columns=frozenset(statements[3] or ()) if statements else frozenset(),
        statements_readable=statements is not None and bool(statements[4]) and STATEMENTS in preloaded,
        settings=settings,
    )
    return find_gaps(found)


@cache
def _query(name: str) -> str:
    """Return a text of `queries/`."""
    from importlib.resources import files

    text = (files(__package__) / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("--"))


def _preloaded(settings: Mapping[str, str]) -> frozenset[str]:
    """Return preloaded libraries: as the setting says, or where it is hidden by the settings that they bring."""
    stated = settings.get("shared_preload_libraries", "")
    libraries = {part.strip().strip('"').rsplit("/", 1)[-1] for part in stated.split(",") if part.strip()}
    if f"{STATEMENTS}.max" in settings:
        libraries.add(STATEMENTS)
    return frozenset(libraries)


def _provider(roles: frozenset[str], settings: Mapping[str, str], aurora: bool) -> Provider | None:
    """Return whose managed service this is, by its roles and settings, or None for a server of one's own."""
    families = {name.split(".", 1)[0] for name in settings if "." in name}
    marks: tuple[tuple[Provider, bool], ...] = (
        ("aurora", aurora),
        ("rds", "rds_superuser" in roles or "rds" in families),
        ("alloydb", "alloydbsuperuser" in roles),
        ("cloudsql", "cloudsqlsuperuser" in roles or "cloudsql" in families),
        ("supabase", "supabase_admin" in roles or "supautils" in families),
        ("neon", "neon_superuser" in roles or "neon" in families),
        ("azure", "azure_pg_admin" in roles or "azure" in families),
    )
    return next((provider for provider, marked in marks if marked), None)
