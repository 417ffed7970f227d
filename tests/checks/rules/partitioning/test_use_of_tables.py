"""Rules on partitions past their time and on tables that nobody reads or fills."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.statistics import Statistics
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.checks.rules.schema_cases import Case, CaseDatabase
from tests.databases import Database

DIVIDED = """CREATE TABLE e (at date, x int) PARTITION BY RANGE (at);
CREATE TABLE e_old PARTITION OF e FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
CREATE TABLE e_new PARTITION OF e FOR VALUES FROM ('2090-01-01') TO ('2090-02-01');
CREATE TABLE e_rest PARTITION OF e DEFAULT;"""

CASES = [
    Case(
        "partition-retention",
        "a partition past the time that the comment declares is found",
        DIVIDED + "COMMENT ON TABLE e IS 'clicks; @retention 90 days'",
        ["table:{s}.e_old"],
        says="ended on 2020-02-01",
    ),
    Case(
        "partition-retention",
        "what the profile declares holds for all",
        DIVIDED,
        ["table:{s}.e_old"],
        thresholds=(("partition-retention-days", 365),),
    ),
    Case(
        "partition-retention",
        "a longer time keeps it",
        DIVIDED + "COMMENT ON TABLE e IS 'retention: 90 years'",
    ),
    Case(
        "partition-retention",
        "without a declaration nothing is too old",
        DIVIDED,
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "never-read-table",
        "a table that is only written is found",
        "CREATE TABLE sums (x int); INSERT INTO sums SELECT generate_series(1, 200)",
        ["table:{s}.sums"],
        days=40,
    ),
    Case(
        "never-read-table",
        "one that was read once is fine, and so are logs and what is hardly written",
        """CREATE TABLE t (x int); INSERT INTO t SELECT generate_series(1, 200); SELECT * FROM t;
        CREATE TABLE audit_log (x int); INSERT INTO audit_log SELECT generate_series(1, 200);
        CREATE TABLE few (x int); INSERT INTO few VALUES (1)""",
        days=40,
    ),
    Case(
        "never-read-table",
        "counters that are too young leave it open",
        "CREATE TABLE sums (x int); INSERT INTO sums SELECT generate_series(1, 200)",
        status=Status.UNKNOWN,
        says="usage-min-days",
    ),
    Case(
        "empty-table",
        "a table that was never filled is found, a partitioned one once",
        "CREATE TABLE t (x int);" + DIVIDED,
        ["table:{s}.e", "table:{s}.t"],
        days=40,
    ),
    Case(
        "empty-table",
        "one row, or one that is gone again, is enough",
        """CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE TABLE queue (x int); INSERT INTO queue VALUES (1);
        DELETE FROM queue; CREATE TABLE up (x int); CREATE TABLE child (y int) INHERITS (up);
        INSERT INTO child VALUES (1, 2)""",
        days=40,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


def test_statements_that_name_no_partition_key(database: Database) -> None:
    rule = "partition-key-in-queries"
    parts = "".join(f"CREATE TABLE e{i} PARTITION OF e FOR VALUES FROM ({i}) TO ({i + 1});" for i in range(4))
    database.execute(
        f"""CREATE EXTENSION pg_stat_statements; CREATE TABLE e (k int, x int) PARTITION BY RANGE (k); {parts}
        CREATE TABLE two (k int, x int) PARTITION BY RANGE (k);
        CREATE TABLE two1 PARTITION OF two FOR VALUES FROM (0) TO (9)"""
    )
    for _ in range(10):
        database.execute("SELECT x FROM e WHERE k = 3 AND x > 1")
        database.execute("SELECT x FROM two WHERE x = 1")
    assert r.run(rule, gather(database.session(), Profile())).status is Status.PASS
    for _ in range(10):
        database.execute("SELECT k FROM e WHERE x = 1")
    facts = gather(database.session(), Profile())
    (finding,) = r.run(rule, facts).findings
    assert finding.object.startswith("query:")
    assert (finding.related, finding.evidence["key"]) == (("table:public.e",), "k")


@pytest.mark.parametrize(
    ("per_hour", "blocks", "found"),
    [(10**8, 0, []), (2 * 1024**3, 0, ["database:shop"]), (0, 300_000, ["query:1"])],
)
def test_temporary_files_are_judged_by_the_hour_and_by_call(
    per_hour: int, blocks: int, found: list[str]
) -> None:
    hours = 30 * 24
    facts = r.facts(
        statistics=r.statistics(database=r.counters(temp_bytes=per_hour * hours)),
        statements=r.statements(r.statement(1, 1, 5.0, temp_blks=blocks)),
    )
    assert r.objects("temp-files-small", facts) == found


def test_temporary_files_of_minutes_say_nothing() -> None:
    young: Facts = r.facts()
    assert isinstance(young.statistics, Statistics)
    database = r.counters(temp_bytes=10**12, stats_reset=r.ago(60))
    young = replace(young, statistics=replace(young.statistics, database=database))
    assert r.run("temp-files-small", young).status is Status.UNKNOWN
