"""`pgplumb queries --plan`: one counted statement, planned as it is and at a multiple of the data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pgplumb.cli.main import main
from pgplumb.server.embedded import EmbeddedServer
from tests.cli.shop import SCHEMA
from tests.databases import Database

QUERY = "SELECT * FROM orders WHERE customer_id = $1"


@pytest.fixture(scope="module")
def counted(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "queries_plan")
    database.execute(SCHEMA)
    database.execute("CREATE ROLE shop_clerk LOGIN; GRANT pg_read_all_data TO shop_clerk")
    database.execute("ALTER ROLE shop_clerk SET search_path = app")
    database.execute("CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()")
    with database.connect("shop_clerk") as clerk:
        clerk.execute("SELECT * FROM orders WHERE customer_id = 7")
    yield database
    database.execute("DROP OWNED BY shop_clerk; DROP ROLE shop_clerk")
    database.drop()


@pytest.fixture
def queryid(counted: Database) -> str:
    rows = counted.execute("SELECT queryid FROM pg_stat_statements WHERE query = %s", [QUERY])
    return str(rows[0][0])


@pytest.fixture
def run(counted: Database, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs the command and gives its document."""

    def queries(*arguments: str) -> Any:
        assert main(["queries", counted.uri, "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return queries


def test_the_plan_is_found_by_the_path_of_the_role_that_ran_it(run: Callable[..., Any], queryid: str) -> None:
    found = run("--plan", queryid)
    (one,) = found["plans"]
    assert found["format"] == "pgplumb.plan.v1"
    assert (one["query"], one["twin"]) == (QUERY, None)
    assert one["target"]["plan"]["Schema"] == "app"


def test_at_ten_times_the_data_the_twin_is_asked_too(run: Callable[..., Any], queryid: str) -> None:
    found = run("--plan", queryid, "--scale", "10")
    (one,) = found["plans"]
    assert (found["where"], found["scale"]) == ("both", 10)
    assert one["twin"]["plan"]["Total Cost"] > 4 * one["target"]["plan"]["Total Cost"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--plan", "1"), "no statement that you may see has queryid 1"),
        (("--plan", "one"), "invalid int value"),
        (("--scale", "10"), "Name it with --plan"),
        (("--plan", "1", "--scale", "-3"), "out of range"),
        (("--plan", "1", "--scale", "nan"), "out of range"),
    ],
)
def test_a_command_that_cannot_be_carried_out_is_one_line_and_status_2(
    arguments: tuple[str, ...], said: str, counted: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["queries", counted.uri, *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
