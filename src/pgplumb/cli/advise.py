"""`pgplumb advise [TARGET]`: indexes worth having for a workload, each one tried in the twin."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, UsageError
from pgplumb.cli.twins import add_sample_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgplumb.server.session import Session
    from pgplumb.workload.advisor.advice import Advice
    from pgplumb.workload.advisor.workload import Entry

_SHOW_ALL = "Have pg_read_all_stats granted, or give the workload with --workload FILE."
NAME = "advise"
HELP = "Advise indexes for a workload, each tried in a twin of the database."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_target(parser)
    group = parser.add_argument_group("what for")
    group.add_argument(
        "--workload",
        type=Path,
        metavar="FILE",
        help='a JSON list of {"query", "calls", "rows"}; pg_stat_statements by default',
    )
    add_sample_values(group)
    group.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def execute(arguments: argparse.Namespace) -> int:
    """Read the workload, price every candidate in a twin, print the advice."""
    from dataclasses import replace

    from pgplumb.catalog.reader import read_whole
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.cli.twins import twin_of
    from pgplumb.cli.workload_file import read_workload
    from pgplumb.foundation.config import load_config
    from pgplumb.workload.advisor.advise import advise

    entries = read_workload(arguments.workload) if arguments.workload else None
    with ExitStack() as stack:
        session = stack.enter_context(connected(named_target(arguments, load_config())))
        step = stack.enter_context(progress())
        step("the workload")
        workload, hidden = (entries, None) if entries is not None else _from_server(session)
        step("the catalog")
        catalog, statistics = read_whole(session)
        queries = [entry.query for entry in workload]
        kept = not arguments.no_sample_values
        twin = stack.enter_context(twin_of(session, queries, step, sample_values=kept))
        step("candidates in the twin")
        advice = advise(catalog, statistics, workload, twin.planning)
    if hidden is not None:
        advice = replace(advice, notes=(hidden, *advice.notes))
    _print(advice, arguments.format)
    return DONE


def _from_server(session: Session) -> tuple[Sequence[Entry], str | None]:
    """Return what pg_stat_statements has of this database, and what it hides from this role.

    Raises QueryError where it hides all, and as `queries` does where there is nothing.
    """
    from pgplumb.cli.statements import read_all
    from pgplumb.foundation.text import count
    from pgplumb.server.errors import QueryError
    from pgplumb.workload.advisor.workload import from_statements

    statements = read_all(session, with_texts=True)
    found = from_statements(statements)
    hidden = None
    if statements.hidden_entries:
        hidden = f"{count(statements.hidden_calls)} calls of other roles are hidden: no advice is for them"
        if not found:
            raise QueryError("there is no workload to see", hidden, _SHOW_ALL, sqlstate="42501")
        hidden = f"{hidden}. {_SHOW_ALL}"
    if not found:
        raise UsageError(
            "pg_stat_statements has counted no statement of this database yet. Wait for its workload,"
            " or give one with --workload FILE."
        )
    return found, hidden


def _print(advice: Advice, form: str) -> None:
    from pgplumb.cli.terminal import Screen, emit

    if form == "json":
        from pgplumb.cli.writers import advise_json

        emit(advise_json.write(advice))
    else:
        from pgplumb.cli.writers import advise_text

        emit(advise_text.write(advice, Screen.of(sys.stdout)))
