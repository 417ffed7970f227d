"""The planner estimates from copied statistics what it estimates in the source, kind by kind."""

from __future__ import annotations

import json
import os
from typing import Any

import psycopg
import pytest

from pgplumb.server.embedded import EmbeddedServer
from pgplumb.twin.statistics import PlannerStatistics, write_statistics
from tests.twin.statistics import everything
from tests.twin.statistics.pair import Pair, pair

NO_INDEXES = (
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off; SET jit = off"
)

KINDS = {
    "null fraction": "SELECT FROM texts WHERE t IS NULL",
    "most common values": "SELECT FROM texts WHERE t = '\"quotes\"'",
    "histogram": "SELECT FROM plain WHERE ts < '2001-02-04'",
    "n_distinct": "SELECT DISTINCT u, o FROM plain",
    "n_distinct by the user": "SELECT DISTINCT big FROM plain",
    "enum": "SELECT FROM texts WHERE m = 'happy'",
    "citext": "SELECT FROM texts WHERE ci = 'AB1'",
    "domain": "SELECT FROM domains WHERE s > 6",
    "elements": "SELECT FROM nested WHERE strings @> '{x3}'",
    "element counts": "SELECT FROM nested WHERE ints <@ '{0,1,2}'",
    "words": "SELECT FROM texts WHERE doc @@ 'w7'",
    "range bounds": "SELECT FROM ranges WHERE i && '[10,12)'",
    "range lengths": "SELECT FROM ranges WHERE i <@ '[10,40)'",
    "own range": "SELECT FROM ranges WHERE own @> 2.2::float8",
    "network": "SELECT FROM places WHERE ip << '10.0.5.0/24'",
    "composite": "SELECT FROM nested WHERE p = ROW(1, 'p,\"1')::pair",
    "index expression": "SELECT FROM texts WHERE lower(t) = 'null'",
    "inherited": "SELECT FROM parent WHERE k = 'c3'",
    "partitioned": "SELECT FROM part a JOIN part b USING (k)",
    "combined counts": "SELECT k, id FROM part GROUP BY k, id",
    "combined values": "SELECT FROM texts WHERE ci = 'AB1' AND m = 'ok \"quoted\"'",
    "dependencies": "SELECT FROM domains WHERE s = 7 AND t = 2",
    "combined values of children": "SELECT FROM parent WHERE id = 3 AND k = 'k3'",
}
SINCE_14 = {
    "multirange": "SELECT FROM multiranges WHERE i && '{[5,7)}'",
    "statistics of an expression": "SELECT FROM plain WHERE id % 10 = 3",
    "counts of expressions": "SELECT d, id % 10 FROM plain GROUP BY 1, 2",
    "combined values of expressions": "SELECT FROM texts WHERE upper(ci) = 'C0' AND m::text || 'x' = 'happyx'",
}


def stretched(two: Pair) -> str:
    """Return the name of a copy of the twin whose tables' files are as long as the source's."""
    pages = two.source.execute(
        "SELECT oid::regclass::text, pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'm') AND oid >= 16384"
    )
    paths = dict(
        two.twin.execute(
            "SELECT oid::regclass::text, pg_relation_filepath(oid) FROM pg_class WHERE oid >= 16384"
        )
    )
    copied = f"{two.twin.name}_long"
    with psycopg.connect(two.twin.server.conninfo(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [two.twin.name]
        )
        strategy = "STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
        connection.execute(f"CREATE DATABASE {copied} TEMPLATE {two.twin.name} {strategy}".encode())
        [(oid,)] = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [copied]).fetchall()
    for relation, size in pages:
        file = two.twin.server.root / "data" / "base" / str(oid) / paths[relation].rsplit("/", 1)[1]
        os.truncate(file, size)
    return copied


def estimates(connection: psycopg.Connection[tuple[Any, ...]], query: str) -> list[tuple[Any, ...]]:
    """Return type, rows, width and cost of every node of a query's plan."""
    [(found,)] = connection.execute(f"EXPLAIN (FORMAT JSON) {query}".encode()).fetchall()
    plan = found if isinstance(found, list) else json.loads(found)

    def nodes(node: dict[str, Any]) -> list[tuple[Any, ...]]:
        here = (node["Node Type"], node["Plan Rows"], node["Plan Width"], node["Total Cost"])
        return [here, *(one for child in node.get("Plans", ()) for one in nodes(child))]

    return nodes(plan[0]["Plan"])


def without(statistics: PlannerStatistics) -> PlannerStatistics:
    return PlannerStatistics(statistics.version_num, statistics.relations)


def compare(two: Pair, statistics: PlannerStatistics, queries: dict[str, str]) -> set[str]:
    """Return the kinds of statistics whose query is estimated otherwise in the twin."""
    connection = two.twin.connect()
    write_statistics(connection, statistics)
    connection.commit()
    connection.close()
    copied = stretched(two)
    try:
        with (
            psycopg.connect(two.source.conninfo, autocommit=True) as here,
            psycopg.connect(two.twin.server.conninfo(copied), autocommit=True) as there,
        ):
            for each in (here, there):
                each.execute(NO_INDEXES)
            return {
                kind for kind, query in queries.items() if estimates(here, query) != estimates(there, query)
            }
    finally:
        with psycopg.connect(two.twin.server.conninfo(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {copied}".encode())


def test_every_kind_of_statistics_gives_the_sources_estimate(every_server: EmbeddedServer) -> None:
    version = every_server.major * 10000
    queries = KINDS | (SINCE_14 if version >= 140000 else {})
    with pair(every_server, every_server, everything.schema(version)) as two:
        two.fill(everything.rows(version))

        assert compare(two, two.read(), queries) == set()


def test_no_estimate_is_right_without_its_statistics(server: EmbeddedServer) -> None:
    version = server.major * 10000
    queries = KINDS | SINCE_14
    with pair(server, server, everything.schema(version)) as two:
        two.fill(everything.rows(version))

        assert set(queries) - compare(two, without(two.read()), queries) == set()


@pytest.mark.parametrize("scale", [10])
def test_rows_of_a_scaled_twin_grow_with_it(two: Pair, scale: int) -> None:
    schema = "CREATE TABLE t (a int, b int, c int); CREATE STATISTICS s (ndistinct) ON b, c FROM t"
    two.source.execute(schema)
    two.twin.execute(schema)
    two.fill("INSERT INTO t SELECT i % 50, i, i FROM generate_series(1, 20000) i; ANALYZE t")
    two.copy(scale=scale)

    copied = stretched(two)
    file = two.source.execute("SELECT pg_relation_size('t')")[0][0]
    with psycopg.connect(two.twin.server.conninfo(copied), autocommit=True) as connection:
        [(path,)] = connection.execute("SELECT pg_relation_filepath('t')").fetchall()
        os.truncate(two.twin.server.root / "data" / path, file * scale)
        equal = estimates(connection, "SELECT FROM t WHERE a = 7")[0][1]
        grouped = estimates(connection, "SELECT b, c FROM t GROUP BY b, c")[0][1]
    with psycopg.connect(two.twin.server.conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {copied}".encode())
    assert (equal, grouped) == (4000, 200000)
