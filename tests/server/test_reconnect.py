"""The pauses between attempts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pgplumb.server.reconnect import CEILING, SPREAD, Reconnect, pause


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_pauses_double_up_to_thirty_seconds() -> None:
    assert [pause(n, 0.5) for n in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]


@given(failures=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_its_spread(failures: int, chance: float) -> None:
    middle = pause(failures, 0.5)
    assert middle * (1 - SPREAD) - 1e-9 <= pause(failures, chance) <= middle * (1 + SPREAD) + 1e-9
    assert pause(failures, chance) <= CEILING * (1 + SPREAD)


def test_two_clients_do_not_come_back_together() -> None:
    assert pause(5, 0.1) != pause(5, 0.9)


def test_an_attempt_is_due_only_after_its_pause() -> None:
    clock = Clock()
    reconnect = Reconnect(clock=clock, chance=lambda: 0.5)
    assert reconnect.failed() == 1
    due = [reconnect.due]
    clock.now += 0.75
    assert reconnect.remaining == 0.25
    due.append(reconnect.due)
    clock.now += 0.25
    due.append(reconnect.due)
    assert due == [False, False, True]
    assert reconnect.failed() == 2
    assert reconnect.remaining == 2


def test_success_begins_anew() -> None:
    clock = Clock()
    reconnect = Reconnect(clock=clock, chance=lambda: 0.5)
    for _ in range(5):
        reconnect.failed()
    reconnect.succeeded()
    assert (reconnect.remaining, reconnect.due) == (0.0, False)
    assert reconnect.failed() == 1


def test_a_person_may_try_at_once_without_making_the_next_pause_short() -> None:
    clock = Clock()
    reconnect = Reconnect(clock=clock, chance=lambda: 0.5)
    for _ in range(4):
        reconnect.failed()
    assert reconnect.remaining == 8
    reconnect.at_once()
    assert reconnect.due
    assert reconnect.failed() == 16
