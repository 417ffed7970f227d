"""Each kind of finding: queries that have the fault, and near misses that do not."""

from __future__ import annotations

import pytest

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import QueryFinding
from pgplumb.workload.querylint.lint import lint_query
from pgplumb.workload.querylint.registry import all_kinds

FAULTS = {
    "function-on-indexed-column": (
        "SELECT id FROM orders WHERE date(at) = $1",
        "SELECT id FROM orders o WHERE o.at::date = $1",
        "SELECT id FROM customers WHERE lower(email) = lower($1)",
        "SELECT id FROM orders WHERE quantity + $1 = $2",
        "SELECT id FROM orders WHERE extract($1 from at) = $2",
        "SELECT id FROM customers WHERE code::text = $1",
        "DELETE FROM orders WHERE date_trunc($1, at) < $2",
        "INSERT INTO items SELECT id, $1 FROM orders WHERE date(at) = $2 ON CONFLICT DO NOTHING",
        "SELECT 1 FROM customers c JOIN items i ON i.order_id::text = c.name",
        "SELECT * FROM (SELECT id, at FROM orders WHERE to_char(at, $1) = $2) x",
    ),
    "select-star": (
        "SELECT * FROM wide WHERE id = $1",
        "SELECT p.* FROM pages p WHERE id = $1",
        "SELECT * FROM orders WHERE status = $1",
    ),
    "missing-index": (
        "SELECT id FROM orders WHERE product_id = $1",
        "SELECT o.id FROM orders o WHERE o.note = $1 AND o.total > $2",
        "UPDATE items SET price = $1 WHERE product_id = $2",
        "SELECT c.id FROM customers c JOIN orders o USING (product_id)",
    ),
    "implicit-cross-join": (
        "SELECT c.id FROM customers c, orders o WHERE c.email = $1",
        "SELECT c.id FROM customers c JOIN orders o ON c.id = c.referrer_id",
        "SELECT * FROM customers c, orders o, items i WHERE i.order_id = o.id AND c.country = $1",
    ),
    "correlated-subquery": (
        "SELECT c.id, (SELECT count(*) FROM items i WHERE i.product_id = c.id) FROM customers c",
        "SELECT c.id FROM customers c WHERE (SELECT max(o.at) FROM orders o WHERE o.product_id = c.id) > $1",
    ),
    "offset-paging": (
        "SELECT id FROM orders ORDER BY at DESC LIMIT $1 OFFSET $2",
        "SELECT id FROM orders ORDER BY at LIMIT 20 OFFSET 5000",
    ),
    "not-in-nulls": (
        "SELECT id FROM customers WHERE id NOT IN (SELECT product_id FROM orders)",
        'SELECT id FROM orders WHERE NOT (id IN (SELECT "Parent Id" FROM orders WHERE total > $1))',
        "SELECT id FROM customers WHERE id NOT IN (SELECT o.customer_id FROM items i"
        " LEFT JOIN orders o ON o.id = i.order_id)",
        "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM paid)",
    ),
    "not-in-subquery": ("SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",),
    "leading-wildcard": (
        "SELECT id FROM customers WHERE email LIKE '%@example.org'",
        "SELECT id FROM customers WHERE email ILIKE '%example%'",
        "SELECT id FROM customers WHERE email LIKE $1",
    ),
    "unbounded-result": (),
    "type-mismatch": (),
    "or-across-columns": (
        "SELECT id FROM orders WHERE customer_id = $1 OR product_id = $2",
        "SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status = $1 OR c.email = $2",
    ),
    "order-by-random": ("SELECT id FROM customers ORDER BY random() LIMIT $1",),
    "count-whole-table": ("SELECT count(*) FROM orders", "SELECT count(id) AS n FROM orders o"),
    "any-on-array-column": (
        "SELECT id FROM customers WHERE $1 = ANY(tags)",
        "SELECT id FROM customers c WHERE 5 = ANY(c.numbers)",
    ),
    "distinct-hides-fan-out": (
        "SELECT DISTINCT c.id, c.name FROM customers c JOIN orders o ON o.customer_id = c.id",
        "SELECT DISTINCT c.email FROM customers c, orders o WHERE o.customer_id = c.id AND o.status = $1",
    ),
    "distinct-without-effect": (
        "SELECT DISTINCT id, name FROM customers WHERE country = $1",
        "SELECT DISTINCT * FROM items i",
    ),
    "jsonb-arrow-equality": (
        "SELECT id FROM customers WHERE data->>'color' = $1",
        "SELECT id FROM customers WHERE data->>$1 = $2",
        "SELECT id FROM customers c WHERE c.data->'size'->>'x' IN ($1,$2)",
    ),
    "having-without-aggregate": ("SELECT status, count(*) FROM orders GROUP BY status HAVING status = $1",),
    "in-subquery-outer-column": (
        "DELETE FROM orders WHERE customer_id IN (SELECT customer_id FROM customers WHERE country = $1)",
    ),
    "null-comparison": (
        "SELECT id FROM orders WHERE note = NULL",
        "SELECT id FROM orders o WHERE NULL <> o.note",
    ),
    "write-without-where": ("UPDATE orders SET note = $1", "DELETE FROM items"),
    "distinct-on-without-order": ("SELECT DISTINCT ON (customer_id) customer_id, total FROM orders",),
    "limit-without-order": (
        "SELECT id FROM orders WHERE status = $1 LIMIT $2",
        "SELECT id, at FROM orders LIMIT 10 OFFSET 20",
    ),
    "partition-key-unused": ("SELECT value FROM readings WHERE sensor = $1",),
    "between-on-timestamp": ("SELECT id FROM orders WHERE at BETWEEN '2026-01-01' AND '2026-01-31'",),
    "count-for-existence": (
        "SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) > 0",
    ),
    "outer-join-undone": (
        "SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.status = $1",
    ),
    "prefix-pattern-collation": (),
}

