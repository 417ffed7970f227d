"""Ways around row security are worked out again where something that makes one changed, and not for policies."""

from __future__ import annotations

from pgplumb.rls.side_channels import same_ground, side_channels
from tests.databases import Database
from tests.rls.judging import judged

SCHEMA = """
CREATE ROLE app LOGIN;
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL, slug text);
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (tenant_id = current_setting('app.tenant_id', true)::int);
CREATE VIEW docs_v AS SELECT * FROM docs;
GRANT SELECT ON docs, docs_v TO app;
"""
MATTERS = (
    "GRANT TRUNCATE ON docs TO app",
    "CREATE UNIQUE INDEX docs_slug ON docs (slug)",
    "CREATE MATERIALIZED VIEW docs_m AS SELECT * FROM docs; GRANT SELECT ON docs_m TO app",
    "CREATE PUBLICATION everything FOR TABLE docs",
    "ALTER TABLE docs DISABLE ROW LEVEL SECURITY",
    "CREATE OR REPLACE VIEW docs_v WITH (security_barrier) AS SELECT * FROM docs",
)
ALIKE = ("ALTER POLICY p ON docs USING (true)", "CREATE POLICY q ON docs FOR SELECT USING (slug IS NULL)")


def test_a_policy_is_no_ground_and_what_makes_a_way_is(database: Database) -> None:
    database.execute(SCHEMA)
    try:
        before = judged(database).judgement
        for sql in ALIKE:
            database.execute(sql)
            after = judged(database).judgement
            assert same_ground(before, after), sql
            assert side_channels(before) == side_channels(after), sql
            before = after
        for sql in MATTERS:
            database.execute(sql)
            after = judged(database).judgement
            assert not same_ground(before, after), sql
            before = after
    finally:
        database.execute("DROP PUBLICATION IF EXISTS everything; DROP OWNED BY app; DROP ROLE app")
