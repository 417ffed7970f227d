"""What else is going on at the target: sessions, replicas, slots, and what depends on a table."""

from __future__ import annotations

import psycopg
import pytest

from pgplumb.migrate.probes import Probe, probes_for
from pgplumb.migrate.probes.facts import long_transactions, maintenance, pooler, replicas
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.migrate.probes.asked import Asked, ask, of

DROP = "ALTER TABLE t DROP COLUMN a"
SCHEMA = "CREATE TABLE t (a int, b int); CREATE TABLE other (a int)"


def test_nobody_about_is_a_pass_of_everything(database: Database) -> None:
    database.execute(SCHEMA)
    answers = ask(database, DROP, allow_rows=False)
    assert {a.probe.id: a.status for a in answers} == {
        "dependents": "pass",
        "invalid-indexes": "pass",
        "long-transactions": "pass",
        "maintenance": "pass",
        "pooler": "pass",
        "prepared-transactions": "pass",
        "publications": "pass",
        "replicas": "pass",
    }


def test_questions_about_the_server_are_asked_once_for_a_migration(database: Database) -> None:
    database.execute(SCHEMA)
    migration = f"{DROP}; ALTER TABLE t DROP COLUMN b; ALTER TABLE other DROP COLUMN a"
    with Asked(database) as asked:
        names = [(p.id, p.objects) for p in probes_for(migration, asked.catalog)]
    assert len([n for n, _ in names if n == "pooler"]) == 1
    assert [o for n, o in names if n == "long-transactions"] == [("public.t",), ("public.other",)]


def test_a_long_transaction_on_the_table_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_transactions, "LONG", 0.0)
    database.execute(SCHEMA)
    reader = database.connect()
    reader.execute("SELECT * FROM t")
    with Asked(database) as asked:
        held = of(asked.answers(DROP), "long-transactions")
        elsewhere = of(asked.answers("ALTER TABLE other DROP COLUMN a"), "long-transactions")
    assert held.status == "fail"
    assert f"pid {reader.info.backend_pid}" in held.evidence
    assert elsewhere.status == "pass"


def test_a_short_transaction_is_no_reason_to_wait(database: Database) -> None:
    database.execute(SCHEMA)
    reader = database.connect()
    reader.execute("SELECT * FROM t")
    answer = of(ask(database, DROP), "long-transactions")
    assert (answer.status, answer.evidence) == ("pass", "1 short transactions use it")


def test_the_age_of_a_session_that_may_not_be_seen_is_unknown(database: Database) -> None:
    database.execute(f"DROP ROLE IF EXISTS probe_blind; CREATE ROLE probe_blind LOGIN; {SCHEMA}")
    reader = database.connect()
    reader.execute("SELECT * FROM t")
    with Asked(database, "probe_blind") as asked:
        answer = of(asked.answers(DROP), "long-transactions")
    reader.rollback()
    database.execute("DROP ROLE probe_blind")
    assert answer.status == "unknown"
    assert "pg_read_all_stats" in answer.evidence


def test_a_session_that_builds_on_the_table_is_named(database: Database) -> None:
    database.execute(SCHEMA)
    builder = database.connect()
    builder.execute("ALTER TABLE t SET (fillfactor = 90)")
    answer = of(ask(database, DROP), "maintenance")
    assert answer.status == "fail"
    assert "ALTER TABLE" in answer.evidence


def test_a_publication_of_the_table_is_named(database: Database) -> None:
    database.execute(
        f"{SCHEMA}; CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION one FOR TABLE t"
    )
    answer = of(ask(database, DROP), "publications")
    assert answer.status == "fail"
    assert "everything, one" in answer.evidence


def test_an_invalid_index_is_named(database: Database) -> None:
    database.execute(f"{SCHEMA}; INSERT INTO t VALUES (1, 1), (1, 1)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        database.execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (b)")
    answer = of(ask(database, DROP), "invalid-indexes")
    assert (answer.status, answer.evidence) == ("fail", "invalid: broken")


def test_views_and_functions_that_use_a_column_are_named_and_no_others(database: Database) -> None:
    database.execute(
        f"{SCHEMA}; CREATE VIEW v AS SELECT a FROM t; CREATE VIEW unrelated AS SELECT b FROM t;"
        " CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT sum(A) FROM T';"
        " CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'"
    )
    by_column = of(ask(database, DROP), "dependents")
    by_table = of(ask(database, "DROP TABLE t"), "dependents")
    nothing = of(ask(database, "ALTER TABLE other RENAME a TO c"), "dependents")
    assert by_column.status == by_table.status == "fail"
    assert "view public.v " in by_column.evidence
    assert "function public.f " in by_column.evidence
    assert "unrelated" not in by_column.evidence
    assert "unrelated" in by_table.evidence
    assert "public.g" not in by_table.evidence
    assert nothing.status == "pass"


