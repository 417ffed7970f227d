"""What cannot be seen is never a pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.catalog.statistics import Replica
from pgplumb.catalog.unread import Unread
from pgplumb.checks.engine import Engine
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.registry import all_rules
from pgplumb.checks.rule import Status
from pgplumb.foundation.profile import Profile
from tests.checks.rules.schema_cases import aged
from tests.databases import Database


def status_of(rule_id: str, facts: Facts) -> tuple[Status, str]:
    rule = next(r for r in all_rules() if r.id == rule_id)
    result = Engine([rule]).run(facts).results[0]
    return result.status, result.reason


@pytest.mark.parametrize(
    ("rule", "sql"),
    [
        (
            "fk-columns-indexed",
            "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p); "
            "CREATE INDEX ON t (a) WHERE a IS NOT NULL",
        ),
        (
            "no-needless-index-predicate",
            "CREATE TABLE t (a int NOT NULL); CREATE INDEX ON t (a) WHERE a IS NOT NULL",
        ),
        ("range-pair-ordered", "CREATE TABLE t (starts_on date, ends_on date, CHECK (starts_on < ends_on))"),
        ("not-null-via-check-only", "CREATE TABLE t (a int CHECK (a IS NOT NULL))"),
    ],
)
def test_a_locked_table_is_unknown_with_the_holder_named(rule: str, sql: str, database: Database) -> None:
    database.execute(sql)
    holder = database.connect()
    holder.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    status, reason = status_of(rule, gather(database.session(), Profile()))
    assert status is Status.UNKNOWN
    assert str(holder.info.backend_pid) in reason


def test_standbys_may_use_what_the_primary_does_not(database: Database) -> None:
    database.execute("CREATE TABLE t (a int); CREATE INDEX ON t (a)")
    facts = gather(database.session(), Profile())
    assert not isinstance(facts.statistics, Unread)
    statistics = aged(facts.statistics, 40)
    assert status_of("no-unused-index", replace(facts, statistics=statistics))[0] is Status.FAIL
    standby = Replica(1, "standby", "streaming", "async", 0, 0.0, None)
    with_standby = replace(facts, statistics=replace(statistics, replicas=(standby,)))
    status, reason = status_of("no-unused-index", with_standby)
    assert status is Status.UNKNOWN
    assert "standbys" in reason
    idle = Profile(thresholds={"usage-ignore-standbys": 1})
    assert status_of("no-unused-index", replace(with_standby, profile=idle))[0] is Status.FAIL
    on_standby = replace(facts, catalog=replace(facts.catalog, is_standby=True), statistics=statistics)
    assert status_of("no-unused-index", on_standby)[0] is Status.UNKNOWN


def test_missing_statistics_are_unknown(database: Database) -> None:
    database.execute(
        "CREATE TABLE t (a int, status text); CREATE INDEX ON t (a); "
        "INSERT INTO t SELECT i FROM generate_series(1, 20000) i; CREATE INDEX ON t USING brin (a); ANALYZE t"
    )
    facts = replace(gather(database.session(), Profile()), statistics=Unread("needs pg_monitor"))
    for rule in (
        "no-unused-index",
        "missing-index-seq-scans",
        "nullable-index-partial",
        "no-low-cardinality-index",
        "brin-correlation-good",
        "check-constraints-on-domains",
    ):
        status, reason = status_of(rule, facts)
        assert (rule, status) == (rule, Status.UNKNOWN)
        assert "needs pg_monitor" in reason


def test_what_an_extension_made_is_not_judged(database: Database) -> None:
    database.execute("CREATE EXTENSION lo; CREATE TABLE t (id int PRIMARY KEY, photo lo)")
    facts = gather(database.session(), Profile())
    for rule in ("snake-case-names", "no-reserved-words", "name-not-truncated", "table-has-primary-key"):
        assert (rule, status_of(rule, facts)[0]) == (rule, Status.PASS)
    assert status_of("no-large-object-columns", facts)[0] is Status.FAIL
