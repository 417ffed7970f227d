"""Seeks rows that show a suspected leak: read only, and unasked only where a predicate is harmless.

A gate alone shows little where a statement passes two: a row that may be changed must also be let in again in the same
session, and the other way round.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Relation
from pgplumb.rls.draft import Part, Passage, ProvedGate
from pgplumb.rls.prover.gate import Gate
from pgplumb.rls.prover.identity import PERSONS
from pgplumb.rls.sessions import MadeUp
from pgplumb.rls.verdict import Branch, GateProof, Ground, Verdict
from pgplumb.rls.witness.absence import passes_for_want
from pgplumb.rls.witness.asking import LOCK_MS, TIMEOUT_MS, Asking, GivenUpError
from pgplumb.rls.witness.candidates import acting_as, family_of, sessions
from pgplumb.rls.witness.maker import Maker
from pgplumb.rls.witness.members import as_member, members, settings_as
from pgplumb.rls.witness.predicate import CALLERS, Predicate
from pgplumb.rls.witness.trial import Settings, Trial
from pgplumb.rls.witness.whose import tenant_column
from pgplumb.server.errors import QueryError
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.rls.judgement import Judgement
    from pgplumb.server.session import Session

_CASTS = query_file("pgplumb.rls", "user_casts")

Way = tuple[Settings, tuple[Trial, ...]]
"""A session, and the gates as they are tried in it."""

SECONDS = 20.0
"""How long all of it may take; what was not tried by then stays suspected."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A row of another tenant that a gate lets through."""

    row: Mapping[str, str | None]
    session: Settings
    seen_by: str = ""
    """The role that evaluated it; empty for the connecting one, where the proof's cannot be taken."""

    def words(self) -> str:
        """Return it for people: "a row (tenant_id 31002, is_public true) passes where app.tenant_id is 31001"."""
        row = ", ".join(f"{name} {'NULL' if value is None else value}" for name, value in self.row.items())
        said = [
            f"{name} {'was never set' if value is None else 'is empty' if value == '' else f'is {value}'}"
            for name, value in self.session.items()
        ]
        where = ", ".join(said) or "nothing is set"
        return f"witness: a row ({row}) passes where {where}, evaluated as {self.seen_by or 'the connecting role'}"


@dataclass(frozen=True, slots=True)
class Search:
    """What a search came to."""

    proofs: Mapping[Passage, GateProof]
    """Of the gates for which a row was seen to pass: for `Judgement.confirm`."""
    tried: int
    """How many suspected ways into a table were tried."""
    unasked: int
    """How many were not, since that would read tables or call functions."""
    untried: int
    """How many were left when the time was over."""
    not_as: tuple[str, ...]
    """Roles that this session cannot act as."""


def seek(
    session: Session, judgement: Judgement, *, asked: bool = False, seconds: float = SECONDS
) -> Mapping[Passage, GateProof]:
    """Return the proofs of suspected gates for which a row was seen to pass: `search` without its circumstances."""
    return search(session, judgement, asked=asked, seconds=seconds).proofs


def search(
    session: Session, judgement: Judgement, *, asked: bool = False, seconds: float = SECONDS
) -> Search:
    """Seek a row for each suspected leak, for no longer than some seconds.

    Unasked only predicates are evaluated that read no table and call harmless built-in functions, with the session's
    settings as constants. `asked` evaluates the others too, as the role and with the settings set for one READ ONLY
    transaction that is rolled back: their sub-selects read tables, and functions that users made are called.
    Raises LostConnection.
    """
    with session.unit() as unit:
        casts = frozenset((int(s), int(t)) for s, t in unit.query(_CASTS))
    maker = Maker(session, judgement, asked, casts)
    return _Seeker(
        session,
        judgement,
        asked,
        time.monotonic() + seconds,
        maker,
        Asking(session, judgement.matrix.catalog),
    ).found()


