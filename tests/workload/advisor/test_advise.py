"""Advice as a whole: what it finds, what it declines, and that it says so."""

from __future__ import annotations

import json
import re

import pytest
from bench.advisor_workload import WORKLOAD

from pgplumb.catalog.reader import read_whole
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from pgplumb.workload.advisor.advice import Advice, AdvisedIndex
from pgplumb.workload.advisor.advise import advise
from pgplumb.workload.advisor.workload import Entry
from tests.databases import Database
from tests.workload.advisor.conftest import Place

BY_NAME = {named.name: named for named in WORKLOAD}


def serving(advice: Advice, name: str) -> list[AdvisedIndex]:
    """Return the indexes that help a statement of the bench's workload."""
    query = BY_NAME[name].query
    return [index for index in advice.indexes if query in {effect.query for effect in index.helps}]


def test_the_workload_costs_a_twentieth_at_most(store_advice: Advice) -> None:
    assert store_advice.cost_after < 0.1 * store_advice.cost_before
    assert 8 <= len(store_advice.indexes) <= 16


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("customer by mail address", "lower(email)"),
        ("events of a kind", "tenant_id"),
        ("events of an order", "(payload ->> 'order'::text)"),
        ("a session is seen", "token"),
        ("orders of a customer", "customer_id"),
        ("sessions of users", "user_id"),
        ("latest orders", "created_at"),
        ("next page of events", "tenant_id"),
        ("events like this", "payload"),
    ],
)
def test_a_statement_gets_an_index_that_begins_with_its_key(
    store_advice: Advice, name: str, column: str
) -> None:
    assert column in {index.columns[0] for index in serving(store_advice, name)}


@pytest.mark.parametrize("named", [n for n in WORKLOAD if not n.needs_index], ids=lambda n: n.name)
def test_a_statement_that_needs_none_gets_none_and_is_told_why(store_advice: Advice, named: object) -> None:
    query = named.query  # type: ignore[attr-defined]
    needing = {n.query for n in WORKLOAD if n.needs_index}
    assert all(
        needing & {effect.query for effect in index.helps} for index in serving_query(store_advice, query)
    )
    if not serving_query(store_advice, query):
        assert [d.reason for d in store_advice.declined if d.query == query]


def serving_query(advice: Advice, query: str) -> list[AdvisedIndex]:
    return [index for index in advice.indexes if query in {effect.query for effect in index.helps}]


def test_no_index_ends_hot_updates_and_the_one_left_out_is_named(store_advice: Advice) -> None:
    assert not [index for index in store_advice.indexes if "last_seen" in (*index.columns, *index.include)]
    assert any("last_seen" in note and "HOT" in note for note in store_advice.notes)


def test_a_foreign_keys_look_up_counts_for_the_delete(store_advice: Advice) -> None:
    assert {i.table for i in serving(store_advice, "a product is dropped")} == {"public.order_items"}


def test_an_index_for_a_join_of_three_tables_comes_in_two(store_advice: Advice) -> None:
    tables = {index.table for index in serving(store_advice, "orders with a product")}
    assert {"public.products", "public.order_items"} <= tables


def test_the_same_input_gives_the_same_bytes(store: Place, store_advice: Advice) -> None:
    again = store.advise(*reversed([Entry(n.query, n.calls, n.rows) for n in WORKLOAD]))
    assert json.dumps(again.to_json()) == json.dumps(store_advice.to_json())


def test_the_document_has_the_contracts_keys(store_advice: Advice) -> None:
    document = json.loads(json.dumps(store_advice.to_json()))
    assert document["format"] == "pgplumb.advise.v1"
    assert {"cost_before", "cost_after", "indexes", "drops", "declined"} <= document.keys()
    wanted = {
        "ddl",
        "table",
        "method",
        "columns",
        "include",
        "where",
        "helps",
        "hurts",
        "size_bytes",
        "write_cost",
    }
    for index in document["indexes"]:
        assert wanted | {"verified"} <= index.keys()
        assert index["verified"] == "twin"
        assert index["size_bytes"] > 0
        assert all(e["cost_after"] < e["cost_before"] for e in index["helps"])
        assert any(e["cost_after_10x"] < e["cost_before_10x"] for e in index["helps"])


def test_every_statement_that_creates_an_index_is_taken_by_the_server(
    store: Place, store_advice: Advice
) -> None:
    for index in store_advice.indexes:
        assert index.ddl.startswith("CREATE INDEX CONCURRENTLY ")
        store.database.execute(index.ddl)
        columns = store.database.execute(
            "SELECT pg_get_indexdef(%s::regclass, n, true) FROM generate_series(1, %s) n",
            [index.name, len(index.columns)],
        )
        assert [text for (text,) in columns] == list(index.columns)
        store.database.execute(index.undo)


