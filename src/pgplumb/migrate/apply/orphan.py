"""A statement whose client is gone runs on: it is found by pid and start of its process, and waited for."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.apply import watcher
from pgplumb.migrate.apply.events import Event, Progress, StillRunning
from pgplumb.migrate.apply.site import Site, StopShort
from pgplumb.migrate.apply.standing import OpenStep

_LOOK = 0.5


def wait_for(site: Site, open_step: OpenStep) -> Iterator[Event]:
    """Wait until no process that began a step is at work any more. Raises StopShort."""
    session, writer = site.connections.watcher, site.writer
    begun = {(e.pid, e.started) for e in open_step.attempts if e.pid is not None and e.started is not None}
    for pid, started in sorted(begun - {(writer.pid, writer.started)}):
        while (found := watcher.backend(session, pid, started)) is not None and found.at_work:
            yield StillRunning(
                open_step.step,
                pid,
                found.running,
                f"SELECT pg_cancel_backend({pid});",
                _progress(site, open_step.step, pid, found.running),
            )
            site.controls.sleep(_LOOK)
            if site.controls.stopping:
                raise StopShort(
                    "asked", f"it was asked to stop; server process {pid} still runs step {open_step.step}"
                )


def _progress(site: Site, step: int, pid: int, seconds: float) -> Progress | None:
    building = watcher.building(site.connections.watcher, pid)
    if building is None:
        return None
    return Progress(step, building.phase, building.done, building.total or None, seconds)
