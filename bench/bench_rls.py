"""Judging 1,000 tables for ten roles, and judging again after one policy changed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import psycopg

from bench.figure import Figure
from bench.server import server
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.judge import judge, rejudge
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.surface import read_surface
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.tenants import tenant_map
from pgplumb.server.session import Session
from pgplumb.server.target import Target

TABLES = 1_000
ROLES = 10
IDENTITIES = (
    "current_setting('app.tenant_id')",
    "members(tenant_id) where user_id = current_setting('app.user_id')",
)
RUNS = 5

SCHEMA = """
CREATE TABLE members (user_id text, tenant_id int NOT NULL, PRIMARY KEY (user_id, tenant_id));
CREATE TABLE projects (id int PRIMARY KEY, tenant_id int NOT NULL);
DO $$ DECLARE n int; r int; BEGIN
  FOR r IN 1..{roles} LOOP
    EXECUTE format('CREATE ROLE bench_rls_%s LOGIN', r);
  END LOOP;
  FOR n IN 1..{tables} LOOP
    EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, tenant_id int NOT NULL, project_id int NOT NULL REFERENCES '
                   'projects, body text, is_public bool)', n);
    EXECUTE format('ALTER TABLE t%s ENABLE ROW LEVEL SECURITY', n);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON t%s TO bench_rls_1, bench_rls_2, bench_rls_3, bench_rls_4,'
                   'bench_rls_5, bench_rls_6, bench_rls_7, bench_rls_8, bench_rls_9, bench_rls_10', n);
    IF n % 4 = 0 THEN
      EXECUTE format('CREATE POLICY member ON t%s USING (tenant_id IN (SELECT m.tenant_id FROM members m '
                     'WHERE m.user_id = current_setting(''app.user_id'', true)))', n);
    ELSE
      EXECUTE format('CREATE POLICY tenant ON t%s '
                     'USING (tenant_id = current_setting(''app.tenant_id'', true)::int)', n);
    END IF;
    IF n % 5 = 0 THEN
      EXECUTE format('CREATE POLICY shown ON t%s FOR SELECT TO bench_rls_1 USING (is_public)', n);
    END IF;
    IF n % 7 = 0 THEN
      EXECUTE format('CREATE POLICY floor ON t%s AS RESTRICTIVE FOR UPDATE USING (body IS NOT NULL)', n);
    END IF;
  END LOOP;
END $$;
GRANT SELECT ON members, projects TO bench_rls_1, bench_rls_2, bench_rls_3, bench_rls_4, bench_rls_5, bench_rls_6,
  bench_rls_7, bench_rls_8, bench_rls_9, bench_rls_10;
ANALYZE;
"""


def run() -> list[Figure]:
    """Measure the reading, the judgement, and the judgement after ALTER POLICY."""
    with psycopg.connect(server().conninfo(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench_rls")
    conninfo = server().conninfo("bench_rls")
    with psycopg.connect(conninfo, autocommit=True) as other, Session.open(Target(conninfo)) as session:
        other.execute(SCHEMA.format(tables=TABLES, roles=ROLES).encode())
        kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
        begun = time.perf_counter()
        whole = _judge(session, kept.reading.catalog)
        first = time.perf_counter() - begun
        spent = time.process_time()
        taken = min(_timed(lambda: judge(whole.matrix, whole.surface, whole.tenants).cells) for _ in range(3))
        each = (time.process_time() - spent) / 3
        again: list[float] = []
        again_spent: list[float] = []
        for place in range(RUNS):
            table = 1 + place
            name = "tenant" if table % 4 else "member"
            other.execute(f"ALTER POLICY {name} ON t{table} USING (tenant_id = {place})".encode())
            kept.update(session)
            with session.unit(60_000) as unit:
                matrix = read_access(unit, kept.reading.catalog)
            surface = read_surface(session, matrix)
            tenants = _tenants(kept.reading.catalog)
            before = whole
            begun, spent = time.perf_counter(), time.process_time()
            whole = rejudge(before, matrix, surface, tenants)
            cells = len(whole.cells)
            again.append(1000 * (time.perf_counter() - begun))
            again_spent.append(1000 * (time.process_time() - spent))
    return [
        Figure(f"{TABLES:,} tables x {ROLES} roles, {cells:,} cells", taken, "s", 5),
        Figure("  processor time of it", each, "s"),
        Figure("  with privileges and functions read", first, "s"),
        Figure("one changed policy judged again", statistics.median(again), "ms", 50),
        Figure("  processor time of it", statistics.median(again_spent), "ms"),
    ]


def _judge(session: Session, catalog: Catalog) -> Judgement:
    with session.unit(60_000) as unit:
        matrix = read_access(unit, catalog)
    surface = read_surface(session, matrix)
    found = judge(matrix, surface, _tenants(catalog))
    assert found.cells
    return found


def _tenants(catalog: Catalog) -> TenantMap:
    return tenant_map(catalog, ("tenant_id",), None, IDENTITIES)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