def test_estimated_sizes_are_near_the_real_ones(store: Place, store_advice: Advice) -> None:
    near = 0
    for index in store_advice.indexes:
        store.database.execute(index.ddl)
        ((real,),) = store.database.execute("SELECT pg_relation_size(%s::regclass)", [index.name])
        store.database.execute(index.undo)
        near += abs(index.size_bytes / real - 1) <= 0.25
    assert near >= 0.85 * len(store_advice.indexes)


def test_a_view_s_table_gets_the_index(desk: Place) -> None:
    advice = desk.advise(Entry("SELECT number, headline FROM open_tickets WHERE owner = $1", 5000, 3500))
    (index,) = advice.indexes
    assert index.table == "public.tickets"
    assert index.columns[0] == "assignee_id"


def test_a_partitioned_table_gets_one_index_without_concurrently(desk: Place) -> None:
    advice = desk.advise(Entry("SELECT line FROM logs WHERE org_id = $1", 5000, 300000))
    (index,) = advice.indexes
    assert index.table == "public.logs"
    assert "CONCURRENTLY" not in index.ddl
    assert any("partition" in note for note in index.notes)


def test_a_query_that_is_served_already_gets_nothing(desk: Place) -> None:
    advice = desk.advise(
        Entry("SELECT id FROM tickets WHERE org_id = $1 AND opened_at > $2", 9000, 9000 * 27)
    )
    assert advice.indexes == ()


def test_a_redundant_index_is_to_drop_with_the_reason(desk: Place) -> None:
    advice = desk.advise(Entry("SELECT title FROM tickets WHERE org_id = $1", 9000, 9000 * 80))
    (drop,) = advice.drops
    assert drop.index == "public.tickets_org"
    assert "tickets_org_opened" in drop.reason
    assert drop.undo is not None
    assert re.match(r"CREATE INDEX tickets_org ON public\.tickets", drop.undo)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT nothing FROM nowhere WHERE x = $1", "nowhere"),
        ("SELEC 1", "SELEC"),
        ("SELECT id FROM fresh WHERE owner = $1", "never analysed"),
        ("SELECT name FROM kinds WHERE name = $1", "needs no index"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("VACUUM tickets", "VACUUM"),
    ],
)
def test_a_query_without_advice_is_declined_alone(desk: Place, query: str, reason: str) -> None:
    good = Entry("SELECT number, headline FROM open_tickets WHERE owner = $1", 5000, 3500)
    advice = desk.advise(Entry(query, 10_000, 10_000), good)
    assert len(advice.indexes) == 1
    (declined,) = [d for d in advice.declined if d.query == query]
    assert reason in declined.reason


def test_no_workload_gives_no_advice(desk: Place) -> None:
    advice = desk.advise()
    assert (advice.indexes, advice.declined, advice.cost_before) == ((), (), 0)


def test_an_or_of_two_columns_gets_an_index_for_each(desk: Place) -> None:
    query = 'SELECT id FROM tickets WHERE assignee_id = $1 OR "Weird Name" = $2'
    advice = desk.advise(Entry(query, 5000, 90_000))
    assert {index.columns[0] for index in advice.indexes} == {"assignee_id", "Weird Name"}


def test_a_skewed_column_is_indexed_for_its_rare_value_alone(desk: Place) -> None:
    rare = desk.advise(Entry("SELECT id, title FROM tickets WHERE status = $1", 5000, 5000 * 400))
    common = desk.advise(Entry("SELECT id, title FROM tickets WHERE status = $1", 5000, 5000 * 39600))
    assert [index.columns[0] for index in rare.indexes] == ["status"]
    assert common.indexes == ()


def test_advice_is_had_from_every_major_version(every_database: Database) -> None:
    every_database.execute(
        "CREATE TABLE visits (id bigint PRIMARY KEY, guest int NOT NULL, at timestamp NOT NULL)"
    )
    every_database.execute(
        "INSERT INTO visits SELECT g, g * 31 % 4000, timestamp '2024-01-01' + g * interval '1 s'"
        " FROM generate_series(1, 30000) g"
    )
    every_database.execute("VACUUM ANALYZE visits")
    workload = [
        Entry(
            "SELECT at FROM visits WHERE guest = $1 AND at > now() - interval $2 ORDER BY at DESC LIMIT $3",
            900,
            900,
        ),
        Entry("SELECT id FROM visits WHERE id = ANY($1)", 9000, 27000),
    ]
    with every_database.session() as session:
        catalog, statistics = read_whole(session)
        source = read_source(session)
    with Twin.start(source) as twin:
        advice = advise(catalog, statistics, workload, twin.planning)
    (index,) = advice.indexes
    assert index.columns[0] == "guest"
    every_database.execute(index.ddl)
