"""Hazards read off a migration's text, with and without a catalog."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.migrate.down import propose_down
from pgplumb.migrate.hazards.analysis import analyse, hazards_of, locks_of
from pgplumb.migrate.hazards.family import all_families
from pgplumb.migrate.hazards.hazard import SEVERITIES, Hazard
from pgplumb.migrate.hazards.step import Mode
from pgplumb.sql import parser
from pgplumb.sql.split import split
from tests.conftest import examples
from tests.databases import Database
from tests.migrate.hazards.cases import CASES
from tests.migrate.hazards.measured import SCHEMA

MODES: tuple[Mode, ...] = ("transaction", "autocommit")


def ids(text: str, catalog: Catalog | None = None, mode: Mode = "transaction") -> set[str]:
    return {h.id for h in hazards_of(text, catalog, mode=mode)}


def one(text: str, hazard_id: str, catalog: Catalog | None = None, mode: Mode = "transaction") -> Hazard:
    (found,) = [h for h in hazards_of(text, catalog, mode=mode) if h.id == hazard_id]
    return found


WAITS = "SET lock_timeout = '2s';"
HEAVY = {"blocks-reads-and-writes", "full-scan-under-lock"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE TABLE t (id bigint PRIMARY KEY)", set()),
        ("ALTER TABLE t ADD COLUMN c text", {"brief-access-exclusive"}),
        ("ALTER TABLE t ADD COLUMN c timestamptz DEFAULT now()", {"brief-access-exclusive"}),
        ("ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid()", {"table-rewrite", "blocks-reads-and-writes"}),
        ("ALTER TABLE t ADD COLUMN c bigserial", {"table-rewrite", "blocks-reads-and-writes"}),
        ("ALTER TABLE t ADD COLUMN c int CHECK (c > 0)", HEAVY),
        (
            "ALTER TABLE t ADD COLUMN c int NOT NULL",
            {"brief-access-exclusive", "fails-on-existing-rows-possible", "breaks-old-code"},
        ),
        (
            "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
            {*HEAVY, "constraint-not-not-valid", "fails-on-existing-rows-possible", "breaks-old-code"},
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0)",
            {*HEAVY, "constraint-not-not-valid", "fails-on-existing-rows-possible"},
        ),
        ("ALTER TABLE t ADD CONSTRAINT k CHECK (c > 0) NOT VALID", {"brief-access-exclusive"}),
        (
            "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES p (id)",
            {
                "blocks-writes", "full-scan-under-lock", "constraint-not-not-valid", "locks-several-tables",
                "fails-on-existing-rows-possible",
            },
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES p (id) NOT VALID",
            {"brief-write-block", "locks-several-tables"},
        ),
        ("ALTER TABLE t VALIDATE CONSTRAINT k", {"fails-on-existing-rows-possible"}),
        ("ALTER TABLE t ADD UNIQUE (c)", {*HEAVY, "not-concurrently", "fails-on-existing-rows-possible"}),
        ("ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i", {"brief-access-exclusive"}),
        (
            "ALTER TABLE t ADD EXCLUDE USING gist (c WITH &&)",
            {*HEAVY, "not-concurrently", "fails-on-existing-rows-possible"},
        ),
        ("CREATE INDEX i ON t (c)", {"blocks-writes", "full-scan-under-lock", "not-concurrently"}),
        ("REINDEX TABLE t", {"blocks-reads-and-writes", "index-rebuild", "not-concurrently"}),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY",
         {"brief-access-exclusive", "authz-change", "rls-locks-out-readers"}),
        (
            "CREATE POLICY p ON t USING (a = 1); ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            {"brief-access-exclusive", "authz-change"},
        ),
        ("ALTER TABLE t DISABLE ROW LEVEL SECURITY", {"brief-access-exclusive", "authz-change", "rls-opens-rows"}),
        ("CREATE POLICY p ON t USING (true)", {"brief-access-exclusive", "authz-change", "rls-opens-rows"}),
        ("GRANT SELECT ON t TO app", {"authz-change"}),
        ("GRANT ALL ON t TO PUBLIC", {"authz-change", "overbroad-grant"}),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
         {"security-definer-search-path"}),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1'", set()),
        ("DROP TABLE t", {"brief-access-exclusive", "data-loss", "irreversible", "breaks-old-code"}),
        (
            "ALTER TABLE t DROP COLUMN c",
            {"brief-access-exclusive", "data-loss", "irreversible", "breaks-old-code"},
        ),
        ("TRUNCATE t", {"brief-access-exclusive", "data-loss", "irreversible"}),
        ("TRUNCATE t CASCADE", {"brief-access-exclusive", "data-loss", "irreversible", "cascade-drops-others"}),
        ("DELETE FROM t", {"unbatched-dml", "data-loss", "irreversible"}),
        ("UPDATE t SET c = 1", {"unbatched-dml", "irreversible"}),
        ("UPDATE t SET c = 1 WHERE true", {"unbatched-dml", "irreversible"}),
        ("UPDATE t SET c = 1 WHERE id = 1", set()),
        ("WITH x AS (UPDATE t SET c = 1 RETURNING 1) SELECT count(*) FROM x", {"unbatched-dml", "irreversible"}),
        ("WITH x AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM x", {"unbatched-dml"}),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", {"unbatched-dml", "data-loss", "irreversible"}),
        ("EXPLAIN ANALYZE DELETE FROM t", {"unbatched-dml", "data-loss", "irreversible"}),
        ("EXPLAIN (ANALYZE off) DELETE FROM t", set()),
        ("EXPLAIN UPDATE t SET c = 1", set()),
        ("ALTER TABLE t RENAME COLUMN a TO b", {"brief-access-exclusive", "breaks-old-code"}),
        ("ALTER TABLE t RENAME TO u", {"brief-access-exclusive", "breaks-old-code"}),
        ("ALTER TABLE t SET SCHEMA s", {"brief-access-exclusive", "breaks-old-code"}),
        ("ALTER TABLE t RENAME CONSTRAINT a TO b", {"brief-access-exclusive"}),
        ("ALTER TYPE m ADD VALUE 'x'", {"enum-hard-to-remove", "irreversible", "enum-value-unordered"}),
        ("ALTER TYPE m ADD VALUE 'x' AFTER 'w'", {"enum-hard-to-remove", "irreversible"}),
        ("ALTER TABLE t DROP CONSTRAINT k", {"brief-access-exclusive", "weakens-invariant"}),
        ("ALTER TABLE t ALTER COLUMN c DROP NOT NULL", {"brief-access-exclusive", "weakens-invariant"}),
        ("CREATE UNLOGGED TABLE u (id bigint)", {"not-crash-safe"}),
        ("ALTER TABLE t REPLICA IDENTITY FULL", {"brief-access-exclusive", "write-amplification"}),
        ("CREATE TABLE u (a char(3), b timestamp, c json)",
         {"char-padding", "timestamp-without-time-zone", "json-no-equality"}),
        ("CREATE TABLE u (id serial PRIMARY KEY)", {"narrow-key-type"}),
        ("CREATE TABLE u (id int, PRIMARY KEY (id))", {"narrow-key-type"}),
        ("CREATE TABLE u (id bigint PRIMARY KEY, n int)", set()),
        ("CREATE TABLE u (a bigint REFERENCES t)", {"brief-write-block", "fk-without-index"}),
        ("CREATE TABLE u (a bigint REFERENCES t); CREATE INDEX ON u (a)", {"brief-write-block"}),
        ("CREATE TABLE u (a bigint PRIMARY KEY REFERENCES t)", {"brief-write-block"}),
        ("VACUUM FULL t", {"table-rewrite", "blocks-reads-and-writes", "unsupported-operation"}),
        ("SELECT 1; BEGIN", {"transaction-nesting"}),
        ("SELECT FROM WHERE", {"syntax-or-semantic-error"}),
        (f'CREATE TABLE "{"é" * 32}" ()', {"identifier-truncated"}),
    ],
)  # fmt: skip
def test_a_statement_has_its_hazards_and_no_others(text: str, expected: set[str]) -> None:
    assert ids(f"{WAITS} {text}") == expected


def test_a_relation_that_the_migration_makes_is_used_by_nobody() -> None:
    text = (
        "CREATE TABLE n (id bigint PRIMARY KEY, c int); CREATE INDEX ON n (c); ALTER TABLE n ALTER c SET NOT NULL;"
        "ALTER TABLE n ADD CONSTRAINT k CHECK (c > 0); UPDATE n SET c = 1; ALTER TABLE n RENAME TO m; DROP TABLE m;"
    )
    assert ids(text) == set()
    assert [facts.locks for facts in analyse(text).statements] == [()] * 7


def test_a_lock_without_a_timeout_is_a_hazard_once_in_its_transaction() -> None:
    text = "ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; ALTER TABLE u ADD c int"
    found = [h.statement for h in hazards_of(text) if h.id == "missing-lock-timeout"]
    assert found == [0, 2]
    assert [h.statement for h in hazards_of(text, mode="autocommit") if h.id == "missing-lock-timeout"] == [
        0,
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("text", "mode", "missing"),
    [
        ("SET lock_timeout = 0; ALTER TABLE t ADD a int", "transaction", True),
        ("SET LOCAL lock_timeout = '2s'; ALTER TABLE t ADD a int", "transaction", False),
        ("SET LOCAL lock_timeout = '2s'; ALTER TABLE t ADD a int", "autocommit", True),
        ("BEGIN; SET LOCAL lock_timeout = 100; COMMIT; ALTER TABLE t ADD a int", "autocommit", True),
        ("BEGIN; SET lock_timeout = 100; COMMIT; ALTER TABLE t ADD a int", "autocommit", False),
        ("BEGIN; SET lock_timeout = 100; ROLLBACK; ALTER TABLE t ADD a int", "autocommit", True),
        ("SELECT set_config('lock_timeout', '1s', false); ALTER TABLE t ADD a int", "autocommit", False),
        ("SET lock_timeout = '1s'; RESET ALL; ALTER TABLE t ADD a int", "autocommit", True),
        ("ALTER TABLE t ADD a int; SET lock_timeout = '1s'", "autocommit", True),
        ("LOCK TABLE t IN SHARE MODE NOWAIT", "transaction", False),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", "autocommit", False),
    ],
)
def test_a_timeout_counts_only_where_it_is_in_force(text: str, mode: Mode, missing: bool) -> None:
    assert ("missing-lock-timeout" in ids(text, mode=mode)) == missing


def test_timeouts_that_do_not_help_are_named() -> None:
    assert ids("SET LOCAL lock_timeout = '1s'", mode="autocommit") == {"ineffective-timeout"}
    assert ids("SET statement_timeout = '1s'; SET lock_timeout = '5s'") == {"ineffective-timeout"}
    assert ids("SET lock_timeout = '11s'") == {"lock-timeout-too-long"}
    assert ids("SET lock_timeout = '1s'; CREATE INDEX CONCURRENTLY i ON t (a)", mode="autocommit") == {
        "timeout-may-cancel-concurrent-build"
    }


def test_concurrently_is_an_error_in_a_transaction_and_fine_outside() -> None:
    for text in ("CREATE INDEX CONCURRENTLY i ON t (a)", "REINDEX INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY i",
                 "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"):  # fmt: skip
        assert "concurrently-in-transaction" in ids(text)
        assert "concurrently-in-transaction" not in ids(text, mode="autocommit")
        assert "concurrently-in-transaction" in ids(f"BEGIN; {text}; COMMIT", mode="autocommit")


def test_transactions_that_nest_or_never_end_are_named() -> None:
    assert ids("BEGIN; SELECT 1; COMMIT") == {"transaction-nesting"}
    assert ids("BEGIN; SELECT 1; COMMIT", mode="autocommit") == set()
    assert ids("BEGIN; BEGIN; COMMIT", mode="autocommit") == {"transaction-nesting"}
    assert one("BEGIN; SELECT 1", "uncommitted-transaction", mode="autocommit").statement is None


def test_long_work_behind_an_exclusive_lock_is_named_at_the_work() -> None:
    text = f"{WAITS} ALTER TABLE t ADD a int; UPDATE u SET b = 1 WHERE c; SELECT 1"
    assert one(text, "long-work-after-exclusive-lock").statement == 2
    assert "long-work-after-exclusive-lock" not in ids(text, mode="autocommit")


def test_validating_in_the_transaction_that_added_the_constraint_is_named() -> None:
    text = "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k"
    assert one(text, "validate-in-same-transaction").statement == 1
    assert "validate-in-same-transaction" not in ids(text, mode="autocommit")


def test_a_validated_check_proves_not_null_until_the_same_statement_drops_it() -> None:
    proof = (
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL AND b > 0) NOT VALID;"
        "ALTER TABLE t VALIDATE CONSTRAINT k;"
    )
    assert "full-scan-under-lock" not in ids(f"{proof} ALTER TABLE t ALTER a SET NOT NULL", mode="autocommit")
    assert "full-scan-under-lock" in ids(f"{proof} ALTER TABLE t ALTER b SET NOT NULL", mode="autocommit")
    both = f"{proof} ALTER TABLE t ALTER a SET NOT NULL, DROP CONSTRAINT k"
    assert "full-scan-under-lock" in ids(both, mode="autocommit")
    unproved = proof.split(";")[0]
    assert "full-scan-under-lock" in ids(f"{unproved}; ALTER TABLE t ALTER a SET NOT NULL", mode="autocommit")


def test_an_enum_value_is_not_used_in_the_transaction_that_adds_it() -> None:
    text = "ALTER TYPE m ADD VALUE 'x' AFTER 'w'; INSERT INTO t (m) VALUES ('x')"
    assert one(text, "enum-value-used-in-same-transaction").statement == 1
    assert "enum-value-used-in-same-transaction" not in ids(text, mode="autocommit")


def test_enabling_row_level_security_before_its_policy_is_a_gap_only_across_transactions() -> None:
    text = "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (a = 1)"
    assert "rls-locks-out-readers" not in ids(text)
    assert "rls-locks-out-readers" in ids(text, mode="autocommit")


@pytest.mark.parametrize(
    ("text", "hazard_id", "safer"),
    [
        (
            "CREATE UNIQUE INDEX i ON t (index)",
            "not-concurrently",
            "CREATE UNIQUE INDEX CONCURRENTLY i ON t (index)",
        ),
        ("DROP INDEX a.i", "not-concurrently", "DROP INDEX CONCURRENTLY a.i"),
        ("REINDEX (VERBOSE) TABLE t", "not-concurrently", "REINDEX (VERBOSE) TABLE CONCURRENTLY t"),
        (
            'ALTER TABLE "T" ADD CONSTRAINT "K" CHECK (a > 0)',
            "constraint-not-not-valid",
            'ALTER TABLE "T" ADD CONSTRAINT "K" CHECK (a > 0) NOT VALID;\n'
            'ALTER TABLE public."T" VALIDATE CONSTRAINT "K";',
        ),
        (
            "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a, b)",
            "not-concurrently",
            "CREATE UNIQUE INDEX CONCURRENTLY k ON public.t (a, b);\n"
            "ALTER TABLE public.t ADD CONSTRAINT k UNIQUE USING INDEX k;",
        ),
        ("ALTER TABLE t ADD a int", "missing-lock-timeout", "SET LOCAL lock_timeout = '2s';"),
    ],
)
def test_the_safer_form_is_sql(text: str, hazard_id: str, safer: str) -> None:
    found = one(text, hazard_id)
    assert found.safer == safer
    assert parser.problems(safer) == ()


def test_what_cannot_be_told_is_unknown_and_never_safe() -> None:
    for text in ("DO $$ BEGIN DROP TABLE t; END $$", "CALL p()", f"{WAITS} ALTER TABLE t ADD c int DEFAULT f()",
                 f"{WAITS} ALTER TABLE t ADD c my_type", "CREATE EXTENSION hstore"):  # fmt: skip
        found = analyse(text)
        assert found.unknown, text
        assert found.safe is None, text


def test_a_type_change_of_an_unknown_column_is_unknown() -> None:
    assert analyse("ALTER TABLE t ALTER c TYPE text").unknown


def test_without_a_parser_everything_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    parser._library.cache_clear()
    parser.parse_statement.cache_clear()
    monkeypatch.setattr(parser, "find_spec", lambda name: None)
    try:
        found = analyse("CREATE TABLE t (); SELECT 1")
        assert found.safe is None
        assert len(found.unknown) == 1
    finally:
        parser._library.cache_clear()


def test_only_what_is_known_to_be_harmless_is_safe() -> None:
    assert analyse("CREATE TABLE t (id bigint PRIMARY KEY)").safe is True
    assert analyse(f"{WAITS} ALTER TABLE t ADD a int").safe is True
    assert analyse("ALTER TABLE t ADD a int").safe is False
    assert analyse("").safe is True


def test_locks_are_named_as_pg_locks_prints_them() -> None:
    locks = locks_of("ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES s.b")
    assert [(k.target.id, k.mode) for k in locks] == [
        ("public.a", "ShareRowExclusiveLock"),
        ("s.b", "ShareRowExclusiveLock"),
    ]


def test_every_family_names_what_it_finds_by_the_vocabulary() -> None:
    families = all_families()
    assert len(families) >= 13
    assert {i for f in families for i in f.ids} <= SEVERITIES.keys()
    unfound = SEVERITIES.keys() - {i for f in families for i in f.ids}
    assert unfound == {"not-idempotent"}


@pytest.fixture(scope="module")
def catalog(server: object) -> Iterator[Catalog]:
    """The catalog of the measured schema."""
    from pgplumb.server.embedded import EmbeddedServer

    assert isinstance(server, EmbeddedServer)
    database = Database.create(server, "hazards_catalog")
    database.execute(SCHEMA)
    database.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE INDEX broken ON tags (tag)")
    database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass")
    yield read_whole(database.session())[0]
    database.drop()


@pytest.mark.parametrize(
    ("text", "hazard_id", "objects"),
    [
        ("DROP TABLE orders", "blocked-by-dependents",
         {"public.order_view", "public.totals", "public.tags.tags_order_id_fkey"}),
        ("DROP TABLE orders CASCADE", "cascade-drops-others",
         {"public.order_view", "public.totals", "public.tags.tags_order_id_fkey"}),
        ("TRUNCATE customers", "blocked-by-dependents", {"public.orders", "public.tags"}),
        ("TRUNCATE customers CASCADE", "cascade-drops-others", {"public.orders", "public.tags"}),
        ("DROP DOMAIN positive", "blocked-by-dependents", {"public.uses_domain.v"}),
        ("ALTER TABLE nowhere ADD a int", "syntax-or-semantic-error", {"public.nowhere"}),
        ("ALTER TABLE orders DROP COLUMN nothing", "syntax-or-semantic-error", {"public.orders"}),
        ("ALTER TABLE orders ADD COLUMN code text", "syntax-or-semantic-error", {"public.orders"}),
        ("ALTER TABLE orders ADD COLUMN must int NOT NULL", "fails-on-existing-rows", {"public.orders.must"}),
        ("CREATE INDEX CONCURRENTLY i ON events (id)", "unsupported-operation", {"public.events"}),
        ("ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY", "unsupported-operation",
         {"public.events", "public.events_default"}),
        ("CREATE INDEX CONCURRENTLY IF NOT EXISTS broken ON tags (tag)", "invalid-index-left-behind", {"broken"}),
        ("DROP INDEX CONCURRENTLY orders_pkey", "blocked-by-dependents", {"public.orders_pkey"}),
        ("DROP INDEX CONCURRENTLY orders_small", "weakens-invariant", {"public.orders_small"}),
        ("ALTER TABLE loose_list ADD FOREIGN KEY (id) REFERENCES customers", "fk-without-index", {"public.loose_list"}),
        ("DROP POLICY orders_all ON orders", "rls-locks-out-readers", {"public.orders"}),
        ("CREATE POLICY p ON orders USING (true)", "rls-opens-rows", {"public.orders"}),
        ("CREATE VIEW peek AS SELECT * FROM orders", "rls-opens-rows", {"public.peek"}),
        ("ALTER TABLE orders ALTER at TYPE timestamp(1)", "data-loss", {"public.orders.at"}),
    ],
)  # fmt: skip
def test_the_catalog_decides_what_the_text_cannot(
    catalog: Catalog, text: str, hazard_id: str, objects: set[str]
) -> None:
    found = [h for h in hazards_of(text, catalog, mode="autocommit") if h.id == hazard_id]
    assert {name for h in found for name in h.objects} == objects
    assert any(h.source == "catalog" for h in found)


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE tags ADD COLUMN IF NOT EXISTS tag text",
        "DROP TABLE IF EXISTS nowhere",
        "ALTER TABLE orders ADD FOREIGN KEY (small) REFERENCES customers NOT VALID",
        "CREATE VIEW peek WITH (security_invoker = true) AS SELECT * FROM orders",
        "DO $$ BEGIN END $$; ALTER TABLE nowhere ADD a int",
        "SET search_path = pg_catalog; ALTER TABLE public.orders ADD a int",
    ],
)
def test_the_catalog_gives_no_false_alarm(catalog: Catalog, text: str) -> None:
    alarms = {"syntax-or-semantic-error", "blocked-by-dependents", "fk-without-index", "rls-opens-rows"}
    assert not alarms & ids(text, catalog)


def test_a_large_table_is_named_with_its_size(catalog: Catalog) -> None:
    found = one("CREATE INDEX i ON orders (flag)", "blocks-writes", catalog)
    assert found.message.startswith("public.orders (1,000 rows, ")


def test_relations_are_found_by_the_search_path(catalog: Catalog) -> None:
    text = "SET search_path = pg_catalog, public; ALTER TABLE orders ADD a int"
    assert {k.target.id for k in analyse(text, catalog).statements[1].locks} == {"public.orders"}


def test_statements_and_text_are_analysed_alike() -> None:
    text = "ALTER TABLE t ADD a int; DROP TABLE u"
    assert hazards_of(split(text)) == hazards_of(text)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=examples(150),
)
@given(
    st.lists(st.sampled_from(CASES), max_size=6),
    st.integers(0, 400),
    st.integers(0, 40),
    st.sampled_from(MODES),
)
def test_no_migration_makes_the_analysis_fail(
    catalog: Catalog, statements: list[str], cut: int, length: int, mode: Mode
) -> None:
    whole = "; ".join(statements)
    text = whole[:cut] + whole[cut + length :]
    for known in (catalog, None):
        found = analyse(text, known, mode=mode)
        assert len(found.statements) == len(split(text))
        assert all(h.statement is None or h.statement < len(found.statements) for h in found.hazards)
        propose_down(text, known)


@pytest.mark.parametrize(
    "text", ["", ";", "\\echo", "SELECT '", "ALTER TABLE", "ALTER TABLE t", "\0", "DROP", "(" * 50]
)
def test_text_that_is_being_typed_never_fails(catalog: Catalog, text: str) -> None:
    analyse(text, catalog)
    analyse(text)
