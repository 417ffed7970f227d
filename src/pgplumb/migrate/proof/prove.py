"""Up, down and up again in a copy of the twin: compared by name after each."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pgplumb.catalog.described.thing import ORDER
from pgplumb.catalog.diff import CatalogDiff, Difference
from pgplumb.foundation.text import count
from pgplumb.migrate.plan import Step
from pgplumb.migrate.proof.answer import Proof
from pgplumb.migrate.proof.inventory import NOTHING, Inventory, Rows, take_inventory
from pgplumb.migrate.proof.losses import Reader, from_the_twin, sets_position
from pgplumb.migrate.proof.running import Broken, Runner
from pgplumb.migrate.proof.script import Block, Piece, Unrunnable, blocks_of, parts
from pgplumb.migrate.rehearsal.stopping import Stop
from pgplumb.migrate.rehearsal.verdict import Verdict
from pgplumb.migrate.rehearsal.workshop import Workshop
from pgplumb.twin.fingerprint import Fingerprint, differences, fingerprint
from pgplumb.twin.scratch import scratches_of

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.twin.scratch import Scratch
    from pgplumb.twin.twin import Twin

SECONDS = 60.0
"""How long a whole proof may take, by the clock."""

Mode = Literal["transaction", "autocommit"]
_Stage = Literal["up", "down", "up again"]


def prove_text(
    twin: Twin | Workshop,
    up: str,
    down: str | None,
    mode: Mode = "transaction",
    *,
    role: str | None = None,
    settings: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    stop: Stop | None = None,
) -> Proof:
    """Prove that one text takes another back; see `prove`. `mode` holds for both, BEGIN and COMMIT are heeded."""
    alone = mode == "autocommit"
    back = None if down is None else (Piece(down, alone),)
    return _prove(twin, (Piece(up, alone),), back, role, settings, seconds, stop)


def prove(
    twin: Twin | Workshop,
    steps: Sequence[Step],
    *,
    role: str | None = None,
    settings: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    stop: Stop | None = None,
) -> Proof:
    """Prove that the downs of steps, the last one first, take the steps back. Never raises for what a script does.

    `role` is one that the scripts run as, `settings` are the session's (search_path, TimeZone). `stop` ends the proof
    from another thread; after so many seconds it ends by itself. Either way the verdict is then unknown.
    """
    up = [Piece(step.up, step.autocommit) for step in steps]
    down = None
    if all(step.down is not None for step in steps):
        down = [Piece(step.down or "", step.autocommit) for step in reversed(steps)]
    return _prove(twin, up, down, role, settings, seconds, stop)


def _prove(
    twin: Twin | Workshop,
    up: Sequence[Piece],
    down: Sequence[Piece] | None,
    role: str | None,
    settings: Mapping[str, str] | None,
    seconds: float,
    stop: Stop | None,
) -> Proof:
    import psycopg

    began = time.monotonic()
    try:
        script = _Script(blocks_of(up), None if down is None else blocks_of(down), _text(down))
    except Unrunnable as reason:
        return Proof("unknown", f"not tried in the twin: {reason}", unknown=(str(reason),))
    stop = stop or Stop()
    copies = scratches_of(twin)
    try:
        scratch = copies.take()
    except psycopg.Error as error:
        return Proof("unknown", f"the twin gives no copy to try it in: {_line(error)}")
    watched = None
    try:
        with stop.watching(scratch.server, scratch.caged, seconds) as watched:
            scratch.builder.execute(f"SET statement_timeout = {round(seconds * 1000)}".encode())
            runner = Runner(scratch, watched, role, settings)
            found = _Attempt(twin, scratch, script, runner).verdict()
        if watched.why is not None:
            found = Proof("unknown", f"not decided: {watched.why}", unknown=(watched.why,))
    except psycopg.Error as error:
        why = (watched.why if watched is not None else None) or _line(error)
        found = Proof("unknown", f"not decided: {why}", unknown=(why,))
    finally:
        copies.throw_away(scratch)
    return replace(found, seconds=time.monotonic() - began)


def _text(pieces: Sequence[Piece] | None) -> str:
    return "\n".join(piece.text for piece in pieces or ())


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())


@dataclass(frozen=True, slots=True)
class _Script:
    up: tuple[Block, ...]
    down: tuple[Block, ...] | None
    down_text: str


class _Attempt:
    """One proof in one copy."""

    def __init__(self, twin: Twin | Workshop, scratch: Scratch, script: _Script, runner: Runner) -> None:
        self._twin = twin
        self._builder = scratch.builder
        self._script = script
        self._run = runner.run
        self._before: Inventory
        self._losses: tuple[str, ...] = ()
        self._unknown: tuple[str, ...] = ()

    def verdict(self) -> Proof:
        """Run everything and judge."""
        start = _start(self._twin, self._builder)
        self._before = take_inventory(self._builder)
        if broken := self._run(self._script.up):
            return self._failed("up", broken)
        there = fingerprint(self._builder, start)
        self._lost(start)
        if self._script.down is None:
            return self._without_down(differences(start, there))
        if broken := self._run(self._script.down):
            return self._failed("down", broken)
        back = fingerprint(self._builder, there)
        left = _without_fillings(differences(start, back))
        if any(not d.soft for d in left.differences):
            return self._answer("none", _differs(left.differences), left.differences)
        self._stay(take_inventory(self._builder))
        if broken := self._run(self._script.up):
            return self._failed("up again", broken)
        again = differences(there, fingerprint(self._builder, back))
        if again.differences:
            why = f"run again, the up has another result: {_first(again.differences)}"
            return self._answer("none", why, again.differences, repeatable=False)
        return self._settled(left)

    def _settled(self, left: CatalogDiff) -> Proof:
        """Judge what came back by name: by what no catalog shows."""
        unknown = (*self._unknown, *(f"{u.object}, {u.what}: {u.reason}" for u in left.unknown))
        if self._losses or left.differences:
            why = _lost_line(self._losses) if self._losses else _differs(left.differences)
            return self._answer("shape", why, left.differences, unknown, repeatable=True)
        if unknown:
            return self._answer("unknown", unknown[0], (), unknown, repeatable=True)
        return self._answer("exact", "the down brings back everything", (), repeatable=True)

    def _answer(
        self,
        verdict: Literal["exact", "shape", "none", "unknown"],
        why: str,
        found: tuple[Difference, ...],
        unknown: tuple[str, ...] | None = None,
        *,
        repeatable: bool | None = None,
        sqlstate: str | None = None,
    ) -> Proof:
        unknown = self._unknown if unknown is None else unknown
        return Proof(verdict, why, found, self._losses, unknown, repeatable, sqlstate)

    def _lost(self, start: Fingerprint) -> None:
        """Note what the up takes away, and the down from what was there before the up."""
        functions = {key.partition("(")[0].rpartition(".")[2].strip('"') for key in start.others}
        up = parts(self._script.up)
        reader = Reader(self._before, functions, up)
        reader.read(up)
        reader.read(parts(self._script.down or ()), down=True)
        gone = from_the_twin(self._before, take_inventory(self._builder), self._script.down_text)
        # Which position the down sets is not told apart: where it sets any, none is lost.
        set_anew = () if sets_position(self._script.down_text) else reader.positions
        self._losses = tuple(dict.fromkeys([*gone, *reader.losses, *set_anew]))
        self._unknown = tuple(reader.unknown)

    def _stay(self, after: Inventory) -> None:
        """Note rows that the up put somewhere and the down left there."""
        self._losses = tuple(dict.fromkeys([*self._losses, *_other_rows(self._before.rows, after.rows)]))

    def _without_down(self, changed: CatalogDiff) -> Proof:
        if changed.differences:
            return self._answer(
                "none", f"there is no down: {_first(changed.differences)}", changed.differences
            )
        if self._losses:
            return self._answer("none", f"there is no down: {_lost_line(self._losses)}", ())
        if self._unknown:
            return self._answer("unknown", f"there is no down, and {self._unknown[0]}", ())
        return self._answer("exact", "nothing is changed that would have to be taken back", ())

    def _failed(self, stage: _Stage, broken: Broken) -> Proof:
        said = broken.failure
        what = f"the {stage} fails" if broken.part else f"the {stage} fails at its end"
        place = f" in statement {broken.number}" if broken.part else ""
        why = f"{what}{place}: {said.message} ({said.sqlstate})"
        superuser = self._twin.source.locality.superuser
        excuse = ""
        # What ran once is not refused for want of rows or rights: it is the state that is another.
        if broken.part is not None and stage != "up again":
            rows = isinstance(self._twin, Workshop)
            absent = {} if isinstance(self._twin, Workshop) else self._twin.gaps.relations
            excuse = Verdict(with_rows=rows, lacks_rights=superuser, absent=absent).excuse(broken.part, said)
        if excuse or stage == "up":
            reason = f"{why}; {excuse}" if excuse else why
            return self._answer("unknown", reason, (), (*self._unknown, reason), sqlstate=said.sqlstate)
        repeatable = False if stage == "up again" else None
        return self._answer("none", why, (), repeatable=repeatable, sqlstate=said.sqlstate)


def _without_fillings(found: CatalogDiff) -> CatalogDiff:
    """Leave out that a materialized view was filled for the first time: its rows are those of its query anyway."""
    kept = tuple(d for d in found.differences if d.what != "populated" or d.before is not False)
    return replace(found, differences=kept)


def _other_rows(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> Iterator[str]:
    """Yield what tables hold after the down that they did not hold, or hold no more."""
    for table in sorted(before.keys() | after.keys()):
        old, new = before.get(table, NOTHING), after.get(table, NOTHING)
        if new.rows > old.rows:
            yield f"what {table} held: {count(new.rows - old.rows)} rows of the up's stay after the down"
        elif new.rows < old.rows:
            yield f"rows of {table}: {count(old.rows - new.rows)} are gone after the down"
        elif old.columns == new.columns and old.digest != new.digest:
            yield f"values of {table}: rows are others after the down"


def _first(found: Sequence[Difference]) -> str:
    first = found[0]
    words = {"added": "is new", "removed": "is gone", "changed": f"has another {first.what}"}
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{first.object} {words[first.change]}{more}"


def _differs(found: Sequence[Difference]) -> str:
    hard = [d for d in found if not d.soft] or list(found)
    if hard[0].soft:
        if hard[0].what != ORDER:
            return f"after the down, {hard[0].object} is the partition's own too, not only its table's"
        return f"the columns of {hard[0].object} stand in another order"
    return f"after the down, {_first(hard)}"


def _lost_line(losses: Sequence[str]) -> str:
    more = f", and {len(losses) - 1} more" if len(losses) > 1 else ""
    return f"the shape comes back, not {losses[0]}{more}"


_starts: weakref.WeakKeyDictionary[Twin | Workshop, Fingerprint] = weakref.WeakKeyDictionary()
_starting = threading.Lock()


def _start(twin: Twin | Workshop, builder: psycopg.Connection[Row]) -> Fingerprint:
    """Return the state that every copy of a twin starts from, read once."""
    with _starting:
        found = _starts.get(twin)
        if found is None:
            found = _starts[twin] = fingerprint(builder, stands_for=twin.source.locality.role)
        return found
