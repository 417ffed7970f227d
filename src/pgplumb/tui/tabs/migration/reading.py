"""What is known of a migration while it is written: statements, faults, locks and hazards, from text and catalog.

`read` is a function of its job alone and runs in a thread. Nothing is executed, so nothing is ever called safe.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgplumb.foundation.text import shorten
from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, parse_statement, problems
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import Statement, split

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.down import ProposedDown
    from pgplumb.migrate.hazards.analysis import Analysis
    from pgplumb.migrate.hazards.hazard import Hazard
    from pgplumb.migrate.hazards.step import Mode
    from pgplumb.migrate.lint.answer import Ignored, UselessIgnore
    from pgplumb.migrate.lint.ignores import Ignore
    from pgplumb.migrate.probes import Answer
    from pgplumb.tui.live.rehearsed import Rehearsed

MOST_CHARACTERS = 200_000
MOST_STATEMENTS = 500
"""Of a longer text the hazards are not looked for: it would take longer than anybody waits between two keys."""
_KEPT = 500_000
"""Characters after whose parsing the trees of earlier texts are dropped: they take a hundred times as much."""


@dataclass(frozen=True, slots=True)
class Job:
    """A migration as it is now."""

    up: str
    down: str
    catalog: Catalog | None
    mode: Mode
    follow: bool
    """Whether the down is ours to propose."""

    def same_text(self, other: Job) -> bool:
        """Whether what was found out about one holds for the other, the schema apart."""
        mine = (self.up, self.down, self.mode, self.follow)
        return mine == (other.up, other.down, other.mode, other.follow)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a text is no SQL, or is something that only psql understands."""

    message: str
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    end: int
    """The column behind its last character on that line."""
    statement: int | None
    """The statement's number from 0; None where it belongs to none."""
    certain: bool = True
    """False for psql's commands: what they do is unknown."""
    source: Literal["text", "rehearsed"] = "text"
    """Whether the parser refuses it, or the twin's server did."""


@dataclass(frozen=True, slots=True)
class Script:
    """One of the two texts."""

    statements: tuple[Statement, ...] = ()
    faults: tuple[Fault, ...] = ()
    """In the order of the text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was found out about a job."""

    job: Job
    up: Script
    down: Script
    analysis: Analysis | None = None
    """Locks and hazards of the up."""
    proposed: ProposedDown | None = None
    unread: str | None = None
    """Why locks and hazards were not looked for."""
    measured: Rehearsed | None = None
    """Where the locks and hazards are those of a rehearsal."""
    answers: Sequence[Answer] | None = None
    """What the target said to the questions that the text raises."""
    untried: str | None = None
    """Why it could not be rehearsed."""
    ignores: tuple[Ignore, ...] = ()
    """The comments of the up that accept a hazard."""

    @property
    def joined(self) -> bool:
        """Whether something that was found out elsewhere is part of it."""
        return self.measured is not None or self.answers is not None or self.untried is not None

    def text(self, side: Literal["up", "down"]) -> str:
        """Return one of the texts; a proposed down as it was proposed."""
        if side == "up":
            return self.job.up
        return self.proposed.text if self.proposed is not None else self.job.down

    def unknown(self, statement: int) -> tuple[str, ...]:
        """Return what could not be told about a statement of the up, unless a fault says it better."""
        if self.analysis is None or statement in self.faulty:
            return ()
        return self.analysis.statements[statement].unknown

    @property
    def faulty(self) -> frozenset[int | None]:
        """Statements of the up that are no SQL, by number."""
        return frozenset(f.statement for f in self.up.faults if f.certain and f.source == "text")

    @property
    def failing(self) -> frozenset[int | None]:
        """Statements of the up that the twin's server refused at some place, by number."""
        return frozenset(f.statement for f in self.up.faults if f.source == "rehearsed")

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """The hazards that no comment accepts and that are not said better by a fault with its position."""
        return self.judged()[0]

    def judged(self) -> tuple[tuple[Hazard, ...], tuple[Ignored, ...], tuple[UselessIgnore, ...]]:
        """Return the hazards that count, those that a comment accepts, and the comments that do nothing."""
        if self.analysis is None:
            return (), (), ()
        faulty = self.faulty
        said = tuple(
            hazard
            for hazard in self.analysis.hazards
            if hazard.id != "syntax-or-semantic-error" or hazard.objects or hazard.statement not in faulty
        )
        if not self.ignores:
            return said, (), ()
        from pgplumb.migrate.lint.ignores import apply_ignores

        # What is said of a statement that fails hides the hazard that a comment may be about.
        unsure = faulty | self.failing
        counted, ignored, useless = apply_ignores(said, self.ignores)
        lines = {i.line for i in self.ignores if not i.fault and i.statement in unsure}
        return counted, ignored, tuple(one for one in useless if one.line not in lines)


