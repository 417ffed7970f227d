"""`pgplumb lint FILE...`: what migrations that others wrote would do to a running system."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import TARGET_HELP, add_target
from pgplumb.cli.failures import DONE, FINDINGS, UsageError, say

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.lint_answer import LintAnswer
    from pgplumb.migrate.hazards.step import Mode
    from pgplumb.migrate.lint.answer import Linted
    from pgplumb.migrate.lint.texts import Text
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.twin import Twin

NAME = "lint"
HELP = "Judge migration files: what they lock, rewrite and read, what fails and what is lost."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="SQL, or a migration or folder of a migration tool",
    )
    group = parser.add_argument_group("what they run on")
    group.add_argument("--target", metavar="TARGET", help=f"take schema and facts from: {TARGET_HELP}")
    group.add_argument(
        "--setup", type=Path, action="append", default=[], metavar="FILE",
        help="SQL that builds the schema, rows included, in a server of its own; may be given several times",
    )  # fmt: skip
    group.add_argument(
        "--mode", choices=("transaction", "autocommit"),
        help="how plain SQL runs: as one transaction (default) or statement by statement",
    )  # fmt: skip
    group.add_argument("--sequence", action="store_true", help="each file starts where the one before ended")
    group.add_argument(
        "--no-rehearse", action="store_true", help="run nothing in a twin: read the text alone"
    )
    group = parser.add_argument_group("what to report")
    group.add_argument(
        "--fail-on", choices=("error", "warning", "never"), default="error",
        help="the severity from which on hazards give exit status 1 (default: error)",
    )  # fmt: skip
    group.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="text (default), json or sarif"
    )
    add_target(parser, positional=False)


def execute(arguments: argparse.Namespace) -> int:
    """Judge every file and print the answer."""
    from pgplumb.cli.connect import progress
    from pgplumb.cli.writers.lint_answer import LintAnswer

    texts = _texts(arguments.files, arguments.mode)
    with progress() as step, _place(arguments, step) as (twin, catalog):
        files = tuple(_judged(texts, twin, catalog, sequence=arguments.sequence, step=step))
    answer = LintAnswer(files)
    _print(answer, arguments.format)
    return FINDINGS if answer.reaches(arguments.fail_on) else DONE


def _texts(paths: Sequence[Path], mode: Mode | None) -> tuple[Text, ...]:
    from pgplumb.migrate.formats.parts.model import FormatError
    from pgplumb.migrate.lint.texts import texts_at

    try:
        return tuple(text for path in paths for text in texts_at(path, mode))
    except FormatError as error:
        raise UsageError(str(error)) from None


def _judged(
    texts: Sequence[Text],
    twin: Twin | Workshop | None,
    catalog: Catalog | None,
    *,
    sequence: bool,
    step: Step,
) -> Iterator[Linted]:
    """Judge one text after the other."""
    from dataclasses import replace

    from pgplumb.migrate.lint.judge import lint

    earlier: list[tuple[str, Mode]] = []
    known = catalog
    lost: tuple[str, ...] = ()
    for text in texts:
        step(text.path)
        found = lint(
            text.sql,
            path=text.path,
            mode=text.mode,
            catalog=known,
            twin=twin,
            earlier=tuple(earlier),
            unknown=(*text.unknown, *lost),
            look_after=sequence,
        )
        yield replace(found, catalog_after=None)
        if sequence:
            earlier.append((text.sql, text.mode))
            if catalog is not None and found.catalog_after is None:
                lost = (f"what is there after {text.path} is not known",)
            known = found.catalog_after or known


@contextmanager
def _place(
    arguments: argparse.Namespace, step: Step
) -> Iterator[tuple[Twin | Workshop | None, Catalog | None]]:
    """Give where files are rehearsed, and the catalog of what they run on."""
    named = [arguments.target, arguments.host, arguments.port, arguments.username, arguments.dbname]
    targeted = any(value is not None for value in named)
    if targeted and arguments.setup:
        raise UsageError("--target and --setup both say what the files run on. Give one of them.")
    if targeted:
        with _of_target(arguments, step) as place:
            yield place
    elif arguments.setup or not arguments.no_rehearse:
        with _of_setup(arguments, step) as place:
            yield place
    else:
        yield None, None


@contextmanager
def _of_target(arguments: argparse.Namespace, step: Step) -> Iterator[tuple[Twin | None, Catalog]]:
    """Read a live database, on which nothing is run, and start its twin."""
    from pgplumb.catalog.reader import read_whole
    from pgplumb.cli.connect import connected, named_target
    from pgplumb.foundation.config import load_config
    from pgplumb.twin.source import read_source
    from pgplumb.twin.twin import Twin

    source = None
    with connected(named_target(arguments, load_config())) as session:
        step("the catalog")
        catalog, _ = read_whole(session)
        if not arguments.no_rehearse:
            step("the schema for a twin")
            source = read_source(session)
    if source is None:
        yield None, catalog
        return
    step("the twin")
    with Twin.start(source) as twin:
        yield twin, catalog


@contextmanager
def _of_setup(arguments: argparse.Namespace, step: Step) -> Iterator[tuple[Workshop | None, Catalog | None]]:
    """Build what the files of --setup say; an empty database where there are none."""
    from pgplumb.migrate.formats.parts.files import read_text
    from pgplumb.migrate.formats.parts.model import FormatError
    from pgplumb.migrate.rehearsal.workshop import SetupFailed, Workshop
    from pgplumb.server.embedded import EmbeddedError

    try:
        files = [(str(path), read_text(path)) for path in arguments.setup]
        step("the setup" if files else "an empty schema")
        workshop = Workshop.start(files)
    except (FormatError, SetupFailed) as error:
        raise UsageError(f"the setup cannot be built: {error}") from None
    except EmbeddedError as error:
        if arguments.setup:
            raise
        say(f"pgplumb: nothing is rehearsed: {error}")
        yield None, None
        return
    with workshop:
        for gap in workshop.gaps:
            say(f"pgplumb: left out of the setup: {gap}")
        catalog = without_cage(workshop.read()[0]) if files else None
        yield (None if arguments.no_rehearse else workshop), catalog


def without_cage(catalog: Catalog) -> Catalog:
    """Return a catalog in which sessions begin without the timeouts of the cage, as they do on a new server."""
    from dataclasses import replace

    free = {
        name: replace(setting, value="0", reset_value="0")
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        if (setting := catalog.settings.get(name)) is not None
    }
    return replace(catalog, settings={**catalog.settings, **free})


def _print(answer: LintAnswer, form: str) -> None:
    from pgplumb.cli.terminal import Screen, emit
    from pgplumb.cli.writers import lint_json, lint_sarif, lint_text

    if form == "json":
        emit(lint_json.write(answer))
    elif form == "sarif":
        emit(lint_sarif.write(answer))
    else:
        emit(lint_text.write(answer, Screen.of(sys.stdout)))
