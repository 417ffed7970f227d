"""What happens while a plan is applied, in words: the command line and the terminal UI say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pgplumb.foundation.text import age, count, duration, percent
from pgplumb.migrate.apply import events

Tone = Literal["plain", "good", "care", "bad"]


def told(event: events.Event) -> tuple[str, Tone]:
    """Return an event in words, those about a step indented, and how it sounds."""
    match event:
        case events.StepBegan():
            again = f", attempt {event.attempt}" if event.attempt > 1 else ""
            back = "taking back " if event.direction == "down" else ""
            return (
                f"{back}step {event.step} of {event.of}: {event.about}{again} (server process {event.pid})",
                "plain",
            )
        case events.StepDone():
            rows = "" if event.rows is None else f", {count(event.rows)} rows changed"
            known = f", recognised: {event.recognised}" if event.recognised else ""
            return f"  done in {duration(event.seconds)}{rows}{known}", "good"
        case events.Blocked():
            return f"  waits for {people(event.blockers)}", "care"
        case events.Retrying():
            seen = f"; in the way: {people(event.blockers)}" if event.blockers else ""
            tries = f"attempt {event.attempt} of {event.of}"
            return f"  {event.why} ({tries}{seen}); again in {event.pause:.1f} s", "care"
        case events.GaveUp():
            seen = f": {people(event.blockers)} was in the way" if event.blockers else ""
            return f"  not done after {event.attempts} attempts{seen}", "bad"
        case events.BlockerEnded():
            if event.why:
                return f"  pid {event.pid} was not {event.how}: {event.why}", "bad"
            return f"  pid {event.pid} was {event.how}", "care"
        case events.Throttled():
            return f"  waits: {event.why}", "care"
        case events.Paused():
            return "  paused; p goes on", "care"
        case events.GateReached():
            return f"Before step {event.step}: {event.gate}", "care"
        case events.Doubtful():
            return f"  step {event.step} was interrupted: {event.why}: {event.sql}", "bad"
        case events.Cleaning():
            return f"  takes away what was left behind: {event.sql}", "care"
        case events.CleaningFailed():
            return f"  that failed: {event.why}; the next run tries it again", "bad"
        case events.Lost():
            return f"  lost: {event.why} Again in {event.pause:.0f} s.", "care"
        case events.Reconnected():
            return f"  connected again (server process {event.pid})", "plain"
        case events.Stopped():
            return f"Stopped: {event.why}.", "care"
        case events.Failed():
            state = f" ({event.sqlstate})" if event.sqlstate else ""
            return f"Failed at step {event.step}{state}: {event.why}. Statement: {event.sql}", "bad"
        case events.Finished():
            return f"Finished in {duration(event.seconds)}: {event.stands}.", "good"
        case _:
            return how_far(event), "plain"


def how_far(event: events.Progress | events.BatchDone | events.StillRunning) -> str:
    """Return how far a step is: phase, share, rows, time, what is left."""
    if isinstance(event, events.StillRunning):
        far = f", {how_far(event.progress)}" if event.progress else ""
        return (
            f"step {event.step} still runs on the server since {age(event.seconds)} (process {event.pid}{far}); "
            f"to stop it: {event.cancel}"
        )
    progress = event.progress if isinstance(event, events.BatchDone) else event
    parts = [progress.phase or "running"]
    if progress.ratio is not None:
        parts.append(percent(progress.ratio))
    if isinstance(event, events.BatchDone):
        parts.append(
            f"{count(event.rows)} rows in {event.batch} batches, the last of {event.seconds * 1000:.0f} ms"
        )
    parts.append(f"for {duration(progress.elapsed)}")
    if progress.eta is not None:
        parts.append(f"about {duration(progress.eta)} left")
    return " · ".join(parts)


def people(blockers: Sequence[events.Blocker]) -> str:
    """Name those in the way, three at most."""
    shown = [person(blocker) for blocker in blockers[:3]]
    more = f" and {len(blockers) - 3} more" if len(blockers) > 3 else ""
    return ", ".join(shown) + more


def person(blocker: events.Blocker) -> str:
    """Name one in the way: pid or prepared transaction, verb, state, age, what it holds."""
    name = f"pid {blocker.pid}" if blocker.pid else f"prepared transaction {blocker.gid or ''}"
    since = "" if blocker.seconds is None else f"for {age(blocker.seconds)}"
    holds = f"holds {blocker.holds}" if blocker.holds else ""
    parts = [blocker.verb or "", blocker.state or "", since, holds]
    return f"{name} ({', '.join(part for part in parts if part)})"
