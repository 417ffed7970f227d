"""`pgplumb queries [TARGET]`: what the database runs, by what it costs."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from time import sleep
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, UsageError
from pgplumb.cli.twins import check_scale

if TYPE_CHECKING:
    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.plan_answer import PlanAnswer
    from pgplumb.cli.writers.queries_answer import QueriesAnswer
    from pgplumb.server.session import Session

NAME = "queries"
HELP = "List the statements that take most of the time."
LIMIT = 20
LONGEST = 86_400.0
"""Seconds that `--seconds` may wait."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_target(parser)
    group = parser.add_argument_group("what to list")
    group.add_argument(
        "--seconds",
        type=_seconds,
        metavar="N",
        help="what runs in the next N seconds, instead of the totals since the last reset",
    )
    group.add_argument(
        "--limit", type=_limit, metavar="N", default=LIMIT, help=f"list N statements (default: {LIMIT})"
    )
    group.add_argument(
        "--plan", type=int, metavar="QUERYID", help="show the plan of one statement and what it tells"
    )
    group.add_argument(
        "--scale",
        type=float,
        metavar="N",
        default=1.0,
        help="with --plan: also its plan at N times the data, in a twin of the database",
    )
    group.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def execute(arguments: argparse.Namespace) -> int:
    """Read the statements and print them."""
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.cli.plan import print_plan
    from pgplumb.foundation.config import load_config

    if arguments.plan is None and arguments.scale != 1:
        raise UsageError("--scale is for one statement. Name it with --plan QUERYID.")
    check_scale(arguments.scale)
    with ExitStack() as stack:
        session = stack.enter_context(connected(named_target(arguments, load_config())))
        step = stack.enter_context(progress())
        if arguments.plan is not None:
            plan = _plan(arguments, session, stack, step)
        else:
            answer = read(session, arguments.seconds, arguments.limit, step)
            answer = _judged(session, answer, step)
    if arguments.plan is not None:
        print_plan(plan, arguments.format)
    else:
        _print(answer, arguments.format)
    return DONE


def read(session: Session, seconds: float | None, limit: int, step: Step) -> QueriesAnswer:
    """Return the statements of a database, or what ran in it while we waited."""
    from pgplumb.cli.statements import read_all
    from pgplumb.cli.writers.queries_answer import QueriesAnswer
    from pgplumb.server.capabilities import read_capabilities
    from pgplumb.workload.folding import fold
    from pgplumb.workload.period import Period

    with session.unit() as unit:
        capabilities = read_capabilities(unit)
    if seconds is None:
        step("statements")
        return QueriesAnswer(capabilities, fold(read_all(session, with_texts=True)), limit)
    period = Period()
    period.add(read_all(session, with_texts=False))
    step(f"statements for {seconds:g} s")
    sleep(seconds)
    ran = period.add(read_all(session, with_texts=True))
    return QueriesAnswer(capabilities, fold(ran), limit)


def _judged(session: Session, answer: QueriesAnswer, step: Step) -> QueriesAnswer:
    """Add what can be found out about the listed statements from their texts, plans and the catalog."""
    from dataclasses import replace

    from pgplumb.catalog.reader import read_whole
    from pgplumb.workload.plan import Plan, explain_all, search_path_of
    from pgplumb.workload.querylint.context import LintContext, schemas_of
    from pgplumb.workload.querylint.lint import lint_workload

    step("the catalog")
    catalog, statistics = read_whole(session)
    step("plans")
    entries = [entry for entry in answer.listed if entry.query is not None]
    found = explain_all(session, [entry.query or "" for entry in entries])
    plans = {e.queryid: p for e, p in zip(entries, found, strict=True) if isinstance(p, Plan)}
    path = catalog.setting("search_path") or "public"
    if entries:
        path = search_path_of(catalog, entries[0].userid) or path
    context = LintContext(
        catalog,
        statistics,
        schemas_of(path, catalog.role_name(catalog.current_role)),
        total_ms=answer.statements.total_ms,
        plans=plans,
    )
    findings = {entry.queryid: found for entry, found in lint_workload(entries, context)}
    return replace(answer, findings=findings)


def _plan(arguments: argparse.Namespace, session: Session, stack: ExitStack, step: Step) -> PlanAnswer:
    """Plan one statement by its queryid: on the target, and in a twin where a scale is asked for."""
    from pgplumb.catalog.reader import read_whole
    from pgplumb.cli.statements import read_all
    from pgplumb.cli.twins import twin_of
    from pgplumb.cli.writers.plan_answer import PlanAnswer
    from pgplumb.workload.insights.context import Context
    from pgplumb.workload.plan import search_path_of
    from pgplumb.workload.planned import plan_query

    step("statements")
    entry = next((e for e in read_all(session, with_texts=True).entries if e.queryid == arguments.plan), None)
    if entry is None or entry.query is None:
        raise UsageError(
            f"no statement that you may see has queryid {arguments.plan}. `pgplumb queries` lists them."
        )
    step("the catalog")
    catalog, statistics = read_whole(session)
    context = Context(catalog, statistics, rows_per_call=entry.rows_per_call)
    path = search_path_of(catalog, entry.userid)
    twin = stack.enter_context(twin_of(session, [entry.query], step)) if arguments.scale != 1 else None
    planning = twin.planning(arguments.scale) if twin is not None else None
    step("plans")
    planned = plan_query(entry.query, session, planning, context, path)
    where = "target" if twin is None else "both"
    notes = planning.gaps.notes if planning is not None else ()
    return PlanAnswer((planned,), where, arguments.scale, twin.server_version if twin else None, notes)


def _print(answer: QueriesAnswer, form: str) -> None:
    from pgplumb.cli.terminal import Screen, emit

    if form == "json":
        from pgplumb.cli.writers import queries_json

        emit(queries_json.write(answer))
    else:
        from pgplumb.cli.writers import queries_text

        emit(queries_text.write(answer, Screen.of(sys.stdout)))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds from 0.1 to {LONGEST:,.0f}")
    return seconds


def _limit(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no number of statements")
    return int(text)
