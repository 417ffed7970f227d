"""`pgplumb compose --format json`: pgplumb.compose.v1. Equal input gives equal bytes; all of it is ASCII.

`{"format", "intent", "group", "fields", "plan": {"name", "title", "strategy", "strategies": [...], "reversible":
"exact|shape|none", "steps": [{"number", "phase", "about", "mode": "transaction|autocommit", "up", "down",
"reversible", "locks": [{"object", "mode"}], "rewrites", "scans", "source": "rehearsed|catalog|static", "waits_for",
"gate", "lock_timeout", "statement_timeout", "batches", "statements", "unknown"}]}, "rehearsal": {"twin", "executes",
"sqlstate"}, "proof": {"verdict": "exact|shape|none|unknown", "says", "why", "losses", "unknown", "repeatable",
"sqlstate", "differences"} | null, "hazards": [{"step": N | null, ...as in lint}], "unknown": []}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from pgplumb.cli.writers.compose_answer import FORMAT, ComposeAnswer, claimed, proved_words
from pgplumb.cli.writers.hazard_json import hazard_json, statement_json
from pgplumb.cli.writers.json_values import Json
from pgplumb.migrate.by_intent import slug_of

if TYPE_CHECKING:
    from pgplumb.migrate.judged import JudgedStep
    from pgplumb.migrate.lint.answer import LintedStatement
    from pgplumb.migrate.plan import Strategy
    from pgplumb.migrate.proof import Proof


def write(answer: ComposeAnswer) -> Iterator[str]:
    """Give the document, indented by two."""
    yield json.dumps(document(answer), indent=2, allow_nan=False)


def document(answer: ComposeAnswer) -> dict[str, Json]:
    """Return the document. Steps stand in the order in which they run, everything else is sorted."""
    plan, judged = answer.plan, answer.judged
    return {
        "format": FORMAT,
        "intent": answer.intent.name,
        "group": answer.intent.group,
        "fields": {name: _plain(value) for name, value in sorted(plan.fields.items())},
        "plan": {
            "name": slug_of(answer.intent, plan.fields),
            "title": plan.title,
            "strategy": plan.chosen,
            "strategies": [_strategy(s, default=s is plan.strategies[0]) for s in plan.strategies],
            "reversible": claimed(plan.steps),
            "steps": [_step(number, step) for number, step in enumerate(judged.steps, 1)],
        },
        "rehearsal": {
            "twin": answer.twin,
            "executes": judged.executes if answer.twin else None,
            "sqlstate": judged.sqlstate,
        },
        "proof": None if answer.proof is None else _proof(answer.proof),
        "hazards": [
            *(
                {"step": number, **hazard_json(found)}
                for number, step in enumerate(judged.steps, 1)
                for found in step.hazards
            ),
            *({"step": None, **hazard_json(found)} for found in judged.hazards),
        ],
        "unknown": sorted(judged.unknown),
    }


def _strategy(found: Strategy, *, default: bool) -> dict[str, Json]:
    return {
        "name": found.name,
        "title": found.title,
        "default": default,
        "online": found.online,
        "deploys": found.deploys,
        "reversible": claimed(found.steps),
        "steps": len(found.steps),
    }


def _step(number: int, found: JudgedStep) -> dict[str, Json]:
    step = found.step
    return {
        "number": number,
        "phase": step.phase,
        "about": step.about,
        "mode": "autocommit" if step.autocommit else "transaction",
        "up": step.up,
        "down": step.down,
        "reversible": step.reversible,
        "locks": [{"object": name, "mode": mode} for name, mode in found.locks.items()],
        "rewrites": sorted({name for s in found.statements for name in s.rewrites}),
        "scans": sorted({name for s in found.statements for name in s.scans}),
        "source": "rehearsed" if found.rehearsed else _weakest(found.statements),
        "waits_for": step.waits_for or None,
        "gate": step.gate or None,
        "lock_timeout": step.lock_timeout,
        "statement_timeout": step.statement_timeout,
        "batches": None if step.batches is None else {**asdict(step.batches), "key": list(step.batches.key)},
        "statements": [statement_json(statement) for statement in found.statements],
        "unknown": sorted(found.unknown),
    }


def _weakest(statements: Sequence[LintedStatement]) -> str:
    sources = {statement.source for statement in statements}
    return next((s for s in ("static", "catalog", "rehearsed") if s in sources), "static")


def _proof(proof: Proof) -> dict[str, Json]:
    return {
        "verdict": proof.verdict,
        "says": proved_words(proof),
        "why": proof.why,
        "losses": sorted(proof.losses),
        "unknown": sorted(proof.unknown),
        "repeatable": proof.repeatable,
        "sqlstate": proof.sqlstate,
        "differences": [
            {"object": d.object, "change": d.change, "what": d.what, "before": d.before, "after": d.after}
            for d in proof.differences
        ],
    }


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return {str(key): str(text) for key, text in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
