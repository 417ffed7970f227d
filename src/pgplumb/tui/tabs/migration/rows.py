"""The list below the text: each statement with its locks, and under it what is wrong, risky or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgplumb.migrate.hazards.analysis import StatementFacts
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.sql.positions import Positions
from pgplumb.sql.split import Statement
from pgplumb.tui.tabs.migration.chips import chips
from pgplumb.tui.tabs.migration.reading import Fault, Reading, Script
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.editor.history import Place
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import Line, Span

if TYPE_CHECKING:
    from pgplumb.migrate.lint.answer import Ignored, UselessIgnore
    from pgplumb.migrate.rehearsal import RehearsedStatement

Side = Literal["up", "down"]

ERROR = Mark("✗", "error", "fail")
WARNING = Mark("!", "warning", "warn")
INFO = Mark("·", "info", "muted")
UNKNOWN = glyphs.UNKNOWN
IGNORED = Mark("~", "ignored", "waived")
OF_SEVERITY = {"error": ERROR, "warning": WARNING, "info": INFO}
_WORD = max(len(mark.word) for mark in (ERROR, WARNING, INFO, UNKNOWN, IGNORED))
_NAME = 24
"""So many cells are kept for the name of a statement or a hazard, so that what follows stands in line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    key: tuple[object, ...]
    line: Line
    kind: Literal["heading", "statement", "fault", "hazard", "unknown", "gap", "ignore"]
    """A gap is a statement that the proposed down does not take back, an ignore a comment that does nothing."""
    side: Side = "up"
    place: Place | None = None
    """Where in the text it is about; None for the whole."""
    statement: int | None = None
    copy: str = ""
    fault: Fault | None = None
    hazard: Hazard | None = None
    facts: StatementFacts | None = None
    seen: RehearsedStatement | None = None
    """The statement as it was rehearsed."""
    reason: str = ""
    """What is unknown, or why a comment does nothing."""
    accepted: str | None = None
    """The reason that a comment gives for accepting the hazard; None where it counts."""

    @property
    def mark(self) -> Mark | None:
        """How bad it is; None for what is neither good nor bad."""
        if self.accepted is not None:
            return IGNORED
        if self.hazard is not None:
            return OF_SEVERITY[self.hazard.severity]
        if self.kind == "ignore":
            return WARNING
        if self.fault is not None:
            return ERROR if self.fault.certain else UNKNOWN
        return UNKNOWN if self.kind in ("unknown", "gap") else None


def rows_of(reading: Reading) -> tuple[Row, ...]:
    """Return everything that is known of a migration, in the order of the text."""
    return tuple(_Writer(reading).rows())