def test_a_function_with_a_parsed_body_is_known_by_its_dependency(database: Database) -> None:
    database.execute(
        f"{SCHEMA}; CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM t; END"
    )
    assert "function public.f (its body reads it)" in of(ask(database, DROP), "dependents").evidence


def test_room_is_never_a_pass_for_a_large_rewrite(database: Database) -> None:
    database.execute(f"{SCHEMA}; UPDATE pg_class SET relpages = 1000000 WHERE oid = 't'::regclass")
    migration = "ALTER TABLE t ALTER a TYPE bigint"
    large = of(ask(database, migration), "disk-room")
    small = of(ask(database, migration.replace("TABLE t", "TABLE other")), "disk-room")
    assert large.status == "unknown"
    assert "16.8 GB" in large.evidence
    assert small.status == "pass"


def test_rows_that_a_statement_would_change_are_estimated_not_counted(database: Database) -> None:
    database.execute(f"{SCHEMA}; INSERT INTO t SELECT g, g FROM generate_series(1, 20000) g; ANALYZE t")
    with Asked(database) as asked:
        all_rows = of(asked.answers("UPDATE t SET b = 1"), "rows-touched")
        some = of(asked.answers("DELETE FROM t WHERE a = 7"), "rows-touched")
        unseen = of(asked.answers("UPDATE t SET b = 1", allow_rows=False), "rows-touched")
    assert all_rows.status == "fail"
    assert "about 20,000 rows" in all_rows.evidence
    assert some.status == "pass"
    assert unseen.status == "unknown"
    assert database.execute("SELECT count(*) FROM t WHERE b = 1") == [(1,)]


def test_a_slot_that_nobody_reads_is_named(database: Database) -> None:
    database.execute(SCHEMA)
    database.execute("SELECT pg_create_physical_replication_slot('probe_slot', true)")
    try:
        answer = of(ask(database, "ALTER TABLE t ALTER a TYPE bigint"), "slots")
    finally:
        database.execute("SELECT pg_drop_replication_slot('probe_slot')")
    assert answer.status == "fail"
    assert "probe_slot" in answer.evidence


def test_an_open_snapshot_anywhere_holds_up_what_is_concurrent(database: Database) -> None:
    database.execute(SCHEMA)
    with Asked(database) as asked:
        assert of(asked.answers("CREATE INDEX CONCURRENTLY i ON t (a)"), "old-snapshots").status == "pass"
        assert not [
            p for p in probes_for("CREATE INDEX i ON t (a)", asked.catalog) if p.id == "old-snapshots"
        ]


def test_a_prepared_transaction_that_locks_the_table_is_named() -> None:
    with EmbeddedServer.start(settings={"max_prepared_transactions": "2"}) as server:
        database = Database.create(server, "prepared")
        database.execute(SCHEMA)
        other = database.connect()
        other.execute("SELECT * FROM t; PREPARE TRANSACTION 'forgotten'")
        other.commit()
        held = of(ask(database, DROP), "prepared-transactions")
        elsewhere = of(ask(database, "ALTER TABLE other DROP COLUMN a"), "prepared-transactions")
        database.execute("ROLLBACK PREPARED 'forgotten'")
        database.drop()
    assert held.status == "fail"
    assert "forgotten" in held.evidence
    assert elsewhere.status == "pass"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("autovacuum: VACUUM public.t (to prevent wraparound)", "fail"),
        ("autovacuum: VACUUM public.t", "pass"),
        (None, "unknown"),
    ],
)
def test_only_an_autovacuum_that_does_not_give_way_is_one(
    database: Database, query: str | None, status: str
) -> None:
    row = ("public", "t", 7, "ShareUpdateExclusiveLock", True, None, "autovacuum worker", 1.0, query)
    with Asked(database) as asked:
        probe = Probe("maintenance", "", 0, ("public.t",), "", reads_rows=False)
        assert maintenance.judge(probe, [row], asked.session)[0] == status


def test_lag_is_judged_by_what_may_be_seen(database: Database) -> None:
    probe = Probe("replicas", "", 0, (), "", reads_rows=False)
    with Asked(database) as asked:
        said = [
            replicas.judge(probe, [("a", "streaming", lag, "async")], asked.session)[0]
            for lag in (None, 1.0, 60.0)
        ]
        hidden = replicas.judge(probe, [("a", None, None, None)], asked.session)[0]
    assert said == ["pass", "pass", "fail"]
    assert hidden == "unknown"


def test_another_process_than_the_one_connected_to_is_a_pooler(database: Database) -> None:
    probe = Probe("pooler", "", 0, (), "", reads_rows=False)
    with Asked(database) as asked:
        pid = asked.session.backend_pid
        said = [pooler.judge(probe, [(found,)], asked.session)[0] for found in (pid, pid + 1)]
    assert said == ["pass", "fail"]
