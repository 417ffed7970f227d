"""ApplySheet: what the apply screen shows: how it stands above, two texts below, the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from pgplumb.tui.tabs.migration.applying.lines import TONES, Remark, preflight_lines, step_lines, verdict
from pgplumb.tui.tabs.migration.applying.run_lines import course_lines, now_lines, said_lines
from pgplumb.tui.widgets.ink import InkName, Line, Span, ends
from pgplumb.tui.widgets.line_view import LineLabel
from pgplumb.tui.widgets.rule_line import RuleLine, UprightRule
from pgplumb.tui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from pgplumb.migrate.plan import Plan
    from pgplumb.tui.state import Connection
    from pgplumb.tui.tabs.migration.applying.course import Course
    from pgplumb.tui.tabs.migration.applying.job import Looked


class ApplySheet(Vertical):
    """Drawn anew from what it is given."""

    def __init__(self, plan: Plan, connection: Connection, remarks: Sequence[Remark]) -> None:
        super().__init__(id="apply-sheet")
        self._plan = plan
        self._connection = connection
        self._remarks = tuple(remarks)
        self._head = LineLabel(id="apply-head")
        self._verdict = TextPane(id="apply-verdict")
        self.steps = TextPane(wraps=False, id="apply-steps")
        self._found = TextPane(id="apply-found")
        self._rule = RuleLine(id="apply-rule")
        self.keys = LineLabel(id="apply-keys")

    def compose(self) -> ComposeResult:
        """Where, how it stands; the steps, and what was found; the keys."""
        self._verdict.can_focus = False
        yield self._head
        yield self._verdict
        with Container(id="apply-body"):
            yield self.steps
            yield self._rule
            yield UprightRule(id="apply-upright")
            yield self._found
        yield self.keys

    @property
    def scrolls(self) -> bool:
        """Whether the texts take keys to scroll by."""
        return self.steps.can_focus

    @scrolls.setter
    def scrolls(self, scrolls: bool) -> None:
        self.steps.can_focus = self._found.can_focus = scrolls

    def show_look(self, looked: Looked | None, waived: Mapping[str, str], trouble: str) -> None:
        """Show what would run, and what was found on the server."""
        of = len(self._plan.steps)
        self._rule.retitle("")
        self.steps.wraps = False
        back = looked is not None and looked.direction == "down"
        self._show_head("take back" if back else "apply", (Span("   nothing is run yet", "muted"),))
        if trouble:
            self._verdict.show(((Span(f"✗ {trouble}", "fail"),),))
        elif looked is None:
            self._verdict.show(((Span("looking at the server", "accent"),),))
        else:
            self._verdict.show((verdict(looked, waived, of),))
        left = looked.left if looked is not None else tuple(enumerate(self._plan.steps, 1))
        self.steps.show(tuple(step_lines(left, of, "down" if back else "up")))
        if looked is not None:
            self._found.show(tuple(preflight_lines(looked, waived, self._remarks)))
        else:
            self._found.show(tuple((Span(text, TONES[tone]),) for text, tone in self._remarks))

    def show_course(self, course: Course, share: float) -> None:
        """Show how far a run is; `share` is the part of the time that a backfill works."""
        self._rule.retitle("what happened")
        self.steps.wraps = True
        self._show_head("take back" if course.direction == "down" else "apply", ())
        self._verdict.show(tuple(course_lines(course)))
        self.steps.show(tuple(now_lines(course, share)))
        self._found.show(tuple(said_lines(course)))

    def _show_head(self, doing: str, after: Line) -> None:
        names = dict.fromkeys((self._connection.label, self._connection.database))
        where = " · ".join(name for name in names if name)
        left: Line = (Span(f"{doing} on ", "muted"), Span(where, "strong"), *after)
        width = self._head.content_size.width
        self._head.show(ends(left, self.badge, width) if width else left)

    @property
    def badge(self) -> Line:
        """What kind of server it is, where that was said."""
        word = self._connection.environment
        if not word:
            return ()
        inks: dict[str, InkName] = {
            "prod": "badge-prod",
            "production": "badge-prod",
            "staging": "badge-staging",
        }
        return (Span(f" {word.upper()} ", inks.get(word.lower(), "badge-dev")),)
