"""The checklist as it would be: what a rehearsal says of it, and what the server says once it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest

from pgplumb.checks.checklist import Checklist
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Finding
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.demo.run import Demo
from pgplumb.foundation.profile import Profile
from pgplumb.migrate.change import Change
from pgplumb.migrate.intents import change_or_why
from pgplumb.migrate.rehearsal import rehearse
from pgplumb.migrate.what_if import WhatIf, flips, what_if
from pgplumb.server.session import Session
from pgplumb.server.target import Target
from pgplumb.twin.source import read_source
from pgplumb.twin.twin import Twin

BEYOND_THE_TWIN = {"alter-role", "alter-role-setting", "alter-system-setting"}
"""They concern the whole server, or roles that are stubs in the twin: what they do there is unknown."""
OF_STATISTICS = {"dead-tuples-low", "statistics-present", "sequence-not-exhausted"}
"""Rules about rows: no catalog tells whether a fix has helped."""

OF_SIZES = "index-size-vs-table"


@dataclass(frozen=True)
class Bench:
    """The sample database as it is, its twin, and every finding with what would mend it."""

    demo: Demo
    facts: Facts
    twin: Twin
    whatif: WhatIf
    fixes: tuple[tuple[str, Finding, Change], ...]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    profile = Profile(enabled=frozenset(rule.id for rule in all_rules()))
    with Demo.start(lambda label, fraction: None, workload=False) as demo:
        with Session.open(Target(demo.conninfo)) as session:
            facts = gather(session, profile)
            source = read_source(session)
        whatif = WhatIf(facts)
        found = [
            (result.rule.id, finding, change_or_why(finding.fix, facts.catalog))
            for result in whatif.before.results
            for finding in result.findings
            if finding.fix
        ]
        fixes = tuple((rule, finding, fix) for rule, finding, fix in found if isinstance(fix, Change))
        with Twin.start(source) as twin:
            yield Bench(demo, facts, twin, whatif, fixes)


def said(checklist: Checklist) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """What a checklist says, in names alone."""
    return {
        r.rule.id: (r.status.value, sorted((f.object, f.message) for f in r.findings))
        for r in checklist.results
    }


def test_a_fix_that_is_rehearsed_makes_its_finding_go_away(bench: Bench) -> None:
    stays, unknown = [], []
    for rule, finding, change in bench.fixes:
        found = rehearse(bench.twin, change.up, "autocommit", catalog=bench.facts.catalog)
        assert found.executes is not False, (rule, finding.object, found)
        if found.catalog_after is None:
            assert found.unknown
            unknown.append((rule, finding))
            continue
        _, after = bench.whatif.after(found.catalog_after)
        if not any(flip.rule == rule and finding.object in {g.object for g in flip.gone} for flip in after):
            stays.append(rule)
    assert set(stays) <= OF_STATISTICS
    intents = {finding.fix.intent for _, finding in unknown if finding.fix}
    # The extension of the sample is one whose owner is a superuser.
    assert intents <= BEYOND_THE_TWIN | {"alter-extension-schema"}
    assert len(bench.fixes) - len(unknown) > 40


def test_what_is_told_is_what_the_server_says_once_it_is_done(bench: Bench) -> None:
    """Every fix after the other, rehearsed as one script and applied to a copy with its rows."""
    beyond = BEYOND_THE_TWIN | {"alter-extension-schema", "vacuum", "analyze"}
    chosen = [
        change.up
        for _, finding, change in bench.fixes
        if finding.fix and finding.fix.intent not in beyond and "CONCURRENTLY" not in change.up
    ]
    base = bench.facts.catalog.database.name
    with psycopg.connect(bench.demo.conninfo, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE applied TEMPLATE "{base}"'.encode())
    conninfo = psycopg.conninfo.make_conninfo(bench.demo.conninfo, dbname="applied")
    with Session.open(Target(conninfo)) as session:
        facts = gather(session, bench.facts.profile)
    done = []
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for text in chosen:
            try:
                connection.execute(text.encode())
                done.append(text)
            except psycopg.Error:
                # Rows stand in its way, or a fix before it has done the same.
                connection.execute("ROLLBACK")
    assert len(done) > 15
    with Session.open(Target(conninfo)) as session:
        real = gather(session, bench.facts.profile)
    found = rehearse(bench.twin, "\n".join(done), "autocommit", catalog=facts.catalog)
    assert found.catalog_after is not None, found.unknown
    told = said(Engine().run(what_if(facts, found.catalog_after)))
    truth = said(Engine().run(replace(facts, catalog=real.catalog)))
    differ = {rule: (told[rule], truth[rule]) for rule in truth if told[rule] != truth[rule]}
    # What is new has no size yet, and nothing is said of it.
    assert differ.pop(OF_SIZES, (("unknown", []), ""))[0] == ("unknown", [])
    assert differ == {}


def test_what_did_not_change_is_the_same_object(bench: Bench) -> None:
    before = bench.facts.catalog
    script = "ALTER TABLE app.tasks ADD COLUMN extra int"
    after = rehearse(bench.twin, script, catalog=before).catalog_after
    assert after is not None
    tasks = before.by_name["app", "tasks"]
    changed = [oid for oid, relation in after.relations.items() if before.relations.get(oid) is not relation]
    assert changed == [tasks.oid]
    assert after.types is before.types
    assert after.functions is before.functions
    new = after.relations[tasks.oid]
    assert new.column_named("extra") is not None
    assert new.tuples == tasks.tuples
    assert [index.pages for index in new.indexes] == [index.pages for index in tasks.indexes]
    assert new.indexes[0] is tasks.indexes[0]


def test_a_migration_that_changes_no_catalog_flips_nothing(bench: Bench) -> None:
    found = rehearse(bench.twin, "SELECT 1", catalog=bench.facts.catalog)
    assert found.catalog_after is bench.facts.catalog
    checklist, after = bench.whatif.after(bench.facts.catalog)
    assert not after
    assert said(checklist) == said(bench.whatif.before)


def test_a_new_flaw_flips_to_fail_and_its_rule_is_named(bench: Bench) -> None:
    script = "CREATE TABLE app.bare (name text); CREATE SEQUENCE app.fresh"
    found = rehearse(bench.twin, script, catalog=bench.facts.catalog)
    assert found.catalog_after is not None
    checklist, after = bench.whatif.after(found.catalog_after)
    assert "table:app.bare" in {finding.object for finding in after.new}
    assert flips(checklist, checklist) == type(after)((), (), ())


def test_a_dropped_and_a_renamed_table_are_followed(bench: Bench) -> None:
    before = bench.facts.catalog
    script = "ALTER TABLE app.tasks RENAME TO jobs; DROP TABLE app.import_staging"
    found = rehearse(bench.twin, script, catalog=before)
    after = found.catalog_after
    assert after is not None, found
    assert ("app", "tasks") not in after.by_name
    assert ("app", "import_staging") not in after.by_name
    assert after.by_name["app", "jobs"].oid == before.by_name["app", "tasks"].oid
    watchers = after.by_name["app", "task_watchers"]
    keys = {key.foreign_relation for key in watchers.foreign_keys}
    assert after.by_name["app", "jobs"].oid in keys
