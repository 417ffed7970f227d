"""A schema and rows from files: built inside the cage, rehearsed on with its rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.migrate.rehearsal import SetupFailed, Workshop, rehearse
from tests.conftest import majors
from tests.migrate.rehearsal.orders import SCHEMA

ROLES = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app LOGIN; END IF;
END $$;
CREATE ROLE readers;
GRANT readers TO app;
BEGIN;
CREATE TABLE tenants (id int PRIMARY KEY, name text);
GRANT SELECT ON tenants TO readers;
COMMIT;
COPY tenants (id, name) FROM stdin;
1	first
2	\\N
\\.
"""


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with Workshop.start(
        [("schema.sql", SCHEMA), ("roles.sql", ROLES)], bindir=next(iter(majors().values())).path
    ) as made:
        yield made


def test_rows_make_a_statement_fail_that_would_fail_on_them(workshop: Workshop) -> None:
    found = rehearse(workshop, "ALTER TABLE tenants ALTER COLUMN name SET NOT NULL")
    assert found.with_rows
    assert found.executes is False
    assert found.sqlstate == "23502"


def test_what_runs_on_rows_is_known_to_run(workshop: Workshop) -> None:
    found = rehearse(workshop, "UPDATE orders SET label = 'y'; ALTER TABLE orders ADD UNIQUE (id, label)")
    assert found.executes is True
    assert found.unknown == ()
    update, unique = found.statements
    assert update.table_locks["public.orders"] == "RowExclusiveLock"
    assert unique.table_locks["public.orders"] == "AccessExclusiveLock"


def test_the_files_roles_grants_and_transactions_are_there(workshop: Workshop) -> None:
    catalog, _ = workshop.read()
    assert {"app", "readers"} <= {role.name for role in catalog.roles.values()}
    tenants = catalog.by_name["public", "tenants"]
    assert any(entry.startswith("readers=r/") for entry in tenants.acl or ())
    assert tenants.tuples == 2
    found = rehearse(workshop, "DROP TABLE tenants", catalog=catalog)
    assert found.catalog_after is not None
    assert ("public", "tenants") not in found.catalog_after.by_name


def test_a_setup_that_fails_names_file_and_line() -> None:
    with pytest.raises(SetupFailed, match=r'bad.sql, line 3: relation "nowhere" does not exist'):
        Workshop.start([("bad.sql", "CREATE TABLE t (id int);\n\nINSERT INTO nowhere VALUES (1);")])


def test_a_setup_reaches_nothing_outside(workshop: Workshop) -> None:
    with Workshop.start([("evil.sql", "COPY (SELECT 1) TO PROGRAM 'id'; CREATE TABLE t (id int)")]) as made:
        assert "COPY PROGRAM is refused" in made.gaps[0]
    with pytest.raises(SetupFailed, match="permission denied"):
        Workshop.start([("evil.sql", "DO $$ BEGIN COPY (SELECT 1) TO PROGRAM 'id'; END $$")])
