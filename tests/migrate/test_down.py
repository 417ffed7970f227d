"""The way back, run on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.down import propose_down
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from pgplumb.sql.split import split
from tests.databases import Database
from tests.migrate.hazards.measured import SCHEMA


def shape(catalog: Catalog) -> dict[str, object]:
    """What people see of a schema, by name: nothing of oids and sizes."""
    found: dict[str, object] = {
        "types": sorted((t.schema, t.name, t.labels) for t in catalog.types.values() if t.schema == "public"),
        "functions": sorted(f.id for f in catalog.user_functions()),
        "schemas": sorted(s.name for s in catalog.schemas.values()),
        "statistics": sorted(s.name for s in catalog.statistics_objects),
    }
    for r in catalog.relations.values():
        found[r.id] = (
            [
                (
                    c.name,
                    c.type_oid,
                    c.typmod,
                    c.not_null,
                    c.default,
                    c.identity,
                    c.comment,
                    c.statistics_target,
                )
                for c in r.columns
            ],
            sorted((c.name, c.kind, c.validated, c.expression) for c in r.constraints),
            sorted((i.name, i.is_unique, i.is_valid) for i in r.indexes),
            sorted(p.name for p in r.policies),
            sorted((t.name, t.enabled) for t in r.triggers),
            (r.row_security, r.force_row_security, sorted(r.options), r.comment, r.owner, r.replica_identity),
            r.partition_bound,
        )
    return found


@pytest.fixture(scope="module")
def measured(server: EmbeddedServer) -> Iterator[Database]:
    """A database with the schema of the measurements. Every test leaves its shape as it found it."""
    database = Database.create(server, "down")
    database.execute(SCHEMA)
    database.execute("COMMENT ON COLUMN customers.name IS 'who'; ALTER TABLE customers SET (fillfactor = 70)")
    database.execute("ALTER TABLE customers ALTER note SET DEFAULT 'old'")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def session(measured: Database) -> Session:
    """A session on it."""
    return measured.session()


REVERSIBLE = (
    "CREATE INDEX i ON orders (flag); CREATE INDEX CONCURRENTLY j ON orders (flag, label)",
    "CREATE TABLE n (id bigint PRIMARY KEY); COMMENT ON TABLE n IS 'x'",
    "ALTER TABLE orders ADD COLUMN n int; ALTER TABLE orders ALTER n SET DEFAULT 5",
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "ALTER TABLE orders ADD CONSTRAINT k CHECK (small > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT k",
    "ALTER TABLE orders ADD CONSTRAINT k CHECK (small IS NOT NULL) NOT VALID; "
    "ALTER TABLE orders VALIDATE CONSTRAINT k;"
    "ALTER TABLE orders ALTER small SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT k",
    "CREATE UNIQUE INDEX CONCURRENTLY u ON orders (code); ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX u",
    "COMMENT ON TABLE orders IS 'it''s new'; COMMENT ON COLUMN orders.code IS 'x'; "
    "COMMENT ON CONSTRAINT orders_pkey ON orders IS 'y'",
    "COMMENT ON COLUMN customers.name IS NULL",
    "ALTER TABLE orders RENAME COLUMN code TO \"Code\"; "
    "ALTER TABLE orders RENAME TO o; ALTER TABLE o RENAME CONSTRAINT orders_pkey TO pk",
    "ALTER INDEX orders_plain RENAME TO ip; ALTER VIEW order_view RENAME TO ov",
    "CREATE SCHEMA s; ALTER TABLE public.loose SET SCHEMA s",
    "ALTER TABLE orders SET (fillfactor = 80, autovacuum_enabled = false); ALTER TABLE customers RESET (fillfactor)",
    "ALTER TABLE customers ALTER note SET DEFAULT 'new', ALTER name DROP NOT NULL; "
    "ALTER TABLE customers ALTER note DROP DEFAULT",
    "ALTER TABLE orders DROP CONSTRAINT orders_amount_check; ALTER TABLE tags DROP CONSTRAINT tags_tag_check",
    "ALTER TABLE orders DISABLE TRIGGER orders_touch",
    "ALTER TABLE orders REPLICA IDENTITY FULL; ALTER TABLE orders ALTER code SET STATISTICS 500",
    "ALTER TABLE plainparts DETACH PARTITION plainparts_1",
    "ALTER TABLE plainparts ATTACH PARTITION loose_list FOR VALUES IN (2)",
    "CREATE VIEW v AS SELECT 1 AS a; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; "
    "CREATE SEQUENCE q; CREATE TABLE x AS SELECT 1 AS a",
    "CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int; "
    "CREATE TYPE c AS (a int); ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
    "CREATE POLICY p ON customers USING (true); "
    "CREATE TRIGGER tr BEFORE INSERT ON tags FOR EACH ROW EXECUTE FUNCTION touch()",
    "CREATE FUNCTION fresh(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; "
    "CREATE STATISTICS st ON code, plain FROM orders",
    "BEGIN; SET LOCAL lock_timeout = '2s'; CREATE TABLE n (id int); "
    "ALTER TABLE n ENABLE ROW LEVEL SECURITY; COMMIT; CREATE INDEX z ON n (id)",
)  # fmt: skip


@pytest.mark.parametrize("up", REVERSIBLE)
def test_the_proposed_down_brings_the_catalog_back(measured: Database, session: Session, up: str) -> None:
    before, _ = read_whole(session)
    for statement in split(up):
        measured.execute(statement.text)
    proposed = propose_down(up, before)
    assert proposed.unknown == ()
    assert shape(read_whole(session)[0]) != shape(before)
    for statement in split(proposed.text):
        measured.execute(statement.text)
    assert shape(read_whole(session)[0]) == shape(before)


@pytest.mark.parametrize(
    "up",
    [
        "DROP TABLE orders",
        "ALTER TABLE orders DROP COLUMN code",
        "UPDATE orders SET code = 'x'",
        "CREATE TABLE IF NOT EXISTS n (id int)",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "CREATE INDEX ON orders (code)",
        "ALTER TABLE orders ADD CHECK (small > 0)",
        "ALTER TYPE mood ADD VALUE 'x'",
        "ALTER TABLE orders ALTER small TYPE bigint",
        "ALTER TABLE orders ALTER small SET NOT NULL",
        "DO $$ BEGIN END $$",
        "GRANT SELECT ON orders TO PUBLIC",
        "ALTER TABL orders",
    ],
)
def test_what_nothing_takes_back_is_said_with_its_reason(up: str) -> None:
    proposed = propose_down(up)
    assert not proposed.complete
    assert proposed.statements == ()
    assert proposed.text.startswith("-- statement 1 is not taken back: ")


def test_statements_run_backwards_with_their_transaction_and_its_settings() -> None:
    up = (
        "SET statement_timeout = 0; CREATE TABLE a (); BEGIN; "
        "SET LOCAL lock_timeout = 1; CREATE TABLE b (); CREATE TABLE c (); COMMIT"
    )
    assert propose_down(up).statements == (
        "BEGIN", "SET LOCAL lock_timeout = 1", "DROP TABLE c", "DROP TABLE b", "COMMIT",
        "SET statement_timeout = 0", "DROP TABLE a",
    )  # fmt: skip


def test_names_that_need_quotes_keep_them() -> None:
    assert propose_down('CREATE TABLE "A""b".c ()').statements == ('DROP TABLE "A""b".c',)
