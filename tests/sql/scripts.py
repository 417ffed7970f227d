"""Statements that are hard to split, for the tests of this room."""

from __future__ import annotations

STATEMENTS = (
    "SELECT 1",
    "SELECT 'a;b', E'it\\'s;', U&'\\0061;', B'1', X'F', $1",
    'SELECT "a;b"."c""d;" FROM t$1',
    "SELECT $$a;b$$, $tag$a $$;$$ b$tag$, $ü$;$ü$",
    "SELECT 1 /* a; /* nested; */ b; */ + 2 -- end;\n, 3",
    "SELECT 'one'\n  'two;'",
    "DO $$ BEGIN PERFORM 1; END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
    "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
    "BEGIN",
    "COMMIT",
    "SELECT a[1:2], b::text, c->>'x;' FROM t WHERE d = -1 AND e <> ALL ('{;}')",
    "SELECT 1.5e10, .5, 0xFF, 1_000, 1..2",
    'CREATE TABLE "Größe" ("ü;" text DEFAULT \'ß;😀\')',
    "UPDATE t SET a = 'x' WHERE b ~ '^;' RETURNING *",
    "COMMENT ON TABLE t IS E'a\\\\'",
    "WITH x AS (SELECT 1) SELECT * FROM x",
    "CREATE INDEX CONCURRENTLY i ON t (lower(a)) WHERE b",
)
