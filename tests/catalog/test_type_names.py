"""Type names mean to the server what they meant before."""

from __future__ import annotations

from pgplumb.catalog.reader import read_structure
from pgplumb.catalog.type_names import type_name
from tests.databases import Database

WRITTEN = (
    "integer", "bigint", "smallint", "boolean", "real", "double precision", "text", "varchar", "varchar(20)",
    "char(2)", "bpchar", "numeric", "numeric(12,2)", "numeric(5,0)", "numeric(3,-2)", "timestamptz", "timestamptz(3)",
    "timestamp", "timestamp(0)", "time(2)", "timetz", "interval", "interval YEAR", "interval DAY TO SECOND",
    "interval DAY TO SECOND(2)", "interval(3)", "interval HOUR TO MINUTE", "bit(8)", "varbit(5)", "text[]",
    "varchar(7)[]", "numeric(9,3)[]", "uuid", "jsonb", "int4range", '"char"', "s.mood", "s.mood[]",
    's."Odd one"', "oid", "tsvector", "inet", "name", "regclass",
)  # fmt: skip


def test_every_name_is_a_type_that_the_server_prints_the_same(database: Database) -> None:
    columns = ", ".join(f"c{i} {text}" for i, text in enumerate(WRITTEN))
    database.execute(
        f"""CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('ok'); CREATE DOMAIN s."Odd one" AS int;
            CREATE TABLE every ({columns})"""
    )
    with database.session() as session:
        catalog = read_structure(session).catalog
    (table,) = (r for r in catalog.relations.values() if r.name == "every")
    names = [type_name(catalog.types, c.type_oid, c.typmod) for c in table.columns]
    again = ", ".join(f"c{i} {text}" for i, text in enumerate(names))
    database.execute(f"CREATE TABLE again ({again})")
    different = database.execute(
        """SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(b.atttypid, b.atttypmod)
             FROM pg_attribute a JOIN pg_attribute b USING (attname)
            WHERE a.attrelid = 'every'::regclass AND b.attrelid = 'again'::regclass AND a.attnum > 0
              AND (a.atttypid, a.atttypmod) <> (b.atttypid, b.atttypmod)"""
    )
    assert different == []
