"""Plans of normalised statements: made for parameters nobody knows, and never by running anything."""

from __future__ import annotations

import pytest

from pgplumb.catalog.reader import read_whole
from pgplumb.workload.plan import Plan, Unplanned, explain, refuse, search_path_of
from pgplumb.workload.plan_lines import lines, title
from pgplumb.workload.plan_node import read_node
from tests.databases import Database

SHOP = """
CREATE TABLE customers (id int PRIMARY KEY, name text, since date);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, at timestamptz,
                     day date, total numeric, doc jsonb);
INSERT INTO customers SELECT g, 'customer ' || g, '2026-01-01' FROM generate_series(1, 500) g;
INSERT INTO orders SELECT g, 1 + g % 500, now(), current_date, g, '{}' FROM generate_series(1, 5000) g;
CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
ANALYZE;
"""


@pytest.fixture
def shop(every_database: Database) -> Database:
    every_database.execute(SHOP)
    return every_database


def plan_of(database: Database, text: str) -> Plan:
    found = explain(database.session(), text)
    assert isinstance(found, Plan), found
    return found


def refused(database: Database, text: str) -> Unplanned:
    found = explain(database.session(), text)
    assert isinstance(found, Unplanned), found
    return found


def test_the_plan_of_a_parameter_is_the_generic_one(shop: Database) -> None:
    plan = plan_of(shop, "SELECT * FROM orders WHERE customer_id = $1")
    scan = next(node for node in plan.root.walk() if node.relation == "orders")
    # 5,000 orders of 500 customers: NULLs in the parameter's place would promise none.
    assert scan.rows == 10
    assert plan.parameters == 1
    assert not plan.repaired
    assert any(node.index == "orders_customer_id" for node in plan.root.walk())
    assert any(node.index_cond == "(orders.customer_id = $1)" for node in plan.root.walk())


def test_a_partitioned_table_is_not_pruned_for_nulls_unseen(shop: Database) -> None:
    plan = plan_of(shop, "SELECT * FROM events WHERE at = $1")
    shown = [node.relation for node in plan.root.walk() if node.relation]
    said = [line.text for line in lines(plan)]
    if shop.server.major >= 16:
        assert shown == ["events_1", "events_2"]
    else:
        assert "2 partitions are not shown: pruned for NULL parameters" in said


CHANGES = {
    "INSERT INTO orders (id, customer_id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING": "Insert",
    "UPDATE orders SET total = total + $1 WHERE id = $2 RETURNING id": "Update",
    "DELETE FROM orders WHERE customer_id = $1": "Delete",
    "WITH gone AS (DELETE FROM orders WHERE id = $1 RETURNING id) SELECT count(*) FROM gone": "Delete",
}


def test_a_change_is_planned_and_nothing_changes(shop: Database) -> None:
    session = shop.session()
    for text, operation in CHANGES.items():
        plan = explain(session, text)
        assert isinstance(plan, Plan), plan
        assert operation in {node.operation for node in plan.root.walk()}
    assert shop.execute("SELECT count(*), max(total) FROM orders") == [(5000, 5000)]


def test_a_statement_is_never_run(shop: Database) -> None:
    shop.execute("CREATE SEQUENCE ran")
    shop.execute("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS $$SELECT nextval('ran')::int$$")
    plan_of(shop, "SELECT f(id), pg_sleep($1) FROM customers")
    assert shop.execute("SELECT is_called FROM ran") == [(False,)]


SEVERAL = (
    "SELECT 1; DROP TABLE orders",
    "SELECT 1; COMMIT; DROP TABLE orders",
    "SELECT 1;; SELECT 2",
    "(SELECT 1; DROP TABLE orders)",
    "SELECT '\\'; DROP TABLE orders; --'",
)


def test_a_second_statement_is_refused(shop: Database) -> None:
    session = shop.session()
    for text in SEVERAL:
        found = explain(session, text)
        assert isinstance(found, Unplanned), text
        assert "more than one statement" in found.why
    assert shop.execute("SELECT count(*) FROM orders") == [(5000,)]


