"""Fills every table of a schema with rows whose whole numbers stand in no order."""

from __future__ import annotations

import psycopg
from psycopg import sql

ROWS = 20_000
_PRIME = 20_011
"""A prime above the number of rows: what is taken modulo it stays distinct."""

_COLUMNS = """
SELECT c.oid::regclass::text, array_agg(quote_ident(attname) ORDER BY attnum),
    array_agg(format_type(CASE typtype WHEN 'd' THEN typbasetype ELSE t.oid END, NULL) ORDER BY attnum)
FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
JOIN pg_type t ON t.oid = atttypid
WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_|^information_schema')
GROUP BY c.oid ORDER BY c.oid
"""


def fill(connection: psycopg.Connection[tuple[object, ...]], rows: int = ROWS) -> None:
    """Fill and analyse; the keys that refer to something are not checked."""
    connection.execute("SET session_replication_role = replica")
    for table, columns, types in connection.execute(_COLUMNS.encode()).fetchall():
        values = ", ".join(_value(str(kind), number) for number, kind in enumerate(_strings(types), 1))
        text = f"INSERT INTO {table} ({', '.join(_strings(columns))}) SELECT {values} FROM generate_series(1, {rows}) g"
        connection.execute(text.encode())
    connection.execute("RESET session_replication_role")
    connection.execute("ANALYZE")


def _strings(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]


def _value(kind: str, number: int) -> str:
    """Return an expression over g; distinct for numbers and texts."""
    scattered = f"(g * {7919 + 2 * number} % {_PRIME})"
    if kind in ("bigint", "integer", "numeric", "real", "double precision"):
        return scattered
    if kind.startswith(("timestamp", "date")):
        return f"timestamptz '2024-03-01' + {scattered} * interval '1 hour'"
    if kind.startswith("json"):
        return "'{}'"
    if kind == "uuid":
        return f"md5({scattered}::text)::uuid"
    if kind == "character":
        return "'x'"
    return f"left(md5(({scattered})::text), 10)"


def served(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, bool]:
    """Return for each foreign key, by `table(columns)`, whether the server finds its rows without reading the table.

    Tables of fewer than ten pages are left out. What it does at the deletion of a referenced row is planned and
    run for one value, and its blocks are counted: more than a fifth of the table is too many.
    """
    found: dict[str, bool] = {}
    connection.execute("SET plan_cache_mode = force_generic_plan")
    # Whether an index can serve is asked, not whether a table of this size deserves it.
    connection.execute("SET enable_seqscan = off")
    for key, table, types, where, ahead, pages in connection.execute(_KEYS.encode()).fetchall():
        if int(str(pages)) < 10:
            continue
        connection.execute(f"PREPARE look ({types}) AS SELECT 1 FROM {table} x WHERE {where}".encode())
        count = str(types).count(",") + 1
        values = (
            connection.execute(f"SELECT {ahead} FROM {table} LIMIT 1".encode()).fetchone() or (None,) * count
        )
        literals = ", ".join(sql.Literal(v).as_string() for v in values)
        run = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT json, TIMING off) EXECUTE look ({literals})"
        row = connection.execute(run.encode()).fetchone()
        assert row is not None
        assert isinstance(row[0], list)
        plan = row[0][0]["Plan"]
        blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        found[str(key)] = blocks < 0.2 * int(str(pages))
        connection.execute("DEALLOCATE look")
    return found


_KEYS = """
SELECT (SELECT format('%s(%s)', conrelid::regclass, string_agg(quote_ident(attname), ',' ORDER BY n))
        FROM unnest(conkey) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = num),
    conrelid::regclass,
    (SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY n)
        FROM unnest(conkey) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = num),
    (SELECT string_agg(format('%I = $%s', attname, n), ' AND ' ORDER BY n)
        FROM unnest(conkey) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = num),
    (SELECT string_agg(quote_ident(attname), ', ' ORDER BY n)
        FROM unnest(conkey) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = num),
    (SELECT sum(pg_relation_size(relid) / 8192) FROM (SELECT relid FROM pg_partition_tree(conrelid)
        UNION SELECT conrelid) t)
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY conrelid, conname
"""
