"""`pgplumb advise` on a real server: the document, where its workload comes from, what a role may not see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pgplumb.cli.main import main
from pgplumb.server.embedded import EmbeddedServer
from tests.cli.running import here, pgplumb
from tests.cli.shop import QUERIES, fill, write_workload
from tests.databases import Database

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def shop(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "advise_shop")
    fill(database)
    database.execute("CREATE ROLE shop_reader LOGIN; CREATE ROLE shop_seer LOGIN IN ROLE pg_read_all_stats")
    database.execute("GRANT USAGE ON SCHEMA app TO shop_reader, shop_seer")
    database.execute("GRANT SELECT ON app.orders TO shop_reader, shop_seer")
    yield database
    database.execute("DROP OWNED BY shop_reader, shop_seer; DROP ROLE shop_reader, shop_seer")
    database.drop()


@pytest.fixture
def advise(shop: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command and gives its document."""

    def run(*arguments: str, user: str = "postgres") -> Any:
        target = shop.server.conninfo(shop.name, user)
        assert main(["advise", target, "--format", "json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(scope="module")
def counted(shop: Database) -> Database:
    """The shop, whose statements are counted."""
    shop.execute("CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()")
    for number in range(20):
        shop.execute(f"SELECT * FROM app.orders WHERE customer_id = {number}")
    return shop


def test_the_document_is_as_promised(advise: Run, tmp_path: Path) -> None:
    found = advise("--workload", write_workload(tmp_path / "w.json"))
    assert found["format"] == "pgplumb.advise.v1"
    assert found["cost_after"] < 0.5 * found["cost_before"]
    by_table = {(i["table"], tuple(i["columns"])) for i in found["indexes"]}
    assert {("app.orders", ("customer_id",)), ("app.customers", ("email",))} <= by_table
    for index in found["indexes"]:
        assert index["verified"] == "twin"
        assert index["ddl"].startswith("CREATE INDEX CONCURRENTLY")
        assert index.keys() >= {
            *("ddl", "table", "method", "columns", "include", "where"),
            *("helps", "hurts", "size_bytes", "write_cost", "verified"),
        }
        assert all(h["cost_after"] < h["cost_before"] for h in index["helps"])
    assert all(d.keys() >= {"index", "reason"} for d in found["drops"])
    assert "UPDATE app.orders SET total = total + $1 WHERE id = $2" in {d["query"] for d in found["declined"]}
    assert all(d["reason"] for d in found["declined"])


@pytest.mark.long
@pytest.mark.parametrize("seeds", [("1",), pytest.param(("0", "2", "3", "4242"), marks=pytest.mark.long)])
def test_equal_input_gives_equal_bytes_whatever_the_hash_seed(
    seeds: tuple[str, ...], shop: Database, tmp_path: Path
) -> None:
    workload = write_workload(tmp_path / "w.json")
    arguments = ("advise", shop.uri, "--format", "json", "--workload", workload)
    outputs = {pgplumb(*arguments, PYTHONHASHSEED=seed).stdout for seed in seeds}
    # Another seed is that of this process.
    outputs.add(here(*arguments).stdout)
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["indexes"]


@pytest.mark.long
def test_one_query_without_a_plan_does_not_cost_the_others_their_advice(advise: Run, tmp_path: Path) -> None:
    bad = ["SELECT * FROM app.nowhere", "SELECT FROM WHERE", "VACUUM", "SELECT 1; SELECT 2", "-- nothing"]
    found = advise("--workload", write_workload(tmp_path / "w.json", [*bad, QUERIES[1]]))
    assert [i["columns"] for i in found["indexes"]] == [["email"]]
    assert {d["query"] for d in found["declined"]} == set(bad)


@pytest.mark.long
def test_an_empty_workload_gets_no_advice(advise: Run, tmp_path: Path) -> None:
    found = advise("--workload", write_workload(tmp_path / "w.json", []))
    assert (found["indexes"], found["declined"]) == ([], [])


def test_a_locked_table_gets_no_advice_and_is_named(advise: Run, shop: Database, tmp_path: Path) -> None:
    locker = shop.connect()
    locker.execute("LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE")
    found = advise("--workload", write_workload(tmp_path / "w.json"))
    locker.rollback()
    assert {i["table"] for i in found["indexes"]} == {"app.customers"}
    reasons = {d["query"]: d["reason"] for d in found["declined"]}
    assert f"app.orders: locked by {locker.info.backend_pid}" in reasons[QUERIES[0]]


def test_without_a_counter_of_statements_the_next_step_is_said(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["advise", database.uri]) == 2
    error = capsys.readouterr().err
    assert "CREATE EXTENSION pg_stat_statements" in error
    assert error.count("\n") == 1


@pytest.mark.long
def test_the_workload_of_the_server_has_none_of_our_own_statements(advise: Run, counted: Database) -> None:
    advise()
    found = advise()
    assert [i["columns"] for i in found["indexes"]] == [["customer_id"]]
    texts = {d["query"] for d in found["declined"]}
    assert not any("pg_catalog" in text or "pg_class" in text for text in texts)


def test_a_role_that_sees_no_statement_is_told_so(
    counted: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["advise", counted.server.conninfo(counted.name, "shop_reader")]) == 4
    error = capsys.readouterr().err
    assert "hidden" in error
    assert "pg_read_all_stats" in error
    assert error.count("\n") == 1


def test_advice_says_which_statements_it_could_not_see(advise: Run, counted: Database) -> None:
    with counted.connect("shop_reader") as other:
        other.execute("SELECT count(*) FROM app.orders")
    found = advise(user="shop_reader")
    assert "hidden" in found["notes"][0]
    assert not any("hidden" in note for note in advise(user="shop_seer")["notes"])


@pytest.mark.long
def test_no_statistics_no_advice(advise: Run, counted: Database, tmp_path: Path) -> None:
    found = advise("--workload", write_workload(tmp_path / "w.json", QUERIES[1:2]), user="shop_reader")
    assert found["indexes"] == []
    (declined,) = found["declined"]
    assert "privilege" in declined["reason"]
