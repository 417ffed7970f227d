"""What the rules propose for the sample database can be written, and runs forth and back there."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.demo.run import Demo
from pgplumb.foundation.profile import Profile
from pgplumb.migrate.intents import change_or_why, intent_names
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.sql.parser import parse
from pgplumb.sql.split import split
from tests.changes import change_for

DATA_STANDS_IN_THE_WAY = (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation)
"""A fix may meet rows that it cannot put right; PostgreSQL refuses it then, and that is right."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with Demo.start(lambda label, fraction: None, workload=False) as demo:
        yield demo


@pytest.fixture(scope="module")
def proposed(demo: Demo) -> tuple[Facts, list[tuple[str, Fix]]]:
    """The facts of the sample database, and every fix with the rule and object that it is for."""
    profile = Profile(enabled=frozenset(rule.id for rule in all_rules()))
    with Session.open(Target(demo.conninfo)) as session:
        facts = gather(session, profile)
    results = Engine().run(facts).results
    return facts, [(f"{r.rule.id} {f.object}", f.fix) for r in results for f in r.findings if f.fix]


def test_every_fix_names_an_intent_and_can_be_written(proposed: tuple[Facts, list[tuple[str, Fix]]]) -> None:
    facts, fixes = proposed
    assert len(fixes) > 40
    assert {fix.intent for _, fix in fixes} <= set(intent_names())
    found = {what: change_or_why(fix, facts.catalog) for what, fix in fixes}
    unwritten = {what: why for what, why in found.items() if isinstance(why, str)}
    # Of two indexes that do the same one cannot take the other's name; a column that a view reads keeps its type.
    rest = {what: why for what, why in unwritten.items() if "already" not in why and "views read" not in why}
    # The sample's server is started with settings that no ALTER SYSTEM changes.
    started_with = {
        f"setting:{s.name}" for s in facts.catalog.settings.values() if s.source == "command line"
    }
    assert {what.split()[1] for what in rest} <= started_with, rest
    assert all("is given on the server's command line" in why for why in rest.values())


def test_every_fix_runs_forth_and_back(demo: Demo, proposed: tuple[Facts, list[tuple[str, Fix]]]) -> None:
    facts, fixes = proposed
    refused = []
    with psycopg.connect(demo.conninfo, autocommit=True) as connection:
        for what, fix in fixes:
            change = change_for(fix, facts.catalog)
            if change is None:
                continue
            for script in (change.up, change.down or ""):
                assert not script or parse(script)
                try:
                    for statement in split(script):
                        connection.execute(statement.text.encode())
                except DATA_STANDS_IN_THE_WAY:
                    break
                except psycopg.Error as error:
                    refused.append((what, script, str(error)))
                    connection.execute("ROLLBACK")
                    break
    assert not refused
