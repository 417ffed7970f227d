"""Plans that each show exactly one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ONLY_LOOPS = {"enable_hashjoin": "off", "enable_mergejoin": "off", "enable_material": "off"}
SMALL = {"work_mem": "64kB", "hash_mem_multiplier": "1"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A statement, the settings that force its plan, and the rule that must speak alone."""

    rule: str
    query: str
    settings: Mapping[str, str] = field(default_factory=dict)
    analyse: bool = True
    says: str = ""
    """A part of the message."""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.rule}{'-' if self.name else ''}{self.name}"


CLIQUE = "SELECT count(*) FROM tiers t1 " + " ".join(f"JOIN tiers t{n} USING (low)" for n in range(2, 11))

SCENARIOS = (
    Scenario(
        "seq-scan-discards",
        "SELECT id FROM orders WHERE note = rpad('note 7', 145)",
        says="it read 40,000 rows",
    ),
    Scenario(
        "index-scan-filter",
        "SELECT * FROM orders WHERE customer_id = 1 AND note = rpad('rare', 145)",
        {"enable_bitmapscan": "off", "enable_seqscan": "off"},
        says="found 8,000 rows, the filter kept 1",
        name="index",
    ),
    Scenario(
        "index-scan-filter",
        "SELECT * FROM orders WHERE customer_id = 1 AND note = rpad('rare', 145)",
        {"enable_indexscan": "off", "enable_seqscan": "off"},
        says="found 8,000 rows, the filter kept 1",
        name="bitmap",
    ),
    Scenario(
        "row-misestimate",
        "SELECT * FROM places WHERE city = 'city 7' AND country = 'country 7'",
        says="got 556: ",
    ),
    Scenario(
        "nested-loop-storm",
        "SELECT sum(o.total + c.score) FROM orders o LEFT JOIN customers c ON c.id = o.customer_id",
        {**ONLY_LOOPS, "enable_memoize": "off", "enable_bitmapscan": "off", "enable_seqscan": "on"},
        says="ran 40,000 times",
    ),
    Scenario(
        "sort-spill", "SELECT id, score FROM customers ORDER BY score", {"work_mem": "64kB"}, says="64 kB"
    ),
    Scenario(
        "sort-spill",
        "SELECT customer_id, note FROM orders ORDER BY customer_id, note",
        {"work_mem": "64kB", "enable_seqscan": "off", "enable_sort": "off", "enable_bitmapscan": "off"},
        name="incremental",
    ),
    Scenario(
        "hash-spill",
        "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.email <> o.note",
        SMALL,
        says="batches",
    ),
    Scenario(
        "hashagg-spill",
        "SELECT order_id, count(*) FROM items GROUP BY order_id",
        {**SMALL, "enable_sort": "off", "enable_indexscan": "off", "enable_indexonlyscan": "off"},
        says="batches",
    ),
    Scenario(
        "lossy-bitmap",
        "SELECT count(total) FROM orders WHERE customer_id = 1",
        {"work_mem": "64kB", "enable_indexscan": "off", "enable_seqscan": "off"},
        says="pages",
    ),
    Scenario(
        "heap-fetches",
        "SELECT count(*) FROM visits WHERE id < 3000",
        {"enable_seqscan": "off", "enable_bitmapscan": "off"},
        says="2,999 times",
    ),
    Scenario(
        "workers-missing",
        "SELECT count(*) FROM orders",
        {
            "max_parallel_workers_per_gather": "2",
            "max_parallel_workers": "0",
            "parallel_setup_cost": "0",
            "parallel_tuple_cost": "0",
            "min_parallel_table_scan_size": "0",
            "min_parallel_index_scan_size": "0",
        },
        says="0 of 2",
    ),
    Scenario("planning-heavy", CLIQUE, {"join_collapse_limit": "12", "geqo": "off"}, says="planning took"),
    Scenario(
        "subplan-loops",
        "SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c "
        "WHERE c.id BETWEEN 2 AND 301",
        {"enable_seqscan": "off"},
        says="ran 300 times",
    ),
    Scenario(
        "cte-fence",
        "WITH x AS MATERIALIZED (SELECT id, score FROM customers) SELECT * FROM x WHERE id = 5",
        says="gave 5,000 rows, of which 1",
    ),
    Scenario(
        "trigger-time",
        "DELETE FROM parents WHERE id <= 20",
        says="public.children (parent_id) has no index",
    ),
    Scenario("type-cast", "SELECT * FROM orders WHERE id = 5::numeric", says="id is cast to numeric"),
    Scenario(
        "type-cast",
        "SELECT * FROM orders WHERE id = 5::numeric",
        analyse=False,
        says="index orders_pkey",
        name="estimated",
    ),
    Scenario(
        "type-cast",
        "SELECT * FROM customers WHERE since::date = date '2024-02-01'",
        analyse=False,
        says="since is cast to date",
        name="date",
    ),
    Scenario(
        "join-filter",
        "SELECT count(*) FROM tiers t JOIN customers c ON c.score BETWEEN t.low AND t.high",
        {"enable_material": "on"},
        says="pairs of rows were compared in vain",
    ),
    Scenario(
        "memoize-thrash",
        "SELECT sum(c.score) FROM calls l JOIN customers c ON c.id = l.customer_id",
        ONLY_LOOPS,
        says="0 % of 3,000 look-ups",
    ),
    Scenario("cold-cache", "SELECT count(*) FROM cold", says="came from outside shared buffers"),
    Scenario("stale-statistics", "SELECT * FROM moved WHERE id = 5", analyse=False, says="3,000 rows"),
    Scenario(
        "stale-statistics",
        "SELECT * FROM unknown WHERE id = 5",
        analyse=False,
        says="never analysed",
        name="never",
    ),
    Scenario(
        "wrong-index-for-order",
        "SELECT * FROM orders WHERE note = rpad('rare', 145) ORDER BY created_at LIMIT 1",
        {"enable_seqscan": "off", "enable_bitmapscan": "off", "enable_sort": "off"},
        says="39,999 rows were rejected to find 1",
    ),
    Scenario(
        "seq-scan-selective",
        "SELECT id FROM orders WHERE note = rpad('note 7', 145)",
        analyse=False,
        says="of 40,000 rows",
    ),
    Scenario(
        "sort-above-work-mem",
        "SELECT id, score FROM customers ORDER BY score",
        {"work_mem": "64kB"},
        analyse=False,
        says="work_mem is 64 kB",
    ),
    Scenario(
        "nested-loop-all-pairs",
        "SELECT count(*) FROM orders o JOIN items i ON o.total % 7 > i.quantity + o.id % 3",
        analyse=False,
        says="pairs would be looked at",
    ),
    Scenario(
        "nested-loop-all-pairs",
        "SELECT c.id, x.n FROM customers c CROSS JOIN LATERAL "
        "(SELECT count(*) AS n FROM items i WHERE i.product_id % 5000 = c.id) x",
        analyse=False,
        says="5,000 by 60,000 rows",
        name="lateral",
    ),
    Scenario(
        "function-on-indexed-column",
        "SELECT * FROM customers WHERE lower(email) = 'c7@example.com'",
        analyse=False,
        says="email is tested through lower()",
        name="estimated",
    ),
    Scenario(
        "function-on-indexed-column",
        "SELECT * FROM customers WHERE lower(email) = 'c7@example.com'",
        says="index customers_email",
        name="analysed",
    ),
    Scenario(
        "function-on-indexed-column",
        "SELECT * FROM customers WHERE date_trunc('day', since) = timestamptz '2024-02-01'",
        analyse=False,
        says="since is tested through date_trunc()",
        name="time",
    ),
    Scenario(
        "cartesian-product",
        "SELECT c.id, t.low FROM customers c, tiers t WHERE c.country = 'k7'",
        analyse=False,
        says="250 rows is joined to every one of 50",
    ),
    Scenario(
        "cartesian-product", "SELECT c.id, t.low FROM customers c, tiers t", says="250,000", name="analysed"
    ),
    Scenario(
        "pruning-unused",
        "SELECT * FROM events WHERE date_trunc('month', at) = timestamp '2026-02-01'",
        analyse=False,
        says="all 3 partitions of public.events are read",
    ),
    Scenario(
        "pruning-unused",
        "SELECT * FROM events WHERE at::date = date '2026-02-01'",
        analyse=False,
        says="at is tested through a cast to date",
        name="cast",
    ),
    Scenario(
        "parallel-unsafe-function",
        "SELECT count(*) FROM orders WHERE is_odd(total)",
        {"max_parallel_workers_per_gather": "2", "min_parallel_table_scan_size": "4MB"},
        says="is_odd() is parallel unsafe",
        analyse=False,
    ),
)
