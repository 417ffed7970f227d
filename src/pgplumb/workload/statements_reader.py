"""Reads pg_stat_statements, whatever version of the extension there is and wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_identifier, quote_literal, quote_qualified
from pgplumb.workload.statements import Key, Statement, Statements, StatementsUnread, order

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Unit

TEXT_LIMIT = 100_000
"""Characters of a text that are brought here: a statement of thousands of constants can have megabytes."""

COUNTERS: tuple[tuple[str, ...], ...] = (
    ("toplevel", "true"),
    ("calls",),
    ("total_exec_time", "total_time"),
    ("mean_exec_time", "mean_time"),
    ("min_exec_time", "min_time"),
    ("max_exec_time", "max_time"),
    ("stddev_exec_time", "stddev_time"),
    ("rows",),
    ("shared_blks_hit",),
    ("shared_blks_read",),
    ("shared_blks_dirtied",),
    ("shared_blks_written",),
    ("local_blks_read + local_blks_written",),
    ("temp_blks_read + temp_blks_written",),
    (
        "shared_blk_read_time + local_blk_read_time + temp_blk_read_time",
        "blk_read_time + temp_blk_read_time",
        "blk_read_time",
    ),
    ("wal_bytes", "NULL"),
    ("plans", "0"),
    ("total_plan_time", "0"),
    (
        "jit_generation_time + jit_inlining_time + jit_optimization_time + jit_emission_time + jit_deform_time",
        "jit_generation_time + jit_inlining_time + jit_optimization_time + jit_emission_time",
        "NULL",
    ),
    ("stats_since", "NULL"),
)
"""What is read of each entry: the first spelling whose columns the extension has."""

_TYPES = {0: "bool", 1: "bigint", 7: "bigint", 15: "bigint", 16: "bigint", 19: "timestamptz"}
_TYPES |= dict.fromkeys((8, 9, 10, 11, 12, 13), "bigint")


@dataclass(frozen=True, slots=True)
class Source:
    """Where pg_stat_statements is and what it can say (`statements_source.sql`)."""

    schema: str | None
    columns: tuple[str, ...]
    may_use_schema: bool
    may_call: bool
    has_info: bool
    maximum: int | None
    track: str | None
    query_id: str | None
    io_timing: bool
    preload: str | None
    role: str
    read_at: datetime
    started: datetime

    @property
    def function(self) -> str:
        """The function behind the view, as SQL."""
        return quote_qualified(self.schema or "", "pg_stat_statements")

    @property
    def paused(self) -> str | None:
        """Why nothing new is counted."""
        if self.track == "none":
            return "pg_stat_statements.track is none"
        return "compute_query_id is off" if self.query_id == "off" else None


def read_statements(
    unit: Unit, texts: int = 50, all_databases: bool = False
) -> Statements | StatementsUnread:
    """Read every entry of this database, with the texts of the `texts` entries of largest total time.

    Where that is not possible the answer says what is missing, why, and the statement that gives it.
    """
    source = read_source(unit)
    missing = what_is_missing(source)
    if missing is not None:
        return missing
    where = (
        "true"
        if all_databases
        else "s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    text = query_file(__package__, "statements")
    text = text.replace("{columns}", ", ".join(counters(source.columns)))
    text = text.replace("{function}", source.function).replace("{where}", where)
    info = (
        f"SELECT dealloc, stats_reset FROM {source.function}_info()"
        if source.has_info
        else "SELECT NULL, NULL"
    )
    found, about = unit.results([text, info])
    statements = _statements(source, found.all(), about[0])
    if not texts:
        return statements
    return statements.with_texts(_texts(unit, source, [e.key for e in statements.entries[:texts]]))


def read_texts(unit: Unit, keys: Iterable[Key], limit: int = TEXT_LIMIT) -> Mapping[Key, str]:
    """Return the texts of some entries, at most `limit` characters each; gone and hidden ones are left out."""
    source = read_source(unit)
    return {} if what_is_missing(source) else _texts(unit, source, list(keys), limit)


def read_source(unit: Unit) -> Source:
    """Find the extension, its columns and our privileges; never fails for the lack of any."""
    row = unit.query(query_file(__package__, "statements_source"))[0]
    return Source(row[0], tuple(row[1] or ()), bool(row[2]), bool(row[3]), *row[4:])


def what_is_missing(source: Source) -> StatementsUnread | None:
    """Return what stands between this role and the statements, or None."""
    if source.maximum is None:
        return _not_loaded(source)
    if source.schema is None:
        return StatementsUnread(
            "pg_stat_statements is not created in this database",
            "The library is loaded and counts, but this database lacks the extension's view.",
            "Create the extension here; no restart is needed and past counts appear at once.",
            "CREATE EXTENSION pg_stat_statements;",
        )
    role = quote_identifier(source.role)
    if not source.may_use_schema:
        return StatementsUnread(
            f"no USAGE on schema {source.schema}, where pg_stat_statements is",
            f"The role {source.role} may not use the schema of the extension.",
            "Have the schema's owner grant it.",
            f"GRANT USAGE ON SCHEMA {quote_identifier(source.schema)} TO {role};",
            is_privilege=True,
        )
    if not source.may_call:
        return StatementsUnread(
            "no privilege to read pg_stat_statements",
            f"EXECUTE on its function was revoked from PUBLIC and not granted to {source.role}.",
            "Have a superuser grant it.",
            f"GRANT EXECUTE ON FUNCTION {source.function}(boolean) TO {role};",
            is_privilege=True,
        )
    return None


def _not_loaded(source: Source) -> StatementsUnread:
    """Say how the library gets loaded, without losing the libraries that are."""
    created = "" if source.schema is None else " The extension is created, but has nothing to show."
    sql = None
    step = "Have a superuser add it to shared_preload_libraries (on a managed service: in its parameters)"
    if source.preload is not None:
        libraries = [name.strip().strip('"') for name in source.preload.split(",") if name.strip()]
        named = ", ".join(quote_literal(name) for name in [*libraries, "pg_stat_statements"])
        sql = f"ALTER SYSTEM SET shared_preload_libraries = {named};"
        step = "Add it to shared_preload_libraries (on a managed service: in its parameters)"
    then = ", restart the server" + (
        ", then CREATE EXTENSION pg_stat_statements." if source.schema is None else "."
    )
    return StatementsUnread(
        "pg_stat_statements is not loaded",
        "The server counts statements only where the library is in shared_preload_libraries at start."
        + created,
        step + then,
        sql,
        needs_restart=True,
    )


def counters(columns: Iterable[str]) -> list[str]:
    """Return the SQL of every counter for an extension that has these columns."""
    there = set(columns)
    found = []
    for number, spellings in enumerate(COUNTERS):
        # The last spelling stands where none fits: the server then names the column that it lacks.
        chosen = next((s for s in spellings if there.issuperset(re.findall(r"[a-z_]{4,}", s))), spellings[-1])
        found.append(f"({chosen})::{_TYPES.get(number, 'float8')}")
    return found


def _statements(source: Source, rows: list[Row], about: Row) -> Statements:
    visible = [row for row in rows if row[3] is not None]
    hidden = [row for row in rows if row[3] is None]
    entries = [_entry(row, source.io_timing) for row in visible]
    return Statements(
        read_at=source.read_at,
        stats_reset=about[1],
        entries=tuple(sorted(entries, key=order)),
        hidden_calls=sum(row[5] for row in hidden),
        hidden_ms=sum(row[6] for row in hidden),
        hidden_entries=len(hidden),
        evictions=about[0],
        maximum=source.maximum,
        started=source.started,
        paused=source.paused,
    )


def _entry(row: Row, io_timing: bool) -> Statement:
    (
        userid, role, dbid, queryid, toplevel, calls, total, mean, low, high, stddev, rows, hit, read, dirtied,
        written, local, temp, read_ms, wal, plans, plan_ms, jit, since,
    ) = row  # fmt: skip
    return Statement(
        queryid=queryid,
        userid=userid,
        role=role,
        calls=calls,
        total_ms=total,
        mean_ms=mean,
        rows=rows,
        min_ms=low,
        max_ms=high,
        stddev_ms=stddev,
        dbid=dbid,
        toplevel=toplevel,
        shared_hit=hit,
        shared_read=read,
        shared_dirtied=dirtied,
        shared_written=written,
        local_blks=local,
        temp_blks=temp,
        read_ms=read_ms if read_ms or io_timing else None,
        wal_bytes=wal,
        plans=plans,
        plan_ms=plan_ms,
        jit_ms=jit,
        since=since,
    )


UNCONVERTIBLE = ("22021", "22P05")
"""The server converts every text that it keeps into this database's encoding, those of other databases too, and gives
none where one of them cannot be converted: the counters stand without texts then."""


def _texts(unit: Unit, source: Source, keys: list[Key], limit: int = TEXT_LIMIT) -> Mapping[Key, str]:
    if not keys:
        return {}
    text = query_file(__package__, "statements_text").replace("{function}", source.function)
    text = text.replace("{toplevel}", "s.toplevel" if "toplevel" in source.columns else "true")
    wanted = set(keys)
    try:
        with unit.savepoint():
            rows = unit.query(text, [limit, sorted({key[2] for key in keys})])
    except QueryError as error:
        if error.sqlstate not in UNCONVERTIBLE:
            raise
        return {}
    return {(u, d, q, t): found for u, d, q, t, found in rows if (u, d, q, t) in wanted}