def read(job: Job) -> Reading:
    """Find out what is known. Never fails: what cannot be told is `unread`."""
    try:
        return _read(job)
    except ParserMissing as reason:
        return Reading(job, Script(split(job.up)), Script(split(job.down)), unread=str(reason))


def _read(job: Job) -> Reading:
    _forget(job)
    if len(job.up) > MOST_CHARACTERS or len(job.down) > MOST_CHARACTERS:
        size = max(len(job.up), len(job.down))
        reason = f"{size:,} characters are more than is read while typing ({MOST_CHARACTERS:,})"
        return Reading(job, Script(), Script(), unread=reason)
    up = _script(job.up)
    if len(up.statements) > MOST_STATEMENTS:
        reason = (
            f"{len(up.statements):,} statements are more than is analysed while typing ({MOST_STATEMENTS})"
        )
        return Reading(job, up, _script(job.down), unread=reason)
    from pgplumb.migrate.down import propose_down
    from pgplumb.migrate.hazards.analysis import analyse
    from pgplumb.migrate.lint.ignores import ignores_in

    analysis = analyse(up.statements, job.catalog, mode=job.mode)
    proposed = propose_down(up.statements, job.catalog, mode=job.mode) if job.follow else None
    down = _script(proposed.text if proposed is not None else job.down)
    return Reading(job, up, down, analysis, proposed, ignores=ignores_in(job.up, up.statements))


class _Parsed:
    characters = 0


def _forget(job: Job) -> None:
    _Parsed.characters += len(job.up) + len(job.down)
    if _Parsed.characters > _KEPT:
        _Parsed.characters = 0
        parse_statement.cache_clear()


def _script(text: str) -> Script:
    statements = split(text)
    positions = Positions(text)
    starts = [statement.start for statement in statements]
    faults = [_fault(text, problem, starts) for problem in problems(text)]
    for token in tokens(text):
        if token.kind == "meta" and token.text.startswith("\\") and not _is_data(token, statements, starts):
            line, column = positions.line_and_column(token.start)
            command = shorten(token.text.split()[0], 20)
            message = f"{command} is a command of psql, not SQL: it is left out, and what it does is unknown"
            end = column + len(token.text.rstrip())
            faults.append(Fault(message, line, column, end, None, certain=False))
    return Script(statements, tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))))


def _is_data(token: Token, statements: tuple[Statement, ...], starts: list[int]) -> bool:
    """Whether a token stands among the rows that follow COPY ... FROM STDIN."""
    before = bisect_right(starts, token.start) - 1
    if before < 0 or statements[before].kind != "COPY" or token.start < statements[before].end:
        return False
    return "stdin" in statements[before].text.lower()


def _fault(text: str, problem: SyntaxProblem, starts: list[int]) -> Fault:
    """Return a problem with the stretch of its line that is wrong: the token at its position."""
    statement = max(bisect_right(starts, problem.position) - 1, 0)
    length = fault_length(text, starts[statement] if starts else 0, problem.position)
    first, *more = problem.message.split("\n")
    message = f'{first}…"' if more else first
    return Fault(message, problem.line, problem.column, problem.column + length, statement)


def fault_length(text: str, start: int, position: int) -> int:
    """Return how many characters of its line the token at a position has; `start` is where its statement begins."""
    for token in tokens(text, start):
        if token.end > position:
            if token.kind != "space":
                return max(len(token.text[position - token.start :].split("\n")[0]), 1)
            break
    return 1
