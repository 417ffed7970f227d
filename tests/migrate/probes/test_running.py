"""How the target is asked: read-only, never behind a lock, never a large table, never by surprise."""

from __future__ import annotations

from pgplumb.migrate.probes import probes_for
from tests.databases import Database
from tests.migrate.probes.asked import Asked, ask, of

NOT_NULL = "ALTER TABLE t ALTER a SET NOT NULL"


def test_rows_are_not_read_before_somebody_has_seen_the_sql(database: Database) -> None:
    database.execute("CREATE TABLE t (a int)")
    answers = ask(database, NOT_NULL, allow_rows=False)
    assert of(answers, "nulls").status == "unknown"
    assert "not asked" in of(answers, "nulls").evidence
    assert of(answers, "invalid-indexes").status == "pass"


def test_what_would_run_is_written_in_full(database: Database) -> None:
    database.execute('CREATE TABLE "T 1" (a int)')
    with Asked(database) as asked:
        (probe,) = [
            p for p in probes_for('ALTER TABLE "T 1" ALTER a SET NOT NULL', asked.catalog) if p.settles
        ]
    assert probe.sql == 'SELECT 1 FROM public."T 1" AS "T 1" WHERE a IS NULL LIMIT 1'
    assert probe.objects == ('public."T 1"', 'public."T 1".a')
    assert (probe.statement, probe.limit_ms, probe.reads_rows) == (0, 2000, True)


def test_a_large_table_is_not_read_from_end_to_end(database: Database) -> None:
    database.execute(
        "CREATE TABLE t (a int, b int) WITH (autovacuum_enabled = off);"
        " INSERT INTO t SELECT g, g FROM generate_series(1, 5000) g; CREATE INDEX t_a ON t (a); ANALYZE t;"
        # To the planner there are far more rows on each page than can be.
        " UPDATE pg_class SET reltuples = 100000000 WHERE oid = 't'::regclass"
    )
    migration = (
        "ALTER TABLE t ALTER b SET NOT NULL; ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t ADD UNIQUE (b)"
    )
    with Asked(database) as asked:
        b, a, unique = [x for x in asked.answers(migration) if x.probe.settles]
        forced = [x for x in asked.answers(migration, force=True) if x.probe.settles]
    assert (b.status, unique.status) == ("unknown", "unknown")
    assert "it costs" in b.evidence
    assert a.status == "pass"
    assert [x.status for x in forced] == ["pass", "pass", "pass"]


def test_a_lock_is_not_waited_for_and_its_holder_is_named(database: Database) -> None:
    database.execute("CREATE TABLE t (a int)")
    with Asked(database) as asked:
        holder = database.connect()
        holder.execute("LOCK TABLE t")
        # It is held until they are there: whoever waited for it would wait for ever.
        answers = asked.answers(NOT_NULL)
        pid = holder.info.backend_pid
        holder.rollback()
        after = asked.answers(NOT_NULL)
    assert of(answers, "nulls").status == "unknown"
    assert f"locked by {pid}" in of(answers, "nulls").evidence
    assert of(after, "nulls").status == "pass"


def test_a_question_that_takes_too_long_is_unknown(database: Database) -> None:
    database.execute(
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1);"
        " CREATE FUNCTION slow(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT pg_sleep(10) IS NOT NULL'"
    )
    answer = of(ask(database, "ALTER TABLE t ADD CHECK (slow(a))"), "violators")
    assert answer.status == "unknown"
    assert answer.seconds < 10


def test_functions_that_write_do_not_write(database: Database) -> None:
    database.execute(
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE TABLE log (a int);"
        " CREATE FUNCTION writes(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS"
        " $$ BEGIN INSERT INTO log VALUES (1); RETURN true; END $$"
    )
    answer = of(ask(database, "ALTER TABLE t ADD CHECK (writes(a))"), "violators")
    assert answer.status == "unknown"
    assert database.execute("SELECT count(*) FROM log") == [(0,)]


def test_rows_hidden_by_policies_are_never_taken_for_none(database: Database) -> None:
    database.execute(
        "DROP ROLE IF EXISTS probe_reader; CREATE ROLE probe_reader LOGIN; CREATE TABLE t (a int, tenant int);"
        " INSERT INTO t VALUES (NULL, 1); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
        " CREATE POLICY p ON t USING (tenant = 2); GRANT SELECT ON t TO probe_reader; CREATE TABLE u (a int)"
    )
    with Asked(database, "probe_reader") as asked:
        hidden = of(asked.answers(NOT_NULL), "nulls")
        denied = of(asked.answers("ALTER TABLE u ALTER a SET NOT NULL"), "nulls")
    database.execute("DROP OWNED BY probe_reader; DROP ROLE probe_reader")
    assert (hidden.status, denied.status) == ("unknown", "unknown")
    assert "row-level security" in hidden.evidence
    assert "permission" in denied.evidence


def test_no_value_of_a_row_is_in_the_evidence(database: Database) -> None:
    database.execute(
        "CREATE TABLE t (a text UNIQUE, b text); INSERT INTO t VALUES ('secret', 'secret'), ('x', 'secret')"
    )
    migrations = (
        "ALTER TABLE t ALTER a TYPE int USING a::int",
        "ALTER TABLE t ADD UNIQUE (b)",
        "ALTER TABLE t ALTER a TYPE varchar(3)",
    )
    with Asked(database) as asked:
        for migration in migrations:
            found = [a for a in asked.answers(migration) if a.probe.settles]
            assert "fail" in {a.status for a in found}, migration
            assert not any("secret" in a.evidence for a in found)


def test_the_same_question_is_asked_once(database: Database) -> None:
    database.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (NULL)")
    first, second = [a for a in ask(database, f"{NOT_NULL}; {NOT_NULL}") if a.probe.settles]
    assert (first.status, second.status) == ("fail", "fail")
    assert second.probe.statement == 1
    assert second.seconds == 0


def test_what_the_parser_refuses_raises_no_question(database: Database) -> None:
    assert ask(database, "ALTER TABLE t FORM; SELEC 1") == ()
