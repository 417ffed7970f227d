"""Findings that need a plan, the figures of a statement, or the whole list of statements."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.reader import read_whole
from pgplumb.workload.plan import Plan, explain
from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import QueryFinding
from pgplumb.workload.querylint.lint import lint_query, lint_workload
from pgplumb.workload.statements import Statement
from tests.databases import Database


def statement(
    queryid: int, query: str, calls: int, mean: float, rows: int, role: int = 10, blocks: int = 0
) -> Statement:
    return Statement(
        queryid=queryid,
        userid=role,
        role=f"role_{role}",
        calls=calls,
        total_ms=calls * mean,
        mean_ms=mean,
        rows=rows,
        shared_hit=blocks,
        query=query,
    )


def planned(shop: Database, context: LintContext, text: str) -> LintContext:
    plan = explain(shop.session(), text)
    assert isinstance(plan, Plan), plan
    return replace(context, plan=plan)


def only(kind: str, found: tuple[QueryFinding, ...]) -> QueryFinding:
    matching = [f for f in found if f.id == kind]
    assert len(matching) == 1, [f.id for f in found]
    return matching[0]


def none(kind: str, found: tuple[QueryFinding, ...]) -> bool:
    return kind not in {f.id for f in found}


def test_a_missing_index_is_proved_by_the_plan_and_suspected_without(
    shop: Database, context: LintContext
) -> None:
    text = "SELECT id FROM orders WHERE product_id = $1"
    suspected = only("missing-index", lint_query(text, context))
    assert suspected.certainty == "suspected"
    proved = only("missing-index", lint_query(text, planned(shop, context, text)))
    assert proved.certainty == "proved"
    assert proved.ask == suspected.ask == "advise"
    assert proved.evidence["plan_node"] == "Seq Scan"
    assert proved.evidence["pages"] == 5000
    assert proved.objects == ("table:public.orders", "column:public.orders.product_id")


def test_a_condition_that_keeps_most_rows_misses_no_index(database: Database) -> None:
    database.execute(
        "CREATE TABLE bulky (id int, kind int, filler text STORAGE PLAIN)"
        if database.server.major >= 16
        else "CREATE TABLE bulky (id int, kind int, filler text); ALTER TABLE bulky ALTER filler SET STORAGE PLAIN"
    )
    database.execute(
        "INSERT INTO bulky SELECT g, g % 100, repeat('x', 7000) FROM generate_series(1, 1200) g; ANALYZE"
    )
    catalog, statistics = read_whole(database.session())
    context = LintContext(catalog, statistics)
    few, most = "SELECT id FROM bulky WHERE kind = $1", "SELECT id FROM bulky WHERE kind > 5"
    assert only("missing-index", lint_query(few, planned(database, context, few))).evidence["kept_rows"] == 12
    assert none("missing-index", lint_query(most, planned(database, context, most)))


def test_a_join_that_uses_little_of_a_table_misses_an_index(database: Database) -> None:
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY, label text UNIQUE);"
        "CREATE TABLE b (id int PRIMARY KEY, a_id int, filler text);"
        "ALTER TABLE b ALTER filler SET STORAGE PLAIN; INSERT INTO a SELECT g, g::text FROM generate_series(1, 400) g;"
        "INSERT INTO b SELECT g, g % 400, repeat('x', 7000) FROM generate_series(1, 1200) g; ANALYZE"
    )
    context = LintContext(*read_whole(database.session()))
    one = "SELECT b.id FROM a JOIN b ON b.a_id = a.id WHERE a.label = $1"
    found = only("missing-index", lint_query(one, planned(database, context, one)))
    assert found.evidence["columns"] == ("a_id",)
    assert found.objects == ("table:public.b", "column:public.b.a_id")
    every = "SELECT b.id FROM a JOIN b ON b.a_id = a.id"
    assert none("missing-index", lint_query(every, planned(database, context, every)))


def test_a_field_under_an_unknown_key_is_unknown_where_an_index_holds_one(context: LintContext) -> None:
    hidden = only(
        "jsonb-arrow-equality", lint_query("SELECT id FROM customers WHERE data->>$1 = $2", context)
    )
    assert hidden.certainty == "unknown"
    known = only(
        "jsonb-arrow-equality", lint_query("SELECT id FROM customers WHERE data->>'color' = $1", context)
    )
    assert known.certainty == "proved"


def test_a_numeric_parameter_on_an_integer_key_is_seen_in_the_plan(
    shop: Database, context: LintContext
) -> None:
    text = "SELECT * FROM customers WHERE id = 5::numeric"
    assert none("type-mismatch", lint_query(text, context))
    found = only("type-mismatch", lint_query(text, planned(shop, context, text)))
    assert found.evidence["compared_as"] == "numeric"
    assert found.evidence["column_type"] == "integer"
    assert "index:public.customers_pkey" in found.objects
    for near in (
        "SELECT * FROM customers WHERE id = 5::bigint",
        "SELECT * FROM customers WHERE name = $1",
        "SELECT * FROM customers WHERE name = $1::text",
        "SELECT * FROM orders WHERE total = 5",
    ):
        assert none("type-mismatch", lint_query(near, planned(shop, context, near))), near


def test_a_cast_that_the_user_wrote_is_told_once(shop: Database, context: LintContext) -> None:
    text = "SELECT * FROM customers WHERE id::numeric = $1"
    found = lint_query(text, planned(shop, context, text))
    assert none("type-mismatch", found)
    assert only("function-on-indexed-column", found)


def test_columns_of_two_types_joined_are_seen_in_the_plan(shop: Database, context: LintContext) -> None:
    text = "SELECT 1 FROM customers c JOIN orders o ON o.quantity = c.id::numeric"
    found = [
        f.evidence["column"]
        for f in lint_query(text, planned(shop, context, text))
        if f.id == "type-mismatch"
    ]
    assert found == ["quantity"]


def test_a_function_is_no_matter_where_the_plan_uses_another_index(
    shop: Database, context: LintContext
) -> None:
    text = "SELECT id FROM orders WHERE customer_id = $1 AND date(at) = $2"
    assert none("function-on-indexed-column", lint_query(text, planned(shop, context, text)))


def test_many_rows_a_call_are_unbounded_and_few_are_not(context: LintContext) -> None:
    text = "SELECT id FROM orders WHERE at > $1"
    many = replace(context, statement=statement(1, text, 100, 5.0, 2_500_000))
    found = only("unbounded-result", lint_query(text, many))
    assert found.severity == "warning"
    assert found.queryid == 1
    assert "25,000 rows a call" in found.message
    assert none(
        "unbounded-result", lint_query(text, replace(context, statement=statement(1, text, 100, 5.0, 2000)))
    )
    for near in (
        text + " LIMIT $2",
        text + " FETCH FIRST $2 ROWS ONLY",
        "SELECT count(*) FROM orders WHERE at > $1",
    ):
        assert none("unbounded-result", lint_query(near, many)), near


def test_an_offset_that_reads_much_for_few_rows_is_told_with_the_ratio(context: LintContext) -> None:
    text = "SELECT id FROM orders ORDER BY at LIMIT $1 OFFSET $2"
    deep = replace(context, statement=statement(1, text, 10, 50.0, 200, blocks=40_000))
    found = only("offset-paging", lint_query(text, deep))
    assert found.evidence["blocks_per_call"] == 4000
    assert found.evidence["rows_per_call"] == 20
    shallow = replace(context, statement=statement(1, text, 10, 1.0, 200, blocks=400))
    assert none("offset-paging", lint_query(text, shallow))


def test_an_indexed_sub_query_for_each_of_many_rows_is_told(context: LintContext) -> None:
    text = "SELECT o.id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id) FROM orders o"
    many = replace(context, statement=statement(1, text, 10, 50.0, 50_000))
    assert only("correlated-subquery", lint_query(text, many)).severity == "info"
    few = replace(context, statement=statement(1, text, 10, 50.0, 100))
    assert none("correlated-subquery", lint_query(text, few))


PARENT = "SELECT id, customer_id FROM orders WHERE status = $1 LIMIT $2"
CHILD = "SELECT * FROM customers WHERE id = $1"


def loop(child: str = CHILD, **changes: float) -> list[Statement]:
    values = {
        "calls": 20_000,
        "mean": 0.05,
        "rows": 20_000,
        "parent_calls": 1000,
        "parent_rows": 20_000,
        **changes,
    }
    return [
        statement(
            1,
            PARENT,
            int(values["parent_calls"]),
            1.0,
            int(values["parent_rows"]),
            int(values.get("role", 10)),
        ),
        statement(2, child, int(values["calls"]), values["mean"], int(values["rows"])),
        statement(3, "SELECT count(*) FROM items WHERE price > $1", 3, 100.0, 3),
    ]


def loops(entries: list[Statement], context: LintContext) -> list[QueryFinding]:
    return [f for _, found in lint_workload(entries, context) for f in found if f.id == "n-plus-one"]


def test_a_look_up_for_each_row_of_another_query_is_suspected_with_the_ratio(context: LintContext) -> None:
    (found,) = loops(loop(), context)
    assert found.certainty == "suspected"
    assert found.queryid == 2
    assert found.evidence["ratio"] == 20
    assert found.evidence["parent_queryid"] == "1"
    assert found.objects == ("table:public.customers",)
    assert "20.0 for each call of another statement of role_10" in found.message


def test_a_loop_without_a_parent_names_none(context: LintContext) -> None:
    (other_role,) = loops(loop(role=11), context)
    assert "parent_queryid" not in other_role.evidence
    (other_rows,) = loops(loop(parent_rows=1000), context)
    assert "parent_queryid" not in other_rows.evidence


def test_what_is_no_loop_is_not_called_one(context: LintContext) -> None:
    for changes in ({"calls": 900}, {"rows": 60_000}, {"mean": 2.5}, {"mean": 0.001}):
        assert not loops(loop(**changes), context), changes
    for child in (
        "SELECT * FROM customers WHERE id = ANY($1)",
        "SELECT * FROM customers WHERE id IN ($1,$2)",
        "SELECT * FROM customers WHERE email = $1",
        "SELECT * FROM customers WHERE id > $1",
        "SELECT * FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id = $1",
        "UPDATE customers SET name = $1 WHERE id = $2",
        "SELECT 1",
    ):
        assert not loops(loop(child), context), child


def test_a_workload_is_sorted_by_time_and_says_which_texts_it_could_not_read(context: LintContext) -> None:
    entries = [
        statement(1, "SELECT FROM WHERE (", 1, 1.0, 1),
        statement(2, "BEGIN", 1, 2.0, 1),
        statement(3, "UPDATE orders SET note = $1", 1, 3.0, 1),
    ]
    found = lint_workload(entries, context)
    assert [s.queryid for s, _ in found] == [3, 2, 1]
    assert [[f.id for f in findings] for _, findings in found] == [
        ["write-without-where"],
        [],
        ["not-readable"],
    ]
    assert found == lint_workload(list(reversed(entries)), context)


def test_names_are_found_along_the_search_path(context: LintContext) -> None:
    text = "SELECT id FROM orders WHERE date(at) = $1"
    assert not none("function-on-indexed-column", lint_query(text, context))
    assert none(
        "function-on-indexed-column", lint_query(text, replace(context, search_path=("other", "public")))
    )
    assert lint_query(text, replace(context, search_path=())) == ()
    qualified = "SELECT id FROM public.orders WHERE date(at) = $1"
    assert not none("function-on-indexed-column", lint_query(qualified, replace(context, search_path=())))


def test_a_pattern_index_serves_a_prefix_where_the_collation_does_not(every_database: Database) -> None:
    database = every_database
    database.execute(
        "CREATE COLLATION words (provider = libc, locale = 'C.UTF-8');"
        'CREATE TABLE t (id int PRIMARY KEY, a text COLLATE words, b text COLLATE words, c text COLLATE "C", d text);'
        "CREATE INDEX ON t (a); CREATE INDEX ON t (b text_pattern_ops); CREATE INDEX ON t (c); CREATE INDEX ON t (d)"
    )
    catalog, statistics = read_whole(database.session())
    context = LintContext(catalog, statistics)
    database.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    for column in "abcd":
        text = f"SELECT id FROM t WHERE {column} LIKE 'abc%'"
        plan = str(database.execute(f"EXPLAIN {text}"))
        told = not none("prefix-pattern-collation", lint_query(text, context))
        assert told != ("Index Cond" in plan), (column, plan)
    assert only("prefix-pattern-collation", lint_query("SELECT id FROM t WHERE a LIKE 'abc%'", context))
    for near in ("a LIKE 'abc'", "a = 'abc%'", "a LIKE $1", "a NOT LIKE 'abc%'"):
        assert none("prefix-pattern-collation", lint_query(f"SELECT id FROM t WHERE {near}", context)), near


def test_not_null_that_was_never_validated_proves_nothing(database: Database) -> None:
    if database.server.major < 18:
        return
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a VALUES (1, NULL);"
        "ALTER TABLE a ADD CONSTRAINT n_set NOT NULL n NOT VALID; CREATE TABLE b (id int PRIMARY KEY)"
    )
    context = LintContext(*read_whole(database.session()))
    assert only("not-in-nulls", lint_query("SELECT id FROM b WHERE id NOT IN (SELECT n FROM a)", context))
    database.execute("DELETE FROM a; ALTER TABLE a VALIDATE CONSTRAINT n_set")
    context = LintContext(*read_whole(database.session()))
    assert none("not-in-nulls", lint_query("SELECT id FROM b WHERE id NOT IN (SELECT n FROM a)", context))


def test_a_key_says_nothing_of_the_rows_of_inheriting_tables(database: Database) -> None:
    database.execute(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b () INHERITS (a); CREATE TABLE alone (id int PRIMARY KEY)"
    )
    catalog, statistics = read_whole(database.session())
    context = LintContext(catalog, statistics)
    assert none("distinct-without-effect", lint_query("SELECT DISTINCT id FROM a", context))
    assert not none("distinct-without-effect", lint_query("SELECT DISTINCT id FROM alone", context))


def test_a_name_from_the_database_stays_data(database: Database) -> None:
    database.execute('CREATE TABLE "Wild [red]\x1b[31m" (id int PRIMARY KEY, "A b" timestamp)')
    database.execute('CREATE INDEX weird ON "Wild [red]\x1b[31m" ("A b")')
    catalog, statistics = read_whole(database.session())
    text = 'SELECT id FROM "Wild [red]\x1b[31m" WHERE date("A b") = \'2026-01-01\''
    found = only("function-on-indexed-column", lint_query(text, LintContext(catalog, statistics)))
    assert found.rewrite is not None
    assert found.rewrite.text.endswith("\"A b\" >= DATE '2026-01-01' AND \"A b\" < DATE '2026-01-02'")