def test_strings_end_where_we_think_they_end(shop: Database) -> None:
    shop.execute(f"ALTER DATABASE {shop.name} SET standard_conforming_strings = off")
    # With the setting off, the server would end the first string later and see a second statement.
    explain(shop.session(), r"SELECT '\', '; COMMIT; DROP TABLE orders; --'")
    assert shop.execute("SELECT count(*) FROM orders") == [(5000,)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no statement"),
        ("-- nothing", "no statement"),
        ("SELECT 'cut o", "does not end"),
        ('SELECT "cut o', "does not end"),
        ("SELECT /* cut o", "does not end"),
        ("SELECT \0", "no statement"),
        ("ALTER TABLE orders ADD x int", "are planned"),
        ("EXPLAIN ANALYZE SELECT 1", "are planned"),
        ("EXECUTE x", "are planned"),
        ("COMMIT", "are planned"),
        ("SELECT 1 \\g", "more than one statement"),
    ],
)
def test_what_is_no_plannable_statement_is_refused_before_the_server_sees_it(text: str, why: str) -> None:
    found = refuse(text)
    assert found is not None
    assert why in found.why


def test_semicolons_in_strings_and_at_the_end_are_none(shop: Database) -> None:
    plan_of(shop, 'SELECT \'a;b\', $$;$$, ";" FROM (SELECT 1 AS ";") x; ;')


UNREADABLE = {
    "SELECT now() - interval $1": "SELECT now() - ($1)::interval",
    "SELECT now() - interval $1 day to second": "SELECT now() - ($1)::interval day to second",
    "SELECT extract($1 FROM at) FROM orders WHERE id = $2": (
        "SELECT extract(epoch FROM at) FROM orders WHERE id = $1"
    ),
    "SELECT 1 FROM orders WHERE at > timestamp with time zone $1 AND day = date $2": (
        "SELECT 1 FROM orders WHERE at > ($1)::timestamp with time zone AND day = ($2)::date"
    ),
    "SELECT 1 FROM generate_series($1, $2)": "SELECT 1 FROM generate_series(($1)::integer, ($2)::integer)",
    "SELECT 1 FROM orders WHERE at > now() - $1": "SELECT 1 FROM orders WHERE at > now() - ($1)::interval",
}


def test_what_normalising_made_unreadable_is_repaired(shop: Database) -> None:
    session = shop.session()
    for text, repaired in UNREADABLE.items():
        plan = explain(session, text)
        assert isinstance(plan, Plan), plan
        assert plan.query == repaired
        assert plan.repaired


def test_a_parameter_that_may_be_anything_is_taken_for_text(shop: Database) -> None:
    plan_of(shop, "SELECT json_build_object($1, id, $2, name) FROM customers WHERE id = $3")


def test_texts_that_need_no_repair_get_none(shop: Database) -> None:
    text = "SELECT date, 'interval $1' FROM (SELECT since AS date, $1::int FROM customers) x WHERE date = $2 -- $9"
    assert plan_of(shop, text).query == text


def test_gaps_in_the_numbering_are_closed(shop: Database) -> None:
    plan = plan_of(shop, "SELECT * FROM orders WHERE id IN ($1 /*, ... */) AND total > $4")
    assert plan.parameters == 2


def test_a_text_beyond_repair_says_so(shop: Database) -> None:
    found = refused(shop, "SELECT no_such($1) FROM orders")
    assert found.sqlstate == "42883"
    assert "real values" in found.next_step


def test_an_unknown_table_points_at_the_search_path(shop: Database) -> None:
    shop.execute("CREATE SCHEMA app; CREATE TABLE app.notes (id int)")
    text = "SELECT * FROM notes WHERE id = $1"
    assert "search_path" in refused(shop, text).next_step
    found = explain(shop.session(), text, search_path="app, public")
    assert isinstance(found, Plan)
    assert (found.root.schema, found.root.relation) == ("app", "notes")


