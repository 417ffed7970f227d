"""What one migration is judged to do: measured facts in the place of guesses, doubts never called safe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.lint import Linted, lint
from pgplumb.migrate.rehearsal import Workshop
from tests.conftest import majors
from tests.migrate.hazards.measured import SCHEMA

PATIENT = "SET LOCAL lock_timeout = '2s';\n"


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Workshop, Catalog]]:
    bindir = next(iter(majors().values())).path
    with Workshop.start([("schema.sql", SCHEMA)], bindir=bindir) as made:
        yield made, made.read()[0]


def ids(found: Linted, statement: int | None = 0) -> set[str]:
    return {hazard.id for hazard in found.hazards if hazard.statement == statement}


def judged(place: tuple[Workshop, Catalog], sql: str, *, autocommit: bool = False) -> Linted:
    mode = "autocommit" if autocommit else "transaction"
    return lint(sql, mode=mode, twin=place[0], catalog=place[1])  # type: ignore[arg-type]


def test_locks_are_those_that_were_measured(place: tuple[Workshop, Catalog]) -> None:
    found = judged(place, "ALTER TABLE tags ADD FOREIGN KEY (order_id) REFERENCES orders")
    (statement,) = found.statements
    assert statement.source == "rehearsed"
    assert statement.locks == {
        "public.orders": "ShareRowExclusiveLock",
        "public.tags": "ShareRowExclusiveLock",
    }
    assert {"blocks-writes", "full-scan-under-lock", "locks-several-tables"} <= ids(found)
    assert all(h.source == "rehearsed" for h in found.hazards if h.id == "blocks-writes")


def test_only_brief_locks_with_a_timeout_are_safe(place: tuple[Workshop, Catalog]) -> None:
    found = judged(place, PATIENT + "ALTER TABLE orders ADD COLUMN n int")
    assert found.safe is True
    assert ids(found, 1) == {"brief-access-exclusive"}
    assert judged(place, "ALTER TABLE orders ADD COLUMN n int").safe is False


def test_rows_that_break_a_constraint_make_it_fail(place: tuple[Workshop, Catalog]) -> None:
    found = judged(place, "ALTER TABLE orders ADD CONSTRAINT c CHECK (small > 5)")
    assert (found.executes, found.sqlstate, found.safe) == (False, "23514", False)
    assert "fails-on-existing-rows" in ids(found)
    assert "fails-on-existing-rows-possible" not in ids(found)


@pytest.mark.parametrize(
    ("sql", "hazard", "sqlstate"),
    [
        ("CREATE INDEX CONCURRENTLY ON orders (free)", "concurrently-in-transaction", "25001"),
        ("VACUUM orders", "unsupported-operation", "25001"),
        ("ALTER TABLE orders ALTER COLUMN label TYPE varchar(9)", "unsupported-operation", "0A000"),
        ("ALTER TABLE orders ADD COLUMN flag int", "syntax-or-semantic-error", "42701"),
        ("ALTER TABEL orders ADD COLUMN n int", "syntax-or-semantic-error", "42601"),
        ("DROP TABLE customers", "blocked-by-dependents", "2BP01"),
        (
            "ALTER TYPE mood ADD VALUE 'new'; CREATE TABLE m (m mood DEFAULT 'new')",
            "enum-value-used-in-same-transaction",
            "55P04",
        ),
    ],
)
def test_a_refusal_of_the_server_has_its_own_hazard(
    place: tuple[Workshop, Catalog], sql: str, hazard: str, sqlstate: str
) -> None:
    found = judged(place, sql)
    assert hazard in {h.id for h in found.hazards}
    assert (found.executes, found.sqlstate, found.safe) == (False, sqlstate, False)


def test_a_lock_of_an_earlier_statement_counts_while_another_table_is_read(
    place: tuple[Workshop, Catalog],
) -> None:
    found = judged(place, PATIENT + "ALTER TABLE customers ADD COLUMN n int; CREATE INDEX ON orders (free)")
    (blocked,) = [h for h in found.hazards if h.id == "blocks-reads-and-writes"]
    assert (blocked.statement, blocked.objects) == (2, ("public.customers",))
    assert {"blocks-writes", "long-work-after-exclusive-lock"} <= ids(found, 2)


def test_finding_one_row_of_a_small_table_is_no_long_work(place: tuple[Workshop, Catalog]) -> None:
    sql = PATIENT + "ALTER TABLE orders ADD COLUMN n int; UPDATE customers SET note = 'x' WHERE id = 7"
    assert "blocks-reads-and-writes" not in ids(judged(place, sql), 2)


def test_what_the_migration_makes_itself_blocks_nobody(place: tuple[Workshop, Catalog]) -> None:
    found = judged(
        place, "CREATE TABLE t (id bigint PRIMARY KEY, n int); CREATE INDEX ON t (n); CLUSTER t USING t_pkey"
    )
    assert (found.safe, found.hazards) == (True, ())
    assert all(not s.locks and not s.rewrites and not s.scans for s in found.statements)


def test_nothing_unrehearsed_is_safe() -> None:
    found = lint("SELECT 1")
    assert (found.safe, found.executes) == (None, None)
    assert found.statements[0].source == "static"


def test_without_a_schema_a_text_is_measured_as_far_as_it_makes_its_own() -> None:
    bindir = next(iter(majors().values())).path
    with Workshop.start([], bindir=bindir) as empty:
        own = lint("CREATE TABLE t (id bigint PRIMARY KEY); CREATE INDEX ON t (id)", twin=empty)
        other = lint("CREATE TABLE t (id bigint); ALTER VIEW elsewhere SET (security_barrier)", twin=empty)
        wrong = lint("CREATE TABLE t (id nothing", twin=empty)
    assert (own.safe, own.executes) == (True, True)
    assert (other.executes, other.statements[0].source) == (None, "rehearsed")
    assert other.statements[1].unknown
    assert (wrong.safe, wrong.executes, wrong.sqlstate) == (False, False, "42601")


def test_an_ignored_hazard_does_not_count_and_keeps_its_reason(place: tuple[Workshop, Catalog]) -> None:
    found = judged(
        place,
        PATIENT + "ALTER TABLE orders DROP COLUMN free;"
        " -- pgplumb: ignore data-loss nobody reads it\n"
        "-- pgplumb: ignore breaks-old-code released last week\n"
        "ALTER TABLE orders DROP COLUMN wide;",
    )
    assert [(i.hazard.id, i.hazard.statement, i.reason) for i in found.ignored] == [
        ("data-loss", 1, "nobody reads it"),
        ("breaks-old-code", 2, "released last week"),
    ]
    assert "data-loss" in ids(found, 2)
    assert "data-loss" not in ids(found, 1)


def test_an_ignore_that_does_nothing_is_said(place: tuple[Workshop, Catalog]) -> None:
    found = judged(
        place,
        "-- pgplumb: ignore table-rewrite never happens\n"
        "-- pgplumb: ignore missing-lock-timeout\n"
        "-- pgplumb: ignore everything because\n"
        "ALTER TABLE orders ADD COLUMN n int",
    )
    assert [(u.line, u.why) for u in found.useless] == [
        (1, "there is no table-rewrite here to ignore"),
        (2, "ignoring missing-lock-timeout needs a reason behind it"),
        (3, "there is no hazard everything"),
    ]
    assert "missing-lock-timeout" in ids(found)


def test_a_comment_inside_a_string_ignores_nothing(place: tuple[Workshop, Catalog]) -> None:
    sql = (
        "COMMENT ON TABLE orders IS '\n-- pgplumb: ignore data-loss x\n'; ALTER TABLE orders DROP COLUMN free"
    )
    found = judged(place, sql)
    assert "data-loss" in ids(found, 1)
    assert found.useless == ()
