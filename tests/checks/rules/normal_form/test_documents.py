"""Rules on documents and on tables that are about everything."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

WIDE = ", ".join(f"c{i} int" for i in range(41))
REFERRING = "".join(f"CREATE TABLE r{i} (t_id int REFERENCES things);" for i in range(21))

CASES = [
    Case(
        "no-json-as-table",
        "a document whose keys the schema counts on is found",
        """CREATE TABLE t (id int, data jsonb CHECK (data ? 'kind'), total int GENERATED ALWAYS AS
            ((data ->> 'total')::int) STORED);
        CREATE INDEX ON t ((data ->> 'status')); CREATE INDEX ON t (id) WHERE (data -> 'open') = 'true'""",
        ["column:{s}.t.data"],
        says="name 4 keys of data: kind, open, status, total",
    ),
    Case(
        "no-json-as-table",
        "few keys, and the same one often, are fine",
        """CREATE TABLE t (id int, data jsonb CHECK (data ->> 'a' <> ''), mydata text, "Data" jsonb);
        CREATE INDEX ON t ((data ->> 'a')); CREATE INDEX ON t ((data ->> 'b')); CREATE INDEX ON t (("Data" ->> 'c'));
        CREATE INDEX ON t (("Data" ->> 'd'))""",
    ),
    Case(
        "no-json-as-table",
        "expressions that could not be read leave it open",
        "CREATE TABLE t (data jsonb CHECK (data ? 'kind'))",
        unread=True,
        status=Status.UNKNOWN,
    ),
    Case(
        "no-god-table",
        "a wide table that everything refers to is found",
        f"CREATE TABLE things (id int PRIMARY KEY, {WIDE}); {REFERRING}",
        ["table:{s}.things"],
    ),
    Case(
        "no-god-table",
        "either alone is fine, and so are users",
        f"""CREATE TABLE things (id int PRIMARY KEY); {REFERRING} CREATE TABLE wide ({WIDE});
        CREATE TABLE users (id int PRIMARY KEY, {WIDE});"""
        + REFERRING.replace("things", "users").replace("TABLE r", "TABLE u"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)
