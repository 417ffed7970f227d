"""Rules on data types: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.gather import gather
from pgplumb.checks.name_words import sounds_like_money
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules.schema_cases import Case, CaseDatabase
from tests.databases import Database

CASES = [
    Case(
        "timestamptz-over-timestamp",
        "arrays, domains and ranges of timestamp count",
        """CREATE DOMAIN moment AS timestamp; CREATE DOMAIN moments AS moment[];
        CREATE TABLE t (a timestamp, b timestamp[], c moment, d tsrange, e moments, f timestamp(3),
        ok timestamptz)""",
        [f"column:{{s}}.t.{c}" for c in "abcdef"],
    ),
    Case(
        "timestamptz-over-timestamp",
        "local times, dates and times of day are meant",
        "CREATE TABLE t (a timestamptz, starts_at_local timestamp, opens_at timestamp, d date, t time, r tstzrange)",
    ),
    Case(
        "timestamptz-over-timestamp",
        "partitions are reported once",
        """CREATE TABLE t (at timestamp) PARTITION BY RANGE (at);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')""",
        ["column:{s}.t.at"],
    ),
    Case(
        "no-timetz",
        "timetz is found, also in an array",
        "CREATE TABLE t (a timetz, b timetz[], c time)",
        ["column:{s}.t.a", "column:{s}.t.b"],
    ),
    Case("no-timetz", "time is fine", "CREATE TABLE t (c time)"),
    Case(
        "no-timetz",
        "without times of day there is nothing to judge",
        "CREATE TABLE t (c int)",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "text-over-varchar-n",
        "a length that nobody needs is found",
        "CREATE TABLE t (a varchar(255), b varchar(40)[], code varchar(32), plain varchar, good text)",
        ["column:{s}.t.a", "column:{s}.t.b", "column:{s}.t.code"],
    ),
    Case(
        "text-over-varchar-n",
        "codes of a fixed length, domains and plain varchar are fine",
        """CREATE DOMAIN short AS varchar(20);
        CREATE TABLE t (a varchar(2), currency varchar(3), iban varchar(34), country_code varchar(8), d short,
        v varchar)""",
    ),
    Case(
        "no-char-n",
        "char(n) is found, also beneath a domain",
        'CREATE DOMAIN country AS char(2); CREATE TABLE t (a char(8), b char, c country, ok text, letter "char")',
        ["column:{s}.t.a", "column:{s}.t.b", "column:{s}.t.c"],
    ),
    Case("no-char-n", 'text, varchar and "char" are fine', 'CREATE TABLE t (a text, b varchar(3), c "char")'),
    Case(
        "numeric-for-money",
        "money and floats that are money are found",
        """CREATE DOMAIN euro AS double precision;
        CREATE TABLE t (a money, m money[], total real, unit_price double precision, "orderAmount" float8, cost euro,
        salary_usd float4)""",
        [
            'column:{s}.t."orderAmount"',
            *(f"column:{{s}}.t.{c}" for c in ("a", "cost", "m", "salary_usd", "total", "unit_price")),
        ],
    ),
    Case(
        "numeric-for-money",
        "numbers that are no money may be floats, and points hold floats",
        """CREATE TABLE t (price numeric(12,2), amount_cents bigint, tax_rate float8, discount_pct real,
        score float8, lat float8,
        total_seconds float8, cost_ratio real, at point, price_note text)""",
    ),
    Case(
        "numeric-has-precision",
        "an amount without precision is found",
        "CREATE TABLE t (price numeric, total numeric(12,2), weight numeric)",
        ["column:{s}.t.price"],
    ),
    Case(
        "numeric-has-precision",
        "a domain may state it",
        "CREATE DOMAIN amount AS numeric(19,4); CREATE TABLE t (price amount, ratio numeric)",
    ),
    Case(
        "jsonb-over-json",
        "json is found",
        "CREATE TABLE t (a json, b json[], raw json, c jsonb)",
        ["column:{s}.t.a", "column:{s}.t.b", "column:{s}.t.raw"],
    ),
    Case(
        "jsonb-over-json",
        "jsonb and what must keep its text are fine",
        "CREATE TABLE t (a jsonb, verbatim_body json, signed_payload json)",
    ),
    Case(
        "no-large-object-columns",
        "oids of large objects are found",
        "CREATE TABLE t (photo oid, file_oid oid)",
        ["column:{s}.t.file_oid", "column:{s}.t.photo"],
    ),
    Case(
        "no-large-object-columns",
        "oids of catalog objects are fine",
        "CREATE TABLE t (relid oid, table_oid oid, classid oid, roles oid[], what regclass, data bytea)",
    ),
    Case(
        "no-unsupported-reg-types",
        "what pg_upgrade refuses is found, also in a materialized view",
        """CREATE TABLE t (a regproc, b regconfig, c regnamespace[], ok regclass, fine regtype, well regrole);
        CREATE MATERIALIZED VIEW m AS SELECT 'simple'::regconfig AS x""",
        ["column:{s}.m.x", "column:{s}.t.a", "column:{s}.t.b", "column:{s}.t.c"],
    ),
    Case(
        "no-unsupported-reg-types",
        "regclass, regtype and regrole are kept",
        "CREATE TABLE t (ok regclass, fine regtype, well regrole)",
    ),
    Case(
        "no-removed-types",
        "rowtypes of system catalogs and views are found, in arrays as well",
        "CREATE TABLE t (snap pg_stat_activity, many pg_class[])",
        ["column:{s}.t.many", "column:{s}.t.snap"],
    ),
    Case(
        "no-removed-types",
        "rowtypes of tables, composite types and plain types are kept",
        """CREATE TYPE pair AS (a int, b text); CREATE TABLE rows_of (id int);
        CREATE TABLE t (p pair, ps pair[], r rows_of, rs rows_of[], n name,
        o oid, x xid8, j jsonpath, v tsvector[], g int4range, k regclass)""",
    ),
    Case(
        "column-type-consistent-by-name",
        "the odd one out is found",
        """CREATE TABLE a (customer_no bigint); CREATE TABLE b (customer_no bigint);
        CREATE TABLE c (customer_no text)""",
        ["column:{s}.c.customer_no"],
    ),
    Case(
        "column-type-consistent-by-name",
        "general names, domains and kinds of text are no difference",
        """CREATE DOMAIN key AS bigint;
        CREATE TABLE a (id bigint, customer_no bigint, value int, slug text);
        CREATE TABLE b (id uuid, customer_no key, value text, slug varchar(20))""",
    ),
    Case(
        "boolean-not-null",
        "a boolean needs NOT NULL and a default",
        "CREATE TABLE t (a bool, b bool NOT NULL, c bool DEFAULT true, ok bool NOT NULL DEFAULT false)",
        ["column:{s}.t.a", "column:{s}.t.b", "column:{s}.t.c"],
    ),
    Case(
        "boolean-not-null",
        "arrays of booleans and generated ones are fine",
        """CREATE TABLE t (ok bool NOT NULL DEFAULT false, days bool[],
        big bool NOT NULL GENERATED ALWAYS AS (true) STORED)""",
    ),
    Case(
        "column-count-limit",
        "fifty columns are too many",
        f"CREATE TABLE t ({', '.join(f'c{i} int' for i in range(50))}); CREATE TABLE ok (a int)",
        ["table:{s}.t"],
    ),
    Case(
        "column-count-limit",
        "dropped columns count",
        f"CREATE TABLE t ({', '.join(f'c{i} int' for i in range(50))}); ALTER TABLE t DROP c1, DROP c2",
        ["table:{s}.t"],
        says="48 columns and 2 dropped ones",
    ),
    Case(
        "column-count-limit",
        "forty-nine are fine, and the profile may allow more",
        f"CREATE TABLE t ({', '.join(f'c{i} int' for i in range(60))}); CREATE TABLE u (a int)",
        thresholds=(("column-max", 70),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)


@pytest.mark.parametrize(
    "name", ["price", "unit_price", "order_total", "totalAmount", "balance", "fee_usd", "price_at_sale"]
)
def test_names_of_money(name: str) -> None:
    assert sounds_like_money(name)


@pytest.mark.parametrize(
    "name",
    [
        "tax_rate",
        "price_ratio",
        "discount_pct",
        "total_steps",
        "cost_factor",
        "score",
        "latitude",
        "amount_ml_count",
    ],
)
def test_names_of_other_numbers(name: str) -> None:
    assert not sounds_like_money(name)


def test_aclitem_is_found_before_16_and_not_from_then_on(every_database: Database) -> None:
    every_database.execute("CREATE DOMAIN granted AS aclitem[]; CREATE TABLE t (one aclitem, more granted)")
    every_database.execute("ALTER TABLE t ADD COLUMN kept information_schema.sql_identifier")
    facts = gather(every_database.session(), Profile())
    rule = next(rule for rule in all_rules() if rule.id == "no-removed-types")
    found = [f.object for f in Engine([rule]).run(facts).results[0].findings]
    old = facts.catalog.server_version < 160000
    assert found == (["column:public.t.more", "column:public.t.one"] if old else [])
