"""Functions that build SQL: what reaches the text unquoted, and what only looks as if it did."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

RULE = "function-dynamic-sql-quoted"


def function(body: str, arguments: str = "p text", name: str = "f", declare: str = "") -> str:
    head = f"CREATE FUNCTION {name}({arguments}) RETURNS void LANGUAGE plpgsql"
    return f"{head} AS $fn$ {declare} BEGIN {body}; END $fn$;"


UNQUOTED = {
    "pasted with ||": function("EXECUTE 'SELECT ' || p"),
    "pasted into quotes of one's own": function("EXECUTE 'SELECT ''' || p || ''''"),
    "the s of format": function("EXECUTE format('SELECT %I FROM %s', 'a', p)"),
    "the s of format by position": function("EXECUTE format('SELECT %2$s, %1$I', 'a', p)"),
    "a format in pieces": function("EXECUTE format('SELECT %I ' || 'FROM %s', p, lower(p))"),
    "by way of a variable": function("q := concat('SELECT ', p); EXECUTE q", declare="DECLARE q text;"),
    "by way of a declared value": function("EXECUTE q", declare="DECLARE q text := 'SELECT ' || p;"),
    "by SELECT INTO": function("SELECT 'SELECT ' || p INTO q; EXECUTE q", declare="DECLARE q text;"),
    "an argument without a name": function("EXECUTE 'SELECT ' || $1", "text"),
    "an alias": function("EXECUTE 'SELECT ' || a", "text", declare="DECLARE a ALIAS FOR $1;"),
    "named with its function": function("EXECUTE 'SELECT ' || f.p"),
    "a loop over what is executed": function(
        "FOR r IN EXECUTE 'SELECT ' || p LOOP NULL; END LOOP", declare="DECLARE r record;"
    ),
    "a whole statement": function("EXECUTE p"),
    "an element of an array": function("EXECUTE 'SELECT ' || p[1]", "p text[]"),
    "a field of a document": function("EXECUTE 'SELECT ' || (p ->> 'a')", "p jsonb"),
    "the result of a CASE": function("EXECUTE 'SELECT ' || CASE WHEN p = 'a' THEN 'b' ELSE p END"),
    "quoted in one branch of two uses": function("EXECUTE 'SELECT ' || quote_ident(p) || ' FROM ' || p"),
}
QUOTED = {
    "quote_ident and quote_literal": function(
        "EXECUTE 'SELECT ' || quote_ident(p) || ' = ' || pg_catalog.quote_literal(p)"
    ),
    "the I and L of format": function("EXECUTE format('SELECT %I, %-5L, %2$L, 100 %%', p, p)"),
    "USING": function("EXECUTE 'SELECT $1' USING p"),
    "INTO a variable of that name": function("EXECUTE 'SELECT 1' INTO p"),
    "a number": function("EXECUTE 'SELECT 1 LIMIT ' || p", "p int"),
    "a table by its oid": function("EXECUTE format('SELECT FROM %s', p)", "p regclass"),
    "a cast to such a type": function("EXECUTE 'SELECT FROM ' || p::regclass || CAST(p AS integer)"),
    "a variable that holds no text": function(
        "n := p; EXECUTE 'SELECT ' || n", declare="DECLARE n CONSTANT integer := 1;"
    ).replace("CONSTANT ", ""),
    "a choice by CASE": function(
        "EXECUTE 'SELECT 1 ORDER BY 1 ' || CASE p WHEN 'd' THEN 'DESC' ELSE 'ASC' END"
    ),
    "quoted before": function("p := quote_ident(p); EXECUTE 'SELECT ' || p"),
    "a list made of quoted names": function(
        "EXECUTE 'SELECT ' || (SELECT string_agg(quote_ident(c), ',') FROM unnest(p) c)", "p text[]"
    ),
    "the word in a text": function("RAISE NOTICE 'execute %', p; EXECUTE 'SELECT 1'"),
    "a length": function("EXECUTE 'SELECT ' || length(p)"),
    "a comment": function("EXECUTE 'SELECT 1' -- || p\n"),
    "a grant": function("GRANT EXECUTE ON FUNCTION f TO PUBLIC; EXECUTE 'SELECT 1'"),
    "a column of that name in a record": function(
        "SELECT 1 AS p INTO r; EXECUTE 'SELECT ' || r.p", "p text", declare="DECLARE r record;"
    ),
}
CASES = [
    *(Case(RULE, f"{title} is found", sql, ["function:{s}.f(*)"]) for title, sql in UNQUOTED.items()),
    *(Case(RULE, f"{title} is fine", sql) for title, sql in QUOTED.items()),
    Case(
        RULE,
        "what is tested first is not known",
        function("IF p NOT IN ('a', 'b') THEN RAISE 'no'; END IF; EXECUTE 'SELECT ' || p"),
        status=Status.UNKNOWN,
        says="after a test",
    ),
    Case(RULE, "without EXECUTE there is nothing", function("PERFORM p"), status=Status.NOT_APPLICABLE),
    Case(
        RULE,
        "the owner's rights are said",
        function("EXECUTE p") + "ALTER FUNCTION f(text) SECURITY DEFINER",
        ["function:{s}.f(text)"],
        says="owner's rights",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_reaches_the_text(cases: CaseDatabase, case: Case) -> None:
    if not case.fails or "*" not in case.fails[0]:
        cases.confirm(case)
        return
    result = cases.run(case)
    assert (result.status, len(result.findings)) == (Status.FAIL, 1), result.reason
