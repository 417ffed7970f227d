"""Every realistic policy gets the verdict that it deserves."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.rls.access_reader import read_access
from pgplumb.rls.prover.facts import read_functions
from pgplumb.rls.prover.gate import Clause, Gate, World
from pgplumb.rls.prover.prove import prove
from pgplumb.rls.tenant_map import Hop, TenantMap, TenantPath
from tests.databases import Database
from tests.rls.prover.golden import CASES, SCHEMA

ROLE = "prover_golden"
COLUMNS = {"todos": "user_id", "rows_int": "tenant_id", "rows_text": "tenant_id"}


def observe(database: Database) -> Iterator[tuple[str, str, str, str]]:
    """Yield what is judged otherwise than it should be: expected, judged, predicate, why."""
    database.execute(f"DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    database.execute(SCHEMA.replace("{role}", ROLE))
    texts: list[str] = []
    with psycopg.connect(database.conninfo) as connection:
        for _, table, _, predicate in CASES:
            connection.execute("SET search_path = public, pg_catalog")
            connection.execute(f"CREATE POLICY golden ON public.{table} USING ({predicate})".encode())
            connection.execute("SET search_path = pg_catalog")
            row = connection.execute(
                "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'golden'"
            ).fetchone()
            assert row is not None
            texts.append(row[0])
            connection.execute(f"DROP POLICY golden ON public.{table}".encode())
        connection.rollback()
    session = database.session()
    catalog, _ = read_whole(session)
    with session.unit() as unit:
        matrix = read_access(unit, catalog)
        functions = read_functions(unit, catalog.server_version)
    role = next(r.oid for r in catalog.roles.values() if r.name == ROLE)
    tables = {r.name: r for r in catalog.tables if r.schema == "public"}
    paths = {
        table.oid: TenantPath(COLUMNS.get(name, "org_id"))
        for name, table in tables.items()
        if table.column_named(COLUMNS.get(name, "org_id"))
    }
    projects = tables["projects"].oid
    paths[tables["tasks"].oid] = TenantPath("org_id", (Hop("project_id", projects, "id"),))
    worlds: dict[str, World] = {}
    for (expected, table, identity, _), text in zip(CASES, texts, strict=True):
        world = worlds.setdefault(identity, World(matrix, TenantMap(paths, (identity,), False), functions))
        proof = prove(Gate(tables[table].oid, role, "SELECT", "using", (Clause("golden", text),)), world)
        if proof.verdict.value != expected:
            yield expected, proof.verdict.value, text, " | ".join(proof.reasons)


def test_every_realistic_policy_gets_its_verdict(database: Database) -> None:
    assert list(observe(database)) == []


@pytest.mark.parametrize("verdict", ["isolated", "partial", "open", "denied", "unproved"])
def test_every_verdict_is_deserved_by_some_policy(verdict: str) -> None:
    assert sum(case[0] == verdict for case in CASES) >= 5
