"""What policies cost in queries that were seen: real servers, real plans, and nothing offered that is not proved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pgplumb.checks.policy_cost_fixes import findings_of
from pgplumb.migrate.change import Change
from pgplumb.migrate.intents import change_or_why
from pgplumb.rls.cost.cost import PolicyCost
from tests.conftest import Clusters, each_major
from tests.databases import Database
from tests.rls.cost.costed import Costs, costed

PEOPLE = "people(tenant_id) where user_id = current_setting('app.user_id')"
TENANT = "current_setting('app.tenant_id')"
QUERIES = (
    *(
        f"SELECT * FROM {table} ORDER BY body LIMIT $1"
        for table in ("bare", "bare_indexed", "wrapped_indexed")
    ),
    *(
        f"SELECT count(*) FROM {table}"
        for table in (
            "via_in",
            "via_exists",
            "via_nothing",
            "volatile",
            "asked",
            "via_columns",
            "via_rows",
            "asked_once",
        )
    ),
    "SELECT * FROM untold WHERE kind = $1",
    'SELECT count(*) FROM "odd "" one"',
    "SELECT count(*) FROM parted",
    "SELECT count(*) FROM searched WHERE body LIKE 'word 1717%'",
    "UPDATE bare SET body = $1 WHERE kind = $2",
    "SELECT * FROM nowhere",
)
_serial = count()


@pytest.fixture(scope="module", params=each_major())
def costs(request: pytest.FixtureRequest, clusters: Clusters) -> Iterator[Costs]:
    """All that is found in a database with one table for each way to write a policy."""
    database = Database.create(clusters.get(request.param), f"costs_{next(_serial)}")
    try:
        database.execute("CREATE ROLE seen")
        database.execute(Path(__file__).with_name("costs.sql").read_text())
        yield costed(database, *QUERIES, role="seen", identities=(TENANT, PEOPLE))
    finally:
        database.drop()


def rewrite(costs: Costs, table: str) -> PolicyCost:
    return costs.of(table)["rewrite"]


def test_what_is_asked_for_each_row_is_found_by_its_plan_and_asked_once(costs: Costs) -> None:
    found = rewrite(costs, "bare")
    assert (found.where, found.rows, found.at_least) == ("filter", 20_000, False)
    assert found.mend is not None
    (one,) = found.mend.alterations
    assert one.using is not None
    assert "( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::integer)" in one.using
    assert one.check is None
    assert found.mend.gates >= 4
    assert {effect.query for effect in found.effects} == {QUERIES[0], QUERIES[15]}
    assert all(effect.before > 1.1 * effect.after for effect in found.effects)


def test_the_index_that_a_filter_lacks_is_offered_too(costs: Costs) -> None:
    found = costs.of("bare")["index"]
    assert found.mend is not None
    assert found.mend.columns == ("tenant_id",)
    assert found.saved > rewrite(costs, "bare").saved


def test_the_same_text_costs_nothing_where_it_ends_in_an_index(costs: Costs) -> None:
    looked = {r: one for r, one in costs.found.looked.items() if costs.name(r) == "bare_indexed"}
    (one,) = looked.values()
    assert (one.queries, dict(one.ends)) == (1, {"index": 1})
    assert costs.of("bare_indexed") == {}
    assert costs.of("wrapped_indexed") == {}


@pytest.mark.parametrize("table", ["via_in", "via_exists"])
def test_a_membership_as_an_array_drives_the_index(costs: Costs, table: str) -> None:
    found = rewrite(costs, table)
    assert found.where == "hashed"
    assert found.mend is not None, found.declined
    (one,) = found.mend.alterations
    assert one.using is not None
    assert "= ANY (ARRAY( SELECT p.tenant_id" in one.using
    (effect,) = found.effects
    # As a hashed sub-plan, not as if it ran for each row.
    assert effect.before < 3_000
    assert effect.after < effect.before / 2


def test_what_may_be_null_elsewhere_is_not_rewritten(costs: Costs) -> None:
    found = costs.of("via_nothing").get("rewrite")
    assert found is None or found.mend is None or "EXISTS" in str(found.mend.alterations[0].using)


def test_a_volatile_function_is_found_and_nothing_is_offered(costs: Costs) -> None:
    found = rewrite(costs, "volatile")
    assert found.mend is None
    assert found.declined is not None
    assert found.declined.startswith("tenant_now() is VOLATILE")
    (finding,) = findings_of(found)
    assert finding.fix is None


def test_where_privileges_are_held_on_columns_exists_stays(costs: Costs) -> None:
    found = rewrite(costs, "via_columns")
    assert found.mend is None
    assert found.declined is not None
    assert "privileges on columns of public.secrets" in found.declined


def test_a_function_of_the_row_is_found_by_what_it_costs(costs: Costs) -> None:
    found = costs.of("asked")["per-row"]
    assert found.rows == 20_000
    assert "calls may_see() for each row" in found.message
    assert found.mend is None
    assert found.declined is not None


def test_a_sub_select_of_the_row_is_found_by_what_all_its_runs_cost(costs: Costs) -> None:
    found = costs.of("via_rows")["per-row"]
    assert (found.where, found.mend) == ("subplan", None)
    assert "runs a sub-select for each row" in found.message
    (effect,) = found.effects
    assert effect.before > 100 * effect.after


def test_a_function_that_is_asked_once_already_is_not_said_to_be_called_for_each_row(costs: Costs) -> None:
    assert costs.of("asked_once").keys() == {"index"}


def test_what_the_prover_does_not_decide_is_not_offered(costs: Costs) -> None:
    found = rewrite(costs, "untold")
    assert found.mend is None
    assert found.declined is not None
    assert "is not proved" in found.declined or "would be another" in found.declined


def test_hostile_names_and_texts_stay_text(costs: Costs) -> None:
    (found,) = (
        one for one in costs.found.findings if one.table == 'public."odd "" one"' and one.kind == "rewrite"
    )
    assert "\x1b" not in found.message
    assert found.mend is not None, found.declined
    (finding,) = findings_of(found)
    assert finding.fix is not None
    change = change_or_why(finding.fix, costs.catalog)
    assert isinstance(change, Change)
    costs.database.execute(f"BEGIN; {change.up} ROLLBACK")
    assert costs.database.execute("SELECT count(*) FROM people") == [(3000,)]


def test_partitions_are_read_through_the_policy_of_their_table(costs: Costs) -> None:
    (one,) = (one for r, one in costs.found.looked.items() if costs.name(r) == "parted")
    assert dict(one.ends) == {"index": 1}


def test_a_condition_that_waits_for_the_policy_is_said_with_its_operator(costs: Costs) -> None:
    found = costs.of("searched")["barrier"]
    assert "not LEAKPROOF" in found.message
    assert "~~ 'word 1717%'" in found.message
    assert found.mend is None


def test_what_cannot_be_planned_is_said(costs: Costs) -> None:
    assert costs.found.planned == len(QUERIES) - 1, costs.found.unplanned
    assert any("nowhere" in why for why in costs.found.unplanned)


@pytest.mark.parametrize("table", ["bare", "via_in", "via_exists", "parted"])
def test_what_is_offered_shows_every_role_the_same_rows(costs: Costs, table: str) -> None:
    found = costs.of(table).get("rewrite")
    if found is None:
        return
    before = visible(costs.database, table)
    for finding in findings_of(found):
        assert finding.fix is not None
        change = change_or_why(finding.fix, costs.catalog)
        assert isinstance(change, Change)
        assert change.down is not None
        costs.database.execute(change.up)
        after = visible(costs.database, table)
        costs.database.execute(change.down)
        assert after == before
    assert visible(costs.database, table) == before


def visible(database: Database, table: str) -> list[object]:
    """Return what sessions of several tenants and users see of a table."""
    found: list[object] = []
    with database.connect() as connection:
        for tenant, user in (("5", "5"), ("7", "1007"), ("999", "999999"), ("-1", "0")):
            connection.execute("SET LOCAL ROLE seen")
            connection.execute(
                "SELECT set_config('app.tenant_id', %s, true), set_config('app.user_id', %s, true)",
                [tenant, user],
            )
            found.append(connection.execute(f"SELECT count(*), sum(id) FROM {table}".encode()).fetchone())
            connection.rollback()
    return found