@dataclass(slots=True)
class _Seeker:
    session: Session
    judgement: Judgement
    asked: bool
    until: float
    maker: Maker
    asking: Asking
    _known: dict[object, Mapping[int, Witness]] = field(default_factory=dict)
    _members: tuple[MadeUp, ...] | None = None

    def found(self) -> Search:
        proofs: dict[Passage, GateProof] = {}
        tried = unasked = untried = 0
        waiting: list[tuple[Part, tuple[Trial, ...]]] = []
        for part in self._parts():
            trials = self.maker.trials(part)
            if trials is None:
                continue
            if all(t.harmless for t in trials):
                tried += 1
                untried += self._add(proofs, part, trials, unset=False)
            elif self.asked:
                waiting.append((part, trials))
            else:
                unasked += 1
        # Sessions that have set nothing come first: once a setting was set, it is never unset again.
        for unset in (True, False):
            for part, trials in waiting:
                late = self._add(proofs, part, trials, unset=unset)
                tried, untried = tried + (not unset), untried + (late and not unset)
        return Search(proofs, tried - untried, unasked, untried, tuple(sorted(self.asking.not_as)))

    def _add(
        self, proofs: dict[Passage, GateProof], part: Part, trials: tuple[Trial, ...], *, unset: bool
    ) -> bool:
        """Add what is found out of one part; return whether the time was over before."""
        if time.monotonic() > self.until:
            return True
        for number, witness in self._try(part, trials, unset).items():
            proved = part.gates[number]
            if _suspected(proved):
                proofs.setdefault(part.passages[number], self._confirmed(proved, witness))
        return False

    def _parts(self) -> Iterator[Part]:
        """Yield what suspected cells pass through, each once."""
        met: set[tuple[Passage, ...]] = set()
        for draft in self.judgement.drafts:
            for part in draft.parts if draft.verdict is None else ():
                if part.passages not in met and any(map(_suspected, part.gates)):
                    met.add(part.passages)
                    yield part

    def _try(self, part: Part, trials: tuple[Trial, ...], unset: bool) -> Mapping[int, Witness]:
        """Return the witnesses of one part, by the number of the gate."""
        callers = {
            t.caller
            for t in trials
            if t.caller in PERSONS or any(w.lower in CALLERS for w in t.predicate.tokens)
        }
        harmless = all(t.harmless for t in trials)
        key = (
            tuple((t.gate.relation, t.gate.permissive, t.gate.restrictive, t.gate.which) for t in trials),
            part.fixed,
            frozenset(callers) if harmless else trials[0].caller,
            unset,
        )
        if key not in self._known:
            try:
                self._known[key] = self._witnesses(trials, unset)
            except GivenUpError:
                self._known[key] = self._known[(*key[:-1], not unset)] = {}
        return self._known[key]

    def _witnesses(self, trials: Sequence[Trial], unset: bool) -> Mapping[int, Witness]:
        relation: Relation = trials[0].relation
        catalog = self.judgement.matrix.catalog
        tenant = tenant_column(catalog, relation.oid, self.judgement.tenants.path_of[relation.oid])
        assert tenant is not None
        family = family_of(catalog, tenant)
        predicates = [p for t in trials for p in (t.predicate, *t.identities)]
        if not all(t.harmless for t in trials):
            predicates += [p for t in trials for p in (*t.called, *self.maker.bodies(t.gate))]
        found: dict[int, Witness] = {}
        who = frozenset(
            name for text in self.judgement.tenants.identities for name in Predicate(text).settings
        )
        made = tuple(acting_as(values, trials[0].caller) for values in sessions(predicates, family, who))
        ways = [(values, tuple(trials)) for values in (made[:1] if unset else made)]
        if not all(t.harmless for t in trials):
            ways = self._of_members(trials, ways, with_theirs=not unset)
        for values, ready in ways:
            if not all(t.can_be(values) for t in ready):
                continue
            seen, asked_as = self.asking.seen(ready, values)
            if seen is None:
                continue
            # What the new row shares with the old one must pass both gates.
            passing = [shared for shared in seen[0] if all(shared in each for each in seen)]
            for number, each in enumerate(seen):
                row = next((each[shared] for shared in passing if each[shared] is not None), None)
                if row is not None:
                    found.setdefault(number, Witness(row, values, asked_as))
            if len(found) == len(trials) or time.monotonic() > self.until:
                break
        return found

    def _of_members(self, trials: Sequence[Trial], ways: Sequence[Way], *, with_theirs: bool) -> list[Way]:
        """Return ways with tenants that are there; without made-up ones where these pass for want of rows."""
        everyone = self._everyone()
        bodies = [body.text for t in trials for body in self.maker.bodies(t.gate)]
        only = bool(everyone) and passes_for_want((t.predicate.text for t in trials), bodies)
        tried = [values for values, _ in ways]
        theirs = [
            (values, as_one)
            for one in (everyone if with_theirs else ())
            for as_one in [tuple(as_member(t, one.own, everyone, only) for t in trials)]
            for values in settings_as(one, tried)
        ]
        if not only:
            return [*ways, *theirs]
        nobody = tuple(as_member(t, (), everyone, only) for t in trials)
        return [*((values, nobody) for values, _ in ways if not any(values.values())), *theirs]

    def _everyone(self) -> tuple[MadeUp, ...]:
        """Return sessions of tenants that are there, read once."""
        if self._members is None:
            catalog = self.judgement.matrix.catalog
            self._members = members(self.session, catalog, self.judgement.tenants)
        return self._members

    def _confirmed(self, proved: ProvedGate, witness: Witness) -> GateProof:
        proof = proved.proof
        leaking = [b for b in proof.branches if b.ground is not Ground.UNREAD]
        passed = {id(b) for b in leaking if len(leaking) == 1 or self._by(proved.gate, b, witness)}
        if not passed:
            passed = {id(leaking[0])}
        branches = tuple(replace(b, confirmed=True) if id(b) in passed else b for b in proof.branches)
        verdict = proof.verdict if proof.leaks else Verdict.PARTIAL
        return replace(proof, verdict=verdict, branches=branches, reasons=(*proof.reasons, witness.words()))

    def _by(self, gate: Gate, branch: Branch, witness: Witness) -> bool:
        """Whether a row passes by this branch: its text, where that is an expression, holds for it."""
        condition = Predicate(branch.text, self.maker.enums)
        if not (condition.harmless and condition.readable and condition.fair):
            return False
        ready = self.maker.trial(gate, ())
        if ready is None:
            return False
        kept = tuple(replace(v, values=(witness.row.get(v.column),)) for v in ready.columns)
        alone = replace(ready, predicate=condition, columns=kept, identities=(), checks=())
        try:
            with self.session.unit(statement_timeout_ms=TIMEOUT_MS, lock_timeout_ms=LOCK_MS) as unit:
                return bool(unit.query(alone.question(witness.session, inlined=True)))
        except QueryError:
            return False


def _suspected(proved: ProvedGate) -> bool:
    return not proved.certain and any(
        b.ground is not Ground.UNREAD and not b.confirmed for b in proved.proof.branches
    )
