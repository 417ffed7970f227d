"""The engine answers after a change what a new engine would answer, and no rule can take another down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.reread import Rereader
from pgplumb.checks.checklist import Checklist
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Status, Tier
from pgplumb.foundation.profile import Profile, Waiver
from tests.catalog.test_reread import CHANGES, SCHEMA
from tests.conftest import sampled
from tests.databases import Database

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PROFILE = Profile()


def rule(check: object, **more: object) -> Rule:
    made = Rule(
        id="a-rule",
        title="A rule",
        category=Category.KEYS,
        severity=Severity.WARNING,
        tier=Tier.NOW,
        passes="always",
        why="because",
        source="here",
        looks_at="there",
        each_table=check,  # type: ignore[arg-type]
        not_applicable_when="nothing is there",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def facts_of(database: Database, profile: Profile | None = None) -> Facts:
    with database.session() as session:
        reading = with_expressions(read_structure(session), read_expressions(session))
    return Facts(reading.catalog, NOW, profile=profile or Profile())


def said(checklist: Checklist) -> dict[str, object]:
    return {
        r.rule.id: (
            r.status,
            r.checked,
            [(f.object, f.message, dict(f.evidence), f.fix) for f in r.findings],
            r.reason,
        )
        for r in checklist.results
    }


@pytest.mark.parametrize("change", sampled(CHANGES, 4, first=1))
def test_after_a_change_the_answers_are_those_of_a_new_engine(database: Database, change: str) -> None:
    database.execute(SCHEMA + "CREATE SCHEMA other; CREATE TABLE forebear (id int NOT NULL)")
    with database.session() as session:
        kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
        engine = Engine()
        engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE))
        database.execute(change)
        kept.update(session)
        facts = Facts(kept.reading.catalog, NOW, profile=PROFILE)
        assert said(engine.run(facts)) == said(Engine().run(facts))


def test_only_the_changed_table_and_its_neighbours_are_looked_at_again(database: Database) -> None:
    database.execute(SCHEMA)
    seen: list[str] = []

    def look(table: Relation, facts: Facts, report: Report) -> None:
        seen.append(table.name)
        report.checked()

    with database.session() as session:
        kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
        engine = Engine([rule(look)])
        engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE))
        seen.clear()
        database.execute("ALTER TABLE parent ADD COLUMN more int")
        kept.update(session)
        checklist = engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE))
    assert sorted(seen) == ["child", "parent"]
    assert checklist.results[0].checked == 5


def test_answers_that_come_out_equal_keep_their_identity(database: Database) -> None:
    database.execute(SCHEMA)
    with database.session() as session:
        kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
        engine = Engine()
        before = engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE))
        assert engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE)) is before
        database.execute("ALTER TABLE parent ADD COLUMN more json")
        kept.update(session)
        after = engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE))
    moved = {b.rule.id for a, b in zip(before.results, after.results, strict=True) if a is not b}
    assert "jsonb-over-json" in moved
    assert not moved & {"table-has-primary-key", "fk-columns-indexed", "no-create-for-public", "no-timetz"}


def test_a_group_is_judged_again_only_where_what_is_brought_to_it_moved(database: Database) -> None:
    database.execute("CREATE TABLE a (x int, y int); CREATE TABLE b (x int)")
    judged: list[tuple[object, object]] = []

    def collect(table: Relation, facts: Facts) -> list[tuple[str, int]]:
        return [(column.name, column.type_oid) for column in table.columns]

    def judge(key: object, members: object, facts: Facts, report: Report) -> None:
        judged.append((key, members))
        report.checked()

    grouped = rule(None, each_group=Groups(collect, judge))
    with database.session() as session:
        kept = Rereader(with_expressions(read_structure(session), read_expressions(session)))
        engine = Engine([grouped])
        assert engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE)).results[0].checked == 2
        judged.clear()
        database.execute("ALTER TABLE b ADD COLUMN z int")
        kept.update(session)
        assert engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE)).results[0].checked == 3
        assert [key for key, _ in judged] == ["z"]
        judged.clear()
        database.execute("DROP TABLE a")
        kept.update(session)
        assert engine.run(Facts(kept.reading.catalog, NOW, profile=PROFILE)).results[0].checked == 2
        assert [key for key, _ in judged] == ["x"]


def test_a_rule_that_raises_is_unknown_and_the_others_answer(database: Database) -> None:
    database.execute("CREATE TABLE t (id int)")

    def broken(table: Relation, facts: Facts, report: Report) -> None:
        raise KeyError("oops")

    def sound(table: Relation, facts: Facts, report: Report) -> None:
        report.checked()

    checklist = Engine([rule(broken), rule(sound, id="b-rule")]).run(facts_of(database))
    assert [r.status for r in checklist.results] == [Status.UNKNOWN, Status.PASS]
    assert "oops" in checklist.results[0].reason


def test_unknown_is_never_a_pass_and_a_failure_outweighs_it(database: Database) -> None:
    database.execute("CREATE TABLE a (id int); CREATE TABLE b (id int)")

    def half(table: Relation, facts: Facts, report: Report) -> None:
        report.checked()
        if table.name == "a":
            report.unknown("could not look")

    def both(table: Relation, facts: Facts, report: Report) -> None:
        half(table, facts, report)
        if table.name == "b":
            report.fail(table.id, "bad")

    facts = facts_of(database)
    assert Engine([rule(half)]).run(facts).results[0].status is Status.UNKNOWN
    assert Engine([rule(both)]).run(facts).results[0].status is Status.FAIL


def test_a_rule_with_nothing_to_judge_is_not_applicable_with_its_reason(database: Database) -> None:
    result = Engine([rule(lambda t, f, r: None)]).run(facts_of(database)).results[0]
    assert (result.status, result.reason) == (Status.NOT_APPLICABLE, "nothing is there")


def test_findings_that_are_all_waived_make_the_rule_waived_until_the_day(database: Database) -> None:
    database.execute("CREATE TABLE t (id int)")
    check = rule(lambda t, f, r: (r.checked(), r.fail(t.id, "bad")))
    waiver = Waiver("a-rule", "table:public.t", "known", "maria", date(2026, 11, 21))
    profile = Profile(waivers=(waiver,))
    facts = facts_of(database, profile)
    result = Engine([check]).run(facts).results[0]
    assert result.status is Status.WAIVED
    assert result.waived["table:public.t"] is waiver
    expired = replace(facts, now=datetime(2026, 11, 22, tzinfo=UTC))
    assert Engine([check]).run(expired).results[0].status is Status.FAIL


def test_the_profile_turns_rules_off_and_on_and_sets_severities(database: Database) -> None:
    facts = facts_of(database)
    plain = rule(lambda t, f, r: None)
    opt_in = rule(lambda t, f, r: None, id="taste", optional=True)
    engine = Engine([plain, opt_in])
    assert [r.rule.id for r in engine.run(facts).results] == ["a-rule"]
    other = Profile(
        enabled=frozenset({"taste"}), disabled=frozenset({"a-rule"}), severities={"taste": "error"}
    )
    (result,) = engine.run(replace(facts, profile=other)).results
    assert (result.rule.id, result.severity) == ("taste", Severity.ERROR)


def test_every_rule_says_all_that_its_page_needs() -> None:
    for found in all_rules():
        eyes = (found.each_table, found.each_relation, found.each_object, found.each_group)
        assert sum(eye is not None for eye in eyes) == 1 or (found.whole and not any(eyes)), found.id
        assert found.whole or not found.whole_reads, found.id
        assert all((found.title, found.passes, found.why, found.source, found.looks_at)), found.id
        assert found.not_applicable_when or found.whole, found.id
        assert not found.title.endswith("."), found.id
        assert len(found.title) <= 60, found.id


def test_every_category_has_rules() -> None:
    assert {found.category for found in all_rules()} == set(Category)
