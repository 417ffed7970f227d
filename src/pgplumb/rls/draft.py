"""A cell before its verdict: what was proved of each gate, and how the gates come together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pgplumb.rls.prover.gate import Gate
from pgplumb.rls.verdict import Branch, Cell, GateProof, Ground, Reliance, Verdict

Passage = tuple[tuple[Gate, ...], Gate, frozenset[str]]
"""All gates that a statement passes, one of them, and the columns that it cannot write: what a row shows of that gate
holds beside the others alone."""

_WORST_FIRST = (Verdict.OPEN, Verdict.PARTIAL, Verdict.UNPROVED, Verdict.ISOLATED, Verdict.DENIED)


@dataclass(frozen=True, slots=True)
class ProvedGate:
    """A gate with what is known of it."""

    gate: Gate
    proof: GateProof
    certain: bool = False
    """Whether a leak needs no witness: nothing is asked of a row."""


@dataclass(frozen=True, slots=True)
class Part:
    """The gates of one relation that a cell passes through."""

    gates: tuple[ProvedGate, ...]
    either: bool = False
    """Whether one gate that holds is enough: a statement that cannot write the tenant leaves a row where it is."""
    doubt: str | None = None
    """Why a row that passes is perhaps not shown: what a query does with it is not known."""
    fixed: frozenset[str] = frozenset()
    """Columns in which a new row is what the old one was: an UPDATE cannot write them."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Each gate with those beside it, in the order of `gates`."""
        together = tuple(proved.gate for proved in self.gates)
        return tuple((together, gate, self.fixed) for gate in together)


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell whose verdict is worked out from its parts."""

    object: str
    kind: str
    role: str
    command: str
    relation: int | None
    reasons: tuple[str, ...]
    verdict: Verdict | None = None
    """Where it is settled without a proof."""
    parts: tuple[Part, ...] = ()
    doubt: str | None = None
    """Why a leak would not be certain even where its row passes: a trigger, a query that is not read."""
    unbounded: str | None = None
    """What may let more pass than the gates: nothing is then proved."""
    policies: tuple[str, ...] = ()
    using: str | None = None
    check: str | None = None
    assumptions: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    writes: int | None = None
    """pg_class.oid of the table whose rows an INSERT or UPDATE writes."""
    may_fail: str | None = None
    """Why most likely every such statement fails: then nothing leaks."""
    unbound: bool = False
    """Whether no row security binds those writes, whatever is known of a tenant."""
    fails: bool = False
    """Whether it is denied since every such statement fails in its policies."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All gates with those beside them, in the order of `gates`."""
        return tuple(passage for part in self.parts for passage in part.passages)

    @property
    def gates(self) -> tuple[ProvedGate, ...]:
        """All gates."""
        return tuple(gate for part in self.parts for gate in part.gates)


@dataclass(frozen=True, slots=True)
class _Outcome:
    verdict: Verdict
    suspected: bool = False


def cell_of(draft: Draft, confirmed: Mapping[Passage, GateProof] | None = None) -> Cell:
    """Return the cell. `confirmed` holds proofs that take the place of the draft's own: a witness saw their rows."""
    if draft.verdict is not None:
        return Cell(
            draft.object,
            draft.kind,
            draft.role,
            draft.command,
            draft.verdict,
            reasons=draft.reasons,
            policies=draft.policies,
            using=draft.using,
            check=draft.check,
            assumptions=draft.assumptions,
            reaches=draft.reaches,
            relation=draft.relation,
        )
    parts = tuple(_with(part, confirmed) for part in draft.parts) if confirmed else draft.parts
    outcomes = [_part(part) for part in parts]
    outcome = _worst(outcomes)
    reasons = list(draft.reasons)
    gates = [gate for part in parts for gate in part.gates]
    for gate in gates:
        told = [branch.text for branch in gate.proof.branches]
        reasons += [
            reason
            for reason in gate.proof.reasons
            if reason not in reasons and not any(reason.endswith(f": {text}") for text in told)
        ]
        reasons += _said(gate.proof.branches, reasons)
    leaks = outcome.verdict in (Verdict.OPEN, Verdict.PARTIAL)
    reasons += dict.fromkeys(
        part.doubt
        for part, found in zip(parts, outcomes, strict=True)
        if part.doubt is not None and found.suspected and not leaks
    )
    if draft.doubt is not None and (leaks or outcome.suspected):
        outcome = _Outcome(Verdict.UNPROVED, True)
        reasons.append(draft.doubt)
    if draft.may_fail is not None and (leaks or outcome.suspected):
        outcome = _Outcome(Verdict.UNPROVED)
        reasons.append(f"not proved: {draft.may_fail}")
    if draft.unbounded is not None and not (leaks and draft.doubt is None):
        outcome = _Outcome(Verdict.UNPROVED, outcome.suspected)
        reasons.append(f"not proved: {draft.unbounded}")
    proved = outcome.verdict in (Verdict.ISOLATED, Verdict.UNPROVED, Verdict.PARTIAL)
    more = tuple(dict.fromkeys(a for gate in gates for a in gate.proof.assumptions))
    return Cell(
        draft.object,
        draft.kind,
        draft.role,
        draft.command,
        outcome.verdict,
        outcome.suspected,
        tuple(reasons),
        draft.policies,
        draft.using,
        draft.check,
        (*draft.assumptions, *more),
        tuple(dict.fromkeys(branch for gate in gates for branch in gate.proof.branches)),
        _relied(draft, parts) if proved else frozenset(),
        draft.reaches,
        draft.relation,
    )


