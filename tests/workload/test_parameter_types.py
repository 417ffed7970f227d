"""Types of parameters come from the server; a person's values take their place."""

from __future__ import annotations

import pytest

from pgplumb.workload.analyze import Analysis, Proposal
from pgplumb.workload.parameter_types import ParameterTypes, parameter_types
from pgplumb.workload.plan import Plan, Unplanned
from tests.databases import Database
from tests.workload.corpus import SCHEMA


@pytest.fixture
def shop(every_database: Database) -> Database:
    every_database.execute(SCHEMA)
    return every_database


def types_of(database: Database, query: str) -> ParameterTypes:
    found = parameter_types(database.session(), query)
    assert isinstance(found, ParameterTypes), found
    return found


def test_the_server_says_the_types(shop: Database) -> None:
    found = types_of(
        shop,
        "SELECT * FROM orders WHERE customer_id = $1 AND placed_at > now() - interval $2 AND status = ANY ($3)"
        " AND (SELECT mood FROM customers LIMIT 1) = $4 LIMIT $5",
    )
    assert found.types == ("bigint", "interval", "text[]", "mood", "bigint")


def test_values_of_a_person_are_put_in_and_executed(shop: Database) -> None:
    session = shop.session()
    found = types_of(
        shop, "SELECT * FROM orders WHERE customer_id = $1 AND placed_at > date $2 - $3 AND note = $4;"
    )
    text = found.filled(["7", "2026-01-01", "1", "it's \\ $1"])
    proposal = Analysis(session).proposal(text)
    assert isinstance(proposal, Proposal), proposal
    assert isinstance(Analysis(session).run(proposal), Plan)


def test_what_may_be_anything_is_text_and_null_is_null(shop: Database) -> None:
    found = types_of(shop, "SELECT $1, id FROM orders WHERE id = $2")
    assert found.filled([None, "1"]) == ("SELECT (NULL::text), id FROM orders WHERE id = ('1'::bigint)")


def test_one_value_for_each_parameter(shop: Database) -> None:
    with pytest.raises(ValueError, match="1 values are needed"):
        types_of(shop, "SELECT $1").filled([])


def test_nothing_stays_prepared_and_what_cannot_be_read_says_why(shop: Database) -> None:
    session = shop.session()
    assert isinstance(parameter_types(session, "SELECT $1 FROM nowhere"), Unplanned)
    assert isinstance(parameter_types(session, "DROP TABLE orders"), Unplanned)
    assert isinstance(parameter_types(session, "SELECT sum(CASE WHEN true THEN $1 END)"), ParameterTypes)
    with session.unit() as unit:
        assert unit.query("SELECT count(*) FROM pg_prepared_statements") == [(0,)]
