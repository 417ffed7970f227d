"""How many normalised statements have a plan on each version: at least nine of ten, by what is promised."""

from __future__ import annotations

import pytest

from pgplumb.sql.lexer import tokens
from pgplumb.workload.plan import Plan, Unplanned, explain, explain_all
from tests.databases import Database
from tests.workload.corpus import BEYOND, SCHEMA, SINCE, STATEMENTS


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
