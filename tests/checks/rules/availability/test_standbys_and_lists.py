"""Rules on standbys, publications and what people attest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pgplumb.catalog.statistics import Replica
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.gather import gather
from pgplumb.checks.rule import Status
from pgplumb.checks.rules.availability.sync_standby_quorum import wanted
from pgplumb.foundation.profile import Attestation, Profile
from tests.checks.rules import records as r
from tests.databases import Database


def standbys(*states: str | None) -> tuple[Replica, ...]:
    return tuple(Replica(n, f"s{n}", "streaming", state, 0, 0.0, None) for n, state in enumerate(states))


@pytest.mark.parametrize(
    ("names", "states", "status"),
    [
        ("", (), Status.NOT_APPLICABLE),
        ("s1", ("sync", "potential"), Status.PASS),
        ("s1", ("async",), Status.FAIL),
        ("FIRST 2 (s1, s2, s3)", ("sync", "sync"), Status.PASS),
        ("ANY 2 (*)", ("quorum",), Status.FAIL),
        ("2 (s1, s2)", ("sync", None), Status.UNKNOWN),
    ],
)
def test_commits_wait_for_standbys_that_are_there(
    names: str, states: tuple[str | None, ...], status: Status
) -> None:
    setting = r.setting("synchronous_standby_names", names)
    result = r.run(
        "sync-standby-quorum", r.facts(setting, statistics=r.statistics(replicas=standbys(*states)))
    )
    assert result.status is status
    assert [f.object for f in result.findings] == ["setting:synchronous_standby_names"] * (
        status is Status.FAIL
    )


def test_how_many_standbys_a_setting_asks_for() -> None:
    assert [wanted(t) for t in ("a", "a, b", "FIRST 3 (a, b, c)", "any 2(a, b)", "2 (a, b)", '"2", b')] == [
        1,
        1,
        3,
        2,
        2,
        1,
    ]


def test_a_standby_that_does_not_replay() -> None:
    def standby(paused: bool | None, delay: str = "0", **thresholds: float) -> Facts:
        catalog = r.catalog(r.setting("recovery_min_apply_delay", delay), is_standby=True)
        facts = r.facts(catalog=catalog, statistics=r.statistics(replay_paused=paused))
        return replace(facts, profile=Profile(thresholds=thresholds))

    rule = "replay-not-paused"
    assert r.objects(rule, standby(True)) == ["database:shop"]
    assert r.run(rule, standby(False)).status is Status.PASS
    assert r.objects(rule, standby(False, "3600000")) == ["setting:recovery_min_apply_delay"]
    assert r.run(rule, standby(False, "3600000", **{"replay-delay-meant": 1})).status is Status.PASS
    assert r.run(rule, standby(None)).status is Status.UNKNOWN
    assert r.run(rule, r.facts()).status is Status.NOT_APPLICABLE


def test_a_restore_is_known_by_somebodys_word_alone() -> None:
    rule, today = "restore-test-declared", r.NOW.date()

    def attested(days_ago: int, until: int) -> Facts:
        word = Attestation(rule, "jonas", today - timedelta(days_ago), today + timedelta(until))
        return replace(r.facts(), profile=Profile(attestations=(word,)))

    assert r.run(rule, r.facts()).status is Status.UNKNOWN
    assert r.run(rule, attested(10, 80)).status is Status.PASS
    assert r.run(rule, attested(100, 80)).status is Status.FAIL
    expired = r.run(rule, attested(100, -1))
    assert (expired.status, "jonas" in expired.reason) == (Status.UNKNOWN, True)


def test_a_publication_that_lacks_the_newest_table(database: Database) -> None:
    rule = "publication-complete"
    tables = "".join(f"CREATE TABLE t{i} (id int PRIMARY KEY);" for i in range(5))
    names = ", ".join(f"t{i}" for i in range(4))
    database.execute(f"{tables} CREATE PUBLICATION p FOR TABLE {names}; CREATE PUBLICATION few FOR TABLE t1")
    facts = gather(database.session(), Profile())
    assert r.objects(rule, facts) == ["publication:p"]
    database.execute("ALTER PUBLICATION p ADD TABLE t4")
    assert r.run(rule, gather(database.session(), Profile())).status is Status.PASS
    database.execute("DROP PUBLICATION p; DROP PUBLICATION few; CREATE PUBLICATION p FOR ALL TABLES")
    assert r.run(rule, gather(database.session(), Profile())).status is Status.NOT_APPLICABLE


def test_receivers_that_may_not_be_seen_leave_it_open() -> None:
    setting = r.setting("synchronous_standby_names", "s1")
    facts = r.facts(setting, statistics=r.statistics(replicas=Unread("needs pg_monitor")))
    assert r.run("sync-standby-quorum", facts).status is Status.UNKNOWN
