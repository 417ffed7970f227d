"""Facts made by hand, for what no test can bring about cheaply: old transactions, standbys, a full server.

Records are data: what the rules see of a real server has the same shape.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pgplumb.catalog.model import Catalog, Database, Role, Setting
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import DatabaseCounters, Statistics, TableCounters
from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.registry import all_rules
from pgplumb.foundation.profile import Profile
from pgplumb.workload.activity import Activity, SessionInfo
from pgplumb.workload.statements import Statement, Statements

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
"""The moment of every reading here."""

SHOP = Database(5, "shop", 10, "UTF8", "C.UTF-8", "C.UTF-8", -1, None, 1000, 1000, None, None)
POSTGRES = Role(10, "postgres", True, True, True, True, True, True, True, -1, None)


def ago(seconds: float) -> datetime:
    """Return the moment so many seconds before the reading."""
    return NOW - timedelta(seconds=seconds)


def role(name: str, oid: int = 100, **attributes: object) -> Role:
    """Return a role that can log in and no more, but for the attributes."""
    plain = Role(oid, name, False, True, False, False, True, False, False, -1, None)
    return replace(plain, **attributes)  # type: ignore[arg-type]


def setting(name: str, value: str | None, **fields: object) -> Setting:
    """Return a setting from the configuration file."""
    plain = Setting(name, value, None, "configuration file", value, value, False, "sighup")
    return replace(plain, **fields)  # type: ignore[arg-type]


def catalog(*settings: Setting, **fields: object) -> Catalog:
    """Return the catalog of an empty database with these settings."""
    plain = Catalog(
        read_at=NOW,
        server_version=180006,
        server_version_text="18.6",
        database=SHOP,
        current_role=10,
        is_standby=False,
        roles={10: POSTGRES},
        settings={s.name: s for s in settings},
        expressions=None,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def counters(**fields: object) -> DatabaseCounters:
    """Return the counters of a database that did nothing in thirty days."""
    plain = DatabaseCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, ago(30 * 86400))
    return replace(plain, **fields)  # type: ignore[arg-type]


def statistics(**fields: object) -> Statistics:
    """Return statistics of a server that has run for forty days."""
    plain = Statistics(NOW, ago(40 * 86400), database=counters())
    return replace(plain, **fields)  # type: ignore[arg-type]


def table(oid: int, name: str, **fields: object) -> Relation:
    """Return a table of one block without columns."""
    plain = Relation(
        oid=oid,
        schema="public",
        name=name,
        kind="r",
        owner=10,
        persistence="p",
        pages=1,
        tuples=0.0,
        all_visible=0,
        row_security=False,
        force_row_security=False,
        is_partition=False,
        parents=(),
        replica_identity="d",
        options=(),
        acl=None,
        access_method="heap",
        tablespace=0,
        attribute_count=0,
        toast=0,
        frozen_age=1000,
        multixact_age=1000,
        extension=None,
        comment=None,
        depends_on=(),
        partition_key=None,
        partition_bound=None,
        sequence=None,
        foreign_server=None,
        _columns=(),
        _constraints=(),
        _indexes=(),
        _policies=(),
        _triggers=(),
        _rules=(),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def counted(**fields: object) -> TableCounters:
    """Return the counters of a table that was analysed an hour ago."""
    plain = TableCounters(1, 0.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ago(3600), ago(3600), 0, 0)
    return replace(plain, **fields)  # type: ignore[arg-type]


def session(pid: int, **fields: object) -> SessionInfo:
    """Return an idle client session of role app."""
    plain = SessionInfo(pid, "app", "shop", "web", state="idle", state_change=ago(1), backend_start=ago(9))
    return replace(plain, **fields)  # type: ignore[arg-type]


def activity(*sessions: SessionInfo, **fields: object) -> Activity:
    """Return a reading of sessions on a server with 100 connections."""
    plain = Activity(NOW, sessions, 100, 3, True, own=1)
    return replace(plain, **fields)  # type: ignore[arg-type]


def statement(queryid: int, calls: int, mean: float, **fields: object) -> Statement:
    """Return an entry of pg_stat_statements."""
    plain = Statement(queryid, 100, "app", calls, calls * mean, mean, calls, query=f"SELECT {queryid}")
    return replace(plain, **fields)  # type: ignore[arg-type]


def statements(*entries: Statement, **fields: object) -> Statements:
    """Return a reading of pg_stat_statements."""
    return replace(Statements(NOW, ago(86400), entries), **fields)  # type: ignore[arg-type]


def facts(*settings: Setting, thresholds: dict[str, float] | None = None, **fields: object) -> Facts:
    """Return facts of a quiet server, but for the given parts."""
    plain = Facts(
        catalog(*settings), NOW, statistics(), activity(), profile=Profile(thresholds=thresholds or {})
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def run(rule_id: str, given: Facts) -> RuleResult:
    """Return one rule's answer."""
    return Engine([r for r in all_rules() if r.id == rule_id]).run(given).results[0]


def objects(rule_id: str, given: Facts) -> list[str]:
    """Return the objects of one rule's findings."""
    return [f.object for f in run(rule_id, given).findings]
