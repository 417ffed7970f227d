"""Rewrites of predicates: exact texts, what is left alone, and the same truth for every row on a real server."""

from __future__ import annotations

import random

import pytest

from pgplumb.rls.cost.rewrites import EXISTS, MEMBER, ONCE, as_array, as_in, once
from pgplumb.rls.cost.variants import both
from tests.conftest import examples
from tests.databases import Database

SETTING = "current_setting('app.tenant'::text, true)"

ONCE_TEXTS = {
    f"(tenant = {SETTING})": f"(tenant = ( SELECT {SETTING}))",
    f"((NULLIF({SETTING}, ''::text))::bigint = tenant)": f"(( SELECT (NULLIF({SETTING}, ''::text))::bigint) = tenant)",
    "(tenant = app.mine())": "(tenant = ( SELECT app.mine()))",
    "(at > (now() - '1 day'::interval))": "(at > ( SELECT (now() - '1 day'::interval)))",
    "(at > (timezone('UTC'::text, now()))::timestamp without time zone)": (
        "(at > ( SELECT (timezone('UTC'::text, now()))::timestamp without time zone))"
    ),
    f"(tenant = ANY ((string_to_array({SETTING}, ','::text))::integer[]))": (
        f"(tenant = ANY ((( SELECT string_to_array({SETTING}, ','::text)))::integer[]))"
    ),
    f"(tenant = ANY (string_to_array({SETTING}, ','::text)))": (
        f"(tenant = ANY (string_to_array(( SELECT {SETTING}), ','::text)))"
    ),
    # Names and strings that look like SQL.
    """("a)b" = "f("('x)('::text, "current_setting"('a.b'::text)))""": (
        """("a)b" = ( SELECT "f("('x)('::text, "current_setting"('a.b'::text))))"""
    ),
    f"((name = 'é) SELECT ('::text) AND (tenant = {SETTING}))": (
        f"((name = 'é) SELECT ('::text) AND (tenant = ( SELECT {SETTING})))"
    ),
}
LEFT_ALONE = (
    "(tenant = 5)",
    "(tenant = ( SELECT app.mine()))",
    "app.may_see(tenant)",
    f'(tenant = ({SETTING} COLLATE "C"))',
    "(tenant = )",
    "true) OR (now() > now()",
)
ARRAY_TEXTS = {
    "(tenant IN ( SELECT m.tenant\n   FROM m\n  WHERE (m.who = 4)))": (
        "(tenant = ANY (ARRAY( SELECT m.tenant\n   FROM m\n  WHERE (m.who = 4))))",
        (MEMBER,),
    ),
    "(EXISTS ( SELECT 1\n   FROM m\n  WHERE ((m.tenant = docs.tenant) AND (m.who = 4) AND (m.x > 3))))": (
        "(docs.tenant = ANY (ARRAY( SELECT m.tenant FROM m WHERE ((m.who = 4) AND (m.x > 3)))))",
        (EXISTS,),
    ),
    "(open OR (EXISTS ( SELECT FROM (m\n     JOIN k ON ((k.id = m.k))) WHERE (docs.tenant = m.tenant))))": (
        "(open OR (docs.tenant = ANY (ARRAY( SELECT m.tenant FROM (m\n     JOIN k ON ((k.id = m.k)))))))",
        (EXISTS,),
    ),
}
NO_ARRAY = (
    "(NOT (EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant))))",
    "((EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant))) IS NOT TRUE)",
    "CASE WHEN (EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant))) THEN true ELSE NULL::boolean END",
    "COALESCE((EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant))), true)",
    "(EXISTS ( SELECT 1 FROM m WHERE ((m.tenant = docs.tenant) AND (m.x > docs.x))))",
    "(EXISTS ( SELECT 1 FROM m WHERE ((m.tenant = docs.tenant) OR (m.x > 3))))",
    "(EXISTS ( SELECT 1 FROM m WHERE (m.tenant > docs.tenant)))",
    "(EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant) LIMIT 1 OFFSET 1))",
    "(EXISTS ( SELECT unnest('{}'::integer[]) AS unnest FROM m WHERE (m.tenant = docs.tenant)))",
    "(EXISTS ( SELECT count(*) FROM m WHERE (m.tenant = docs.tenant)))",
    "(EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant) GROUP BY m.x HAVING (count(*) > 1)))",
    "(EXISTS ( SELECT 1 FROM m WHERE (m.tenant = docs.tenant) FOR UPDATE OF m))",
    "(EXISTS ( SELECT 1 FROM docs WHERE (docs.tenant = docs.tenant)))",
    "(EXISTS ( SELECT 1 FROM m WHERE (tenant = docs.tenant)))",
    "((a, b) IN ( SELECT m.a, m.b FROM m))",
    "(tenant IN ( SELECT m.tenant FROM m WHERE (m.id = docs.id)))",
    "(tenant < ANY ( SELECT m.tenant FROM m))",
)


