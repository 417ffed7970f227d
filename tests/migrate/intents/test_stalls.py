"""On large tables nobody waits long for a default strategy; the whole of it is `python -m bench stall`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench.stall.cases import CASES, SAMPLE, Case
from bench.stall.measure import measure, running
from bench.stall.worlds import Worlds

from pgplumb.migrate.intents import intent_names
from pgplumb.server.embedded import EmbeddedServer

ROWS = 100_000
LONGEST = 0.1
"""Seconds that a reader or writer may wait for a lock."""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[EmbeddedServer, Worlds]]:
    with running(None, ROWS) as started:
        yield started


def test_every_intent_is_measured() -> None:
    assert {case.intent for case in CASES} == set(intent_names())


@pytest.mark.parametrize("case", [c for c in CASES if c.intent in SAMPLE], ids=lambda case: case.intent)
def test_a_reader_and_a_writer_wait_for_a_moment_at_most(
    place: tuple[EmbeddedServer, Worlds], case: Case
) -> None:
    stall = measure(*place, case, ROWS)
    assert not stall.ended
    assert not stall.reader.failed
    assert not stall.writer.failed
    assert stall.reader.done > 10
    assert stall.writer.done > 10
    assert max(stall.reader.locked, stall.writer.locked) < LONGEST, stall
