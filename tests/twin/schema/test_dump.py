"""A schema from a pg_dump: made by a role without rights, and nothing in it but definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgplumb.demo.database import build_demo
from pgplumb.twin.cage import breaches
from pgplumb.twin.schema import from_dump
from tests.databases import Database
from tests.twin.schema.conftest import TwinDatabase, dumped

EVIL = r"""
\restrict abc
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
\connect other
DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch /tmp/out'''; END $$;
COPY (SELECT 1) TO PROGRAM 'id';
SELECT pg_read_file('/etc/passwd');
SELECT pg_catalog.setval('public.s', 5, true) FROM pg_read_file('/etc/passwd');
CREATE TABLE public.stolen AS SELECT pg_read_file('/etc/passwd');
CREATE EXTENSION dblink;
CREATE EXTENSION file_fdw;
LOAD 'evil';
CREATE FUNCTION public.c() RETURNS int LANGUAGE c AS 'evil', 'evil';
CREATE FUNCTION public.p() RETURNS int LANGUAGE plpython3u AS 'evil';
CREATE SUBSCRIPTION s CONNECTION 'host=evil' PUBLICATION p;
ALTER SYSTEM SET archive_command = 'evil';
CREATE ROLE evil SUPERUSER LOGIN;
GRANT pg_execute_server_program TO evil;
ALTER TABLE pg_catalog.pg_authid OWNER TO evil;
CREATE FUNCTION public.boom() RETURNS int LANGUAGE plpgsql IMMUTABLE AS
  $$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch /tmp/out'; RETURN 1; END $$;
CREATE TABLE public.t (id int, note text);
COPY public.t (id, note) FROM stdin;
1	'; DROP TABLE t; --
\.
CREATE MATERIALIZED VIEW public.m AS SELECT public.boom() AS x WITH NO DATA;
CREATE INDEX ON public.t ((public.boom()));
ALTER TABLE public.t OWNER TO evil;
"""


@pytest.mark.long
def test_a_dump_of_the_sample_makes_every_table_and_view(
    database: Database, twin_database: TwinDatabase, tmp_path: Path
) -> None:
    build_demo(database.conninfo, lambda *_: None)
    path = tmp_path / "dump.sql"
    path.write_text(dumped(database.server, database.name, database.server.bindir))
    report = twin_database.build(from_dump(path), stranger=True)
    assert report.gaps.relations == {}
    names = (
        "SELECT c.oid::regclass::text, c.relowner::regrole::text, c.relkind FROM pg_class c"
        " WHERE relnamespace::regnamespace::text IN ('app', 'billing', 'analytics')"
        " AND relkind IN ('r', 'p', 'v', 'm', 'S') ORDER BY 1"
    )
    database.execute("SET search_path = pg_catalog")
    assert twin_database.rows(names) == database.execute(names)
    assert breaches(twin_database.builder) == ()


def test_what_a_dump_may_not_do_is_left_out_or_refused(twin_database: TwinDatabase, tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_text(EVIL)
    text = from_dump(path)
    ours = [step.sql for step in text.steps if step.phase in (0, 1, 6)]
    assert ours == ["CREATE ROLE evil NOLOGIN NOSUPERUSER"]
    sent = "\n".join(step.sql for step in text.steps)
    for word in ("DO $$", "pg_read_file", "SUBSCRIPTION", "SYSTEM", "plpython3u", "'evil'", "dblink", "LOAD"):
        assert word not in sent
    report = twin_database.build(text, stranger=True)
    assert "COPY" in report.failed["matview:public.m"] or "denied" in report.failed["matview:public.m"]
    assert twin_database.rows(
        "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'pg_authid'::regclass"
    ) != [("evil",)]
    assert twin_database.rows("SELECT relowner::regrole::text FROM pg_class WHERE relname = 't'") == [
        ("evil",)
    ]
    assert breaches(twin_database.builder) == ()


def test_what_is_left_out_of_a_dump_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_text("CREATE TABLE public.t (id int);\n\nDO $$ BEGIN END $$;\n")
    assert from_dump(path).gaps.notes == ("line 3, DO: left out, it does more than define a schema",)
