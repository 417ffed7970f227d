"""States come in, widgets are told."""

from __future__ import annotations

import pytest

from pgplumb.tui.state import Connection, Phase, State
from pgplumb.tui.store import Store
from tests.tui.fakes import catalog


class Widget:
    """Something that draws."""

    is_attached = True

    def __init__(self) -> None:
        self.drawn: list[State] = []

    def draw(self, state: State) -> None:
        """Remember it."""
        self.drawn.append(state)


def test_a_widget_is_told_when_one_of_its_fields_is_another_object() -> None:
    store, widget = Store(), Widget()
    store.subscribe(widget, widget.draw, "catalog")
    store.offer(State(paused=True))
    store.publish()
    assert len(widget.drawn) == 1
    store.offer(State(catalog=catalog()))
    store.publish()
    assert len(widget.drawn) == 2


def test_only_the_newest_of_many_states_is_published() -> None:
    store, widget = Store(), Widget()
    store.subscribe(widget, widget.draw)
    assert store.offer(State(interval=1)) is True
    assert store.offer(State(interval=2)) is False
    store.publish()
    assert [state.interval for state in widget.drawn[1:]] == [2]
    store.publish()
    assert len(widget.drawn) == 2


def test_a_widget_that_is_gone_is_told_nothing() -> None:
    store, widget = Store(), Widget()
    store.subscribe(widget, widget.draw)
    widget.is_attached = False
    store.offer(State(connection=Connection(phase=Phase.LIVE)))
    store.publish()
    assert len(widget.drawn) == 1


def test_a_field_that_does_not_exist_is_a_fault_at_once() -> None:
    widget = Widget()
    with pytest.raises(ValueError, match="no field catalogue"):
        Store().subscribe(widget, widget.draw, "catalogue")
