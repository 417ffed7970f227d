"""Rules on names: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.name_words import is_plural, words
from pgplumb.checks.rule import Status
from pgplumb.checks.rules.naming.schema_name_without_environment import _ENVIRONMENT
from pgplumb.checks.rules.naming.snake_case_names import snake
from tests.checks.rules.schema_cases import Case, CaseDatabase

LONG = "a" * 63

CASES = [
    Case(
        "snake-case-names",
        "capitals, dashes, blanks and foreign letters have to be quoted",
        """CREATE TABLE "Order" (id int PRIMARY KEY, "userId" int); CREATE TABLE t ("a-b" int, "größe" int, ok_1 int);
        CREATE FUNCTION "doIt"() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TYPE "Mood" AS ENUM ('a'); CREATE VIEW "v 1" AS SELECT 1 AS x;
        CREATE INDEX "MyIndex" ON t (ok_1); ALTER TABLE t ADD CONSTRAINT "Check" CHECK (ok_1 > 0)""",
        [
            'column:{s}."Order"."userId"',
            'column:{s}.t."a-b"',
            'column:{s}.t."größe"',
            'constraint:{s}.t."Check"',
            'function:{s}."doIt"()',
            'index:{s}."MyIndex"',
            'table:{s}."Order"',
            'type:{s}."Mood"',
            'view:{s}."v 1"',
        ],
    ),
    Case(
        "snake-case-names",
        "what the server named after a bad name is not blamed",
        """CREATE TABLE "T" ("B" serial UNIQUE CHECK ("B" > 0)); CREATE INDEX ON "T" ("B");
        CREATE TABLE "P" (a int) PARTITION BY LIST (a); CREATE TABLE "P1" PARTITION OF "P" FOR VALUES IN (1)""",
        ['column:{s}."T"."B"', 'table:{s}."P"', 'table:{s}."T"'],
    ),
    Case("snake-case-names", "snake case is fine", "CREATE TABLE order_items2 (_id int PRIMARY KEY)"),
    Case(
        "no-reserved-words",
        "words that this server reserves are found",
        """CREATE TABLE "user" (id int, "order" int, name text, value int); CREATE VIEW "left" AS SELECT 1 AS a""",
        ["column:{s}.user.order", "table:{s}.user", "view:{s}.left"],
    ),
    Case(
        "no-reserved-words",
        "words that only look reserved are fine",
        "CREATE TABLE users (name text, value int, type text, timestamp int, key text)",
    ),
    Case(
        "name-not-truncated",
        "63 bytes are the sign of a cut, counted as bytes",
        f"""CREATE TABLE {LONG} (a int); CREATE TABLE t (a int, {"ü" * 31}b int);
        CREATE INDEX {"i" * 63} ON t (a); ALTER TABLE t ADD CONSTRAINT {"c" * 63} CHECK (a > 0)""",
        [
            f'column:{{s}}.t."{"ü" * 31}b"',
            f"constraint:{{s}}.t.{'c' * 63}",
            f"index:{{s}}.{'i' * 63}",
            f"table:{{s}}.{LONG}",
        ],
    ),
    Case(
        "name-not-truncated",
        "62 bytes and 63 characters of other lengths are fine",
        f"CREATE TABLE {'a' * 62} (a int, {'ü' * 30} int)",
    ),
    Case(
        "table-plurality-consistent",
        "the smaller part is found",
        "CREATE TABLE users (a int); CREATE TABLE orders (a int); CREATE TABLE invoice (a int)",
        ["table:{s}.invoice"],
    ),
    Case(
        "table-plurality-consistent",
        "status, news, address and data are singular or nothing at all",
        """CREATE TABLE "user" (a int); CREATE TABLE address (a int); CREATE TABLE order_status (a int);
        CREATE TABLE news (a int); CREATE TABLE analysis (a int); CREATE TABLE user_data (a int)""",
    ),
    Case(
        "table-plurality-consistent",
        "people and children are plural",
        "CREATE TABLE people (a int); CREATE TABLE children (a int); CREATE TABLE boxes (a int); "
        "CREATE TABLE media (a int)",
    ),
    Case(
        "index-name-convention",
        "a name that says neither table nor columns is found, and so is the server's own",
        """CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX ix1 ON t (a); CREATE INDEX ON t (b);
        CREATE INDEX idx_t_b ON t (a, b)""",
        ["index:{s}.idx_t_b", "index:{s}.ix1", "index:{s}.t_b_idx"],
    ),
    Case(
        "index-name-convention",
        "the pattern, constraints, expressions and predicates are fine",
        """CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int); CREATE INDEX idx_t_a_b ON t (a, b);
        CREATE INDEX idx_t_open ON t (b) WHERE a IS NULL; CREATE INDEX idx_t_lower ON t (abs(a));
        CREATE UNIQUE INDEX uq_t_b ON t (b); CREATE INDEX idx_t_a_inc ON t (a) INCLUDE (b)""",
    ),
    Case(
        "index-name-convention",
        "the profile may accept the server's own names",
        "CREATE TABLE t (a int); CREATE INDEX ON t (a); CREATE INDEX ON t (a)",
        thresholds=(("index-name-accept-default", 1),),
    ),
    Case(
        "index-name-convention",
        "the parts of a partitioned index are named by the server",
        """CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
        CREATE INDEX idx_t_a ON t (a)""",
    ),
    Case(
        "fk-constraint-name-convention",
        "a name that says nothing is found",
        """CREATE TABLE p (id int CONSTRAINT pk PRIMARY KEY);
        CREATE TABLE c (p_id int CONSTRAINT fk1 REFERENCES p, n int CONSTRAINT positive CHECK (n > 0))""",
        ["constraint:{s}.c.positive", "constraint:{s}.p.pk", "fk:{s}.c.fk1"],
    ),
    Case(
        "fk-constraint-name-convention",
        "the server's own names and those with the kind in front are fine",
        f"""CREATE TABLE p (id int PRIMARY KEY, u int UNIQUE, n int CHECK (n > 0));
        CREATE TABLE c (p_id int CONSTRAINT fk_c_p REFERENCES p, n int CONSTRAINT c_n_positive CHECK (n > 0),
        u int CONSTRAINT uq_c_u UNIQUE, CONSTRAINT pk_c PRIMARY KEY (n));
        CREATE TABLE {"long_" * 12} ({"column_" * 5} int REFERENCES p)""",
    ),
    Case("schema-name-without-environment", "a plain name is fine", "CREATE TABLE t (a int)"),
    Case(
        "schema-name-without-environment",
        "the server's own schemas are not judged",
        "DROP SCHEMA {s}",
        status=Status.NOT_APPLICABLE,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


@pytest.mark.parametrize("name", ["prod_app", "app_staging", "billing_dev", "test_data", "prod"])
def test_a_schema_named_after_an_environment(name: str) -> None:
    assert _ENVIRONMENT.match(name)


@pytest.mark.parametrize("name", ["product", "multi_stage", "staging", "devices", "contest", "latest"])
def test_a_schema_that_only_sounds_like_one(name: str) -> None:
    assert not _ENVIRONMENT.match(name)


@pytest.mark.parametrize(
    ("name", "written"),
    [("userID", "user_id"), ("HTTPServer", "http_server"), ("a-b c", "a_b_c"), ("2fa", "_2fa"), ("Ä", "_")],
)
def test_a_name_in_snake_case(name: str, written: str) -> None:
    assert snake(name) == written


def test_words_of_any_spelling() -> None:
    assert words("orderTotal_usd") == ("order", "total", "usd")
    assert words("sha256") == ("sha", "256")


@pytest.mark.parametrize(
    ("word", "plural"),
    [
        ("users", True),
        ("people", True),
        ("user", False),
        ("address", False),
        ("analysis", False),
        ("status", None),
    ],
)
def test_number_of_a_word(word: str, plural: bool | None) -> None:
    assert is_plural(word) is plural
