"""The command `pgplumb`: finds the subcommand, runs it, and turns what goes wrong into one line and a status.

Only the chosen command's module is asked to do anything; what it needs it imports when it runs, so that
`pgplumb --help` costs little more than Python itself.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from pgplumb import __version__
from pgplumb.cli import failures
from pgplumb.cli.arguments import TARGET_OPTIONS, Parser

COMMANDS = (
    *("check", "rules", "rls", "queries", "plan", "advise", "lint", "compose", "apply"),
    *("snapshot", "diff", "demo"),
)
"""Subcommands in the order of the help; each is a module of this package by that name."""

DEFAULT = "open"
"""What runs where no subcommand is named."""


class Command(Protocol):
    """The shape of a command's module."""

    NAME: str
    HELP: str
    configure: Callable[[argparse.ArgumentParser], None]
    execute: Callable[[argparse.Namespace], int]


def run() -> int:
    """Run the command line of this process; the console script."""
    return main(sys.argv[1:])


def main(argv: Sequence[str]) -> int:
    """Run a command line and return its exit status; see `failures` for what the numbers mean."""
    debug = "--debug" in argv
    try:
        name, rest = split_command(argv)
        command = load(name)
        parser = _parser(command)
        arguments = parser.parse_intermixed_args(rest)
        return command.execute(arguments)
    except SystemExit as stop:
        if isinstance(stop.code, str):
            failures.say(stop.code)
            return failures.USAGE
        return stop.code or failures.DONE
    except BaseException as error:
        if debug and isinstance(error, Exception):
            raise
        return failures.report(error)


def load(name: str) -> Command:
    """Return a command's module."""
    return cast(Command, importlib.import_module(f"pgplumb.cli.{name}"))


def split_command(argv: Sequence[str]) -> tuple[str, list[str]]:
    """Return the command's name and the other arguments.

    The first bare word names the command if it is one; else it is a target. Values of the options that say
    where to connect are passed over, so that a database named like a command can be given with -d.
    """
    takes_value = {option for names, _ in TARGET_OPTIONS for option in names} | {"--offline"}
    position = 0
    while position < len(argv):
        word = argv[position]
        if word == "--":
            break
        if word in takes_value:
            position += 2
            continue
        if not word.startswith("-"):
            if word in COMMANDS:
                return word, [*argv[:position], *argv[position + 1 :]]
            break
        position += 1
    return DEFAULT, list(argv)


def _parser(command: Command) -> Parser:
    default = command.NAME == DEFAULT
    parser = Parser(prog="pgplumb" if default else f"pgplumb {command.NAME}", description=command.HELP)
    command.configure(parser)
    group = parser.add_argument_group("general")
    group.add_argument("--help", action="help", help="show this and stop")
    if default:
        group.add_argument(
            "--version", action="version", version=f"pgplumb {__version__}", help="show the version"
        )
        parser.epilog = _commands()
    group.add_argument("--debug", action="store_true", help="show a traceback where something fails")
    return parser


def _commands() -> str:
    lines = [f"  {name:<12}{load(name).HELP}" for name in COMMANDS]
    return "\n".join(["commands:", *lines, "", "`pgplumb COMMAND --help` says more about one of them."])
