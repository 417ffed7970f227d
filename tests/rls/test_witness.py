"""Rows made up to show a leak: what they confirm, and that nothing of users runs for them unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pgplumb.rls.crosscheck import differences
from pgplumb.rls.witness.predicate import Predicate
from pgplumb.rls.witness.seek import Search, search
from pgplumb.server.embedded import EmbeddedServer
from pgplumb.server.session import Session
from tests.databases import Database
from tests.rls.judging import SETTING, Cells, judged

SCHEMA = (Path(__file__).parent / "witnesses.sql").read_text(encoding="utf-8")
SHOWN = ("flag", "dated", "shown", "claimed", "nobodys", "constant", "unset", "quotes", "varying", "domain")
NEVER = ("checked", "tied", "demanding", "computed", "raising", "ours", "path", "whole")
NOT_UNASKED = ("calling", "reading", "shadowed", "operated", "cast", "typed", "slow")


@pytest.fixture(scope="module")
def database(server: EmbeddedServer) -> Iterator[Database]:
    database = Database.create(server, "rls_witnesses")
    database.execute(SCHEMA)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def unproved(database: Database) -> Cells:
    return judged(database, identities=(SETTING,), roles=("web",))


@pytest.fixture(scope="module")
def session(database: Database) -> Session:
    return database.session()


@pytest.fixture(scope="module")
def unasked(session: Session, unproved: Cells) -> Search:
    return search(session, unproved.judgement)


@pytest.fixture(scope="module")
def cells(unproved: Cells, unasked: Search) -> Cells:
    return Cells(unproved.judgement.confirm(unasked.proofs))


def test_every_case_is_a_suspected_leak_before(unproved: Cells) -> None:
    kept = [
        n for n in (*SHOWN, *NOT_UNASKED) if unproved.verdict(n, role="web") not in ("suspected", "unproved")
    ]
    assert kept == []


@pytest.mark.parametrize(
    "name", [*SHOWN, "positioned", "array", "collated", "texts", "uuids", '"Odd ""Name\\"']
)
def test_a_row_that_passes_confirms_a_leak(cells: Cells, name: str) -> None:
    if name not in SHOWN and cells.judgement and not cells.cell(f"public.{name}", "SELECT", "web").branches:
        pytest.fail("nothing is suspected of it")
    assert cells.verdict(f"public.{name}", role="web") in ("partial", "open")
    assert any(r.startswith("witness: a row (") for r in cells.cell(f"public.{name}", role="web").reasons)


@pytest.mark.parametrize("name", NEVER)
def test_no_row_confirms_what_cannot_happen_or_cannot_be_made_up(cells: Cells, name: str) -> None:
    assert cells.verdict(name, role="web") in ("suspected", "unproved", "isolated")


def test_a_witness_is_evaluated_as_the_role_of_the_proof_and_says_so(cells: Cells) -> None:
    told = [r for r in cells.cell("flag", role="web").reasons if r.startswith("witness: ")]
    assert [r.rpartition(", ")[2] for r in told] == ["evaluated as web"]


def test_a_null_tenant_counts_as_foreign(cells: Cells) -> None:
    assert "tenant_id NULL" in " ".join(cells.cell("nobodys", role="web").reasons)


def test_an_update_leaks_where_one_session_passes_both_gates(cells: Cells) -> None:
    assert cells.verdict("two_gates", "UPDATE", "web") == "partial"
    assert cells.verdict("apart", "UPDATE", "web") not in ("partial", "open")


@pytest.mark.parametrize("name", NOT_UNASKED)
def test_what_reads_tables_or_calls_functions_of_users_waits_to_be_asked(cells: Cells, name: str) -> None:
    assert cells.verdict(name, role="web") in ("suspected", "unproved")


def test_unasked_nothing_is_called_and_nothing_is_set(session: Session, unasked: Search) -> None:
    assert unasked.unasked >= 2
    assert unasked.tried
    assert not unasked.untried
    with session.unit() as unit:
        names = ["app.tenant_id", "app.other", "app.left_behind", "request.jwt.claims"]
        asked = unit.query("SELECT current_setting(n, true) FROM unnest(%(n)s::text[]) AS n", {"n": names})
        assert asked == [(None,)] * 4
        assert unit.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]


def test_asked_predicates_run_as_the_role_and_leave_no_setting(
    database: Database, unproved: Cells, unasked: Search
) -> None:
    session = database.session()
    found = search(session, unproved.judgement, asked=True)
    cells = Cells(unproved.judgement.confirm(found.proofs))
    assert found.unasked == 0
    assert cells.verdict("reading", role="web") == "partial"
    for name in ("ours", "path", "demanding", "checked"):
        assert cells.verdict(name, role="web") not in ("partial", "open")
    with session.unit() as unit:
        # A lock of the session outlives what is rolled back: the functions did run.
        assert unit.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(1,)]
        assert unit.query("SELECT coalesce(current_setting('app.left_behind', true), '')") == [("",)]


def test_a_role_that_cannot_be_taken_is_named(database: Database, unproved: Cells) -> None:
    database.execute("CREATE ROLE rls_onlooker LOGIN")
    found = search(database.session("rls_onlooker"), unproved.judgement, asked=True)
    assert found.not_as == ("web",)
    told = [r for proof in found.proofs.values() for r in proof.reasons if r.startswith("witness: ")]
    assert told
    assert {r.rpartition(", ")[2] for r in told} == {"evaluated as the connecting role"}


def test_where_the_role_may_not_use_a_type_the_connecting_role_evaluates_what_is_harmless(
    database: Database,
) -> None:
    database.execute(
        """CREATE SCHEMA apart; CREATE TYPE apart.hue AS ENUM ('red', 'blue');
           CREATE TABLE tinted (tenant_id int, hue apart.hue); GRANT SELECT ON tinted TO web;
           ALTER TABLE tinted ENABLE ROW LEVEL SECURITY;
           CREATE POLICY p ON tinted USING (tenant_id = current_setting('app.tenant_id')::int OR hue = 'red')"""
    )
    now = judged(database, identities=(SETTING,), roles=("web",))
    shown = Cells(now.judgement.confirm(search(database.session(), now.judgement).proofs))
    assert shown.verdict("tinted", role="web") == "partial"
    assert "evaluated as the connecting role" in " ".join(shown.cell("tinted", role="web").reasons)


def test_what_was_not_tried_in_time_is_told(session: Session, unproved: Cells) -> None:
    found = search(session, unproved.judgement, seconds=-1)
    assert found.untried
    assert not found.proofs


def test_plans_have_the_filters_that_verdicts_rest_on(database: Database) -> None:
    database.execute("""
        CREATE TABLE tight (tenant_id int NOT NULL); ALTER TABLE tight ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON tight USING (tenant_id = current_setting('app.tenant_id', true)::int);
        CREATE TABLE loose (tenant_id int NOT NULL); GRANT SELECT, UPDATE, DELETE ON tight, loose TO web;
    """)
    found = judged(database, identities=(SETTING,), roles=("web",))
    session = database.session()
    assert differences(session, found.judgement) == ()
    database.execute("DROP POLICY p ON tight; CREATE POLICY p ON tight USING (true)")
    assert any("public.tight" in one and "no filter" in one for one in differences(session, found.judgement))
    database.execute("DROP TABLE tight, loose")


def test_what_is_said_to_fail_cannot_be_planned(database: Database) -> None:
    database.execute("""
        CREATE TABLE hidden (tenant_id int NOT NULL); CREATE TABLE shut (tenant_id int NOT NULL);
        ALTER TABLE shut ENABLE ROW LEVEL SECURITY; GRANT SELECT, DELETE ON shut TO web;
        CREATE POLICY p ON shut USING (tenant_id IN (SELECT h.tenant_id FROM hidden h));
    """)
    found = judged(database, identities=(SETTING,), roles=("web",))
    session = database.session()
    assert found.verdict("shut", role="web") == "denied"
    assert differences(session, found.judgement) == ()
    database.execute("GRANT SELECT ON hidden TO web")
    told = differences(session, found.judgement)
    assert [one.split(" for ")[1].split()[0] for one in told if "public.shut" in one] == ["SELECT", "DELETE"]
    database.execute("DROP TABLE shut, hidden")


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("(tenant_id = 5)", True),
        ("(lower(note) = 'x'::text)", True),
        ("(\"left\"(note, 1) = ''::text)", True),
        ("(note = ('x'::character varying(3))::text)", True),
        ("(made < now())", True),
        ("public.lower(note)", False),
        ('"My"."F"(note)', False),
        ("(a OPERATOR(public.=) b)", False),
        ("(pg_sleep((1)::double precision) IS NULL)", False),
        ("(x = 'a'::public.mood)", False),
        ('(x = \'a\'::"My Schema"."T")', False),
        ("(EXISTS ( SELECT 1))", False),
        ("pg_advisory_lock((1)::bigint)", False),
        ("(nextval('s'::regclass) = 1)", False),
        ("(repeat('x'::text, 1000000000) = note)", False),
        ('("select" = 1)', True),
    ],
)
def test_harmless_is_what_calls_built_in_functions_of_a_short_list_alone(text: str, harmless: bool) -> None:
    assert Predicate(text).harmless is harmless


def test_settings_become_constants_whatever_they_hold() -> None:
    predicate = Predicate(
        "(a = current_setting('app.t'::text, true)) OR (b = current_setting('app.u'::text))"
    )
    assert predicate.settings == ("app.t", "app.u")
    assert predicate.demanded == {"app.u"}
    inlined = predicate.with_settings({"app.t": "it's \\ so", "app.u": None}, "web")
    assert inlined == "(a = (E'it''s \\\\ so'::text)) OR (b = (NULL::text))"
