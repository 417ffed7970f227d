"""Making a twin runs functions of the target: none of them may run with the builder's rights."""

from __future__ import annotations

from pgplumb.server.session import Session
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin
from tests.databases import Database

HOSTILE = """
CREATE SCHEMA a;
CREATE FUNCTION a.g(way text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  BEGIN
    EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cat > {place}/' || way);
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  RETURN 1;
END $$;
CREATE FUNCTION a.f(way text) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT a.g(way)); END $$;
CREATE FUNCTION a.diff(x float8, y float8) RETURNS float8 IMMUTABLE LANGUAGE plpgsql
  AS $$ BEGIN RETURN a.g('subtype_diff') + x - y; END $$;
CREATE TYPE a.span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = a.diff);
CREATE DOMAIN a.word AS text CHECK (a.f('domain') = 1);
CREATE TABLE a.t (i int CHECK (i >= a.f('check')), j int DEFAULT a.f('default'), w a.word, r a.span,
  g int GENERATED ALWAYS AS (i + a.f('generated')) STORED);
CREATE INDEX ON a.t ((i + a.f('index')));
CREATE INDEX ON a.t (i) WHERE i > a.f('partial');
CREATE STATISTICS a.s (mcv) ON r, j FROM a.t;
CREATE STATISTICS a.sw (mcv) ON w, j FROM a.t;
CREATE TABLE a.p (i int) PARTITION BY RANGE ((i + a.f('partition_key')));
CREATE TABLE a.p1 PARTITION OF a.p FOR VALUES FROM (1) TO (10);
CREATE TABLE a.pd PARTITION OF a.p DEFAULT;
CREATE TABLE a.l (i int, CONSTRAINT k CHECK (i > a.f('attach'))) PARTITION BY LIST (i);
CREATE TABLE a.l1 (i int, CONSTRAINT k CHECK (i > a.f('attach')));
ALTER TABLE a.l ATTACH PARTITION a.l1 FOR VALUES IN (3);
CREATE VIEW a.v AS SELECT a.f('view');
CREATE MATERIALIZED VIEW a.m AS SELECT a.f('matview') AS x WITH NO DATA;
CREATE INDEX ON a.m ((x + a.f('matview_index')));
INSERT INTO a.t (i, w, r) SELECT i, 'w' || i % 3, a.span(i % 7, i % 7 + 2) FROM generate_series(1, 500) i;
ANALYZE;
"""


def test_no_function_of_the_target_runs_with_the_builders_rights(every_database: Database) -> None:
    place = every_database.server.socket_directory / "hostile"
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    try:
        every_database.execute(HOSTILE.replace("{place}", str(place)))
        assert list(place.iterdir())
        for path in place.iterdir():
            path.unlink()
        with Session.open(every_database.target()) as session:
            source = read_source(session)
        with Twin.start(source, bindir=every_database.server.bindir.path) as twin:
            twin.planning(1, ["CREATE INDEX c ON a.t (i, (i + a.f('candidate')))"])
        assert sorted(path.name for path in place.iterdir()) == []
    finally:
        for path in place.iterdir():
            path.unlink()
        place.rmdir()
