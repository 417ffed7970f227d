"""What one key composes from a failing rule of the sample database runs to its end, and the rule finds it no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Rule
from pgplumb.demo.run import Demo
from pgplumb.foundation.profile import Profile
from pgplumb.migrate.apply.events import Finished
from pgplumb.migrate.apply.limits import Limits
from pgplumb.migrate.apply.runner import Runner
from pgplumb.migrate.by_hand import plan_of
from pgplumb.migrate.change import Unwritable
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.tui.tabs.migration.compose import compose
from tests.databases import Database

NOT_TO_BE_WRITTEN = {"fsync-on": "command line"}
"""What no statement mends here, and what is said instead."""
LATER = frozenset({"application-name-set"})
"""What sessions get that begin afterwards."""


def looked_at(target: Target, rule: Rule) -> tuple[Facts, tuple[Finding, ...]]:
    """The facts as they are now, and what one rule finds in them."""
    with Session.open(target) as session:
        facts = gather(session, Profile())
    return facts, Engine([rule]).run(facts).results[0].findings


@pytest.mark.long
def test_every_fix_of_the_sample_database_applies_and_its_finding_goes() -> None:
    with Demo.start(lambda label, done: None, workload=False) as demo:
        target = Target(demo.conninfo)
        with Session.open(target) as session:
            facts = gather(session, Profile())
        failing = [r.rule for r in Engine().run(facts).results if any(f.fix for f in r.findings)]
        assert len(failing) > 40
        stayed: list[str] = []
        unwritten: dict[str, str] = {}
        for rule in failing:
            facts, found = looked_at(target, rule)
            finding = next((f for f in found if f.fix), None)
            if finding is None:
                continue
            try:
                written = compose(finding, facts.catalog)
            except Unwritable as why:
                unwritten[rule.id] = str(why)
                continue
            plan = plan_of(written.name, written.up, written.down, "autocommit", facts.catalog)
            *_, last = Runner(plan, target, limits=Limits()).run()
            assert isinstance(last, Finished), (rule.id, last)
            _, left = looked_at(target, rule)
            if any(f.object == finding.object and f.fix == finding.fix for f in left):
                stayed.append(rule.id)
        assert set(stayed) <= LATER
        assert unwritten.keys() == NOT_TO_BE_WRITTEN.keys()
        assert all(said in unwritten[rule] for rule, said in NOT_TO_BE_WRITTEN.items())


def test_a_partition_for_today_takes_its_rows_out_of_the_default_partition(database: Database) -> None:
    database.execute("CREATE TABLE e (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)")
    database.execute("CREATE TABLE e_default PARTITION OF e DEFAULT")
    (rule,) = [r for r in all_rules() if r.id == "future-partition-exists"]
    with database.session() as session:
        now = gather(session, Profile()).now
    first, last = (now - timedelta(days=40)).date(), (now - timedelta(days=10)).date()
    database.execute(
        f"CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('{first} 00:00+00') TO ('{last} 00:00+00')"
    )
    database.execute("INSERT INTO e SELECT now(), n FROM generate_series(1, 100) n; ANALYZE e_default")
    facts, (finding,) = looked_at(database.target(), rule)
    written = compose(finding, facts.catalog)
    plan = plan_of(written.name, written.up, written.down, "autocommit", facts.catalog)
    *_, end = Runner(plan, database.target(), limits=Limits()).run()
    assert isinstance(end, Finished), end
    assert looked_at(database.target(), rule)[1] == ()
    assert database.execute("SELECT count(*) FROM e_default") == [(0,)]
    assert database.execute("SELECT count(*) FROM e") == [(100,)]
