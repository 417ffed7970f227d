"""Rules on partitioned tables, and on tables that should be or must survive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pgplumb.catalog.statistics import ColumnStatistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase


def day(offset: int) -> str:
    """Return a date as SQL, counted from today."""
    return f"'{date.today() + timedelta(days=offset)}'"


EVENTS = "CREATE TABLE e (at timestamptz NOT NULL, x int) PARTITION BY RANGE (at);"
DAYS = "CREATE TABLE e (day date NOT NULL, x int) PARTITION BY RANGE (day);"
NUMBERS = "CREATE TABLE e (n int NOT NULL, t text) PARTITION BY RANGE (n);"

CASES = [
    Case(
        "default-partition-exists",
        "ranges and lists without one are found",
        EVENTS + "CREATE TABLE l (x int) PARTITION BY LIST (x)",
        ["table:{s}.e", "table:{s}.l"],
    ),
    Case(
        "default-partition-exists",
        "one that is there, endless ranges, a stated choice and hashes pass",
        EVENTS
        + """CREATE TABLE e0 PARTITION OF e DEFAULT; CREATE TABLE l (x int) PARTITION BY RANGE (x);
        CREATE TABLE l1 PARTITION OF l FOR VALUES FROM (MINVALUE) TO (1);
        CREATE TABLE l2 PARTITION OF l FOR VALUES FROM (1) TO (MAXVALUE); CREATE TABLE c (x int) PARTITION BY LIST (x);
        COMMENT ON TABLE c IS 'No default partition: unknown countries must fail';
        CREATE TABLE h (x int) PARTITION BY HASH (x)""",
    ),
    Case(
        "default-partition-empty",
        "rows in it are found, below a partition too",
        """CREATE TABLE l (x int, y int) PARTITION BY LIST (x);
        CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1) PARTITION BY LIST (y);
        CREATE TABLE l1d PARTITION OF l1 DEFAULT; CREATE TABLE ld PARTITION OF l DEFAULT;
        INSERT INTO l VALUES (1, 1), (1, 2); ANALYZE l1d, ld""",
        ["table:{s}.l1d"],
    ),
    Case(
        "future-partition-exists",
        "a range of time that ends soon is found once, at the root",
        f"""{EVENTS} CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ({day(-30)}) TO ({day(3)});
        CREATE TABLE e0 PARTITION OF e DEFAULT; CREATE TABLE none (at date) PARTITION BY RANGE (at);
        CREATE TABLE l (x int, at date) PARTITION BY LIST (x);
        CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1) PARTITION BY RANGE (at);
        CREATE TABLE l11 PARTITION OF l1 FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')""",
        ["table:{s}.e", "table:{s}.none", "table:{s}.l"],
    ),
    Case(
        "future-partition-exists",
        "enough days ahead, no end, and ranges of numbers or texts pass",
        f"""{EVENTS} CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ({day(-30)}) TO ({day(40)});
        CREATE TABLE m (at date) PARTITION BY RANGE (at);
        CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);
        CREATE TABLE i (at timestamptz) PARTITION BY RANGE (at);
        CREATE TABLE i1 PARTITION OF i FOR VALUES FROM ('-infinity') TO ('infinity');
        CREATE TABLE n (x int) PARTITION BY RANGE (x); CREATE TABLE n1 PARTITION OF n FOR VALUES FROM (1) TO (9);
        CREATE TABLE t (x text) PARTITION BY RANGE (x);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a') TO ('m')""",
    ),
    Case(
        "future-partition-exists",
        "the days wanted are the project's",
        f"{DAYS} CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ({day(-30)}) TO ({day(3)})",
        thresholds=(("future-partition-exists", 2),),
    ),
    Case(
        "future-partition-exists",
        "bounds that cannot be read leave it open",
        f"{DAYS} CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ({day(-30)}) TO ({day(3)})",
        status=Status.UNKNOWN,
        unread=True,
    ),
    Case(
        "partition-gap-none",
        "a missing month, number and text are found",
        DAYS
        + """CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
        CREATE TABLE e3 PARTITION OF e FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
        CREATE TABLE n (x int) PARTITION BY RANGE (x); CREATE TABLE n2 PARTITION OF n FOR VALUES FROM (10) TO (20);
        CREATE TABLE n1 PARTITION OF n FOR VALUES FROM (-5) TO (9); CREATE TABLE t (x text) PARTITION BY RANGE (x);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a') TO ('m');
        CREATE TABLE t2 PARTITION OF t FOR VALUES FROM ('n') TO ('z')""",
        ["table:{s}.e", "table:{s}.n", "table:{s}.t"],
    ),
    Case(
        "partition-gap-none",
        "ranges that meet pass, in whatever order they were made",
        NUMBERS
        + """CREATE TABLE e2 PARTITION OF e FOR VALUES FROM (10) TO (MAXVALUE);
        CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (MINVALUE) TO (10);
        CREATE TABLE t (x text, y int) PARTITION BY RANGE (x, y);
        CREATE TABLE t2 PARTITION OF t FOR VALUES FROM ('m', 5) TO ('z', 0);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a', 0) TO ('m', 5)""",
    ),
    Case(
        "partition-count-limit",
        "too many are found",
        """CREATE TABLE e (n int) PARTITION BY LIST (n); CREATE TABLE few (n int) PARTITION BY LIST (n);
        CREATE TABLE few1 PARTITION OF few FOR VALUES IN (1);
        DO $$ BEGIN FOR i IN 1..6 LOOP
          EXECUTE format('CREATE TABLE e%s PARTITION OF e FOR VALUES IN (%s)', i, i); END LOOP; END $$""",
        ["table:{s}.e"],
        thresholds=(("partition-count-limit", 5),),
    ),
    Case(
        "partition-local-index-complete",
        "an index left half-way names what lacks it",
        NUMBERS
        + """CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (5);
        CREATE TABLE e2 PARTITION OF e FOR VALUES FROM (5) TO (9);
        CREATE INDEX whole ON e (n); CREATE INDEX half ON ONLY e (t); CREATE INDEX e1_t ON e1 (t);
        ALTER INDEX half ATTACH PARTITION e1_t""",
        ["index:{s}.half"],
        says="{s}.e2 among them",
    ),
    Case(
        "no-unlogged-table",
        "an unlogged table and partition are found",
        NUMBERS
        + """CREATE UNLOGGED TABLE u (x int); CREATE TABLE ok (x int);
        CREATE UNLOGGED TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (5)""",
        ["table:{s}.u", "table:{s}.e"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)


def test_a_scratch_schema_may_lose_its_tables(cases: CaseDatabase) -> None:
    case = next(c for c in CASES if c.rule == "no-unlogged-table")
    facts = cases.facts(case)
    moved = {oid: replace(r, schema="staging") for oid, r in facts.catalog.relations.items()}
    rule = next(r for r in all_rules() if r.id == case.rule)
    result = Engine([rule]).run(replace(facts, catalog=replace(facts.catalog, relations=moved))).results[0]
    assert result.status is Status.NOT_APPLICABLE


def test_the_fix_goes_on_from_the_last_partition_until_it_is_enough(cases: CaseDatabase) -> None:
    case = next(c for c in CASES if c.title.startswith("a range of time that ends soon"))
    fix = next(f.fix for f in cases.run(case).findings if f.object.endswith(".l"))
    assert fix is not None
    assert fix.fields["from"] == "2020-02-01"
    end = date.fromisoformat(str(fix.fields["to"]))
    assert timedelta(days=7) <= end - date.today() <= timedelta(days=7 + 31)
    assert end.day == 1
    assert str(fix.fields["table"]).endswith(".l1")


def huge(cases: CaseDatabase, inserted: int = 10**6, updated: int = 0, correlation: float = 0.99) -> Facts:
    """Return facts of one table of 200 million rows with a date, and these counters."""
    facts = cases.facts(Case("no-unlogged-table", "an unlogged table and partition are found", ""))
    table = next(r for r in facts.catalog.relations.values() if r.name == "ok")
    column = replace(table.columns[0], type_oid=1082, name="day")
    table = replace(table, tuples=2e8, pages=2_000_000, _columns=(column,))
    assert not isinstance(facts.statistics, Unread)
    counted = replace(
        facts.statistics.tables[table.oid], tuples=2e8, inserted=inserted, updated=updated, deleted=0
    )
    seen = ColumnStatistics(0.0, 4, 3000.0, correlation, None)
    statistics = replace(
        facts.statistics, tables={table.oid: counted}, columns={(table.oid, column.number): seen}
    )
    catalog = replace(facts.catalog, relations={table.oid: table})
    return replace(facts, catalog=catalog, statistics=statistics)


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, Status.FAIL),
        ({"updated": 500_000}, Status.PASS),
        ({"correlation": 0.1}, Status.PASS),
        ({"inserted": 10}, Status.UNKNOWN),
    ],
    ids=["only grows", "is updated", "lies in no order", "counted too little"],
)
def test_size_alone_makes_no_partition_candidate(
    cases: CaseDatabase, facts: dict[str, float], status: Status
) -> None:
    rule = next(r for r in all_rules() if r.id == "partition-candidate")
    assert Engine([rule]).run(huge(cases, **facts)).results[0].status is status  # type: ignore[arg-type]
