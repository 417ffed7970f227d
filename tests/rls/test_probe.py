"""Real rows looked at as the role: leaks are seen, their absence is never a proof, and nothing large is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pgplumb.rls.probe import contradictions, probe, summaries
from pgplumb.rls.verdict import Verdict
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.judging import MEMBERS, SETTING, Cells, judged

SCHEMA = """
CREATE ROLE app LOGIN; CREATE ROLE rls_outsider LOGIN;
CREATE TABLE members (user_id int, tenant_id int); INSERT INTO members VALUES (10, 1), (20, 2), (20, 3);
CREATE TABLE tight (id int, tenant_id int); CREATE TABLE leaking (LIKE tight); CREATE TABLE huge (LIKE tight);
CREATE TABLE indexed (LIKE tight); CREATE INDEX ON indexed (tenant_id); CREATE TABLE joined (LIKE tight);
CREATE TABLE empty (LIKE tight); CREATE TABLE raising (LIKE tight);
INSERT INTO tight VALUES (1, 1), (2, 2); INSERT INTO leaking TABLE tight; INSERT INTO huge TABLE tight;
INSERT INTO indexed TABLE tight; INSERT INTO joined VALUES (1, 1), (2, 2), (3, 3); INSERT INTO raising TABLE tight;
DO $$ DECLARE t regclass; BEGIN
  FOREACH t IN ARRAY ARRAY['tight', 'leaking', 'huge', 'indexed', 'joined', 'empty', 'raising']::regclass[] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY; GRANT SELECT ON %1$s TO app', t);
  END LOOP;
END $$;
GRANT SELECT ON members TO app;
CREATE POLICY p ON tight USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY p ON leaking USING (current_setting('app.tenant_id', true) IS NULL);
CREATE POLICY p ON joined USING (tenant_id IN (SELECT m.tenant_id FROM members m
  WHERE m.user_id = nullif(current_setting('app.user_id', true), '')::int));
CREATE POLICY p ON raising USING (tenant_id = current_setting('app.tenant_id', true)::int);
UPDATE pg_class SET reltuples = 6e6 WHERE relname IN ('huge', 'indexed');
"""


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "rls_probe")
    database.execute(SCHEMA)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def cells(database: Database) -> Cells:
    return judged(database, identities=(SETTING, MEMBERS), roles=("app",))


def test_what_real_rows_show_is_told_by_session(database: Database, cells: Cells) -> None:
    found = probe(database.session(), cells.judgement)
    seen = {
        (p.object.removeprefix("public."), p.session, p.tenant): (p.foreign_row_seen, p.error) for p in found
    }
    assert seen["leaking", "fresh", None] == (True, None)
    assert seen["leaking", "empty", None] == (False, None)
    assert seen["tight", "tenant", "1"] == (False, None)
    assert seen["joined", "tenant", "2"] == (False, None)
    assert seen["indexed", "tenant", "2"] == (False, None)
    refused = seen["huge", "tenant", None][1]
    assert refused is not None
    assert "6.0 M rows and no index leads by tenant_id" in refused
    assert seen["empty", "tenant", None] == (False, "no tenant was seen in it by the connecting role")
    assert "integer" in str(seen["raising", "empty", None][1])
    assert contradictions(cells.judgement, found) == ()
    words = dict(summaries(found))
    assert words["public.leaking as app: a row of another tenant was seen in a session that set nothing"]
    assert not any("isolated" in text for text in words)


def test_one_object_can_be_looked_at_and_nothing_stays_set(database: Database, cells: Cells) -> None:
    session = database.session()
    oid = cells.cell("tight").relation
    assert oid is not None
    found = probe(session, cells.judgement, frozenset({oid}))
    assert {p.object for p in found} == {"public.tight"}
    with session.unit() as unit:
        assert unit.query(
            "SELECT current_user::text, coalesce(current_setting('app.tenant_id', true), '')"
        ) == [("postgres", "")]


def test_a_row_that_a_proof_rules_out_is_a_mistake_of_ours_and_loud(database: Database, cells: Cells) -> None:
    oid = cells.cell("tight").relation
    assert cells.verdict("tight") == Verdict.ISOLATED
    assert oid is not None
    (first, *_) = probe(database.session(), cells.judgement, frozenset({oid}))
    (said,) = contradictions(cells.judgement, [replace(first, foreign_row_seen=True)])
    assert said.startswith(
        "public.tight is called isolated for SELECT by app, and a row of another tenant was seen"
    )


def test_who_cannot_act_as_a_role_learns_why(database: Database, cells: Cells) -> None:
    oid = cells.cell("tight").relation
    assert oid is not None
    found = probe(database.session("rls_outsider"), cells.judgement, frozenset({oid}))
    assert all(not p.foreign_row_seen and p.error for p in found)
    assert any("cannot act as app" in str(p.error) for p in found)
