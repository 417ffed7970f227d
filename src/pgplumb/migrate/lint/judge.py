"""One migration judged: what its text says, with what was measured in the twin put in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.migrate.hazards.analysis import StatementFacts, analyse
from pgplumb.migrate.hazards.effect import Effects, rank
from pgplumb.migrate.hazards.families.locks import FAMILY as LOCKS
from pgplumb.migrate.hazards.hazard import SEVERITIES, Hazard, hazard
from pgplumb.migrate.hazards.step import Mode, Step
from pgplumb.migrate.hazards.world import World
from pgplumb.migrate.lint.answer import Linted, LintedStatement
from pgplumb.migrate.lint.ignores import apply_ignores, ignores_in
from pgplumb.migrate.lint.measured import Measured, effects_from, measured, waiting
from pgplumb.migrate.lint.refusals import MISSING, OF_FAILURES, fails_on_rows, refusal_hazard
from pgplumb.migrate.probes.settling import settle
from pgplumb.sql.split import split

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.migrate.probes.probe import Answer
    from pgplumb.migrate.rehearsal.answer import Failure, Rehearsal, RehearsedStatement
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.twin import Twin

_OF_SCANS = frozenset({"constraint-not-not-valid"})
"""Said where rows are verified: nothing of it where no row was read."""
_MEANING = ("TimeZone", "search_path", "DateStyle", "IntervalStyle", "default_table_access_method")
_OF_PROBES = {
    "nulls": "23502",
    "duplicates": "23505",
    "orphans": "23503",
    "violators": "23514",
    "domains": "23514",
    "overlaps": "23P01",
    "partitions": "23514",
}
"""What the server says where a question finds such a row."""
_SQLSTATES = {"concurrently-in-transaction": "25001", "enum-value-used-in-same-transaction": "55P04"}


def lint(
    text: str,
    *,
    path: str = "",
    mode: Mode = "transaction",
    catalog: Catalog | None = None,
    twin: Twin | Workshop | None = None,
    earlier: Sequence[tuple[str, Mode]] = (),
    unknown: Sequence[str] = (),
    look_after: bool = False,
    rehearsal: Rehearsal | None = None,
    answers: Sequence[Answer] = (),
) -> Linted:
    """Judge a migration; never fails for what stands in it.

    `catalog` is what it will run on, after the texts in `earlier`. It is rehearsed in `twin`; without one its
    hazards are read off the text. A twin without a catalog is an empty database: there a statement is measured as
    far as the text makes what it names. `unknown` is what whoever read the file could not read. `look_after` has the
    catalog read as it would be. `rehearsal` is one of this very text that was made already. `answers` are the
    target's own about its rows.
    """
    statements = split(text)
    if rehearsal is None and twin is not None:
        rehearsal = _rehearsed(text, mode, catalog, twin, earlier, look_after)
    joined = _Joined(rehearsal)
    analysis = analyse(statements, catalog, mode=mode, measure=joined.measure)
    found = [h for h in analysis.hazards if joined.holds(h)] + joined.hazards
    if rehearsal is not None and rehearsal.executes is False and rehearsal.sqlstate is None:
        found.append(hazard("fails-on-existing-rows", None, (), rehearsal.stopped, source="rehearsed"))
    found = list(settle(found, answers))
    hazards, ignored, useless = apply_ignores(sorted(found, key=_order), ignores_in(text, statements))
    executes, sqlstate = _execution(rehearsal, found)
    if fails := next((a for a in answers if a.probe.settles and a.status == "fail"), None):
        executes, sqlstate = False, sqlstate or _OF_PROBES.get(fails.probe.id)
    if unknown:
        # What could not be read may make what is missing, and may itself fail.
        executes, sqlstate = None, None
    reasons = list(unknown)
    reasons += [
        f"{a.probe.question} {a.evidence}" for a in answers if a.probe.settles and a.status == "unknown"
    ]
    if rehearsal is not None and rehearsal.stopped:
        reasons.append(rehearsal.stopped)
    return Linted(
        path,
        mode,
        executes,
        sqlstate,
        tuple(joined.statement(facts) for facts in analysis.statements),
        hazards,
        ignored,
        useless,
        tuple(dict.fromkeys(reasons)),
        tuple(answers),
        rehearsal.catalog_after if rehearsal is not None else None,
    )


def _rehearsed(
    text: str,
    mode: Mode,
    catalog: Catalog | None,
    twin: Twin | Workshop,
    earlier: Sequence[tuple[str, Mode]],
    look_after: bool,
) -> Rehearsal:
    from pgplumb.migrate.rehearsal.rehearse import rehearse

    if catalog is None:
        return _unmade(rehearse(twin, text, mode, earlier=earlier))
    after = catalog if look_after else None
    return rehearse(twin, text, mode, catalog=after, settings=_session(catalog), earlier=earlier)


def _session(catalog: Catalog) -> dict[str, str]:
    """Return what sessions begin with, of what changes the meaning of statements."""
    found = {name: catalog.settings[name].reset_value for name in _MEANING if name in catalog.settings}
    return {name: value for name, value in found.items() if value}


def _unmade(rehearsal: Rehearsal) -> Rehearsal:
    """Take what fails in an empty database, because something is not there, for not known."""
    kept: list[RehearsedStatement] = []
    executes = rehearsal.executes
    for seen in rehearsal:
        if seen.error is not None and seen.error.sqlstate in MISSING:
            why = f"not rehearsed, for want of a schema: {seen.error.message}"
            kept.append(replace(seen, error=None, unknown=(why,)))
            executes = None
        else:
            kept.append(seen)
    return replace(rehearsal, statements=tuple(kept), executes=executes)


def _execution(rehearsal: Rehearsal | None, hazards: Sequence[Hazard]) -> tuple[bool | None, str | None]:
    if rehearsal is not None and rehearsal.executes is not None:
        return rehearsal.executes, rehearsal.sqlstate
    for found in hazards:
        if found.id in _SQLSTATES:
            return False, _SQLSTATES[found.id]
        if found.id == "syntax-or-semantic-error" and found.source == "static":
            return False, "42601"
    return None, None


def _order(found: Hazard) -> tuple[bool, int, int, str, tuple[str, ...], str]:
    severity = ("error", "warning", "info").index(found.severity)
    return found.statement is None, found.statement or 0, severity, found.id, found.objects, found.message


class _Joined:
    """What was measured, statement by statement, while the text is analysed."""

    def __init__(self, rehearsal: Rehearsal | None) -> None:
        self._seen = {s.index: s for s in rehearsal} if rehearsal is not None else {}
        self._with_rows = rehearsal is not None and rehearsal.with_rows
        self._found: dict[int, Measured] = {}
        self._before: tuple[int | None, Mapping[str, str]] = (None, {})
        """The transaction, and what it holds."""
        self.hazards: list[Hazard] = []
        """Those that follow from what was measured."""

    def measure(self, step: Step, static: Effects, world: World) -> Effects:
        """Give the effects that hold; see `analyse`."""
        seen = self._seen.get(step.index)
        if seen is None:
            return static
        if seen.error is not None:
            objects = tuple(dict.fromkeys(lock.target.id for lock in static.locks))
            self.hazards.append(refusal_hazard(seen.error, step.index, objects, with_rows=self._with_rows))
        if not seen.ran:
            return static
        found = self._with_held(step, measured(step, seen, world))
        effects = effects_from(found, static, world)
        for reason in seen.unknown:
            effects.unsure(reason)
        before = (
            self._before[1] if step.transaction is not None and self._before[0] == step.transaction else {}
        )
        self.hazards += waiting(step, found, before, effects, world)
        self._before = step.transaction, found.held
        self._found[step.index] = found
        return effects

    def _with_held(self, step: Step, found: Measured) -> Measured:
        """Add what its transaction is known to hold by now, whatever of it was seen again."""
        if step.transaction is None or self._before[0] != step.transaction:
            return found
        if step.node.text("kind") == "TRANS_STMT_ROLLBACK_TO":
            # What was locked since the savepoint is free again.
            return found
        held = dict(found.held)
        for name, mode in self._before[1].items():
            if rank(mode) > rank(held.get(name, "AccessShareLock")):
                held[name] = mode
        return replace(found, held=dict(sorted(held.items())))

    def holds(self, found: Hazard) -> bool:
        """Whether a hazard that was read off the text stands beside what was measured."""
        seen = self._seen.get(found.statement) if found.statement is not None else None
        if seen is None:
            return True
        if seen.error is not None:
            return self._holds_beside(found, seen.error)
        if not seen.ran:
            return True
        if found.id in OF_FAILURES:
            # Without rows nothing is known of those that fail because of them.
            return found.id == "fails-on-existing-rows" and not self._with_rows
        if found.id in _OF_SCANS:
            return bool(self._found[seen.index].work)
        return found.id not in LOCKS.ids

    def _holds_beside(self, found: Hazard, error: Failure) -> bool:
        """Whether it stands beside a failure: that takes the place of every other, and ends all waiting."""
        if fails_on_rows(error, with_rows=self._with_rows):
            return found.id not in OF_FAILURES and found.id != "fails-on-existing-rows-possible"
        if found.id in OF_FAILURES:
            return False
        return found.id not in LOCKS.ids or SEVERITIES[found.id] == "info"

    def statement(self, facts: StatementFacts) -> LintedStatement:
        """Return a statement with its facts, as measured where it was."""
        seen, found = self._seen.get(facts.index), self._found.get(facts.index)
        if seen is not None and found is not None:
            return LintedStatement(
                facts.index, facts.line, facts.sql, found.own, tuple(sorted(found.rewrites)),
                tuple(sorted(found.scans)), "rehearsed", seen.unknown,
            )  # fmt: skip
        unknown = list(facts.unknown)
        if seen is None:
            unknown.append("it was not rehearsed")
        else:
            unknown += seen.unknown
        return LintedStatement(
            facts.index,
            facts.line,
            facts.sql,
            {lock.target.id: lock.mode for lock in sorted(facts.locks, key=lambda lock: lock.target.id)},
            tuple(sorted(facts.rewrites)),
            tuple(sorted(facts.scans)),
            "rehearsed" if seen is not None and seen.error is not None else facts.source,
            tuple(dict.fromkeys(unknown)),
        )
