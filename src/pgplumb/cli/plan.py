"""`pgplumb plan [TARGET]`: plans of queries, on the target and in its twin, with what can be learnt from them."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, UsageError
from pgplumb.cli.twins import add_twin, check_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.plan_answer import PlanAnswer
    from pgplumb.server.session import Session

NAME = "plan"
HELP = "Show plans of queries, on the server or in its twin, also at ten times the data."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_target(parser)
    group = parser.add_argument_group("what to plan")
    group.add_argument(
        "--query",
        metavar="SQL",
        action="append",
        default=[],
        help="one statement; may hold $1, $2; may be given several times",
    )
    group.add_argument(
        "--workload", type=Path, metavar="FILE", help='a JSON list of {"query", "calls", "rows"}'
    )
    group.add_argument(
        "--where",
        choices=("target", "twin", "both"),
        help="on the target (default), in a twin of it (default with --scale and --from-dump), or both",
    )
    group.add_argument(
        "--scale", type=float, metavar="N", default=1.0, help="N times the rows and pages, of the twin alone"
    )
    group.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    add_twin(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Plan every query and print the answers."""
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.foundation.config import load_config

    queries = _queries(arguments)
    where = _where(arguments)
    with ExitStack() as stack:
        step = stack.enter_context(progress())
        session = None
        if arguments.from_dump is None:
            session = stack.enter_context(connected(named_target(arguments, load_config())))
        answer = _answer(arguments, queries, where, session, stack, step)
    print_plan(answer, arguments.format)
    return DONE


def _answer(
    arguments: argparse.Namespace,
    queries: Sequence[str],
    where: str,
    session: Session | None,
    stack: ExitStack,
    step: Step,
) -> PlanAnswer:
    from pgplumb.catalog.reader import read_whole
    from pgplumb.cli.twins import twin_of, twin_of_dump
    from pgplumb.cli.writers.plan_answer import PlanAnswer
    from pgplumb.workload.insights.context import Context
    from pgplumb.workload.planned import plan_query

    context, planning, twin = Context(), None, None
    if session is not None:
        step("the catalog")
        catalog, statistics = read_whole(session)
        context = Context(catalog, statistics)
    if where != "target":
        if session is None:
            twin = stack.enter_context(twin_of_dump(arguments.from_dump, step))
        else:
            kept = not arguments.no_sample_values
            twin = stack.enter_context(twin_of(session, queries, step, sample_values=kept))
        planning = twin.planning(arguments.scale)
    step("plans")
    target = session if where != "twin" else None
    plans = tuple(plan_query(query, target, planning, context) for query in queries)
    notes = planning.gaps.notes if planning is not None else ()
    version = twin.server_version if twin is not None else None
    return PlanAnswer(plans, where, arguments.scale, version, notes)


def _queries(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Return the texts to plan. Raises UsageError where there are none."""
    found = list(arguments.query)
    if arguments.workload is not None:
        from pgplumb.cli.workload_file import read_workload

        found += [entry.query for entry in read_workload(arguments.workload)]
    if not found:
        raise UsageError("there is nothing to plan. Give --query SQL or --workload FILE.")
    return tuple(found)


def _where(arguments: argparse.Namespace) -> str:
    """Return where to plan. Raises UsageError for options that contradict each other."""
    scaled = arguments.scale != 1
    check_scale(arguments.scale)
    where: str = arguments.where or ("twin" if scaled or arguments.from_dump else "target")
    if scaled and where == "target":
        raise UsageError("--scale changes the twin, not the target. Use it with --where twin or both.")
    if arguments.from_dump and where != "twin":
        raise UsageError("--from-dump has no server to ask. Use it with --where twin.")
    return where


def print_plan(answer: PlanAnswer, form: str) -> None:
    """Write plans in the form that was asked for."""
    from pgplumb.cli.terminal import Screen, emit

    if form == "json":
        from pgplumb.cli.writers import plan_json

        emit(plan_json.write(answer))
    else:
        from pgplumb.cli.writers import plan_text

        emit(plan_text.write(answer, Screen.of(sys.stdout)))
