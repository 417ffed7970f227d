"""`pgplumb diff A B`: two catalogs by name, each a saved one or that of a server."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import TARGET_HELP, add_target
from pgplumb.cli.failures import DONE, FINDINGS

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog

NAME = "diff"
HELP = "Compare two catalogs by name: saved ones, or those of servers."

_SUFFIXES = (".snapshot", ".gz", ".json", ".pgplumb")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.usage = "pgplumb diff [-h HOST] [-p PORT] [-U USERNAME] [--format text|json] [--exit-code] A B"
    each = f"a file made by `pgplumb snapshot`, or {TARGET_HELP.partition(';')[0]}"
    parser.add_argument("before", metavar="A", help=f"what was: {each}")
    parser.add_argument("after", metavar="B", help="what is: the same")
    add_target(parser, positional=False)
    group = parser.add_argument_group("what to report")
    group.add_argument("--exit-code", action="store_true", help="exit with status 1 where anything differs")
    group.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def execute(arguments: argparse.Namespace) -> int:
    """Read both, compare them, print the answer."""
    from pgplumb.catalog.diff import diff
    from pgplumb.cli.terminal import Screen, emit
    from pgplumb.cli.writers import diff_json, diff_text

    before, after = (_catalog(arguments, word) for word in (arguments.before, arguments.after))
    found = diff(before, after)
    if arguments.format == "json":
        emit(diff_json.write(before, after, found))
    else:
        emit(diff_text.write(before, after, found, Screen.of(sys.stdout)))
    return FINDINGS if arguments.exit_code and found.differences else DONE


def _catalog(arguments: argparse.Namespace, word: str) -> Catalog:
    """Return the catalog of a file where there is one of that name, else of a target."""
    if is_file(word):
        from pgplumb.checks.saved import open_facts
        from pgplumb.foundation.profile import Profile

        return open_facts(Path(word), Profile()).facts.catalog
    from pgplumb.catalog.reader import read_expressions, read_structure, with_expressions
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.foundation.config import load_config

    named = argparse.Namespace(**{**vars(arguments), "target": word})
    with connected(named_target(named, load_config())) as session, progress() as step:
        step("catalog")
        reading = read_structure(session)
        step("expressions")
        return with_expressions(reading, read_expressions(session)).catalog


def is_file(word: str) -> bool:
    """Whether an argument means a file: one that is there, or that can be nothing else."""
    if "=" in word or "://" in word or word.startswith("@"):
        return Path(word).is_file()
    return Path(word).is_file() or "/" in word or word.endswith(_SUFFIXES)
