"""Rules on types that fit what they hold: what each must find, and what only looks wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.checks.rules.types.column_alignment_padding import padding
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.checks.rules.schema_cases import Case, CaseDatabase
from tests.databases import Database

UUID = "'0190163d-8694-739b-aea5-966c26f8ad91'"

CASES = [
    Case(
        "no-timestamp-precision",
        "rounded time stamps are found, in domains too",
        "CREATE DOMAIN moment AS timestamptz(3); "
        "CREATE TABLE t (a timestamptz(0), b timestamp(3), c moment, d timestamptz(0)[])",
        ["column:{s}.t.a", "column:{s}.t.b", "column:{s}.t.c", "column:{s}.t.d"],
    ),
    Case("no-timestamp-precision", "six digits are all", "CREATE TABLE t (a timestamptz(6), b timestamp)"),
    Case(
        "no-null-literal-string-default",
        "the word NULL as a default is found",
        "CREATE TABLE t (a text DEFAULT 'NULL', b varchar(9) DEFAULT 'null')",
        ["column:{s}.t.a", "column:{s}.t.b"],
    ),
    Case(
        "no-null-literal-string-default",
        "NULL itself and other words are fine",
        "CREATE TABLE t (a text DEFAULT NULL, b text DEFAULT 'NULLABLE', c text DEFAULT '')",
    ),
    Case(
        "no-null-literal-string-default",
        "defaults that could not be read leave it open",
        "CREATE TABLE t (a text DEFAULT 'x')",
        unread=True,
        status=Status.UNKNOWN,
    ),
    Case(
        "required-columns-have-default",
        "NOT NULL counters without a default are found",
        "CREATE TABLE t (retry_count int NOT NULL, attempts smallint NOT NULL, lock_version bigint NOT NULL)",
        ["column:{s}.t.attempts", "column:{s}.t.lock_version", "column:{s}.t.retry_count"],
    ),
    Case(
        "required-columns-have-default",
        "a default, a limit, what may be null and a reference are fine",
        """CREATE TABLE views (id int PRIMARY KEY);
        CREATE TABLE t (retry_count int NOT NULL DEFAULT 0, max_retries int NOT NULL, hits int,
            views int NOT NULL REFERENCES views)""",
    ),
    Case(
        "enum-not-churning",
        "an enum with many labels is found",
        f"CREATE TYPE kind AS ENUM ({', '.join(repr(f'l{i}') for i in range(21))})",
        ["type:{s}.kind"],
    ),
    Case("enum-not-churning", "a short one is fine", "CREATE TYPE kind AS ENUM ('a', 'b')"),
    Case(
        "email-ip-native-types",
        "addresses, UUIDs and JSON in text are found",
        f"""CREATE TABLE t (client_ip text, mac_address varchar(17), request_uuid text, payload_json text);
        INSERT INTO t SELECT '10.0.0.' || i % 250, '08:00:2b:01:02:03', {UUID}, '{{"a": 1}}'
          FROM generate_series(1, 2000) i; ANALYZE t; CREATE TABLE new (ip_address text)""",
        [
            "column:{s}.new.ip_address",
            "column:{s}.t.client_ip",
            "column:{s}.t.mac_address",
            "column:{s}.t.payload_json",
            "column:{s}.t.request_uuid",
        ],
    ),
    Case(
        "email-ip-native-types",
        "their own types, hashes, other widths and references are fine",
        f"""CREATE TABLE t (client_ip inet, ip_hash text, request_uuid text, equip text, payload_json json);
        INSERT INTO t SELECT '::1', 'x', left({UUID}, 8), 'drill', '{{}}' FROM generate_series(1, 2000); ANALYZE t;
        CREATE TABLE guids (guid text PRIMARY KEY); CREATE TABLE u (guid text REFERENCES guids)""",
        ["column:{s}.guids.guid"],
    ),
    Case(
        "email-ip-native-types",
        "a large table that was never analysed leaves it open",
        "CREATE TABLE t (ip text); INSERT INTO t SELECT '::1' FROM generate_series(1, 3000)",
        status=Status.UNKNOWN,
        says="never analysed",
    ),
    Case(
        "case-insensitive-key-indexed",
        "a unique address that differs by case is found, within a tenant too",
        """CREATE TABLE users (id int, email text UNIQUE); CREATE TABLE members (tenant_id int, login varchar(80),
        UNIQUE (tenant_id, login))""",
        ["column:{s}.members.login", "column:{s}.users.email"],
    ),
    Case(
        "case-insensitive-key-indexed",
        "citext, lower(), a CHECK and addresses that are not unique are fine",
        """CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
        CREATE TABLE a (email public.citext UNIQUE);
        CREATE TABLE b (email text UNIQUE, x int); CREATE UNIQUE INDEX ON b (lower(email));
        CREATE TABLE c (email text UNIQUE CHECK (email = lower(email)));
        CREATE TABLE d (email text)""",
    ),
    Case(
        "column-alignment-padding",
        "booleans between bigints are found",
        """CREATE TABLE t (a bool, b bigint, c bool, d bigint, e bool, f bigint, g bool, h bigint);
        INSERT INTO t SELECT true, i, true, i, true, i, true, i FROM generate_series(1, 1000) i; ANALYZE t""",
        ["table:{s}.t"],
        thresholds=(("column-alignment-padding-rows", 1000),),
    ),
    Case(
        "column-alignment-padding",
        "the same columns in a good order are fine, and small tables do not matter",
        """CREATE TABLE t (b bigint, d bigint, f bigint, h bigint, a bool, c bool, e bool, g bool);
        INSERT INTO t SELECT i, i, i, i FROM generate_series(1, 1000) i; ANALYZE t;
        CREATE TABLE small (a bool, b bigint, c bool, d bigint, e bool, f bigint)""",
        thresholds=(("column-alignment-padding-rows", 1000),),
    ),
    Case(
        "row-width-toast",
        "a row that fills a third of a page is found",
        """CREATE TABLE t (id int, a text, b text); ALTER TABLE t ALTER a SET STORAGE PLAIN;
        INSERT INTO t SELECT i, repeat('x', 2500), 'y' FROM generate_series(1, 1000) i; ANALYZE t""",
        ["table:{s}.t"],
        says="the widest column is a",
    ),
    Case(
        "row-width-toast",
        "what is stored apart does not count",
        """CREATE TABLE t (id int, a text); ALTER TABLE t ALTER a SET STORAGE EXTERNAL;
        INSERT INTO t SELECT i, repeat('x', 3000) FROM generate_series(1, 1000) i; ANALYZE t""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


def test_padding_is_what_the_storage_needs() -> None:
    assert padding([(1, 1.0), (8, 8.0)]) == 7
    assert padding([(8, 8.0), (1, 1.0)]) == 7
    assert padding([(1, 1.0), (8, 8.0), (1, 1.0), (8, 8.0)]) == 14
    assert padding([(8, 8.0), (8, 8.0), (1, 1.0), (1, 1.0)]) == 6


def test_a_collation_that_takes_spellings_for_equal_is_enough(database: Database) -> None:
    database.execute('CREATE TABLE t (email text COLLATE "C" UNIQUE)')
    facts = gather(database.session(), Profile())
    assert r.objects("case-insensitive-key-indexed", facts) == ["column:public.t.email"]
    # Not every build has ICU, which alone has such collations.
    collations = {oid: replace(c, deterministic=False) for oid, c in facts.catalog.collations.items()}
    same = replace(facts, catalog=replace(facts.catalog, collations=collations))
    assert r.run("case-insensitive-key-indexed", same).status is Status.PASS
