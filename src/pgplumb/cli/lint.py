"""`pgplumb lint FILE...`: what migrations that others wrote would do to a running system."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import TARGET_HELP, add_target
from pgplumb.cli.failures import DONE, FINDINGS, UsageError
from pgplumb.cli.places import names_target, of_setup, of_target

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.cli.connect import Step
    from pgplumb.cli.writers.lint_answer import LintAnswer
    from pgplumb.migrate.hazards.step import Mode
    from pgplumb.migrate.lint.answer import Linted
    from pgplumb.migrate.lint.texts import Text
    from pgplumb.migrate.probes import Answer
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.server.session import Session
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
    group.add_argument(
        "--no-probes", action="store_true",
        help="ask the target nothing about its rows and sessions; else each file's questions run there, read only,"
        " two seconds at most each, and are shown with their answers",
    )  # fmt: skip
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
    asked = _Asked(() if arguments.no_probes else texts[:1] if arguments.sequence else texts)
    with progress() as step, _place(arguments, step, asked) as (twin, catalog):
        files = tuple(_judged(texts, twin, catalog, asked, sequence=arguments.sequence, step=step))
    answer = LintAnswer(files)
    _print(answer, arguments.format)
    return FINDINGS if answer.reaches(arguments.fail_on) else DONE


class _Asked:
    """What the target says about the rows and sessions that decide whether migrations go well.

    Of a sequence only the first file meets the rows of now.
    """

    def __init__(self, texts: Sequence[Text]) -> None:
        self._texts = texts
        self.answers: dict[Text, tuple[Answer, ...]] = {}

    def ask(self, step: Step, session: Session, catalog: Catalog) -> None:
        """Ask about every text, read only."""
        from pgplumb.migrate.probes import probes_for, run

        for text in self._texts:
            probes = probes_for(text.sql, catalog, text.mode)
            if probes:
                step(f"what the target knows about {text.path}")
                self.answers[text] = run(session, probes, allow_rows=True)


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
    asked: _Asked,
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
            answers=asked.answers.get(text, ()),
        )
        yield replace(found, catalog_after=None)
        if sequence:
            earlier.append((text.sql, text.mode))
            if catalog is not None and found.catalog_after is None:
                lost = (f"what is there after {text.path} is not known",)
            known = found.catalog_after or known


@contextmanager
def _place(
    arguments: argparse.Namespace, step: Step, asked: _Asked
) -> Iterator[tuple[Twin | Workshop | None, Catalog | None]]:
    """Give where files are rehearsed, and the catalog of what they run on."""
    rehearse = not arguments.no_rehearse
    targeted = names_target(arguments)
    if targeted and arguments.setup:
        raise UsageError("--target and --setup both say what the files run on. Give one of them.")
    if targeted:
        with of_target(arguments, step, rehearse=rehearse, ask=partial(asked.ask, step)) as place:
            yield place
    elif arguments.setup or rehearse:
        with of_setup(arguments.setup, step, rehearse=rehearse) as place:
            yield place
    else:
        yield None, None


def _print(answer: LintAnswer, form: str) -> None:
    from pgplumb.cli.terminal import Screen, emit
    from pgplumb.cli.writers import lint_json, lint_sarif, lint_text

    if form == "json":
        emit(lint_json.write(answer))
    elif form == "sarif":
        emit(lint_sarif.write(answer))
    else:
        emit(lint_text.write(answer, Screen.of(sys.stdout)))
