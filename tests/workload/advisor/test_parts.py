"""Names, limits and workload files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgplumb.workload.advisor.limits import with_limit
from pgplumb.workload.advisor.names import LONGEST, name_of
from pgplumb.workload.advisor.shape import IndexKey, Shape
from pgplumb.workload.advisor.use import Key, Predicate
from pgplumb.workload.advisor.workload import Entry, WorkloadError, from_file, from_json, from_statements
from pgplumb.workload.statements import Statement, Statements


def shape(*columns: str, table: str = "orders", where: str = "") -> Shape:
    predicates = (Predicate(where, ("x",)),) if where else ()
    return Shape("public", table, "btree", tuple(IndexKey(Key(c, (c,))) for c in columns), (), predicates)


def test_a_name_is_made_of_table_and_columns() -> None:
    assert name_of(shape("customer_id", "at"), ()) == "orders_customer_id_at_idx"


def test_a_name_that_is_taken_gets_another_that_stays() -> None:
    first = name_of(shape("at"), {"orders_at_idx"})
    assert first != "orders_at_idx"
    assert first == name_of(shape("at"), {"orders_at_idx"})


@pytest.mark.parametrize("table", ["t" * 63, "ü" * 31, "Weird Table"])
def test_no_name_is_longer_than_the_server_takes(table: str) -> None:
    names = {name_of(shape("a" * 40, "b" * n, table=table), ()) for n in (40, 41)}
    assert len(names) == 2
    assert all(len(name.encode()) <= LONGEST for name in names)


def test_ddl_quotes_what_needs_it() -> None:
    ddl = shape("Weird Column", table="Order", where='"x" > 1').ddl("Order_idx")
    assert ddl == 'CREATE INDEX CONCURRENTLY "Order_idx" ON public."Order" ("Weird Column") WHERE "x" > 1'


def test_a_descending_key_says_so_and_its_default_nulls_are_left_out() -> None:
    key = Key("at", ("at",))
    assert IndexKey(key, True).sql == "at DESC"
    assert IndexKey(key, True, True).sql == "at DESC"
    assert IndexKey(key, True, False).sql == "at DESC NULLS LAST"
    assert IndexKey(key, False, True).sql == "at NULLS FIRST"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT 1 FROM t LIMIT $1", "SELECT 1 FROM t LIMIT 7"),
        ("SELECT 1 FROM t WHERE a = $1 LIMIT $2 OFFSET $3", "SELECT 1 FROM t WHERE a = $1 LIMIT 7 OFFSET 0"),
        ("SELECT 1 FROM t LIMIT $1 OFFSET $2 /* $3 */", "SELECT 1 FROM t LIMIT 7 OFFSET 0 /* $3 */"),
        ("SELECT (SELECT 1 FROM u LIMIT $1), $2", "SELECT (SELECT 1 FROM u LIMIT 20), $1"),
        ("SELECT 'LIMIT $1' FROM t WHERE a = $1", "SELECT 'LIMIT $1' FROM t WHERE a = $1"),
    ],
)
def test_a_limit_becomes_the_rows_of_a_call(query: str, expected: str) -> None:
    assert with_limit(query, 6.2) == expected


def test_a_workload_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "workload.json"
    path.write_text('[{"query": "SELECT 1", "calls": 5, "rows": 10}, {"query": "SELECT 2"}]')
    assert from_file(path) == (Entry("SELECT 1", 5, 10), Entry("SELECT 2", 1, None))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{}", "top"),
        ("[", "top"),
        ('[{"calls": 1}]', "0.query"),
        ('[{"query": "SELECT 1", "calls": -1}]', "0.calls"),
        ('[{"query": "SELECT 1"}, {"query": "SELECT 1", "rows": "many"}]', "1.rows"),
    ],
)
def test_a_wrong_workload_names_the_place(text: str, place: str) -> None:
    with pytest.raises(WorkloadError, match=place.replace(".", r"\.")):
        from_json(text, "w.json")


def test_a_missing_workload_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match="No such file"):
        from_file(tmp_path / "none.json")


def statement(number: int, query: str | None, ms: float, calls: int = 10, dbid: int = 1) -> Statement:
    return Statement(number, 10, "app", calls, ms, ms / calls, calls, dbid=dbid, query=query)


def workload(*entries: Statement, share: float = 0.95) -> list[tuple[str, float]]:
    """Return texts and calls of what is looked at."""
    found = from_statements(Statements(datetime.now(UTC), None, entries), 1, share)
    return [(entry.query, entry.calls) for entry in found]


def test_the_statements_that_make_up_the_time_are_looked_at() -> None:
    times = {"SELECT a FROM t": 90, "SELECT b FROM t": 8, "SELECT c FROM t": 2}
    entries = [statement(number, query, ms) for number, (query, ms) in enumerate(times.items())]
    assert workload(*entries) == [("SELECT a FROM t", 10), ("SELECT b FROM t", 10)]


def test_writes_are_kept_however_cheap_they_are() -> None:
    entries = [statement(1, "SELECT a FROM t", 1000), statement(2, "UPDATE t SET a = $1", 0.1)]
    assert [query for query, _ in workload(*entries)] == ["SELECT a FROM t", "UPDATE t SET a = $1"]


def test_lists_of_other_lengths_count_as_one_statement() -> None:
    entries = [
        statement(1, "SELECT a FROM t WHERE b IN ($1, $2)", 50),
        statement(2, "SELECT a FROM t WHERE b IN ($1, $2, $3)", 60),
    ]
    assert workload(*entries) == [("SELECT a FROM t WHERE b IN ($1, $2, $3)", 20)]


def test_other_databases_hidden_texts_and_commands_are_left_out() -> None:
    entries = [
        statement(1, "SELECT a FROM t", 5, dbid=2),
        statement(2, None, 5),
        statement(3, "VACUUM t", 5),
        statement(4, "SET work_mem = $1", 5),
    ]
    assert workload(*entries) == []