NEAR_MISSES = {
    "function-on-indexed-column": (
        "SELECT id FROM orders WHERE at >= $1::date AND at < $1::date + 1",
        "SELECT id FROM customers WHERE lower(name) = lower($1)",
        "SELECT id FROM customers c WHERE lower(c.name::text) = $1",
        "SELECT id FROM customers WHERE name::text = $1",
        "SELECT id FROM customers WHERE email::varchar = $1",
        "SELECT id FROM orders WHERE upper(note) = $1",
        "SELECT date(at) FROM orders WHERE at > $1",
        "SELECT date(at), count(*) FROM orders WHERE at > $1 GROUP BY date(at) HAVING count(*) > $2",
        "SELECT id FROM orders WHERE id = $1 AND date(at) = $2",
        "SELECT id FROM other.orders WHERE date(at) = $1",
        "WITH orders AS (SELECT now() AS at) SELECT 1 FROM orders WHERE date(at) = $1",
        "SELECT id FROM orders WHERE at = date($1)",
        "SELECT id FROM orders WHERE status = lower($1)",
        "SELECT line FROM items WHERE substr(line::text, $1, $2) = $3 AND order_id = $4",
        "SELECT id FROM wide WHERE left(body, $1) = $2",
        "SELECT id FROM orders WHERE NOT (date(at) = $1)",
        "SELECT id FROM orders WHERE CASE WHEN date(at) = $1 THEN note = $2 ELSE true END",
    ),
    "select-star": (
        "SELECT * FROM items WHERE order_id = $1",
        "SELECT c1, c2 FROM wide WHERE id = $1",
        "SELECT count(*) FROM wide",
        "SELECT id FROM orders o WHERE EXISTS (SELECT * FROM wide WHERE wide.id = o.quantity)",
        "SELECT * FROM orders WHERE customer_id = $1",
    ),
    "missing-index": (
        "SELECT id FROM orders WHERE customer_id = $1 AND product_id = $2",
        "SELECT id FROM customers WHERE referrer_id = $1",
        "SELECT o.id FROM orders o",
        "SELECT i.price FROM items i WHERE i.order_id = $1",
        "SELECT id FROM orders WHERE total = quantity",
    ),
    "implicit-cross-join": (
        "SELECT c.id FROM customers c, orders o WHERE o.customer_id = c.id",
        "SELECT c.id FROM customers c CROSS JOIN orders o",
        "SELECT o.id, s.currency FROM orders o, settings s WHERE o.at > $1",
        "SELECT c.id FROM customers c, orders o WHERE c.id = $1 AND o.id = $2",
        "SELECT c.id FROM customers c, orders o WHERE c.id = $1 AND o.customer_id = $1",
        "SELECT c.id, t FROM customers c, unnest(c.tags) t",
        "SELECT 1 FROM customers JOIN orders USING (id)",
        "SELECT 1 FROM customers NATURAL JOIN orders",
        "SELECT 1 FROM customers c, LATERAL (SELECT 1 FROM orders o WHERE o.customer_id = c.id) x",
    ),
    "correlated-subquery": (
        "SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM items i WHERE i.product_id = c.id)",
        "SELECT c.id, (SELECT count(*) FROM items i WHERE i.product_id = $1) FROM customers c",
        "SELECT c.id, (SELECT count(*) FROM items i WHERE i.product_id = c.id) FROM customers c WHERE c.id = $1",
        "SELECT o.id, (SELECT c.name FROM customers c WHERE c.id = o.customer_id) FROM orders o",
        "SELECT c.id FROM customers c WHERE c.id IN (SELECT i.product_id FROM items i)",
    ),
    "offset-paging": (
        "SELECT id FROM orders ORDER BY at DESC LIMIT $1",
        "SELECT id FROM orders ORDER BY at LIMIT 20 OFFSET 20",
        "SELECT * FROM (SELECT id FROM orders OFFSET 0) x",
    ),
    "not-in-nulls": (
        "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
        "SELECT id FROM customers WHERE id NOT IN (SELECT product_id FROM orders WHERE product_id IS NOT NULL)",
        "SELECT id FROM customers WHERE id IN (SELECT product_id FROM orders)",
        "SELECT id FROM customers WHERE id NOT IN ($1,$2)",
        "SELECT id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.product_id = c.id)",
    ),
    "not-in-subquery": (
        "SELECT id FROM customers WHERE id NOT IN (SELECT c1 FROM wide WHERE c1 IS NOT NULL)",
        "SELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders)",
    ),
    "leading-wildcard": (
        "SELECT id FROM customers WHERE email LIKE 'c1%'",
        "SELECT id FROM customers WHERE email NOT LIKE '%c1'",
        "SELECT id FROM customers WHERE country LIKE '%E'",
        "SELECT id FROM customers WHERE id = $1 AND email LIKE '%x'",
    ),
    "or-across-columns": (
        "SELECT id FROM orders WHERE customer_id = $1 OR quantity = $2",
        "SELECT id FROM orders WHERE product_id = $1 OR product_id = $2",
        "SELECT id FROM orders WHERE id = $3 AND (customer_id = $1 OR product_id = $2)",
        "SELECT o.id FROM orders o WHERE o.customer_id = $1 OR $2",
    ),
    "order-by-random": (
        "SELECT random(), id FROM customers ORDER BY id",
        "SELECT random() ORDER BY random()",
    ),
    "count-whole-table": (
        "SELECT count(*) FROM orders WHERE status = $1",
        "SELECT count(*) FROM customers",
        "SELECT status, count(*) FROM orders GROUP BY status",
    ),
    "any-on-array-column": (
        "SELECT id FROM customers WHERE id = ANY($1)",
        "SELECT id FROM customers WHERE tags @> ARRAY[$1]",
        "SELECT id FROM customers WHERE id = $1 AND $2 = ANY(tags)",
    ),
    "distinct-hides-fan-out": (
        "SELECT DISTINCT o.status FROM orders o JOIN customers c ON c.id = o.customer_id",
        "SELECT DISTINCT c.id, o.status FROM customers c JOIN orders o ON o.customer_id = c.id",
        "SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id",
    ),
    "distinct-without-effect": (
        "SELECT DISTINCT name FROM customers",
        "SELECT DISTINCT id, unnest(tags) FROM customers",
        "SELECT DISTINCT c.id FROM customers c JOIN orders o ON o.customer_id = c.id",
        "SELECT DISTINCT order_id FROM items",
        "SELECT DISTINCT ON (id) id FROM customers ORDER BY id",
        "SELECT count(DISTINCT id) FROM customers",
    ),
    "jsonb-arrow-equality": (
        "SELECT id FROM customers WHERE data->>'kind' = $1",
        "SELECT id FROM customers WHERE data @> $1",
        "SELECT id FROM customers WHERE id = $1 AND data->>'color' = $2",
        "SELECT data->>'color' FROM customers WHERE id = $1",
    ),
    "having-without-aggregate": (
        "SELECT status, count(*) FROM orders GROUP BY status HAVING count(*) > $1",
        "SELECT status, count(*) FROM orders GROUP BY status HAVING sum(total) > $1 AND max(at) < $2",
    ),
    "in-subquery-outer-column": (
        "DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE country = $1)",
        "SELECT 1 FROM orders WHERE customer_id IN (SELECT orders.customer_id FROM customers)",
    ),
    "null-comparison": (
        "SELECT id FROM orders WHERE note IS NULL",
        "UPDATE orders SET note = NULL WHERE id = $1",
    ),
    "write-without-where": (
        "UPDATE orders SET note = $1 WHERE id = $2",
        "UPDATE settings SET currency = $1",
        "DELETE FROM orders USING customers c WHERE c.id = customer_id",
    ),
    "distinct-on-without-order": (
        "SELECT DISTINCT ON (customer_id) customer_id, total FROM orders ORDER BY customer_id, at DESC",
        "SELECT DISTINCT status FROM orders",
    ),
    "limit-without-order": (
        "SELECT id FROM orders WHERE id = $1 LIMIT $2",
        "SELECT 1 FROM orders WHERE status = $1 LIMIT 1",
        "SELECT id FROM orders ORDER BY at LIMIT 10",
        "SELECT id FROM orders LIMIT 1 FOR UPDATE SKIP LOCKED",
        "SELECT count(*) FROM orders LIMIT 1",
    ),
    "partition-key-unused": (
        "SELECT value FROM readings WHERE sensor = $1 AND at > $2",
        "SELECT value FROM readings",
    ),
    "between-on-timestamp": (
        "SELECT id FROM orders WHERE day BETWEEN '2026-01-01' AND '2026-01-31'",
        "SELECT id FROM orders WHERE at BETWEEN '2026-01-01' AND '2026-01-31 23:59:59.999999'",
        "SELECT id FROM orders WHERE at BETWEEN $1 AND $2",
    ),
    "count-for-existence": (
        "SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) > 3",
        "SELECT c.id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
        "SELECT c.id FROM customers c WHERE (SELECT count(*) FROM orders o GROUP BY o.status) > 0",
    ),
    "outer-join-undone": (
        "SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = $1",
        "SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL",
        "SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE coalesce(o.status, $1) = $2",
        "SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.name = $1",
    ),
}


def ids(found: tuple[QueryFinding, ...]) -> list[str]:
    return [f.id for f in found]


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in FAULTS.items() for t in texts])
def test_a_fault_is_found(kind: str, text: str, context: LintContext) -> None:
    found = [f for f in lint_query(text, context) if f.id == kind]
    assert found, f"{kind} is not found in {text}"
    assert found[0].objects
    assert found[0].message
    assert "§" not in found[0].message


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in NEAR_MISSES.items() for t in texts])
def test_a_near_miss_is_none(kind: str, text: str, context: LintContext) -> None:
    assert kind not in ids(lint_query(text, context))
    assert "not-readable" not in ids(lint_query(text, context))


def test_every_kind_has_queries_that_show_it() -> None:
    elsewhere = {"unbounded-result", "type-mismatch", "prefix-pattern-collation"}
    kinds = {kind.id for kind in all_kinds()}
    assert kinds == set(FAULTS)
    assert all(FAULTS[kind] and NEAR_MISSES[kind] for kind in kinds - elsewhere)
    assert all(
        kind.why.count(". ") + kind.why.endswith(".") == 2 and kind.source.startswith("https")
        for kind in all_kinds()
    )
