"""`pgplumb apply --format json`: one document at the end, `"format": "pgplumb.apply.v1"`.

`{"format", "plan", "title", "database", "direction", "stands", "left": [{"step", "phase", "about", "sql",
"autocommit", "gate"}], "preflight": [{"id", "title", "status", "evidence", "next_step", "waived"}], "events":
[{"event", "step", ...}], "result": "finished|stopped|failed|not_run"}`. Events carry the names and fields of
`migrate.apply.events`; progress and single batches are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from pgplumb.migrate.apply.events import BatchDone, Event, Failed, Finished, Progress, Stopped
from pgplumb.migrate.apply.walk import Walk
from pgplumb.migrate.apply.wording import stands

if TYPE_CHECKING:
    from pgplumb.migrate.apply.events import Direction
    from pgplumb.migrate.apply.preflight.look import Preflight
    from pgplumb.migrate.apply.standing import Standing
    from pgplumb.migrate.plan import Plan, Step
    from pgplumb.server.target import Target

_RESULTS = {Finished: "finished", Stopped: "stopped", Failed: "failed"}


class JsonWriter:
    """Gathers what the text writer would say; `close` writes it."""

    for_people = False

    def __init__(self, plan: Plan, direction: Direction) -> None:
        self._plan = plan
        self._direction = direction
        self._content: dict[str, object] = {
            "format": "pgplumb.apply.v1",
            "plan": plan.id,
            "title": plan.title,
            "database": None,
            "direction": direction,
            "stands": None,
            "left": [],
            "preflight": [],
        }
        self._events: list[dict[str, object]] = []
        self._result = "not_run"

    def head(self, target: Target, database: str, now: Standing) -> None:
        """Note where it is done."""
        self._content["database"] = database
        self._content["stands"] = stands(self._plan, now)

    def steps(self, now: Standing) -> None:
        """Note the steps that are left."""
        numbered = list(enumerate(self._plan.steps, 1))
        left = numbered[now.done :] if self._direction == "up" else list(reversed(numbered[: now.done]))
        self._content["left"] = [self._step(number, step) for number, step in left]

    def preflight(self, found: Preflight, waived: Mapping[str, str]) -> None:
        """Note what was looked at."""
        self._content["preflight"] = [
            {
                "id": item.id,
                "title": item.title,
                "status": item.status,
                "evidence": item.evidence,
                "next_step": item.next_step,
                "waived": waived.get(item.id) if item.waivable and item.status == "fail" else None,
            }
            for item in found.items
        ]

    def event(self, event: Event) -> None:
        """Note one event."""
        if isinstance(event, Progress | BatchDone):
            return
        self._events.append({"event": _snake(type(event).__name__), **asdict(event)})
        self._result = _RESULTS.get(type(event), self._result)

    def line(self, text: str) -> None:
        """Say something to people, who read standard error."""
        from pgplumb.cli.failures import say

        say(text)

    def close(self) -> None:
        """Write the document."""
        from pgplumb.cli.terminal import emit

        document = {**self._content, "events": self._events, "result": self._result}
        emit([json.dumps(document, indent=2, ensure_ascii=False, default=str)])

    def _step(self, number: int, step: Step) -> dict[str, object]:
        up = self._direction == "up"
        batched = up and step.batches is not None
        sql = (
            Walk(step.batches, ()).shown
            if batched and step.batches is not None
            else step.up
            if up
            else step.down
        )
        return {
            "step": number,
            "phase": step.phase,
            "about": step.about,
            "sql": sql or "",
            "autocommit": step.autocommit,
            "gate": step.gate if up else "",
        }


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
