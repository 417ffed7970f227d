"""However a schema is changed, and however many changes fall between two looks, an update says what a new reading says.

So does the engine that kept its answers. A seed is a sequence of changes; what the server refuses is passed over.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from pgplumb.catalog.reader import read_expressions, read_statistics, read_structure, with_expressions
from pgplumb.catalog.reread import Rereader
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.server.session import Session
from tests.catalog.deep import differences
from tests.checks.test_engine import NOW, said
from tests.databases import Database

START = """
CREATE SCHEMA app;
CREATE FUNCTION app.low(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TYPE app.state AS ENUM ('new', 'old');
CREATE TABLE app.t0 (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, a int, b text DEFAULT 'x');
CREATE TABLE app.t1 (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, a int, b text, t0_id bigint REFERENCES app.t0);
CREATE ROLE random_reader; CREATE ROLE random_app LOGIN; GRANT USAGE ON SCHEMA app TO random_reader;
CREATE TABLE app.p0 (id bigint, at timestamptz NOT NULL, a int) PARTITION BY RANGE (at);
"""

Make = Callable[[random.Random], str]


def table(r: random.Random) -> str:
    return f"app.{r.choice(['t0', 't1', 't2', 't3', 'u0', 'u1'])}"


def column(r: random.Random) -> str:
    return r.choice(["a", "b", "c", "d", "id", "tenant_id", "t0_id"])


def some(r: random.Random) -> int:
    return r.randrange(4)


CHANGES: tuple[Make, ...] = (
    lambda r: (
        f"CREATE TABLE {table(r)} (id bigint PRIMARY KEY, tenant_id bigint, a int CHECK (a > 0), b text)"
    ),
    lambda r: f"CREATE TABLE {table(r)} (id serial, t0_id int REFERENCES app.t0, created_at timestamp)",
    lambda r: f"DROP TABLE {table(r)} CASCADE",
    lambda r: f"ALTER TABLE {table(r)} RENAME TO {table(r)[4:]}",
    lambda r: f"ALTER TABLE {table(r)} RENAME {column(r)} TO {column(r)}",
    lambda r: (
        f"ALTER TABLE {table(r)} ADD {column(r)} {r.choice(['int', 'text', 'json', 'varchar(20)'])} DEFAULT '1'"
    ),
    lambda r: f"ALTER TABLE {table(r)} DROP {column(r)} CASCADE",
    lambda r: f"ALTER TABLE {table(r)} ALTER {column(r)} {r.choice(['SET', 'DROP'])} NOT NULL",
    lambda r: f"ALTER TABLE {table(r)} ALTER {column(r)} TYPE {r.choice(['bigint', 'text', 'numeric'])}",
    lambda r: f"ALTER TABLE {table(r)} ALTER {column(r)} DROP DEFAULT",
    lambda r: f"CREATE INDEX i{some(r)} ON {table(r)} ({column(r)}, {column(r)})",
    lambda r: f"CREATE UNIQUE INDEX i{some(r)} ON {table(r)} ({column(r)}) WHERE {column(r)} IS NOT NULL",
    lambda r: f"CREATE INDEX i{some(r)} ON {table(r)} (app.low(b))",
    lambda r: f"DROP INDEX app.i{some(r)}",
    lambda r: f"ALTER TABLE {table(r)} ADD CONSTRAINT k{some(r)} CHECK (a > {some(r)}) NOT VALID",
    lambda r: f"ALTER TABLE {table(r)} ADD CONSTRAINT k{some(r)} UNIQUE ({column(r)}, {column(r)})",
    lambda r: (
        f"ALTER TABLE {table(r)} ADD CONSTRAINT k{some(r)} FOREIGN KEY ({column(r)}) REFERENCES {table(r)}"
    ),
    lambda r: f"ALTER TABLE {table(r)} DROP CONSTRAINT k{some(r)} CASCADE",
    lambda r: f"ALTER TABLE {table(r)} VALIDATE CONSTRAINT k{some(r)}",
    lambda r: f"ALTER TABLE {table(r)} {r.choice(['ENABLE', 'DISABLE', 'FORCE'])} ROW LEVEL SECURITY",
    lambda r: f"CREATE POLICY y{some(r)} ON {table(r)} USING (tenant_id = current_setting('app.t')::bigint)",
    lambda r: (
        f"CREATE POLICY y{some(r)} ON {table(r)} USING (EXISTS (SELECT FROM {table(r)} x WHERE x.a = 1))"
    ),
    lambda r: f"ALTER POLICY y{some(r)} ON {table(r)} USING (true)",
    lambda r: f"DROP POLICY y{some(r)} ON {table(r)}",
    lambda r: f"CREATE OR REPLACE VIEW app.v{some(r)} AS SELECT id, a FROM {table(r)}",
    lambda r: f"DROP VIEW app.v{some(r)} CASCADE",
    lambda r: (
        f"CREATE TRIGGER g{some(r)} BEFORE UPDATE ON {table(r)} FOR EACH ROW EXECUTE FUNCTION app.touch()"
    ),
    lambda r: f"DROP TRIGGER g{some(r)} ON {table(r)}",
    lambda r: f"ALTER TABLE {table(r)} {r.choice(['ENABLE', 'DISABLE'])} TRIGGER ALL",
    lambda r: f"COMMENT ON TABLE {table(r)} IS {r.choice(['NULL', quoted(r)])}",
    lambda r: f"COMMENT ON COLUMN {table(r)}.{column(r)} IS {r.choice(['NULL', quoted(r)])}",
    lambda r: (
        f"CREATE TABLE app.q{some(r)} PARTITION OF app.p0 FOR VALUES FROM ('{bound(r)}') TO ('2027-01-01')"
    ),
    lambda r: f"CREATE TABLE app.q{some(r)} PARTITION OF app.p0 DEFAULT",
    lambda r: f"DROP TABLE app.q{some(r)}",
    lambda r: f"ALTER TABLE app.p0 DETACH PARTITION app.q{some(r)}",
    lambda r: f"CREATE INDEX j{some(r)} ON app.p0 (at)",
    lambda r: f"DROP INDEX app.j{some(r)}",
    lambda r: f"ALTER TABLE {table(r)} INHERIT {table(r)}",
    lambda r: f"ALTER TABLE {table(r)} NO INHERIT {table(r)}",
    lambda r: f"{r.choice(['GRANT', 'REVOKE'])} ALL ON {table(r)} {r.choice(['TO', 'FROM'])} PUBLIC",
    lambda r: f"GRANT SELECT ({column(r)}) ON {table(r)} TO PUBLIC",
    lambda r: (
        f"GRANT {r.choice(['SELECT', 'INSERT'])} ON {table(r)} TO {r.choice(['random_reader', 'random_app'])}"
    ),
    lambda r: f"REVOKE ALL ON {table(r)} FROM {r.choice(['random_reader', 'random_app'])}",
    lambda r: f"{r.choice(['GRANT random_reader TO', 'REVOKE random_reader FROM'])} random_app",
    lambda r: f"ALTER ROLE random_reader {r.choice(['BYPASSRLS', 'NOBYPASSRLS', 'LOGIN', 'NOLOGIN'])}",
    lambda r: (
        f"CREATE POLICY y{some(r)} ON {table(r)} TO {r.choice(['random_reader', 'random_app'])} USING (true)"
    ),
    lambda r: f"ALTER TABLE {table(r)} OWNER TO {r.choice(['random_app', 'postgres'])}",
    lambda r: f"ALTER TABLE {table(r)} SET (autovacuum_enabled = {r.choice(['on', 'off'])})",
    lambda r: f"ALTER TABLE {table(r)} SET {r.choice(['LOGGED', 'UNLOGGED'])}",
    lambda r: f"ALTER TABLE {table(r)} REPLICA IDENTITY {r.choice(['FULL', 'NOTHING', 'DEFAULT'])}",
    lambda r: f"CREATE RULE l{some(r)} AS ON DELETE TO {table(r)} DO INSTEAD NOTHING",
    lambda r: f"DROP RULE l{some(r)} ON {table(r)}",
    lambda r: f"CREATE SEQUENCE app.s{some(r)} CYCLE",
    lambda r: f"ALTER SEQUENCE app.s{some(r)} OWNED BY {table(r)}.id",
    lambda r: f"ALTER SEQUENCE app.s{some(r)} RENAME TO s{some(r)}",
    lambda r: f"ALTER TABLE {table(r)} ALTER a SET DEFAULT nextval('app.s{some(r)}')",
    lambda r: f"ALTER TYPE app.state {r.choice(['ADD VALUE', 'ADD VALUE'])} '{some(r)}'",
    lambda r: f"ALTER TYPE app.state RENAME VALUE '{some(r)}' TO 'v{some(r)}'",
    lambda r: f"ALTER TABLE {table(r)} ADD e app.state DEFAULT 'new'",
    lambda r: f"ALTER FUNCTION app.{r.choice(['low', 'low1'])}(text) RENAME TO {r.choice(['low', 'low1'])}",
    lambda r: f"ALTER FUNCTION app.touch() SECURITY {r.choice(['DEFINER', 'INVOKER'])}",
    lambda r: f"CREATE TEMP TABLE x{some(r)} (id int PRIMARY KEY CHECK (id > 0), b text)",
    lambda r: f"CREATE INDEX ON x{some(r)} (b)",
    lambda r: f"DROP TABLE x{some(r)}",
    lambda r: f"CREATE MATERIALIZED VIEW app.m{some(r)} AS SELECT id, a FROM {table(r)}",
    lambda r: f"CREATE UNIQUE INDEX ON app.m{some(r)} (id)",
    lambda r: f"DROP MATERIALIZED VIEW app.m{some(r)}",
    lambda r: f"TRUNCATE {table(r)}",
    lambda r: f"BEGIN; DROP TABLE IF EXISTS {table(r)} CASCADE; CREATE TABLE app.never (id int); ROLLBACK",
    lambda r: f"CREATE STATISTICS app.z{some(r)} ON a, b FROM {table(r)}",
    lambda r: f"DROP STATISTICS app.z{some(r)}",
)
"""Everything is named by a few names only, so that changes meet."""


def quoted(r: random.Random) -> str:
    return f"'said {some(r)}'"


def bound(r: random.Random) -> str:
    return f"2026-0{some(r) + 1}-01"


def whole(session: Session) -> Rereader:
    return Rereader(with_expressions(read_structure(session), read_expressions(session)))


def change(database: Database, text: str) -> bool:
    try:
        database.execute(text)
    except psycopg.Error:
        database.execute("ROLLBACK")
        return False
    return True


def follow(database: Database, seed: int, looks: int) -> int:
    """Make changes and look after every few; return how many were made."""
    r = random.Random(seed)
    database.execute(START)
    made = 0
    with database.session() as session:
        kept, engine = whole(session), Engine()
        statistics = read_statistics(session)
        engine.run(Facts(kept.reading.catalog, NOW, statistics))
        seen: list[tuple[Facts, dict[str, object]]] = []
        for _ in range(looks):
            few: list[str] = []
            while len(few) < r.choice((1, 1, 2, 4)):
                text = r.choice(CHANGES)(r)
                if change(database, text):
                    few.append(text)
            made += len(few)
            kept.update(session)
            anew = whole(session).reading.catalog
            assert differences(kept.reading.catalog, anew) == [], (seed, few)
            facts = Facts(kept.reading.catalog, NOW, statistics)
            incremental = said(engine.run(facts))
            fresh = said(Engine().run(Facts(anew, NOW, statistics)))
            seen.append((facts, fresh))
            wrong = {
                rule: (incremental[rule], fresh[rule]) for rule in fresh if incremental[rule] != fresh[rule]
            }
            assert wrong == {}, (seed, few)
    replay(r, seen)
    return made


def replay(r: random.Random, seen: list[tuple[Facts, dict[str, object]]]) -> None:
    """Walk through the catalogs again, far and back: what is handed on must fit whatever comes next."""
    engine = Engine()
    for facts, fresh in r.choices(seen, k=2 * len(seen)):
        # Without what was derived the first time, all of it comes from the catalog looked at before.
        bare = replace(facts, catalog=replace(facts.catalog))
        again = said(engine.run(bare))
        assert {rule for rule in fresh if again[rule] != fresh[rule]} == set()


def test_updating_follows_random_changes(database: Database) -> None:
    assert follow(database, seed=1, looks=20) >= 20


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
def test_updating_follows_many_random_changes(database: Database, seed: int) -> None:
    assert follow(database, seed, looks=100) >= 100
