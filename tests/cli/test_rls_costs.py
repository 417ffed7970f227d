"""`pgplumb rls --costs`: what policies cost in the statements seen, or why that is not known."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import pgplumb
from tests.databases import Database

SCHEMA = """
CREATE ROLE web;
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, body text);
INSERT INTO docs SELECT n, n % 500, 'text ' || n FROM generate_series(1, 20000) AS n;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
GRANT SELECT ON docs TO web;
ANALYZE docs;
"""
STATED = (
    "--tenant",
    "tenant_id",
    "--identity",
    "current_setting('app.tenant_id')",
    "--role",
    "web",
    "--costs",
)


def test_without_statements_the_costs_are_unknown_and_the_verdicts_stand(database: Database) -> None:
    database.execute(SCHEMA)
    run = pgplumb("rls", database.uri, *STATED, "--format", "json")
    found = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert found["costs"]["status"] == "unknown"
    assert "CREATE EXTENSION" in found["costs"]["reason"]
    assert {cell["verdict"] for cell in found["cells"]} == {"isolated", "denied"}


@pytest.mark.long
def test_costs_come_with_plans_proofs_and_sql(database: Database) -> None:
    database.execute(f"CREATE EXTENSION pg_stat_statements; {SCHEMA} SELECT pg_stat_statements_reset()")
    database.execute("SET ROLE web; SELECT count(*) FROM docs WHERE body > 'text 1'; RESET ROLE")
    run = pgplumb("rls", database.uri, *STATED, "--format", "json")
    costs = json.loads(run.stdout)["costs"]
    assert costs["status"] == "known", costs["reason"]
    found = {one["kind"]: one for one in costs["findings"]}
    assert found.keys() == {"rewrite", "index"}
    rewrite = found["rewrite"]
    (fix,) = rewrite["fixes"]
    assert (rewrite["object"], rewrite["where"], rewrite["declined"]) == ("public.docs", "filter", None)
    assert fix["sql"].startswith("ALTER POLICY own ON public.docs USING ((tenant_id = ( SELECT (NULLIF(")
    assert rewrite["proved"]["gates"] >= 1
    (query,) = rewrite["queries"]
    assert (query["role"], query["query"]) == ("web", "SELECT count(*) FROM docs WHERE body > $1")
    assert query["cost_before"] > query["cost_after"]
    for form in ("text", "markdown"):
        shown = pgplumb("rls", database.uri, *STATED, "--format", form).stdout
        assert "What policies cost" in shown
        assert "in the plan that gains most" in " ".join(shown.split())
