"""What a role may not read is unknown: it neither passes, nor fails, nor is called absent."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from pgplumb.server.errors import QueryError
from tests.databases import Database

SCHEMA = """
CREATE TABLE account (id bigint PRIMARY KEY, name text);
CREATE TABLE doc (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES account, updated_at timestamptz);
COMMENT ON TABLE doc IS 'documents';
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON doc USING (true);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON doc FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE doc DISABLE TRIGGER touched;
CREATE RULE nothing AS ON DELETE TO account DO INSTEAD NOTHING;
CREATE VIEW names AS SELECT name FROM account;
"""

REVOKED = {
    "pg_policy": {"rls-policy-not-always-true", "policy-needs-rls", "rls-has-policy", "rls-initplan"},
    "pg_trigger": {"no-disabled-trigger", "updated-at-maintained"},
    "pg_rewrite": {"no-rewrite-rules", "view-security-invoker"},
    "pg_proc": {"definer-function-search-path", "definer-function-not-public"},
    "pg_auth_members": {"app-role-least-privilege", "rls-forced"},
    "pg_default_acl": {"default-privileges-set"},
    "pg_db_role_setting": {"statement-timeout-set"},
}


@pytest.fixture
def stranger(database: Database) -> Iterator[str]:
    database.execute(SCHEMA)
    name = f"stranger_{database.name}"
    database.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    database.execute(f"DROP ROLE {name}")


def answers(database: Database, role: str) -> dict[str, tuple[Status, str]]:
    with database.session(role) as session:
        checklist = Engine().run(gather(session, Profile()))
    return {r.rule.id: (r.status, r.reason) for r in checklist.results}


@pytest.mark.parametrize("catalog", REVOKED)
def test_a_catalog_that_was_revoked_makes_its_rules_unknown(
    database: Database, stranger: str, catalog: str
) -> None:
    before = answers(database, stranger)
    database.execute(f"SET allow_system_table_mods = on; REVOKE SELECT ON {catalog} FROM PUBLIC")
    found = answers(database, stranger)
    for rule in REVOKED[catalog]:
        assert found[rule][0] is Status.UNKNOWN, rule
        assert catalog in found[rule][1]
    moved = {r for r in found if found[r][0] is not before[r][0] and found[r][0] is not Status.UNKNOWN}
    assert moved <= {"cache-hit-ratio", "rollback-ratio"}  # they count what we ourselves read


@pytest.mark.parametrize("catalog", ["pg_constraint", "pg_database", "pg_inherits", "pg_roles"])
def test_without_the_catalogs_that_everything_stands_on_there_is_an_error(
    database: Database, stranger: str, catalog: str
) -> None:
    shared = psycopg.connect(database.conninfo, autocommit=True)
    shared.execute(f"SET allow_system_table_mods = on; REVOKE SELECT ON {catalog} FROM PUBLIC".encode())
    try:
        with pytest.raises(QueryError) as raised:
            answers(database, stranger)
        assert raised.value.permission_denied
        assert catalog in str(raised.value)
    finally:
        shared.execute(f"GRANT SELECT ON {catalog} TO PUBLIC".encode())
        shared.close()
