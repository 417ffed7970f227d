"""Indexes that exist only in the twin: really created over the empty table, then given the size they would have."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from pgplumb.foundation.names import dotted
from pgplumb.sql.query_files import query_file
from pgplumb.twin.databases import RelationFile
from pgplumb.twin.files import stretch_index
from pgplumb.twin.index_size import IndexSize, KeyColumn, deduplicates, estimate_index_size

_CONCURRENTLY = re.compile(r"^(\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+)CONCURRENTLY\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An index that was asked for, and what it would be."""

    ddl: str
    name: str = ""
    """Qualified."""
    table: str = ""
    oids: tuple[int, ...] = ()
    """Itself and, on a partitioned table, those of the partitions."""
    pages: int = 0
    """Of all partitions together."""
    height: int = 0
    """The highest B-tree's."""
    error: str | None = None
    """Why the server would not create it; it is then never shown."""

    @property
    def size_bytes(self) -> int:
        """Estimated."""
        return self.pages * 8192


def create(connection: psycopg.Connection, ddls: Sequence[str]) -> tuple[Candidate, ...]:
    """Create each index as the connection's role; what the server refuses carries its reason.

    CONCURRENTLY is left out: nobody else is here, and partitioned tables do not take it.
    """
    return tuple(_create(connection, ddl) for ddl in ddls)


def permit(connection: psycopg.Connection, role: str) -> None:
    """Let a role that may do what owners may create indexes in every schema, as the superuser."""
    rows = connection.execute(
        "SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1"
    ).fetchall()
    for (schema,) in rows:
        grant = sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}")
        connection.execute(grant.format(sql.Identifier(schema), sql.Identifier(role)))


def _create(connection: psycopg.Connection, ddl: str) -> Candidate:
    text = _CONCURRENTLY.sub(r"\1", ddl.strip().rstrip(";"))
    newest = query_file(__package__, "candidate_newer").encode()
    before = connection.execute("SELECT max(oid)::bigint FROM pg_class").fetchone()
    try:
        connection.execute(text.encode())
    except psycopg.Error as error:
        return Candidate(ddl, error=(error.diag.message_primary or str(error)).strip())
    made = connection.execute(newest, [before[0] if before else 0]).fetchall()
    if not made:
        return Candidate(ddl, error="it made no index")
    _, schema, name, table_schema, table = made[0]
    return Candidate(
        ddl, dotted(schema, name), dotted(table_schema, table), tuple(sorted(oid for oid, *_ in made))
    )


def show(connection: psycopg.Connection, candidates: Sequence[Candidate], names: Collection[str]) -> None:
    """Let the planner see these of the candidates and no other."""
    everything = [oid for c in candidates for oid in c.oids]
    shown = [oid for c in candidates if c.name in names for oid in c.oids]
    connection.execute(
        "UPDATE pg_index SET indisvalid = indexrelid = ANY(%(shown)s::oid[])"
        " WHERE indexrelid = ANY(%(all)s::oid[]) AND indisvalid <> (indexrelid = ANY(%(shown)s::oid[]))",
        {"shown": shown, "all": everything},
    )


def give_sizes(
    builder: psycopg.Connection,
    caged: psycopg.Connection,
    data: Path,
    files: Mapping[int, RelationFile],
    candidates: Sequence[Candidate],
) -> tuple[Candidate, ...]:
    """Estimate the candidates' sizes, write them to pg_class and stretch their files; return them with their sizes.

    Their tables must have their own sizes and statistics. `caged` asks the planner what share of the rows a
    predicate keeps: that may run functions.
    """
    builder.execute("SET allow_system_table_mods = on")
    caged.execute("SET ROLE NONE")
    builder.execute(
        query_file(__package__, "candidate_expression").encode(),
        {"oids": [o for c in candidates for o in c.oids]},
    )
    rows = builder.execute(
        query_file(__package__, "candidate_figures").encode(),
        {"oids": [o for c in candidates for o in c.oids]},
    ).fetchall()
    sizes: dict[int, IndexSize] = {}
    counts: dict[str, float] = {}
    written = []
    for oid, method, table, predicate, heap_pages, options, parts in rows:
        if table not in counts:
            counts[table] = _rows(caged, f"SELECT FROM ONLY {table}")
        tuples = counts[table]
        share = 1.0
        if predicate and tuples > 0:
            share = min(_rows(caged, f"SELECT FROM ONLY {table} WHERE {predicate}") / tuples, 1.0)
        sizes[oid] = _size(
            method, tuples, share, heap_pages, options or {}, parts, builder.info.server_version
        )
        written.append((oid, sizes[oid].pages, tuples * share))
        stretch_index(data / files[oid].path, method, sizes[oid].pages, sizes[oid].height, heap_pages)
    builder.execute(
        "UPDATE pg_class c SET relpages = f.pages, reltuples = f.tuples::float4"
        " FROM unnest(%s::oid[], %s::int[], %s::float8[]) AS f (oid, pages, tuples) WHERE c.oid = f.oid",
        [[w[0] for w in written], [w[1] for w in written], [w[2] for w in written]],
    )
    return tuple(_sized(c, sizes) for c in candidates)


def _sized(candidate: Candidate, sizes: Mapping[int, IndexSize]) -> Candidate:
    own = [sizes[oid] for oid in candidate.oids if oid in sizes]
    return replace(candidate, pages=sum(s.pages for s in own), height=max((s.height for s in own), default=0))


def _size(
    method: str,
    tuples: float,
    share: float,
    heap_pages: int,
    options: Mapping[str, str],
    parts: Sequence[Mapping[str, object]],
    version: int,
) -> IndexSize:
    columns = [_column(part, tuples) for part in parts]
    keys = [c for c, part in zip(columns, parts, strict=True) if part["key"]]
    included = [c for c, part in zip(columns, parts, strict=True) if not part["key"]]
    return estimate_index_size(
        method,
        tuples=tuples,
        keys=keys,
        included=included,
        heap_pages=heap_pages,
        selectivity=share,
        fillfactor=int(options["fillfactor"]) if "fillfactor" in options else None,
        server_version=version,
        keys_per_row=_number(parts[0]["per_row"]) if parts[0]["per_row"] is not None else None,
        pages_per_range=int(options.get("pages_per_range", 128)),
        opclass=str(parts[0]["opclass"]),
    )


def _column(part: Mapping[str, object], tuples: float) -> KeyColumn:
    distinct = _number(part["distinct"])
    return KeyColumn(
        width=max(_number(part["width"]), 1.0),
        distinct=max(-distinct * tuples if distinct < 0 else distinct, 1.0),
        null_fraction=_number(part["nulls"]),
        length=int(_number(part["length"])),
        align=str(part["align"]),
        common=_number(part["common"]),
        deduplicates=deduplicates(
            str(part["type"]), is_enum=bool(part["enum"]), deterministic=bool(part["deterministic"])
        ),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _rows(connection: psycopg.Connection, text: str) -> float:
    row = connection.execute(f"EXPLAIN (FORMAT JSON) {text}".encode()).fetchone()
    return float(row[0][0]["Plan"]["Plan Rows"]) if row else 0.0
