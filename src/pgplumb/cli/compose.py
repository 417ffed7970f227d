"""`pgplumb compose INTENT [TARGET] --set KEY=VALUE...`: the composer without the UI. Nothing is run on the target."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import add_target
from pgplumb.cli.failures import DONE, FINDINGS, UsageError, say

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.compose_answer import ComposeAnswer
    from pgplumb.migrate.change import Intent
    from pgplumb.migrate.plan import Plan
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.twin import Twin

NAME = "compose"
HELP = "Write a migration from what is wanted: its steps, its locks, and the way back."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("intent", nargs="?", metavar="INTENT", help="what is wanted; --list names them")
    add_target(parser)
    group = parser.add_argument_group("what is wanted")
    group.add_argument(
        "--list", action="store_true", help="name the intents, or the fields of INTENT, and run nothing"
    )
    group.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
        help="a field: text, A,B for a list, NAME=VALUE,... for options, or JSON; may be given several times",
    )  # fmt: skip
    group.add_argument(
        "--setup", type=Path, action="append", default=[], metavar="FILE",
        help="instead of a TARGET, SQL that builds the schema, rows included; may be given several times",
    )  # fmt: skip
    group.add_argument(
        "--strategy",
        choices=("direct", "online", "shim"),
        help="the way to do it (default: the intent's own)",
    )
    group = parser.add_argument_group("what to try")
    group.add_argument("--prove", action="store_true", help="try the way back in the twin")
    group.add_argument(
        "--no-rehearse", action="store_true", help="run nothing in a twin: read the text alone"
    )
    group = parser.add_argument_group("what to write")
    group.add_argument("--format", choices=("sql", "json"), default="sql", help="sql (default) or json")
    group.add_argument("--plan", type=Path, metavar="FILE", help="save the plan, as `pgplumb apply` runs it")
    group.add_argument(
        "--export", metavar="TOOL", help="the files of a migration tool instead: alembic, flyway, ..."
    )
    group.add_argument("-o", dest="folder", type=Path, metavar="DIR", help="write those files to a folder")


def execute(arguments: argparse.Namespace) -> int:
    """Compose, look, and print."""
    from pgplumb.cli.compose_fields import intent_named, plan_for, typed_values, with_strategy
    from pgplumb.cli.connect import progress

    _check(arguments)
    if arguments.list:
        return _list(arguments)
    of = intent_named(arguments.intent)
    typed = typed_values(of, arguments.settings)
    with progress() as step, _place(arguments, step) as (twin, catalog):
        plan = plan_for(of, typed, catalog or _nothing(), known=catalog is not None)
        plan = with_strategy(plan, arguments.strategy)
        answer = _answer(of, plan, catalog, twin, step, prove=arguments.prove)
    if arguments.plan is not None:
        _save(plan, arguments.plan)
    try:
        if arguments.export is not None:
            _export(answer, arguments.export, arguments.folder)
        else:
            _print(answer, arguments.format)
    except UnicodeEncodeError:
        raise UsageError(
            f"standard output takes {sys.stdout.encoding} alone, which the SQL is not. Set PYTHONIOENCODING=utf-8."
        ) from None
    return _status(answer)


def _check(arguments: argparse.Namespace) -> None:
    """Raise UsageError for arguments that do not go together."""
    from pgplumb.cli.places import names_target
    from pgplumb.migrate.formats import format_names

    if not arguments.list and arguments.intent is None:
        raise UsageError("say what is wanted: `pgplumb compose INTENT --set ...`. --list names the intents.")
    if names_target(arguments) and arguments.setup:
        raise UsageError("TARGET and --setup both say what the schema is. Give one of them.")
    if arguments.export is not None and arguments.export not in format_names():
        raise UsageError(
            f"there is no tool {arguments.export} to export to: there is {', '.join(format_names())}."
        )
    if arguments.folder is not None and arguments.export is None:
        raise UsageError("-o says where the files of a tool go: add --export TOOL.")
    if arguments.export is not None and arguments.format == "json":
        raise UsageError("--export writes the files of a tool, --format json a document. Give one of them.")


def _list(arguments: argparse.Namespace) -> int:
    from pgplumb.cli.compose_fields import intent_named, typed_values
    from pgplumb.cli.connect import progress
    from pgplumb.cli.terminal import Screen, emit
    from pgplumb.cli.writers import compose_list
    from pgplumb.migrate.intents import intent, intent_names

    one = arguments.intent is not None
    found = [intent_named(arguments.intent)] if one else [intent(name) for name in intent_names()]
    chosen = typed_values(found[0], arguments.settings) if one else {}
    arguments.no_rehearse, arguments.prove = True, False
    with progress() as step, _place(arguments, step) as (_, catalog):
        shown = catalog if one else None
    if arguments.format == "json":
        emit(compose_list.write_json(found, shown, chosen))
    else:
        emit(compose_list.write(found, shown, chosen, Screen.of(sys.stdout), whole=one))
    return DONE


@contextmanager
def _place(
    arguments: argparse.Namespace, step: Step
) -> Iterator[tuple[Twin | Workshop | None, Catalog | None]]:
    """Give where the plan is tried, and the catalog that it is written for; None where nothing says what is there."""
    from pgplumb.cli.places import names_target, of_setup, of_target

    rehearse = not arguments.no_rehearse or arguments.prove
    if names_target(arguments):
        with of_target(arguments, step, rehearse=rehearse) as place:
            yield place
    elif arguments.setup or arguments.prove:
        with of_setup(arguments.setup, step, rehearse=rehearse) as place:
            yield place
    else:
        yield None, None


def _nothing() -> Catalog:
    """Return the catalog of a new database: what is written for it runs on any server from 15 on."""
    from datetime import UTC, datetime

    from pgplumb.catalog.model import Catalog, Database, Schema

    database = Database(1, "postgres", 10, "UTF8", "C", "C", -1, None, 0, 0, None, None)
    public = Schema(2200, "public", 10, None)
    return Catalog(
        datetime(2000, 1, 1, tzinfo=UTC), 150000, "15", database, 10, False, schemas={public.oid: public}
    )


def _answer(
    of: Intent,
    plan: Plan,
    catalog: Catalog | None,
    twin: Twin | Workshop | None,
    step: Step,
    *,
    prove: bool,
) -> ComposeAnswer:
    from pgplumb.cli.writers.compose_answer import ComposeAnswer
    from pgplumb.migrate.judged import judge
    from pgplumb.migrate.proof import Proof
    from pgplumb.migrate.proof import prove as prove_steps

    step("what the plan does")
    judged = judge(plan.steps, catalog, twin)
    proof = None
    if prove and twin is None:
        proof = Proof(
            "unknown", "there is no server to try it in", unknown=("there is no server to try it in",)
        )
    elif prove and twin is not None:
        step("what the way back brings back")
        proof = prove_steps(twin, plan.steps)
    return ComposeAnswer(of, plan, judged, proof, twin is not None)


def _save(plan: Plan, path: Path) -> None:
    from pgplumb.migrate.plan_file import PlanFileError, save_plan

    try:
        save_plan(plan, path)
    except PlanFileError as error:
        raise UsageError(str(error)) from None
    say(f"pgplumb: the plan is in {path}. `pgplumb apply {path} TARGET` shows and runs it.")


def _export(answer: ComposeAnswer, tool: str, folder: Path | None) -> None:
    from datetime import UTC, datetime

    from pgplumb.cli.terminal import emit
    from pgplumb.cli.writers.compose_answer import proved_words
    from pgplumb.migrate.formats import migration_format
    from pgplumb.migrate.formats.parts.model import FolderState, FormatError

    made = migration_format(tool)
    try:
        state = FolderState() if folder is None else made.state(folder)
        files = made.write(answer.plan, datetime.now(UTC), state)
    except FormatError as error:
        raise UsageError(str(error)) from None
    if answer.proof is not None:
        say(f"pgplumb: the way back, tried in the twin: {proved_words(answer.proof)}: {answer.proof.why}")
    for note in made.notes:
        say(f"pgplumb: {made.title}: {note}")
    if folder is None:
        head = len(files) > 1
        emit(_shown(f"==> {f.path} <==\n{f.text}" if head else f.text) for f in files)
        return
    for file in files:
        _write(folder / file.path, file.text)
    emit(_shown(str(folder / file.path)) for file in files)


def _write(path: Path, text: str) -> None:
    from pgplumb.foundation.files import replace_file

    try:
        replace_file(path, text.encode("utf-8"), make_folders=True)
    except (OSError, UnicodeEncodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is not UTF-8"
        raise UsageError(f"{path} cannot be written: {why}. Choose another folder.") from None


def _print(answer: ComposeAnswer, form: str) -> None:
    from pgplumb.cli.terminal import emit
    from pgplumb.cli.writers import compose_json, compose_sql

    if form == "json":
        emit(compose_json.write(answer))
    else:
        emit(_shown(line) for line in compose_sql.write(answer))


def _shown(text: str) -> str:
    """Return a text as standard output may have it: a terminal gets nothing that it would act upon."""
    from pgplumb.foundation.text import sanitise_block

    return sanitise_block(text) if sys.stdout.isatty() else text


def _status(answer: ComposeAnswer) -> int:
    if answer.twin and answer.judged.executes is False:
        say(
            f"pgplumb: the plan fails in the twin ({answer.judged.sqlstate or 'at its end'}): see its hazards."
        )
        return FINDINGS
    return DONE