def test_the_search_path_of_a_role_is_its_most_specific_one(
    plain_role: str, every_database: Database
) -> None:
    every_database.execute(f'ALTER ROLE {plain_role} SET search_path = a, "b c"')
    catalog, _ = read_whole(every_database.session())
    role = next(r.oid for r in catalog.roles.values() if r.name == plain_role)
    assert search_path_of(catalog, role) == 'a, "b c"'
    every_database.execute(
        f'ALTER ROLE {plain_role} IN DATABASE {every_database.name} SET search_path = "$user", public'
    )
    catalog, _ = read_whole(every_database.session())
    assert search_path_of(catalog, role) == f"{plain_role}, public"
    assert search_path_of(catalog, 10) is None


def test_a_missing_privilege_is_said(plain_role: str, shop: Database) -> None:
    found = explain(shop.session(plain_role), "SELECT * FROM orders WHERE id = $1")
    assert isinstance(found, Unplanned)
    assert found.sqlstate == "42501"
    assert "permission denied" in str(found)


def test_a_locked_table_is_not_waited_for_and_nothing_stays_prepared(shop: Database) -> None:
    holder = shop.connect()
    holder.execute("LOCK TABLE orders")
    session = shop.session()
    found = explain(session, "SELECT * FROM orders WHERE id = $1")
    assert isinstance(found, Unplanned)
    assert found.sqlstate == "55P03"
    with session.unit() as unit:
        assert unit.query("SELECT count(*) FROM pg_prepared_statements") == [(0,)]


def test_nothing_stays_behind_in_the_session(shop: Database) -> None:
    session = shop.session()
    with session.unit(as_user=True) as unit:
        before = unit.query("SELECT name, setting FROM pg_settings ORDER BY name")
    assert isinstance(explain(session, "SELECT * FROM orders WHERE id = $1"), Plan)
    assert isinstance(explain(session, "SELECT 1 + FROM x"), Unplanned)
    with session.unit(as_user=True) as unit:
        assert unit.query("SELECT name, setting FROM pg_settings ORDER BY name") == before
        assert unit.query("SELECT count(*) FROM pg_prepared_statements") == [(0,)]


def test_a_plan_is_drawn_as_a_tree(shop: Database) -> None:
    plan = plan_of(
        shop,
        "SELECT c.name, count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id"
        " WHERE o.total > $1 GROUP BY c.name ORDER BY 2 LIMIT $2",
    )
    drawn = lines(plan)
    assert drawn[0].branch == ""
    assert drawn[0].text == "Limit"
    assert drawn[0].cost == plan.root.total_cost
    assert any("Left Join" in line.text or "Right Join" in line.text for line in drawn)
    assert any(line.text.endswith("on public.orders o") for line in drawn)
    conditions = [line for line in drawn if line.text == "Filter: (o.total > $1)"]
    assert len(conditions) == 1
    assert conditions[0].cost is None
    assert {"├─ ", "└─ "} & {line.branch[-3:] for line in drawn}
    plain = "".join(line.branch for line in lines(plan, unicode=False))
    assert plain.isascii()
    assert [line.text for line in lines(plan, unicode=False)] == [line.text for line in drawn]


def test_nodes_are_read_with_what_is_missing_left_out() -> None:
    node = read_node(
        {"Node Type": "New In 19", "Plan Rows": 1.5, "Plans": [{}, "odd"], "Sort Key": ["a", "b"]}
    )
    assert (node.node_type, node.rows, node.total_cost, node.keys) == ("New In 19", 1.5, 0.0, ("a", "b"))
    assert [child.node_type for child in node.children] == ["?"]


def test_hostile_names_are_quoted_in_titles() -> None:
    node = read_node({"Node Type": "Seq Scan", "Schema": "S", "Relation Name": "a b", "Alias": "o\x1b"})
    assert title(node) == 'Seq Scan on "S"."a b" "o\x1b"'


def test_a_plan_nested_deeper_than_can_be_read_is_an_answer(database: Database) -> None:
    text = "SELECT 1"
    for _ in range(400):
        text = f"SELECT * FROM ({text} OFFSET 0) x"
    assert isinstance(explain(database.session(), text, 20_000), Plan | Unplanned)