def for_role(draft: Draft, cell: Cell, role: str, known: str, said: str) -> tuple[Draft, Cell]:
    """Return a draft and its cell for another role to which all is the same; `known` is the one reason that differs."""
    reasons = tuple(said if reason == known else reason for reason in draft.reasons)
    story = tuple(said if reason == known else reason for reason in cell.reasons)
    return (
        Draft(
            draft.object,
            draft.kind,
            role,
            draft.command,
            draft.relation,
            reasons,
            draft.verdict,
            draft.parts,
            draft.doubt,
            draft.unbounded,
            draft.policies,
            draft.using,
            draft.check,
            draft.assumptions,
            draft.reaches,
            draft.writes,
            draft.may_fail,
            draft.unbound,
            draft.fails,
        ),
        Cell(
            cell.object,
            cell.kind,
            role,
            cell.command,
            cell.verdict,
            cell.suspected,
            story,
            cell.policies,
            cell.using,
            cell.check,
            cell.assumptions,
            cell.branches,
            cell.relies,
            cell.reaches,
            cell.relation,
        ),
    )


def two_step(cell: Cell, why: str, proved: bool, suspected: bool) -> Cell:
    """Return an isolated cell whose trusted rows the role itself can write, or may be able to."""
    branch = (Branch(Ground.TWO_STEP, why, (), proved),) if proved or suspected else ()
    return Cell(
        cell.object,
        cell.kind,
        cell.role,
        cell.command,
        Verdict.PARTIAL if proved else Verdict.UNPROVED,
        suspected and not proved,
        (*cell.reasons, why),
        cell.policies,
        cell.using,
        cell.check,
        cell.assumptions,
        (*cell.branches, *branch),
        cell.relies,
        cell.reaches,
        cell.relation,
    )


def _with(part: Part, confirmed: Mapping[Passage, GateProof]) -> Part:
    gates = tuple(
        ProvedGate(g.gate, confirmed[passage], g.certain) if passage in confirmed else g
        for g, passage in zip(part.gates, part.passages, strict=True)
    )
    return replace(part, gates=gates)


def _relied(draft: Draft, parts: tuple[Part, ...]) -> frozenset[Reliance]:
    """Return what the proofs of a cell rely on."""
    found = frozenset().union(*map(_relies, parts))
    if draft.doubt is None and draft.may_fail is None:
        return found
    return frozenset(Reliance(one.relation, one.keyed, False) for one in found)


def _relies(part: Part) -> frozenset[Reliance]:
    """Return what the gates of a part rely on together."""
    proofs = [gate.proof for gate in part.gates]
    if part.either:
        held = [proof for proof in proofs if proof.verdict is Verdict.ISOLATED]
        proofs = [min(held, key=lambda proof: len(proof.relies))] if held else proofs
    # That a row passes a gate beside it which is not held is certain where nothing is asked.
    plain = all(
        gate.proof.plain if gate.proof.verdict is Verdict.ISOLATED else gate.certain for gate in part.gates
    )
    return frozenset(
        Reliance(one.relation, one.keyed, one.plain and plain) for proof in proofs for one in proof.relies
    )


def _part(part: Part) -> _Outcome:
    found = [_gate(gate) for gate in part.gates]
    verdicts = [outcome.verdict for outcome in found]
    if Verdict.DENIED in verdicts:
        return _Outcome(Verdict.DENIED)
    if part.either and Verdict.ISOLATED in verdicts:
        return _Outcome(Verdict.ISOLATED)
    worst = _worst(found)
    leaks = worst.verdict in (Verdict.OPEN, Verdict.PARTIAL)
    return _Outcome(Verdict.UNPROVED, True) if leaks and part.doubt is not None else worst


def _gate(gate: ProvedGate) -> _Outcome:
    proof = gate.proof
    if proof.leaks:
        seen = gate.certain or any(branch.confirmed for branch in proof.branches)
        return _Outcome(proof.verdict) if seen else _Outcome(Verdict.UNPROVED, True)
    if proof.verdict is Verdict.UNPROVED:
        return _Outcome(Verdict.UNPROVED, any(b.ground is not Ground.UNREAD for b in proof.branches))
    return _Outcome(proof.verdict)


def _worst(found: list[_Outcome]) -> _Outcome:
    if not found:
        return _Outcome(Verdict.UNPROVED)
    verdict = min((outcome.verdict for outcome in found), key=_WORST_FIRST.index)
    suspected = verdict is Verdict.UNPROVED and any(outcome.suspected for outcome in found)
    return _Outcome(verdict, suspected)


def _said(branches: tuple[Branch, ...], known: list[str]) -> list[str]:
    """Say each branch that stands in the way."""
    found: list[str] = []
    for branch in branches:
        through = f"policy {', '.join(branch.policies)}: " if branch.policies else ""
        if branch.ground is Ground.UNREAD:
            text = f"{through}not proved: {branch.text}"
        else:
            seen = "lets foreign rows pass" if branch.confirmed else "would let foreign rows pass"
            text = f"{through}{seen} ({branch.ground.value}): {branch.text}"
        if text not in known and text not in found:
            found.append(text)
    return found
