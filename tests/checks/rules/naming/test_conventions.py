"""Rules on how references, booleans and search paths are named: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.checks.rules.schema_cases import Case, CaseDatabase
from tests.databases import Database

CASES = [
    Case(
        "fk-column-name-convention",
        "references whose names do not say so are found",
        """CREATE TABLE customers (id int PRIMARY KEY);
        CREATE TABLE orders (customer int REFERENCES customers, payer int REFERENCES customers)""",
        ["column:{s}.orders.customer", "column:{s}.orders.payer"],
    ),
    Case(
        "fk-column-name-convention",
        "roles, codes, camel case and who did it are fine",
        """CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE currencies (code text PRIMARY KEY);
        CREATE TABLE t (owner_id int REFERENCES users, created_by int REFERENCES users, "payerId" int REFERENCES users,
            user_uuid int REFERENCES users, currency text REFERENCES currencies, home_currency text
            REFERENCES currencies, currency_code text REFERENCES currencies)""",
        ["column:{s}.t.home_currency"],
    ),
    Case(
        "boolean-name-prefix",
        "a boolean without a prefix is found",
        "CREATE TABLE t (active bool, is_open bool, issue bool)",
        ["column:{s}.t.active", "column:{s}.t.issue"],
    ),
    Case(
        "boolean-name-prefix",
        "questions, and what is no boolean, are fine",
        "CREATE TABLE t (is_active bool, has_mail bool, can_edit bool, active int, flags bool[])",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


def test_a_name_that_is_hidden_on_a_search_path_is_found(database: Database) -> None:
    rule = "names-unique-across-kinds"
    database.execute(
        """CREATE SCHEMA app; CREATE TABLE public.orders (id int); CREATE TABLE app.orders (id int);
        CREATE FUNCTION public.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 2';
        CREATE FUNCTION app.f(text) RETURNS int LANGUAGE sql AS 'SELECT 2'"""
    )
    assert r.run(rule, gather(database.session(), Profile())).status is Status.NOT_APPLICABLE
    database.execute(f"ALTER DATABASE {database.name} SET search_path = app, public")
    assert r.objects(rule, gather(database.session(), Profile())) == [
        "function:public.f(int4)",
        "table:public.orders",
    ]
    database.execute("ALTER TABLE public.orders RENAME TO old_orders; DROP FUNCTION public.f(int)")
    assert r.run(rule, gather(database.session(), Profile())).status is Status.PASS
