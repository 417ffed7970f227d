"""Timeouts that are missing, too long, without effect, or in the way."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.effect import BLOCKS_WRITERS, Effects, Lock, rank
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, hazard
from pgplumb.migrate.hazards.rewording import is_concurrent
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.timeouts import NAMES, milliseconds, setting_of
from pgplumb.migrate.hazards.world import World

TOO_LONG = 10_000
SHORT_LOCK = 60_000
SHORT_STATEMENT = 30 * 60_000
"""Milliseconds: builds often take longer."""


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Find what is wrong with the timeouts in force, or with one that is set here."""
    yield from _missing(step, effects, world)
    yield from _setting(step)
    yield from _cancels(step)


def _missing(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    wanted = [k for k in effects.locks if k.target.existed and rank(k.mode) >= BLOCKS_WRITERS]
    names = [k.target.id for k in wanted if not _held(k, step, world)]
    if names and step.timeouts.lock == 0 and not step.node.flag("nowait"):
        local = "LOCAL " if step.transaction is not None else ""
        message = f"without lock_timeout this waits for {names[0]} as long as anybody uses it, and all others behind it"
        yield hazard("missing-lock-timeout", step.index, names, message, f"SET {local}lock_timeout = '2s';")


def _held(lock: Lock, step: Step, world: World) -> bool:
    """Whether the transaction has the lock already, so that there is nothing to wait for."""
    for earlier in world.steps[: step.index] if step.transaction is not None else ():
        mode = world.past[earlier.index].mode_on(lock.target.id)
        if earlier.transaction == step.transaction and mode is not None and rank(mode) >= rank(lock.mode):
            return True
    return False


def _setting(step: Step) -> Iterator[Hazard]:
    setting = setting_of(step.node)
    if setting is None or setting[0] not in NAMES:
        return
    name, text, local = setting
    value = milliseconds(text) if text is not None else None
    if local and step.transaction is None:
        message = f"SET LOCAL {name} has no effect outside a transaction"
        yield hazard(
            "ineffective-timeout", step.index, (), message, f"SET {name} = '{text}';" if text else None
        )
        return
    if name == "lock_timeout" and value is not None and value > TOO_LONG:
        message = f"with lock_timeout at {text} everybody may queue behind this for more than 10 s"
        yield hazard("lock-timeout-too-long", step.index, (), message, "SET lock_timeout = '2s';")
    after = step.timeouts.after(step.node, in_transaction=step.transaction is not None)
    if value and after.statement and after.lock >= after.statement:
        message = "statement_timeout is not longer than lock_timeout, which therefore has no effect"
        yield hazard("ineffective-timeout", step.index, (), message)


def _cancels(step: Step) -> Iterator[Hazard]:
    if step.node.kind not in ("IndexStmt", "ReindexStmt") or not is_concurrent(step.node):
        return
    lock, statement = step.timeouts.lock, step.timeouts.statement
    names = [
        n
        for n, v, short in (
            ("lock_timeout", lock, SHORT_LOCK),
            ("statement_timeout", statement, SHORT_STATEMENT),
        )
        if 0 < v < short
    ]
    if names:
        message = f"{' and '.join(names)} may cancel the build, which leaves an INVALID index behind"
        safer = "\n".join(f"SET {name} = 0;" for name in names)
        yield hazard("timeout-may-cancel-concurrent-build", step.index, (), message, safer)


FAMILY = Family(
    "timeouts",
    frozenset(
        {"missing-lock-timeout", "ineffective-timeout", "lock-timeout-too-long",
         "timeout-may-cancel-concurrent-build"}
    ),
    look,
)  # fmt: skip