@pytest.mark.parametrize("text", ONCE_TEXTS)
def test_what_no_row_has_a_part_in_is_asked_once(text: str) -> None:
    found = once(text)
    assert found is not None
    assert (found.text, found.arguments) == (ONCE_TEXTS[text], (ONCE,))
    assert once(found.text) is None


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_cannot_be_asked_once_is_left_alone(text: str) -> None:
    assert once(text) is None


@pytest.mark.parametrize("text", ARRAY_TEXTS)
def test_membership_becomes_an_array(text: str) -> None:
    found = as_array(text, "docs")
    assert found is not None
    assert (found.text, found.arguments) == ARRAY_TEXTS[text]


@pytest.mark.parametrize("text", NO_ARRAY)
def test_where_null_or_the_row_would_make_a_difference_there_is_no_array(text: str) -> None:
    assert as_array(text, "docs") is None
    assert as_in(text, "docs") is None


SCHEMA = """
CREATE TABLE docs (id serial, tenant int, other bigint, name text, flag bool);
INSERT INTO docs (tenant, other, name, flag)
SELECT t, o, n, f FROM unnest(ARRAY[1, 2, 3, NULL]) t, unnest(ARRAY[1, 2, NULL]::bigint[]) o,
       unnest(ARRAY['a', '1', '', NULL]) n, unnest(ARRAY[true, false, NULL]) f;
CREATE TABLE empty (tenant int, who int, name text);
CREATE TABLE few (tenant int, who int, name text);
INSERT INTO few VALUES (1, 1, 'a'), (1, 2, '1'), (3, 2, NULL);
CREATE TABLE nulls (tenant int, who int, name text);
INSERT INTO nulls VALUES (1, 1, 'a'), (NULL, 1, '1'), (2, NULL, NULL), (NULL, NULL, '');
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (true);
"""
VALUES = ("NULLIF(current_setting('app.tenant', true), '')::int", "length(current_user)", "2", "NULL::int")


def atom(random: random.Random) -> str:
    """Return a condition on a row, a session, or a set."""
    column, value = random.choice(("tenant", "other", "length(docs.name)")), random.choice(VALUES)
    table = random.choice(("empty", "few", "nulls"))
    rest = random.choice(
        ("", f" AND s.who = {value}", f" AND (s.who > 1 OR s.name = 'a') AND s.tenant <> {value}")
    )
    return random.choice(
        (
            f"{column} = {value}",
            f"{value} >= {column}",
            "flag",
            f"{value} IS NULL",
            f"docs.{column if column != 'length(docs.name)' else 'tenant'} IN"
            f" (SELECT s.tenant FROM {table} s WHERE true{rest})",
            f"EXISTS (SELECT FROM {table} s WHERE s.tenant = docs.tenant{rest})",
            f"EXISTS (SELECT 1 FROM {table} s JOIN few o ON o.who = s.who WHERE docs.other = s.tenant{rest})",
            f"EXISTS (SELECT s.who FROM {table} s WHERE s.name = docs.name{rest})",
            "name = ANY (string_to_array(current_setting('app.names', true), ','))",
        )
    )


def tree(random: random.Random, depth: int) -> str:
    """Return a condition of some conditions."""
    if depth == 0:
        return atom(random)
    one, other = tree(random, depth - 1), tree(random, depth - random.randint(1, depth))
    return random.choice(
        (f"({one} AND {other})", f"({one} OR {other})", f"NOT ({one})", f"(({one}) IS NOT TRUE)", one)
    )


def test_a_rewritten_predicate_is_true_of_the_same_rows(database: Database) -> None:
    chance = random.Random(7)
    database.execute(SCHEMA)
    tried = 0
    for _ in range(examples(800)):
        database.execute(f"ALTER POLICY p ON docs USING ({tree(chance, chance.randint(0, 3))})")
        ((text,),) = database.execute("SELECT pg_get_expr(polqual, polrelid) FROM pg_policy")
        news = [
            (once(text), True),
            *((found, False) for f in (as_array, as_in, both) if (found := f(text, "docs"))),
        ]
        for found, exact in news:
            if found is None:
                continue
            tried += 1
            exact = exact or EXISTS not in found.arguments
            differs = f"(({text}) IS DISTINCT FROM ({found.text}))"
            if not exact:
                differs = f"((({text}) IS TRUE) IS DISTINCT FROM (({found.text}) IS TRUE))"
            for tenant in ("1", "2", ""):
                rows = database.execute(
                    f"SELECT set_config('app.tenant', '{tenant}', false), set_config('app.names', 'a,{tenant}', false);"
                    f" SELECT count(*) FROM docs WHERE {differs}"
                )
                assert rows == [(0,)], (text, found.text, tenant)
    assert tried > examples(250)
