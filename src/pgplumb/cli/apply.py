"""`pgplumb apply PLAN [TARGET]`: runs a plan, guarded and resumable. Nothing runs that was not shown and confirmed."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.apply_order import Order, controls_of, order_of
from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, FINDINGS, INTERRUPTED, NO_PRIVILEGE, NO_SERVER, USAGE, UsageError, say

if TYPE_CHECKING:
    from pgplumb.cli.apply_keys import Keys
    from pgplumb.cli.writers.apply_json import JsonWriter
    from pgplumb.cli.writers.apply_text import Writer
    from pgplumb.migrate.apply.controls import Controls
    from pgplumb.migrate.apply.events import Event
    from pgplumb.migrate.apply.log import Log
    from pgplumb.migrate.apply.preflight.look import Preflight
    from pgplumb.migrate.apply.runner import Runner
    from pgplumb.migrate.apply.standing import Standing

NAME = "apply"
HELP = "Run a migration plan, step by step, guarded and resumable."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a plan file, as the composer saves it")
    add_target(parser)
    group = parser.add_argument_group("what to do")
    group.add_argument(
        "--confirm",
        metavar="DBNAME",
        help="run it: the name of the database that it changes (without a terminal)",
    )
    group.add_argument("--resume", action="store_true", help="go on with a plan that was begun here")
    group.add_argument("--down", action="store_true", help="take back what was done, last step first")
    group.add_argument("--dry-run", action="store_true", help="show what would run, and ask nothing")
    group.add_argument(
        "--gate-passed",
        metavar="N",
        type=int,
        action="append",
        default=[],
        help="what the gate before step N asks for is done; may be given several times",
    )
    group.add_argument(
        "--waive",
        metavar="ID=REASON",
        action="append",
        default=[],
        help="run although this item of the pre-flight list fails; the reason is recorded",
    )
    group.add_argument(
        "--was-done", metavar="N", type=int, help="the interrupted statement of step N was done"
    )
    group.add_argument(
        "--not-done", metavar="N", type=int, help="the interrupted statement of step N was not done"
    )
    group.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text (default), or json: one document at the end; it asks nothing, so --confirm is needed to run",
    )
    group = parser.add_argument_group("how patiently")
    group.add_argument(
        "--attempts", metavar="N", type=int, help="tries to get the locks of a step (default: 20)"
    )
    group.add_argument(
        "--max-lag", metavar="SECONDS", type=float, help="a backfill waits for replicas (default: 10)"
    )
    group.add_argument(
        "--min-free", metavar="BYTES", type=int, help="disk that must stay free (default: 1073741824)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Show the plan and the pre-flight list, have it confirmed, run it."""
    from pgplumb.migrate.apply.refused import Refused

    try:
        return _execute(arguments)
    except Refused as refused:
        say(f"pgplumb: {refused}")
        return USAGE if refused.usage else FINDINGS


def _execute(arguments: argparse.Namespace) -> int:
    from pgplumb.cli.terminal import Screen
    from pgplumb.cli.writers.apply_json import JsonWriter
    from pgplumb.cli.writers.apply_text import Writer

    order, controls = order_of(arguments), controls_of(arguments)
    if arguments.format == "json":
        with closing(JsonWriter(order.plan, order.direction)) as document:
            return _look_and_run(arguments, order, controls, document)
    screen = Screen.of(sys.stdout)
    writer = Writer(screen, order.plan, order.direction, live=sys.stdout.isatty())
    return _look_and_run(arguments, order, controls, writer)


def _look_and_run(
    arguments: argparse.Namespace, order: Order, controls: Controls, writer: Writer | JsonWriter
) -> int:
    from pgplumb.migrate.apply.may_begin import refuse

    now, found = _look(order)
    refuse(order.plan, now, order.direction, arguments.resume or arguments.dry_run, order.commands)
    writer.head(order.target, found.database, now)
    if order.direction == "up" and now.done == len(order.plan.steps) and now.open is None:
        writer.line(f"Nothing to do: it was applied by {now.who} on {now.at:%Y-%m-%d %H:%M %Z}.")
        return DONE
    writer.steps(now)
    writer.preflight(found, order.waived)
    failing = found.failing(frozenset(order.waived))
    if failing:
        say(
            f"pgplumb: the plan was not run: {failing[0].title}: no, {failing[0].evidence}. {failing[0].next_step}"
        )
        return NO_PRIVILEGE if all(item.privilege for item in failing) else FINDINGS
    if arguments.dry_run or not _confirmed(arguments, order, found.database):
        return DONE
    return _run(order, controls, writer, found.database)


