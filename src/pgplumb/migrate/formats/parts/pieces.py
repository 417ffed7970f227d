"""A plan cut into what a tool counts as one migration each: one step, one mode, one transaction.

A backfill goes out as the single statement that does all of it, with a comment: a loop with COMMIT in a DO block
would keep no place to go on from after a failure, and cannot run where a tool opens a transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, zip_longest

from pgplumb.foundation.text import sanitise
from pgplumb.migrate.formats.parts.model import FolderState, FormatError
from pgplumb.migrate.formats.parts.statements import Stretch, stretches
from pgplumb.migrate.plan import Plan, Step
from pgplumb.sql.quote import quote_literal

_STAMP = re.compile(r"\A[0-9]{14}_?")
_SLUG_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """One migration of a tool."""

    number: int
    """From 1."""
    of: int
    plan: Plan
    step: Step
    up: tuple[str, ...]
    """Statements without semicolons; none where this piece only takes something back."""
    down: tuple[str, ...] | None
    """None where nothing takes it back."""
    autocommit: bool
    """Of both directions."""
    alone: bool = False
    """Whether its one statement must have the file for itself, without so much as a SET."""

    @property
    def slug(self) -> str:
        """Its part of a file's name: the plan's slug, with number and purpose where there are several pieces."""
        slug = plan_slug(self.plan)
        if self.of == 1:
            return slug
        width = len(str(self.of))
        about = plain(self.step.about or self.step.phase)[:40].rstrip("_")
        return f"{slug}_{self.number:0{width}}_{about}" if about else f"{slug}_{self.number:0{width}}"

    @property
    def title(self) -> str:
        """One line for people."""
        title = one_line(self.plan.title) or plan_slug(self.plan)
        if self.of == 1:
            return title
        about = one_line(self.step.about)
        return f"{title}, {self.number} of {self.of}: {self.step.phase}{', ' if about else ''}{about}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What people must know before it runs, a line each, without comment marks."""
        notes = [self.title]
        if self.step.gate and self.up:
            notes.append(f"GATE: before this runs: {one_line(self.step.gate)}")
        if self.step.waits_for and self.up:
            notes.append(f"Waits for {one_line(self.step.waits_for)}.")
        if self.step.batches is not None and self.up:
            notes.append("One statement for all rows: it locks each row that it changes until it ends.")
            notes.append(
                "`pgplumb apply` does the same a few rows at a time, and goes on where it was stopped."
            )
        return (*notes, *self._losses, *self._needs)

    @property
    def notes_back(self) -> tuple[str, ...]:
        """What people must know before it is taken back, where that has a file of its own."""
        return (self.title, *self._losses, *self._needs)

    @property
    def _losses(self) -> tuple[str, ...]:
        if self.down is None:
            return ("It cannot be taken back.",)
        if self.step.reversible == "none":
            return ("Taking it back leaves something of it behind.",)
        return (
            ("Taking it back brings back the shape, not the rows.",)
            if self.step.reversible == "shape"
            else ()
        )

    @property
    def _needs(self) -> tuple[str, ...]:
        if not self.alone:
            return ()
        step = self.step
        return (
            "Outside a transaction, and so alone: no SET can stand before the statement.",
            f"Needs lock_timeout {step.lock_timeout} and statement_timeout {step.statement_timeout} from its "
            "connection; 0 is the server's default.",
        )

    def timeouts(self) -> tuple[str, ...]:
        """Return what sets the step's timeouts: for the transaction, or for the session where there is none."""
        scope = "SET" if self.autocommit else "SET LOCAL"
        return (
            f"{scope} lock_timeout = {quote_literal(self.step.lock_timeout)}",
            f"{scope} statement_timeout = {quote_literal(self.step.statement_timeout)}",
        )

    def run(self, statements: tuple[str, ...]) -> tuple[str, ...]:
        """Return statements with the timeouts around them; nothing for nothing."""
        if not statements or self.alone:
            return statements
        after = ("RESET statement_timeout", "RESET lock_timeout") if self.autocommit else ()
        return (*self.timeouts(), *statements, *after)


def pieces(plan: Plan, *, single: bool = False) -> tuple[Piece, ...]:
    """Cut the chosen way of a plan. With `single`, each statement outside a transaction is a piece of its own.

    Run back from the last to the first, the pieces' downs are the plan's down in its order. Raises FormatError.
    """
    found = tuple(chain.from_iterable(_of_step(plan, step, single) for step in plan.steps))
    if not found:
        raise FormatError("the plan does nothing: there is no statement to export")
    return tuple(
        replace(piece, number=n, of=len(found), alone=single and piece.autocommit)
        for n, piece in enumerate(found, 1)
    )


def stamps(count: int, when: datetime, state: FolderState) -> tuple[str, ...]:
    """Return as many numbers in order, all after what the folder holds, in its way of counting.

    That is the time in UTC, `20261121143000`, a second apart; where the newest is a plain number, those after it.
    """
    last = re.match(r"[0-9]+", state.last)
    moment = when.astimezone(UTC).replace(microsecond=0)
    if last is not None:
        newest = _moment(last.group())
        if newest is None:
            start, width = int(last.group()), len(last.group())
            return tuple(str(start + n).zfill(width) for n in range(1, count + 1))
        moment = max(moment, newest + timedelta(seconds=1))
    return tuple(f"{moment + timedelta(seconds=n):%Y%m%d%H%M%S}" for n in range(count))


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC) if len(stamp) == 14 else None
    except ValueError:
        return None


def slugs(found: tuple[Piece, ...], state: FolderState) -> tuple[str, ...]:
    """Return the pieces' names, none of them taken in the folder."""
    taken = set(state.names)
    names = []
    for piece in found:
        name, number = piece.slug, 2
        while name in taken:
            name, number = f"{piece.slug}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def plan_slug(plan: Plan) -> str:
    """Return the plan's name without its time, fit for a file's, a module's and a class's name."""
    slug = plain(_STAMP.sub("", plan.id)) or plain(plan.title)
    return slug[:_SLUG_LENGTH].rstrip("_") or "migration"


def plain(text: str) -> str:
    """Return a text as lower-case words joined by underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def one_line(text: str) -> str:
    """Return a text that ends no comment: one line, nothing that a terminal or a compiler acts on."""
    return sanitise(" ".join(text.split()))


def _of_step(plan: Plan, step: Step, single: bool) -> Iterator[Piece]:
    ups = _cut(stretches(step.up, step.autocommit), single)
    if step.down is None:
        yield from (Piece(0, 0, plan, step, up.statements, None, up.autocommit) for up in ups)
        return
    downs = _cut(stretches(step.down, step.autocommit), single)
    for up, down in zip_longest(ups, reversed(downs)):
        if up is None:
            yield Piece(0, 0, plan, step, (), down.statements, down.autocommit)
        elif down is None or down.autocommit == up.autocommit:
            yield Piece(0, 0, plan, step, up.statements, down.statements if down else (), up.autocommit)
        else:
            yield Piece(0, 0, plan, step, up.statements, (), up.autocommit)
            yield Piece(0, 0, plan, step, (), down.statements, down.autocommit)


def _cut(found: tuple[Stretch, ...], single: bool) -> tuple[Stretch, ...]:
    if not single:
        return found
    cut = ([Stretch((s,), True) for s in f.statements] if f.autocommit else [f] for f in found)
    return tuple(chain.from_iterable(cut))
