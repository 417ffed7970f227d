"""How many normalised statements have a plan on each version: at least nine of ten, by what is promised."""

from __future__ import annotations

import pytest

from pgplumb.sql.lexer import tokens
from pgplumb.workload.plan import Plan, Unplanned, explain, explain_all
from tests.databases import Database
from tests.workload.corpus import BEYOND, SCHEMA, SINCE, STATEMENTS
from tests.workload.written import WRITTEN


@pytest.fixture
def shop(every_database: Database) -> Database:
    every_database.execute(SCHEMA)
    return every_database


def test_of_fifty_normalised_statements_nine_of_ten_have_a_plan(shop: Database) -> None:
    version = shop.server.major
    texts = (*STATEMENTS, *(text for text, since in SINCE.items() if since <= version))
    assert len(texts) >= 50
    answers = explain_all(shop.session(), texts)
    missing = {text: str(a) for text, a in zip(texts, answers, strict=True) if not isinstance(a, Plan)}
    assert len(missing) <= len(texts) // 10, missing


def test_a_plan_speaks_of_the_tables_that_its_text_names(shop: Database) -> None:
    """A repair that changed what the statement does would read other tables."""
    tables = {"customers", "orders", "items", "categories"}
    for text, plan in zip(STATEMENTS, explain_all(shop.session(), STATEMENTS), strict=True):
        if isinstance(plan, Plan):
            named = tables & {token.text.strip('"') for token in tokens(text)}
            assert {n.relation for n in plan.root.walk() if n.relation in tables} == named, text


def test_a_text_that_was_cut_off_says_so(shop: Database) -> None:
    session = shop.session()
    for text in BEYOND:
        found = explain(session, text)
        assert isinstance(found, Unplanned), text
        assert found.next_step
        assert "cut off" in str(found), found


def test_a_search_for_types_leaves_nothing_prepared(shop: Database) -> None:
    session = shop.session()
    explain_all(session, STATEMENTS)
    with session.unit() as unit:
        assert unit.query("SELECT count(*) FROM pg_prepared_statements") == [(0,)]


def test_what_pg_stat_statements_writes_has_a_plan(shop: Database) -> None:
    shop.execute("CREATE EXTENSION pg_stat_statements")
    texts = [normalised(shop, text) for text in WRITTEN]
    assert sum("$1" in text for text in texts) > 50
    answers = explain_all(shop.session(), texts)
    missing = {text: str(a) for text, a in zip(texts, answers, strict=True) if not isinstance(a, Plan)}
    assert len(missing) <= len(texts) // 10, missing


def normalised(database: Database, text: str) -> str:
    """Execute a statement and return what pg_stat_statements keeps of it."""
    database.execute("SELECT pg_stat_statements_reset()")
    database.execute(text)
    ((found,),) = database.execute(
        "SELECT query FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid"
        " WHERE datname = current_database() AND query NOT LIKE '%pg_stat_statements%'"
    )
    assert isinstance(found, str)
    return found


def test_constants_that_were_kept_behind_group_by_are_put_back(shop: Database) -> None:
    text = "SELECT date_trunc($1, placed_at), total - $2 FROM orders GROUP BY date_trunc('day', placed_at), total - -5"
    plan = explain(shop.session(), text)
    assert isinstance(plan, Plan), plan
    assert plan.query == (
        "SELECT date_trunc('day', placed_at), total - (-5) FROM orders"
        " GROUP BY date_trunc('day', placed_at), total - -5"
    )
    assert plan.parameters == 0
