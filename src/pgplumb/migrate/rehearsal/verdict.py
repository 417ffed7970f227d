"""What a failure means, and what a success does not say: an empty copy fails and passes for reasons of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from pgplumb.foundation.names import dotted
from pgplumb.migrate.rehearsal.answer import Failure, RehearsedStatement
from pgplumb.migrate.rehearsal.looking import State
from pgplumb.migrate.rehearsal.script import Part
from pgplumb.sql.changes import row_changes
from pgplumb.twin.answers import Notice

_OF_ROWS = ("22", "23", "21", "P0", "02")
"""Classes of sqlstates that statements raise because of the rows that they find, or do not find."""
_OF_THE_TWIN = {
    "42501": "the role of the twin may not do it; the target's may have the right",
    "53000": "the twin ran out of room",
    "53100": "the twin ran out of room",
    "53200": "the twin ran out of memory",
    "54000": "the twin reached one of its own limits",
    "58P01": "the twin lacks a file that the target may have (an extension's)",
    "XX000": "the twin's server failed inside",
}
_MISSING = frozenset({"42P01", "42703", "42704", "42883", "3F000"})
"""Something that a statement names is not there."""
_WRITES = frozenset({"RowExclusiveLock"})


@dataclass(slots=True)
class Verdict:
    """Whether the whole executes, as far as is known; and whether going on tells anything."""

    with_rows: bool
    lacks_rights: bool
    """Whether the target's role is one that the twin cannot give: a superuser."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Relations of the target that the twin lacks, by name, and why: locked while it was read, for one."""
    executes: bool | None = True
    over: bool = False
    skipped: bool = False
    """Whether a statement was left out, so that later ones may fail for that."""
    stopped: str = ""
    made: set[str] = field(default_factory=set)
    """Names of functions that the script has created so far."""

    @property
    def complete(self) -> bool:
        """Whether every statement ran, so that what is there now is what there would be."""
        return not self.skipped and not self.over and self.executes is not False

    def unsent(self, part: Part) -> RehearsedStatement:
        """Return the answer for a statement that is not sent."""
        if part.way == "syntax":
            self.executes, self.over = False, True
            error = Failure("42601", part.why, part.position)
            return RehearsedStatement(part.index, error=error, ran=False)
        if part.way == "alone":
            self.executes, self.over = False, True
            error = Failure("25001", f"{_name(part)} cannot run inside a transaction block", None)
            return RehearsedStatement(part.index, error=error, ran=False)
        self._doubt()
        return RehearsedStatement(part.index, unknown=(part.why,), ran=False, refused=True)

    def failed(
        self,
        part: Part,
        error: Failure,
        notices: tuple[Notice, ...],
        seconds: float,
        *,
        guarded: bool,
    ) -> RehearsedStatement:
        """Return the answer for a statement that the server refused. Unguarded, nothing can follow it."""
        why = self.excuse(part, error)
        if why:
            self._doubt()
        else:
            self.executes = False
        self.over = not (guarded and why)
        return RehearsedStatement(
            part.index,
            error=None if why else error,
            notices=notices,
            seconds=seconds,
            unknown=(f"{why}: {error.message}",) if why else (),
            ran=False,
        )

    def excuse(self, part: Part, error: Failure) -> str:
        """Return why a failure in the twin is none of the statement's; empty where it would fail anywhere."""
        if self.skipped:
            return "it fails in the twin, where a statement before it was left out"
        if not self.with_rows and part.moves_data and error.sqlstate[:2] in _OF_ROWS:
            return "it fails in the twin, which has no rows"
        if error.sqlstate in _MISSING and self.absent:
            return f"it fails in the twin, which lacks {self._lacking()}"
        if error.sqlstate == "42501" and not self.lacks_rights:
            return ""
        return _OF_THE_TWIN.get(error.sqlstate, "")

    def at_commit(self, error: Failure) -> None:
        """Note that deferred constraints fail at the end."""
        if self.with_rows:
            self.executes = False
        elif self.executes:
            self.executes = None
        self.stopped = f"deferred constraints fail at COMMIT: {error.message}"

    def follows_gap(self) -> None:
        """Note that a script before it did not run to its end."""
        self._doubt()

    def lost(self, why: str) -> None:
        """Note that it was stopped."""
        if self.executes:
            self.executes = None
        self.over, self.stopped = True, why

    def without(self, part: Part) -> tuple[str, ...]:
        """Return which relations that a statement names the twin lacks: there it does something else."""
        if not self.absent:
            return ()
        drops = part.node.kind == "DropStmt"
        named = {n.text("relname") or (drops and n.text("sval")) or "" for n in part.node.walk()} - {""}
        ends = tuple(f".{dotted(name)}" for name in named)
        return tuple(f"the twin lacks {n} ({why})" for n, why in self.absent.items() if n.endswith(ends))

    def _lacking(self) -> str:
        found = [f"{name} ({why})" for name, why in self.absent.items()]
        return ", ".join(found[:2]) + (f" and {len(found) - 2} more" if len(found) > 2 else "")

    def _doubt(self) -> None:
        self.skipped = True
        if self.executes:
            self.executes = None


def doubts(
    part: Part, new: Iterable[tuple[int, str]], state: State, functions: Set[str], *, with_rows: bool
) -> tuple[str, ...]:
    """Return what a statement that ran may do elsewhere and did not do here. `functions` are names of users'."""
    if with_rows:
        return ()
    if part.is_code:
        return ("its code may do more where there are rows",)
    if called := sorted(part.calls & functions):
        return (f"what it calls may do more where there are rows: {', '.join(called)}",)
    if part.node.kind == "CopyStmt" or any(row_changes(part.node)):
        written = {oid for oid, mode in new if mode in _WRITES}
        if written & state.triggered:
            return ("what triggers and foreign keys do depends on rows",)
    return ()


def _name(part: Part) -> str:
    words = part.text.upper().split()
    return " ".join(words[:3]) if "CONCURRENTLY" in words[:3] else words[0] if words else "it"
