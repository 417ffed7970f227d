"""Rules on who comes in, and on whose the objects are."""

from __future__ import annotations

import pytest

from pgplumb.catalog.statistics import HostRule, Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database


def line(kind: str, address: str | None, method: str, error: str | None = None) -> Facts:
    rule = HostRule(9, kind, ("all",), ("all",), address, None, method, error)
    return r.facts(statistics=r.statistics(host_rules=(rule,)))


@pytest.mark.parametrize(
    ("kind", "address", "method", "status"),
    [
        ("host", "10.0.0.0", "trust", Status.FAIL),
        ("hostssl", "all", "trust", Status.FAIL),
        ("host", "0.0.0.0", "password", Status.FAIL),
        ("hostssl", "0.0.0.0", "password", Status.PASS),
        ("host", "0.0.0.0", "scram-sha-256", Status.PASS),
        ("host", "127.0.0.1", "trust", Status.PASS),
        ("local", None, "trust", Status.PASS),
        ("host", "10.0.0.0", "reject", Status.PASS),
    ],
)
def test_who_comes_in_without_proof(kind: str, address: str | None, method: str, status: Status) -> None:
    result = r.run("hba-no-trust", line(kind, address, method))
    assert result.status is status
    assert [f.object for f in result.findings] == ["setting:hba_file"] * (status is Status.FAIL)


def test_lines_that_cannot_be_read_leave_it_open() -> None:
    assert r.run("hba-no-trust", line("host", "x", "trust", "bad address")).status is Status.UNKNOWN
    assert r.run("hba-no-trust", r.facts()).status is Status.UNKNOWN


def test_the_lines_of_a_real_server_are_for_superusers(database: Database) -> None:
    facts = gather(database.session(), Profile())
    assert isinstance(facts.statistics, Statistics)
    assert not isinstance(facts.statistics.host_rules, Unread)
    assert {rule.kind for rule in facts.statistics.host_rules} >= {"local"}
    database.execute("DROP ROLE IF EXISTS hba_reader; CREATE ROLE hba_reader LOGIN")
    try:
        plain = gather(database.session("hba_reader"), Profile())
        result = r.run("hba-no-trust", plain)
        assert (result.status, "pg_hba" in result.reason) == (Status.UNKNOWN, True)
    finally:
        database.execute("DROP ROLE hba_reader")


def test_clients_of_other_machines_come_over_tls() -> None:
    rule = "ssl-in-use"
    far = r.activity(r.session(1, client="10.1.2.3"), r.session(2, client="127.0.0.1"))
    off, on = r.setting("ssl", "off"), r.setting("ssl", "on")
    assert r.objects(rule, r.facts(off, activity=far)) == ["setting:ssl"]
    assert r.run(rule, r.facts(on, activity=far)).status is Status.PASS
    near = r.activity(r.session(1, client=None), r.session(2, client="127.0.0.1"))
    assert r.run(rule, r.facts(off, activity=near)).status is Status.NOT_APPLICABLE
    hidden = r.activity(r.session(1, client=None, visible=False))
    assert r.run(rule, r.facts(off, activity=hidden)).status is Status.UNKNOWN


def test_expired_roles_and_monitoring_as_superuser() -> None:
    roles = {
        1: r.role("gone", 1, valid_until="2026-01-01 00:00:00+00"),
        2: r.role("later", 2, valid_until="2030-01-01 00:00:00+00"),
        3: r.role("ever", 3, valid_until="infinity"),
        4: r.role("closed", 4, valid_until="2020-01-01 00:00:00+00", can_login=False),
        5: r.role("pg_exporter_x", 5, superuser=True),
        6: r.role("monitoring", 6),
        7: r.role("db_exporter", 7, superuser=True),
    }
    facts = r.facts(catalog=r.catalog(roles=roles))
    assert r.objects("stale-login-roles", facts) == ["role:gone"]
    assert r.objects("predefined-roles-used", facts) == ["role:db_exporter"]


def test_owners_of_schemas_and_of_what_is_in_them(database: Database) -> None:
    database.execute(
        """DROP ROLE IF EXISTS own_a; DROP ROLE IF EXISTS own_b; CREATE ROLE own_a LOGIN; CREATE ROLE own_b LOGIN;
        CREATE SCHEMA mine AUTHORIZATION own_a; CREATE SCHEMA tools; CREATE SCHEMA mixed AUTHORIZATION own_a;
        CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
        CREATE TABLE mine.t (x int); ALTER TABLE mine.t OWNER TO own_a; CREATE TABLE tools.t (x int);
        CREATE TABLE mixed.t (x int); ALTER TABLE mixed.t OWNER TO own_a;
        CREATE TABLE mixed.u (x int); ALTER TABLE mixed.u OWNER TO own_b; CREATE TABLE public.t (x int)"""
    )
    try:
        facts = gather(database.session(), Profile())
        assert r.objects("one-owner-per-schema", facts) == ["schema:mixed"]
        assert r.objects("schema-owner-not-superuser", facts) == ["schema:tools"]
    finally:
        database.execute("DROP SCHEMA mine, tools, mixed CASCADE; DROP ROLE own_a; DROP ROLE own_b")


def test_functions_that_look_names_up_anywhere(database: Database) -> None:
    rule = "function-search-path-pinned"
    database.execute(
        """CREATE FUNCTION loose() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
        CREATE FUNCTION pinned() RETURNS int LANGUAGE plpgsql SET search_path = '' AS 'BEGIN RETURN 1; END';
        CREATE FUNCTION inlined() RETURNS int LANGUAGE sql AS 'SELECT 1'"""
    )
    facts = gather(database.session(), Profile(enabled=frozenset({rule})))
    assert r.objects(rule, facts) == ["function:public.loose()"]
