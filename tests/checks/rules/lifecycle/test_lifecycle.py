"""Rules on time stamps, soft delete and audit trails."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.roles import OPEN
from tests.checks.rules.schema_cases import Case, CaseDatabase

STAMPS = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
TOUCH = """CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END';"""

CASES = [
    Case(
        "audit-timestamps-present",
        "a table without both lacks two things",
        "CREATE TABLE orders (id int PRIMARY KEY, total int)",
        ["table:{s}.orders", "table:{s}.orders"],
        says="has no created_at",
    ),
    Case(
        "audit-timestamps-present",
        "a time without its zone, NOT NULL or default is found at the column",
        f"""CREATE TABLE a (id int, created_at timestamp NOT NULL DEFAULT now(),
          updated_at timestamptz NOT NULL DEFAULT now());
        CREATE TABLE b (id int, created_at timestamptz DEFAULT now(), updated_at timestamptz NOT NULL);
        CREATE TABLE good (id int, {STAMPS}); CREATE DOMAIN moment AS timestamptz NOT NULL;
        CREATE TABLE also (id int, date_created moment DEFAULT CURRENT_TIMESTAMP,
          last_modified timestamptz NOT NULL DEFAULT timezone('utc', statement_timestamp()))""",
        ["column:{s}.a.created_at", "column:{s}.b.created_at", "column:{s}.b.updated_at"],
    ),
    Case(
        "audit-timestamps-present",
        "links, logs, short lists and what is divided by time need none",
        f"""CREATE TABLE a (id int PRIMARY KEY, {STAMPS});
        CREATE TABLE countries (code text PRIMARY KEY, name text);
        CREATE TABLE a_countries (a int REFERENCES a, code text REFERENCES countries, PRIMARY KEY (a, code));
        CREATE TABLE login_events (id int, at timestamptz);
        CREATE TABLE readings (at timestamptz, x int) PARTITION BY RANGE (at)""",
    ),
    Case(
        "audit-timestamps-present",
        "rows that are only ever added have no time of change",
        """CREATE TABLE a (id int, created_at timestamptz NOT NULL DEFAULT now());
        INSERT INTO a SELECT n FROM generate_series(1, 1200) n""",
    ),
    Case(
        "audit-timestamps-present",
        "a default that cannot be read is no default that is missing",
        f"CREATE TABLE a (id int, {STAMPS})",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "updated-at-maintained",
        "nothing, a disabled trigger and one after the fact are found",
        TOUCH
        + """CREATE TABLE a (updated_at timestamptz); CREATE TABLE b (updated_at timestamptz);
        CREATE TRIGGER t BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION touch(); ALTER TABLE b DISABLE TRIGGER t;
        CREATE TABLE c (updated_at timestamptz);
        CREATE TRIGGER t AFTER UPDATE ON c FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE TRIGGER u BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION touch()""",
        ["column:{s}.a.updated_at", "column:{s}.b.updated_at", "column:{s}.c.updated_at"],
    ),
    Case(
        "updated-at-maintained",
        "one function may serve many tables, and other columns are no matter",
        TOUCH
        + """CREATE TABLE a (updated_at timestamptz); CREATE TABLE b (updated_at timestamptz);
        CREATE TABLE c (updated text); CREATE TABLE access_log (updated_at timestamptz);
        CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE TRIGGER t BEFORE INSERT OR UPDATE ON b FOR EACH ROW EXECUTE FUNCTION touch()""",
    ),
    Case(
        "soft-delete-pair",
        "a flag alone, a time without zone and two truths are found",
        """CREATE TABLE a (is_deleted boolean); CREATE TABLE b (deleted_at timestamp);
        CREATE TABLE c (deleted_at timestamptz, deleted boolean)""",
        ["column:{s}.a.is_deleted", "column:{s}.b.deleted_at", "table:{s}.c"],
    ),
    Case(
        "soft-delete-pair",
        "a time alone, a tied pair and a generated flag pass",
        """CREATE TABLE a (deleted_at timestamptz); CREATE TABLE d (deleted text);
        CREATE TABLE b (deleted_at timestamptz, is_deleted boolean, CHECK (is_deleted = (deleted_at IS NOT NULL)));
        CREATE TABLE c (deleted_at timestamptz,
          is_deleted boolean GENERATED ALWAYS AS (deleted_at IS NOT NULL) STORED)""",
    ),
    Case(
        "soft-delete-partial-index",
        "indexes that carry many deleted rows are found, once a table",
        """CREATE TABLE a (id int PRIMARY KEY, x int, deleted_at timestamptz); CREATE INDEX ON a (x);
        INSERT INTO a SELECT n, n, CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 2000) n;
        CREATE TABLE b (id int PRIMARY KEY, x int, deleted_at timestamptz); CREATE INDEX ON b (x);
        INSERT INTO b SELECT n, n FROM generate_series(1, 2000) n;
        CREATE TABLE c (id int PRIMARY KEY, x int, deleted_at timestamptz);
        CREATE INDEX ON c (x) WHERE deleted_at IS NULL; INSERT INTO c SELECT * FROM a; ANALYZE a, b, c""",
        ["table:{s}.a"],
        says="50% of",
        thresholds=(("soft-delete-partial-index-rows", 1000),),
    ),
    Case(
        "soft-delete-partial-index",
        "without ANALYZE nobody knows",
        """CREATE TABLE a (id int, x int, deleted_at timestamptz); CREATE INDEX ON a (x);
        INSERT INTO a SELECT n, n FROM generate_series(1, 2000) n""",
        status=Status.UNKNOWN,
        thresholds=(("soft-delete-partial-index-rows", 1000),),
    ),
    Case(
        "soft-delete-unique-is-partial",
        "a key that stays taken is found, whatever else its predicate says",
        """CREATE TABLE a (id int PRIMARY KEY, email text UNIQUE, deleted_at timestamptz);
        CREATE TABLE b (id int PRIMARY KEY, name text, kind int, is_deleted boolean);
        CREATE UNIQUE INDEX b_name ON b (lower(name)) WHERE kind = 1;
        CREATE TABLE c (id int PRIMARY KEY, code text, deleted_at timestamptz);
        CREATE UNIQUE INDEX c_code ON c (code)""",
        ["index:{s}.a_email_key", "index:{s}.b_name", "index:{s}.c_code"],
    ),
    Case(
        "soft-delete-unique-is-partial",
        "live rows, surrogates, the mark itself and targets of foreign keys pass",
        """CREATE TABLE a (id int PRIMARY KEY, email text, key uuid UNIQUE, code text UNIQUE, deleted_at timestamptz,
          UNIQUE (email, deleted_at)); CREATE UNIQUE INDEX ON a (email) WHERE deleted_at IS NULL;
        CREATE TABLE child (code text REFERENCES a (code)); CREATE TABLE plain (x int UNIQUE)""",
    ),
    Case(
        "audit-trigger-covers-all-dml",
        "a trail that misses DELETE, or columns, is found",
        """CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TABLE a (x int, y int);
        CREATE TRIGGER t AFTER INSERT OR UPDATE ON a FOR EACH ROW EXECUTE FUNCTION audit_row();
        CREATE TABLE b (x int, y int); CREATE TRIGGER t AFTER INSERT OR DELETE OR UPDATE OF x ON b FOR EACH ROW
          EXECUTE FUNCTION audit_row();
        CREATE TABLE c (x int); CREATE TRIGGER t AFTER INSERT OR DELETE ON c FOR EACH ROW EXECUTE FUNCTION audit_row();
        CREATE TRIGGER u AFTER UPDATE ON c FOR EACH ROW EXECUTE FUNCTION audit_row();
        ALTER TABLE c DISABLE TRIGGER u""",
        ["trigger:{s}.a.t", "trigger:{s}.b.t", "trigger:{s}.c.t"],
    ),
    Case(
        "audit-trigger-covers-all-dml",
        "several triggers may share the work",
        """CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TABLE a (x int); CREATE TRIGGER t AFTER INSERT OR DELETE ON a FOR EACH ROW EXECUTE FUNCTION log_change();
        CREATE TRIGGER u AFTER UPDATE ON a FOR EACH ROW EXECUTE FUNCTION log_change()""",
    ),
    Case(
        "audit-table-append-only",
        "a trail that can be rewritten is found",
        OPEN
        + """CREATE TABLE audit_log (x int); GRANT SELECT, INSERT, UPDATE ON audit_log TO plumb_app;
        CREATE TABLE order_audit (x int); GRANT SELECT, INSERT ON order_audit TO plumb_app;
        CREATE TABLE auditors (x int); GRANT ALL ON auditors TO plumb_app""",
        ["table:{s}.audit_log"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)
