"""Rules on comments."""

from __future__ import annotations

import pytest

from tests.checks.rules.schema_cases import Case, CaseDatabase

CASES = [
    Case(
        "table-and-column-documented",
        "a table and columns without a comment, and a blank one, are found",
        """CREATE TABLE a (id int PRIMARY KEY, kind int); CREATE TABLE b (id int, kind int);
        COMMENT ON TABLE b IS 'What we sell'; COMMENT ON COLUMN b.kind IS '  '""",
        ["table:{s}.a", "table:{s}.b"],
    ),
    Case(
        "table-and-column-documented",
        "ids, time stamps and keys speak for themselves",
        """CREATE TABLE p (id int PRIMARY KEY); COMMENT ON TABLE p IS 'Parents';
        CREATE TABLE a (id int PRIMARY KEY, p_id int REFERENCES p, created_at timestamptz, kind int);
        COMMENT ON TABLE a IS 'What we sell'; COMMENT ON COLUMN a.kind IS '1 is new, 2 is sold'""",
    ),
    Case(
        "view-documented",
        "views of both kinds are found",
        """CREATE VIEW v AS SELECT 1 AS x; CREATE MATERIALIZED VIEW m AS SELECT 1 AS x; CREATE VIEW ok AS SELECT 1 AS x;
        COMMENT ON VIEW ok IS 'One'""",
        ["view:{s}.v", "matview:{s}.m"],
    ),
    Case(
        "function-documented",
        "functions are found, triggers' are not",
        """CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION ok() RETURNS int LANGUAGE sql AS 'SELECT 1';
        COMMENT ON FUNCTION ok() IS 'One'; CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'""",
        ["function:{s}.f()", "function:{s}.p(int4)"],
    ),
    Case(
        "enum-domain-documented",
        "enums, domains and composites are found, rowtypes and arrays are not",
        """CREATE TYPE status AS ENUM ('a'); CREATE DOMAIN money_amount AS numeric; CREATE TYPE pair AS (x int);
        CREATE TABLE t (s status); CREATE TYPE ok AS ENUM ('b'); COMMENT ON TYPE ok IS 'Fine'""",
        ["type:{s}.status", "type:{s}.money_amount", "type:{s}.pair"],
    ),
    Case(
        "pii-columns-tagged",
        "data of persons without a tag is found, words that hold such a name are not",
        """CREATE TABLE a (email text, phone text, email_template text, treatment text, emailed boolean);
        COMMENT ON COLUMN a.phone IS 'Where to call @pii'; COMMENT ON COLUMN a.email IS 'Work address'""",
        ["column:{s}.a.email"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)


def test_the_tag_is_added_to_the_comment_that_is_there(cases: CaseDatabase) -> None:
    fix = cases.run(CASES[-1]).findings[0].fix
    assert fix is not None
    assert fix.fields["comment"] == "Work address @pii"
