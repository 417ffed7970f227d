"""The sample database: large enough, right in most places."""

from __future__ import annotations

import psycopg
import pytest

from pgplumb.demo.database import build_demo, read_steps
from tests.databases import Database
from tests.demo.flaws import flaws
from tests.demo.sample import Sample

TABLES = """
SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname IN ('app', 'billing', 'analytics')
"""

KINDS = """
SELECT DISTINCT relkind::text FROM pg_class
WHERE relnamespace IN ('app'::regnamespace, 'billing'::regnamespace, 'analytics'::regnamespace)
"""

METHODS = """
SELECT DISTINCT amname::text FROM pg_am JOIN pg_class ON relam = pg_am.oid
WHERE relnamespace = 'app'::regnamespace AND relkind = 'i'
"""

VOID = """
UPDATE billing.invoices SET status = 'void'
WHERE id = (SELECT max(id) FROM billing.invoices) AND status <> 'void'
RETURNING id
"""

LAST_ENTRY = "SELECT actor, action, changes ->> 'status' FROM app.audit_log ORDER BY id DESC LIMIT 1"


def test_there_are_at_least_30_tables_in_3_schemas(sample: Sample) -> None:
    tables = [table for (table,) in sample.rows(TABLES)]
    assert len(tables) >= 30
    assert {table.split(".")[0] for table in tables} == {"app", "billing", "analytics"}


def test_there_are_at_least_300_000_rows(sample: Sample) -> None:
    counted = sum(int(sample.one(f"SELECT count(*) FROM {_quoted(t)}")) for (t,) in sample.rows(TABLES))
    assert counted >= 300_000


def test_every_table_but_the_worn_ones_has_rows_and_statistics(sample: Sample) -> None:
    query = "SELECT relid::regclass::text FROM pg_stat_user_tables WHERE last_analyze IS NULL"
    assert sample.rows(query) == [("app.import_staging",)]
    assert not [t for (t,) in sample.rows(TABLES) if not sample.one(f"SELECT EXISTS (TABLE {_quoted(t)})")]


def test_no_row_of_a_partitioned_table_by_month_is_in_the_future(sample: Sample) -> None:
    assert sample.one("SELECT max(occurred_at) <= now() FROM analytics.events") is True
    assert sample.one("SELECT count(*) FROM analytics.events_default") == 0


def test_most_tables_have_no_flaw(sample: Sample) -> None:
    flawed = {f.table for f in flaws(sample.major) if f.table}
    clean = {table for (table,) in sample.rows(TABLES)} - flawed
    assert len(clean) >= 25
    assert {"app.projects", "app.users", "analytics.events", "billing.subscriptions"} <= clean


def test_the_sample_has_every_kind_of_object(sample: Sample) -> None:
    relations = {kind for (kind,) in sample.rows(KINDS)}
    constraints = {kind for (kind,) in sample.rows("SELECT DISTINCT contype::text FROM pg_constraint")}
    methods = {name for (name,) in sample.rows(METHODS)}
    assert {"r", "p", "v", "m", "i", "I", "S"} <= relations
    assert {"c", "f", "p", "u", "x"} <= constraints
    assert {"btree", "gin", "gist", "brin"} <= methods


@pytest.mark.parametrize("role", ["web", "reporting"])
def test_an_application_sees_one_organisation_at_a_time(sample: Sample, role: str) -> None:
    with psycopg.connect(sample.demo.conninfo_as(role)) as connection:
        assert connection.execute("SELECT count(*) FROM app.tasks").fetchone() == (0,)
        connection.execute("SELECT set_config('app.tenant_id', '7', true)")
        seen = connection.execute(
            "SELECT array_agg(DISTINCT tenant_id), count(*) > 0 FROM app.tasks"
        ).fetchone()
        assert seen == ([7], True)


def test_no_application_reads_a_password_hash(sample: Sample) -> None:
    with (
        psycopg.connect(sample.demo.conninfo_as("web")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT password_hash FROM app.users")


def test_a_change_of_money_leaves_an_audit_entry(sample: Sample) -> None:
    with psycopg.connect(sample.demo.conninfo_as("worker")) as connection:
        connection.execute("SELECT set_config('app.tenant_id', '3', true)")
        assert connection.execute(VOID).fetchone() is not None
        assert connection.execute(LAST_ENTRY).fetchone() == ("worker", "UPDATE", "void")
        connection.rollback()


def test_every_view_can_be_read_by_somebody(sample: Sample) -> None:
    query = "SELECT schemaname || '.' || viewname FROM pg_views WHERE schemaname IN ('app', 'billing', 'analytics')"
    for (view,) in sample.rows(query):
        assert sample.one(f"SELECT count(*) FROM {view}") > 0


def test_progress_rises_from_the_start_to_ready(sample: Sample) -> None:
    fractions = [done for _, done in sample.told]
    assert fractions == sorted(fractions)
    assert sample.told[-1] == ("ready", 1.0)
    assert len({label for label, _ in sample.told}) > 15


def test_the_build_s_own_statements_do_not_stand_in_the_way_of_the_applications(sample: Sample) -> None:
    assert sample.one("SELECT count(*) FROM pg_stat_statements WHERE query LIKE 'CREATE TABLE%'") == 0


def test_every_step_has_statements() -> None:
    steps = read_steps()
    assert len(steps) > 20
    assert all(step.statements.strip() and step.weight > 0 for step in steps)
    assert [step.sqlstate for step in steps if step.sqlstate] == ["23505"]


def test_a_failing_build_says_so(database: Database) -> None:
    database.execute("CREATE SCHEMA billing")
    with pytest.raises(psycopg.errors.DuplicateSchema):
        build_demo(database.conninfo, lambda label, done: None)


def _quoted(table: str) -> str:
    schema, name = table.split(".")
    return f'{schema}."{name}"'