class _Writer:
    """Writes the rows of one reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.places: dict[Side, list[Place]] = {
            "up": _places(reading.up, reading.text("up")),
            "down": _places(reading.down, reading.text("down")),
        }
        self.hazards: dict[int | None, list[Hazard]] = {}
        counted, ignored, self.useless = reading.judged()
        for hazard in counted:
            self.hazards.setdefault(hazard.statement, []).append(hazard)
        self.ignored: dict[int | None, list[Ignored]] = {}
        for one in ignored:
            self.ignored.setdefault(one.hazard.statement, []).append(one)
        self.seen = {s.index: s for s in reading.measured.rehearsal} if reading.measured is not None else {}
        self.width = min(max((len(h.id) for h in (*counted, *(i.hazard for i in ignored))), default=0), _NAME)

    def rows(self) -> Iterator[Row]:
        if self.reading.unread is not None:
            yield _unknown(("unread",), f"not known: {self.reading.unread}", None, None)
        yield from self._script(self.reading.up, "up")
        whole = [*self._hazards(None, None), *map(_useless, self.useless)]
        untried = self.reading.untried if self.reading.up.statements else None
        if whole or untried:
            yield Row(("whole",), (Span("the whole migration", "muted"),), "heading")
        yield from whole
        if untried:
            yield _unknown(("untried",), f"not rehearsed: {untried}", None, None)
        yield from self._down()

    def _down(self) -> Iterator[Row]:
        reading = self.reading
        proposed = reading.proposed
        unknown = proposed.unknown if proposed is not None else ()
        gaps = [(index, reason) for index, reason in unknown if index not in reading.faulty]
        if not reading.down.statements and not reading.down.faults and not gaps:
            return
        title = "down, proposed from the up" if proposed is not None else "down"
        yield Row(("down",), (Span(f"{title}; only its syntax is looked at", "muted"),), "heading", "down")
        for index, reason in gaps:
            text = f"statement {index + 1} is not taken back: {reason}"
            yield _unknown(("gap", index), text, self.places["up"][index], index, "gap")
        yield from self._script(reading.down, "down")

    def _script(self, script: Script, side: Side) -> Iterator[Row]:
        width = min(max((len(statement.kind) for statement in script.statements), default=0), _NAME)
        faults: dict[int | None, list[Fault]] = {}
        for fault in script.faults:
            faults.setdefault(fault.statement, []).append(fault)
        loose = faults.get(None, [])
        for index, (statement, place) in enumerate(zip(script.statements, self.places[side], strict=True)):
            while loose and (loose[0].line - 1, loose[0].column - 1) < place:
                yield _fault(loose.pop(0), side)
            mine = faults.get(index, ())
            yield self._statement(index, statement, side, place, width, mine)
            for fault in mine:
                yield _fault(fault, side)
            if side == "up":
                yield from self._hazards(index, place)
                for reason in self.reading.unknown(index):
                    yield _unknown((index, reason), f"not known: {reason}", place, index)
        for fault in loose:
            yield _fault(fault, side)

    def _statement(
        self, index: int, statement: Statement, side: Side, place: Place, width: int, faults: Sequence[Fault]
    ) -> Row:
        analysis = self.reading.analysis
        facts = analysis.statements[index] if side == "up" and analysis is not None else None
        seen = self.seen.get(index) if side == "up" else None
        trouble = _trouble(faults, seen)
        number = Span(f"{index + 1:>2}  ", "muted")
        name = Span((statement.kind or "statement").ljust(width), "strong")
        beside = (
            (Span("  "), *_chips(facts, seen, trouble, measured=self.reading.measured is not None))
            if side == "up" or trouble
            else ()
        )
        shown = (number, name, *beside)
        key = (side, "statement", index)
        return Row(key, shown, "statement", side, place, index, f"{statement.text};", facts=facts, seen=seen)

    def _hazards(self, statement: int | None, place: Place | None) -> Iterator[Row]:
        for hazard in self.hazards.get(statement, ()):
            yield self._hazard(hazard, place)
        for one in self.ignored.get(statement, ()):
            yield self._hazard(one.hazard, place, one.reason)

    def _hazard(self, hazard: Hazard, place: Place | None, accepted: str | None = None) -> Row:
        mark = OF_SEVERITY[hazard.severity] if accepted is None else IGNORED
        return Row(
            ("hazard", hazard.statement, hazard.id, hazard.objects, hazard.message),
            _marked(mark, hazard.id.ljust(self.width), hazard.message if accepted is None else accepted),
            "hazard",
            "up",
            place,
            hazard.statement,
            hazard.safer or f"{hazard.id}: {hazard.message}",
            hazard=hazard,
            accepted=accepted,
        )


def _trouble(faults: Sequence[Fault], seen: RehearsedStatement | None) -> str:
    """Return that a statement fails, where it does."""
    if any(fault.source == "text" for fault in faults):
        return "not understood"
    return "fails in the twin" if seen is not None and seen.error is not None else ""


def _places(script: Script, text: str) -> list[Place]:
    positions = Positions(text)
    found = (positions.line_and_column(statement.start) for statement in script.statements)
    return [(line - 1, column - 1) for line, column in found]


def _chips(
    facts: StatementFacts | None, seen: RehearsedStatement | None, trouble: str, *, measured: bool
) -> Line:
    if trouble:
        return (Span(trouble, "fail"),)
    if facts is None:
        return (Span("not analysed", "unknown"),)
    if not facts.locks:
        return (Span("locks unknown" if facts.unknown else "no lock on what was there before", "faint"),)
    # Where everything is known from the same, the line that sums it up says so.
    other = measured and (seen is None or not seen.ran or facts.source != "rehearsed")
    return (*chips(facts, seen), *((Span("  not rehearsed", "unknown"),) if other else ()))


def _marked(mark: Mark, name: str, message: str) -> Line:
    return (
        Span("    "),
        Span(f"{mark.glyph} {mark.word.ljust(_WORD)}", mark.ink),
        Span(f"  {name}" if name else "", "text"),
        Span(f"  {message}", "muted"),
    )


def _fault(fault: Fault, side: Side) -> Row:
    where = f"line {fault.line}, column {fault.column}"
    return Row(
        (side, "fault", fault.line, fault.column, fault.message),
        _marked(ERROR if fault.certain else UNKNOWN, where, fault.message),
        "fault",
        side,
        (fault.line - 1, fault.column - 1),
        fault.statement,
        f"{where}: {fault.message}",
        fault=fault,
    )


def _useless(comment: UselessIgnore) -> Row:
    text = f"this comment does nothing: {comment.why}"
    where = f"line {comment.line}"
    return Row(
        ("ignore", comment.line, comment.why),
        _marked(WARNING, where, text),
        "ignore",
        place=(comment.line - 1, 0),
        copy=f"{where}: {text}",
        reason=text,
    )


def _unknown(
    key: tuple[object, ...],
    text: str,
    place: Place | None,
    statement: int | None,
    kind: Literal["unknown", "gap"] = "unknown",
) -> Row:
    return Row((kind, *key), _marked(UNKNOWN, "", text), kind, "up", place, statement, text, reason=text)
