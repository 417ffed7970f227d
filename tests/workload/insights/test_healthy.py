"""Sensible statements over indexed tables: no rule has anything to say, planned or run."""

from __future__ import annotations

import pytest

from tests.workload.insights.conftest import Laboratory

HEALTHY = (
    "SELECT * FROM customers WHERE id = 17",
    "SELECT * FROM customers WHERE email = 'c17@example.com'",
    "SELECT * FROM customers WHERE name = 'customer 17'",
    "SELECT id FROM customers WHERE name LIKE 'customer 17%'",
    "SELECT * FROM customers WHERE upper(country) = 'K7' ORDER BY id",
    "SELECT * FROM orders WHERE customer_id = 17 ORDER BY created_at DESC",
    "SELECT * FROM orders ORDER BY created_at DESC LIMIT 20",
    "SELECT status, count(*), sum(total) FROM orders GROUP BY status",
    "SELECT count(*) FROM orders WHERE status = 'paid'",
    "SELECT o.*, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id BETWEEN 100 AND 160",
    "SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 2 DESC",
    "SELECT c.id FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id) LIMIT 10",
    "SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id) AND score < 100",
    "SELECT o.id, i.quantity FROM orders o JOIN items i ON i.order_id = o.id WHERE o.customer_id = 42",
    "SELECT i.product_id, sum(i.quantity) FROM items i JOIN orders o ON o.id = i.order_id "
    "WHERE o.created_at >= '2025-01-02 00:00Z' AND o.created_at < '2025-01-03 00:00Z' GROUP BY 1",
    "SELECT id, score, rank() OVER (PARTITION BY country ORDER BY score) FROM customers WHERE country = 'k3'",
    "WITH mine AS (SELECT * FROM orders WHERE customer_id = 9) SELECT max(total), count(*) FROM mine WHERE total > 5",
    "SELECT * FROM events WHERE at >= '2026-02-01' AND at < '2026-02-02' ORDER BY at",
    "SELECT * FROM customers WHERE since >= '2024-02-01 00:00Z' AND since < '2024-02-02 00:00Z' "
    "AND since::date > '2020-01-01'",
    "SELECT o.id, c.name, i.line FROM orders o JOIN customers c ON c.id = o.customer_id "
    "JOIN items i ON i.order_id = o.id WHERE o.customer_id = 5 AND c.id = 5",
    "SELECT c.name, x.* FROM customers c CROSS JOIN LATERAL (SELECT o.id, o.total FROM orders o "
    "WHERE o.customer_id = c.id ORDER BY o.created_at DESC LIMIT 3) x WHERE c.id BETWEEN 20 AND 70",
    "SELECT count(*) FROM orders WHERE is_even(id) AND created_at < '2025-01-02 00:00Z'",
    "SELECT t.id, t.low FROM tiers t WHERE t.low::text = '20' AND t.high > 3",
    "INSERT INTO orders SELECT 50000 + g, g, 'open', g, now(), '' FROM generate_series(1, 2000) g",
    "UPDATE orders SET status = 'paid' WHERE id = 77",
    "DELETE FROM items WHERE order_id = 77",
    "SELECT kind, count(*) FROM events GROUP BY kind",
    "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT sum(i) FROM n",
)


@pytest.mark.parametrize("query", HEALTHY, ids=range(len(HEALTHY)))
def test_nothing_is_said_of_a_healthy_plan(laboratory: Laboratory, query: str) -> None:
    for analyse in (False, True):
        found = laboratory.insights(query, analyse=analyse)
        assert [(one.id, one.node, one.message) for one in found] == []


@pytest.mark.parametrize("query", HEALTHY, ids=range(len(HEALTHY)))
def test_nothing_is_said_of_a_healthy_plan_that_runs_in_parallel(newest: Laboratory, query: str) -> None:
    settings = {
        "max_parallel_workers_per_gather": "2",
        "parallel_setup_cost": "10",
        "parallel_tuple_cost": "0.01",
        "min_parallel_table_scan_size": "0",
        "min_parallel_index_scan_size": "0",
    }
    found = newest.insights(query, settings)
    # Whether workers come is the pool's affair.
    assert [(one.id, one.node, one.message) for one in found if one.id != "workers-missing"] == []
