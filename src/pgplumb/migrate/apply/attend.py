"""Staying with a statement while it runs: who is in its way, how far it is, whether somebody wants it stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Literal, TypeVar

from pgplumb.migrate.apply import watcher
from pgplumb.migrate.apply.events import Blocked, Blocker, BlockerEnded, Event, Progress
from pgplumb.migrate.apply.site import Site
from pgplumb.server.errors import QueryError, ServerError

T = TypeVar("T")

LOOK = 0.1
"""Seconds between looks at a statement."""
CLOSE_LOOK = 0.015
"""Seconds between looks at a batch, which holds rows that others may want."""
_REPEAT = 1.0
"""Seconds after which the same is said again."""


@dataclass(slots=True)
class Attention:
    """What was seen."""

    waited: float = 0.0
    """Seconds that it waited for locks, to a look."""
    blockers: tuple[Blocker, ...] = ()
    """Who was in its way when last somebody was."""
    stopped: bool = False
    """Whether it was cancelled because somebody asked the run to stop."""
    gave_way: bool = False
    """Whether a batch was cancelled because others waited for it."""
    blind: bool = False
    """Whether the watching connection was lost meanwhile."""


def attend(
    site: Site, step: int, work: Callable[[], T], seen: Attention, *, reports: bool = True
) -> Generator[Event, None, T]:
    """Run work of the writer in its thread and yield what is seen meanwhile; returns or raises what the work does.

    It is cancelled when a stop is asked for, and when whoever reads the events goes away.
    """
    began = time.monotonic()
    future = site.connections.submit(work)
    said = _Said()
    try:
        while not _ended(future, LOOK):
            if site.controls.stopping and not seen.stopped:
                seen.stopped = True
                site.writer.cancel()
            yield from _look(site, step, seen, began, said, reports)
        return future.result()
    finally:
        _abandon(site, future)


def attend_batch(site: Site, work: Callable[[], T], seen: Attention) -> T:
    """Run a batch and return what it does; it is cancelled when others have waited for it too long."""
    began = time.monotonic()
    future = site.connections.submit(work)
    waited_since: float | None = None
    try:
        while not _ended(future, CLOSE_LOOK):
            now = time.monotonic()
            if seen.gave_way or seen.blind:
                continue
            if site.controls.stopping and now - began > 1.0 and not seen.stopped:
                seen.stopped = True
                site.writer.cancel()
            waited_since = _yield_to_others(site, seen, waited_since, now)
        return future.result()
    finally:
        _abandon(site, future)


def _yield_to_others(site: Site, seen: Attention, since: float | None, now: float) -> float | None:
    """Cancel a batch that others have waited for; return since when they are known to wait."""
    try:
        if not watcher.waiting(site.connections.watcher, site.writer.pid):
            return None
        if since is not None and now - since >= site.limits.patience:
            seen.gave_way = True
            # The watcher's connection stands: quicker than a cancel request, which needs one of its own.
            site.connections.watcher.once("SELECT pg_cancel_backend(%s)", (site.writer.pid,))
    except ServerError:
        seen.blind = True
    return since if since is not None else now


@dataclass(slots=True)
class _Said:
    """What was last told, and when."""

    pids: tuple[int, ...] = ()
    at: float = 0.0
    progress: tuple[str, int | None] = ("", None)


def _look(
    site: Site, step: int, seen: Attention, began: float, said: _Said, reports: bool
) -> Iterator[Event]:
    if seen.blind:
        return
    now = time.monotonic()
    try:
        found = watcher.blockers(site.connections.watcher, site.writer.pid)
        building = watcher.building(site.connections.watcher, site.writer.pid)
    except ServerError:
        # The statement goes on without being watched; who comes next finds the loss.
        seen.blind = True
        return
    if found:
        seen.blockers = found
        seen.waited += LOOK
        pids = tuple(b.pid for b in found)
        if pids != said.pids or now - said.at >= _REPEAT:
            said.pids, said.at = pids, now
            yield Blocked(step, now - began, found)
        for blocker in found:
            if blocker.pid and site.controls.unwanted(blocker.pid):
                yield _end(site, step, blocker)
        return
    if not reports:
        return
    phase = building.phase if building else ""
    done, total = (building.done, building.total) if building else (None, None)
    if (phase, done) != said.progress or now - said.at >= _REPEAT:
        said.progress, said.at, said.pids = (phase, done), now, ()
        yield Progress(step, phase, done, total or None, now - began)


def _end(site: Site, step: int, blocker: Blocker) -> BlockerEnded:
    """Cancel what a session runs; one that runs nothing holds its locks until it is ended."""
    active = blocker.state == "active"
    how: Literal["cancelled", "ended"] = "cancelled" if active else "ended"
    call = "pg_catalog.pg_cancel_backend" if active else "pg_catalog.pg_terminate_backend"
    try:
        done = site.connections.watcher.once(f"SELECT {call}(%s)", (blocker.pid,))[0][0]
    except QueryError as error:
        return BlockerEnded(step, blocker.pid, how, error.why)
    return BlockerEnded(step, blocker.pid, how, "" if done else "there is no such server process any more")


def _ended(future: Future[T], within: float) -> bool:
    return bool(wait([future], timeout=within).done)


def _abandon(site: Site, future: Future[T]) -> None:
    """Leave nothing running behind somebody who went away in the middle."""
    if not future.done():
        site.writer.cancel()
        wait([future], timeout=30)
