"""Rules on marks, traces and times of making: what each must find, and what only looks wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.unread import Unread
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.checks.rules.schema_cases import Case, CaseDatabase
from tests.databases import Database

TRACE = "CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"

CASES = [
    Case(
        "soft-delete-view-or-policy",
        "a mark that every query must remember is found",
        """CREATE TABLE t (id int, deleted_at timestamptz); CREATE VIEW everything AS SELECT * FROM t""",
        ["table:{s}.t"],
    ),
    Case(
        "soft-delete-view-or-policy",
        "a view without the mark, one of live rows and a policy are fine",
        """CREATE TABLE a (id int, deleted_at timestamptz); CREATE VIEW va AS SELECT id FROM a WHERE deleted_at IS NULL;
        CREATE TABLE b (id int, is_deleted bool); CREATE VIEW active_b AS SELECT * FROM b WHERE NOT is_deleted;
        CREATE TABLE c (id int, deleted_at timestamptz); ALTER TABLE c ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON c AS RESTRICTIVE USING (deleted_at IS NULL)""",
    ),
    Case(
        "soft-delete-fk-cascade",
        "children by cascade of a parent that is only marked are found",
        """CREATE TABLE p (id int PRIMARY KEY, deleted_at timestamptz);
        CREATE TABLE c (p_id int REFERENCES p ON DELETE CASCADE)""",
        ["fk:{s}.c.c_p_id_fkey"],
    ),
    Case(
        "soft-delete-fk-cascade",
        "children with a mark, a trigger of the parent and other actions are fine",
        """CREATE TABLE p (id int PRIMARY KEY, deleted_at timestamptz);
        CREATE TABLE c (p_id int REFERENCES p ON DELETE CASCADE, deleted_at timestamptz);
        CREATE TABLE d (p_id int REFERENCES p);
        CREATE TABLE q (id int PRIMARY KEY, deleted_at timestamptz);
        CREATE FUNCTION spread() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER t AFTER UPDATE OF deleted_at ON q FOR EACH ROW EXECUTE FUNCTION spread();
        CREATE TABLE e (q_id int REFERENCES q ON DELETE CASCADE)""",
    ),
    Case(
        "audit-trigger-present",
        "secrets and permissions without a trace are found",
        "CREATE TABLE logins (id int, password_hash text); CREATE TABLE user_roles (user_id int, role text)",
        ["table:{s}.logins", "table:{s}.user_roles"],
    ),
    Case(
        "audit-trigger-present",
        "a trace, tokens that are no text, logs and treatments are fine",
        TRACE
        + """CREATE TABLE logins (id int, password_hash text);
        CREATE TRIGGER t AFTER UPDATE ON logins FOR EACH ROW EXECUTE FUNCTION audit_row();
        CREATE TABLE a (secret bool); CREATE TABLE permission_log (x int); CREATE TABLE role_logs (x int);
        CREATE TABLE patients (treatment text)""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


def test_a_trace_that_the_rule_offers_makes_it_pass(database: Database) -> None:
    from pgplumb.sql.split import split
    from tests.changes import change_for

    database.execute("CREATE TABLE logins (id int PRIMARY KEY, password_hash text)")
    facts = gather(database.session(), Profile())
    (finding,) = r.run("audit-trigger-present", facts).findings
    change = change_for(finding.fix, facts.catalog) if finding.fix else None
    assert change is not None
    for statement in split(change.up):
        database.execute(statement.text)
    assert r.run("audit-trigger-present", gather(database.session(), Profile())).status is Status.PASS


def test_statements_that_set_the_time_of_making_anew(database: Database) -> None:
    rule = "created-at-immutable"
    database.execute(
        """CREATE EXTENSION pg_stat_statements;
        CREATE TABLE a (id int PRIMARY KEY, x int, created_at timestamptz DEFAULT now(), updated_at timestamptz);
        CREATE TABLE b (id int PRIMARY KEY, created_at timestamptz); INSERT INTO a VALUES (1, 2)"""
    )
    database.execute("UPDATE a SET x = 3, updated_at = created_at WHERE created_at < now()")
    assert r.run(rule, gather(database.session(), Profile())).status is Status.PASS
    database.execute("UPDATE a SET x = 4, created_at = now() WHERE id = 1")
    database.execute(
        "INSERT INTO b VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at"
    )
    facts = gather(database.session(), Profile())
    assert r.objects(rule, facts) == ["column:public.a.created_at", "column:public.b.created_at"]
    assert r.run(rule, replace(facts, statements=Unread("not created"))).status is Status.UNKNOWN
