"""The header."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from pgplumb.tui.panels.header import freshness, header_line
from pgplumb.tui.state import Phase, State
from pgplumb.tui.widgets.ink import text_of, width_of
from tests.tui.fakes import live_state


def state(phase: Phase = Phase.LIVE, age: float | None = 0.4, **of_connection: object) -> State:
    """A state at the moment 1000."""
    live = live_state()
    connection = replace(live.connection, phase=phase, since=990.0, **of_connection)  # type: ignore[arg-type]
    return replace(live, connection=connection, ages={} if age is None else {"catalog": 1000 - age})


def test_it_says_which_server_as_whom_and_what_may_be_done() -> None:
    text = text_of(header_line(state(), 120, 1000))
    for fact in (
        "shop-eu",
        "shop",
        "app_ro",
        "PostgreSQL 16.4 primary",
        "read-only",
        " PROD ",
        "41/100 conn",
    ):
        assert fact in text


def test_at_80_columns_the_facts_are_still_there() -> None:
    text = text_of(header_line(state(), 80, 1000))
    for fact in ("shop-eu", "16.4 primary", "read-only", " PROD ", "41/100", "↻"):
        assert fact in text


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_it_is_as_wide_as_the_screen(width: int) -> None:
    assert width_of(header_line(state(), width, 1000)) == width


def test_while_it_is_current_its_words_stand_still() -> None:
    assert freshness(state(age=0.1), 1000) == freshness(state(age=2.6), 1000)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (state(age=5), "↻ 5 s"),
        (state(age=41), "STALE 41 s"),
        (state(age=None), "reading"),
        (replace(state(age=12), paused=True), "PAUSED · data 12 s old"),
        (state(Phase.RECONNECTING, 20, next_try=1003.0), "LOST · next try in 3 s · data 20 s old"),
        (state(Phase.CONNECTING, None), "connecting 10 s"),
        (state(Phase.FAILED, None), "NOT CONNECTED"),
        (state(Phase.OFFLINE), "saved catalog"),
        (state(Phase.PASSWORD), "password needed"),
    ],
)
def test_the_age_of_the_data_is_said_in_every_phase(given: State, expected: str) -> None:
    assert freshness(given, 1000).text == expected


def test_production_is_a_word_and_not_only_a_colour() -> None:
    line = header_line(state(environment="prod"), 120, 1000)
    badge = next(span for span in line if "PROD" in span.text)
    assert badge.ink == "badge-prod"


def test_a_server_with_few_connections_left_stands_out() -> None:
    line = header_line(state(used=95), 120, 1000)
    assert next(span for span in line if "95/100" in span.text).ink == "warn"


def test_a_saved_catalog_says_when_it_was_read() -> None:
    statistics = SimpleNamespace(read_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC))
    given = replace(state(Phase.OFFLINE), statistics=statistics)  # type: ignore[arg-type]
    assert freshness(given, 1000).text == "saved 2026-11-20 08:30 UTC"
