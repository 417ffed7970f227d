"""Rules on who holds the connections, ourselves among them."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.unread import Unread
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules import records as r
from tests.databases import Database


def test_our_own_footprint() -> None:
    rule = "own-footprint"
    assert r.run(rule, r.facts()).status is Status.PASS
    assert r.objects(rule, r.facts(activity=r.activity(own=9))) == ["database:shop"]
    other = r.session(5, application_name="pgplumb", state="active", xact_start=r.ago(600))
    assert r.objects(rule, r.facts(activity=r.activity(other))) == ["role:app"]
    quiet = r.session(5, application_name="pgplumb", state="idle", xact_start=None)
    theirs = r.session(6, application_name="web", state="active", xact_start=r.ago(600))
    assert r.run(rule, r.facts(activity=r.activity(quiet, theirs))).status is Status.PASS
    assert r.run(rule, replace(r.facts(), activity=Unread("canceled"))).status is Status.UNKNOWN


def test_reading_a_real_server_takes_few_connections(database: Database) -> None:
    assert r.run("own-footprint", gather(database.session(), Profile())).status is Status.PASS


def test_sessions_that_were_idle_for_an_hour() -> None:
    rule = "idle-connections-old"
    old = [r.session(n, state_change=r.ago(7200)) for n in range(40)]
    assert r.objects(rule, r.facts(activity=r.activity(*old))) == ["database:shop"]
    assert r.run(rule, r.facts(activity=r.activity(*old[:20]))).status is Status.PASS
    fresh = [r.session(n, state_change=r.ago(60)) for n in range(90)]
    assert r.run(rule, r.facts(activity=r.activity(*fresh))).status is Status.PASS
    hidden = r.facts(activity=r.activity(visible=False, hidden=50))
    assert r.run(rule, hidden).status is Status.UNKNOWN


def test_a_role_that_holds_most_connections() -> None:
    rule = "connections-per-database-role"
    app = {100: r.role("app")}
    most = [r.session(n) for n in range(60)]
    facts = r.facts(catalog=r.catalog(roles=app), activity=r.activity(*most))
    (finding,) = r.run(rule, facts).findings
    assert (finding.object, finding.fix is not None) == ("role:app", True)
    half = [r.session(n, user="app" if n % 2 else "web") for n in range(60)]
    assert r.run(rule, r.facts(activity=r.activity(*half))).status is Status.PASS