def _look(order: Order) -> tuple[Standing, Preflight]:
    """Read where the plan stands and what there is to know before it runs; nothing is changed."""
    from pgplumb.cli.connect import connected
    from pgplumb.migrate.apply import history
    from pgplumb.migrate.apply.preflight.look import look
    from pgplumb.migrate.apply.standing import standing

    with connected(order.target) as session, connected(order.target) as other:
        now = standing(history.read(session, order.plan.id))
        first = max(now.done, 0)
        steps = order.plan.steps[first:] if order.direction == "up" else order.plan.steps[: first + 1]
        return now, look(session, order.plan, steps, order.direction, order.limits, other=other)


def _confirmed(arguments: argparse.Namespace, order: Order, database: str) -> bool:
    """Have the database's name given. Raises UsageError for another one."""
    from pgplumb.foundation.text import sanitise

    given: str | None = arguments.confirm
    if given is None:
        if not sys.stdin.isatty() or arguments.format == "json":
            say(f"pgplumb: nothing was run. Give --confirm {shlex.quote(database)} to run it.")
            return False
        where = f" ({order.target.environment})" if order.target.environment else ""
        print(f"Type the name of the database{where} to run it, nothing to leave: ", end="", flush=True)
        given = sys.stdin.readline().strip()
        if not given:
            say("pgplumb: nothing was run.")
            return False
    if given != database:
        raise UsageError(
            f"the database is called {sanitise(database)}, not {sanitise(given)}. Nothing was run: check the target."
        )
    return True


def _run(order: Order, controls: Controls, writer: Writer | JsonWriter, database: str) -> int:
    from pgplumb.cli.apply_keys import Keys
    from pgplumb.migrate.apply.log import Log
    from pgplumb.migrate.apply.runner import Runner

    note = "; ".join(f"waived {name}: {reason}" for name, reason in order.waived.items()) or None
    runner = Runner(
        order.plan,
        order.target,
        direction=order.direction,
        resume=True,
        controls=controls,
        limits=order.limits,
        commands=order.commands,
        note=note,
    )
    with (
        closing(Log(order.plan.id, database, order.target.label)) as log,
        Keys(controls, wanted=writer.for_people) as keys,
        _signals(controls),
    ):
        last = _follow(runner, writer, log, keys)
    return _status(last)


def _follow(runner: Runner, writer: Writer | JsonWriter, log: Log, keys: Keys) -> Event | None:
    """Show every event and answer those that ask; return the last."""
    from pgplumb.migrate.apply.events import GateReached, GaveUp

    last = None
    with closing(runner.run()) as events:
        for event in events:
            last = event
            log.write(event)
            writer.event(event)
            if isinstance(event, GateReached) and keys.ask(
                f"Type {event.step} when that is done, nothing to stop here: ", str(event.step)
            ):
                runner.controls.pass_gate(event.step)
            elif isinstance(event, GaveUp) and keys.ask(
                "Type again to keep trying, nothing to stop: ", "again"
            ):
                runner.controls.keep_trying(event.step)
    return last


@contextmanager
def _signals(controls: Controls) -> Iterator[None]:
    """Let ctrl+c and SIGTERM stop the run cleanly; a second ctrl+c does not wait for that."""

    def stop(number: int, _frame: object) -> None:
        if controls.stopping and number == signal.SIGINT:
            raise KeyboardInterrupt
        controls.stop()

    before = {
        number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _status(last: Event | None) -> int:
    from pgplumb.migrate.apply.events import Failed, Finished, Stopped

    if isinstance(last, Finished):
        return DONE
    if isinstance(last, Failed):
        return NO_PRIVILEGE if last.sqlstate == "42501" else FINDINGS
    if isinstance(last, Stopped):
        return {"asked": INTERRUPTED, "lost": NO_SERVER}.get(last.reason, FINDINGS)
    return FINDINGS
