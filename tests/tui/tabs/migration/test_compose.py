"""Fixes as migrations: every fix of the sample database is SQL that the parser takes, up and down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pgplumb.checks.checklist import RuleResult
from pgplumb.checks.finding import Finding, Fix
from pgplumb.migrate.change import Unwritable
from pgplumb.sql.parser import problems
from pgplumb.sql.split import split
from pgplumb.tui.tabs.migration.compose import compose
from tests.tui.saved import demo_state

STATE = demo_state()
CATALOG, CHECKLIST = STATE.catalog, STATE.checklist
assert CATALOG is not None
assert CHECKLIST is not None
FIXABLE = [
    (result, next(finding for finding in result.findings if finding.fix is not None))
    for result in CHECKLIST.results
    if any(finding.fix is not None for finding in result.findings)
    # The sample server gets it on its command line: see below.
    and result.rule.id != "fsync-on"
]


@pytest.mark.parametrize(
    ("result", "finding"), FIXABLE, ids=lambda value: getattr(value, "rule", value) and ""
)
def test_a_fix_of_the_sample_database_parses_and_says_what_it_is_for(
    result: RuleResult, finding: Finding
) -> None:
    assert CATALOG is not None
    composed = compose(finding, CATALOG, CHECKLIST)
    assert problems(composed.up) == ()
    assert split(composed.up)
    assert composed.up.startswith(f"-- {result.rule.title[:20]}")
    assert result.rule.id in composed.up
    assert "Not rehearsed, not applied." in composed.up
    if composed.down is not None:
        assert problems(composed.down) == ()


def test_a_setting_of_the_command_line_is_said_to_be_beyond_a_migration() -> None:
    assert CATALOG is not None
    assert CHECKLIST is not None
    found = (f for r in CHECKLIST.results if r.rule.id == "fsync-on" for f in r.findings)
    finding = next(f for f in found if f.object == "setting:fsync")
    with pytest.raises(Unwritable, match="fsync is given on the server's command line"):
        compose(finding, CATALOG, CHECKLIST)


def test_a_hostile_name_stays_within_its_comment() -> None:
    assert CATALOG is not None
    finding = FIXABLE[0][1]
    hostile = replace(
        finding,
        object="table:app.x\nDROP TABLE app.tasks;--",
        message="x\r\nDROP TABLE app.tasks;\u2028DROP TABLE app.users;\x1b[2J",
    )
    composed = compose(hostile, CATALOG)
    harmless = compose(finding, CATALOG)
    assert [s.text for s in split(composed.up)] == [s.text for s in split(harmless.up)]
    assert "\x1b" not in composed.up


def test_what_cannot_be_written_is_said() -> None:
    assert CATALOG is not None
    with pytest.raises(Unwritable, match="there is no intent"):
        compose(Finding("table:a.b", "x", fix=Fix("no-such-intent", {})), CATALOG)
    with pytest.raises(Unwritable, match=r"nothing\.here"):
        compose(Finding("table:a.b", "x", fix=Fix("force-rls", {"table": "nothing.here"})), CATALOG)
    with pytest.raises(Unwritable, match="no fix"):
        compose(Finding("table:a.b", "x"), CATALOG)
