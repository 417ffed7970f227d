"""`pgplumb rules [ID]`: the rule reference, without a server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from pgplumb.cli.failures import DONE

NAME = "rules"
HELP = "List the rules, or say everything about one of them."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "rule", nargs="?", metavar="ID", help="the rule to explain; without it all are listed"
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown"),
        default="text",
        help="text (default), json or markdown",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print the reference."""
    from pgplumb.cli.check import chosen_rules
    from pgplumb.cli.terminal import Screen, emit
    from pgplumb.cli.writers import rules_json, rules_markdown, rules_text

    rules = chosen_rules([arguments.rule] if arguments.rule else [])
    lines: Iterable[str]
    if arguments.format == "json":
        lines = rules_json.write(rules)
    elif arguments.format == "markdown":
        lines = rules_markdown.page(rules[0]) if arguments.rule else rules_markdown.contents(rules)
    else:
        screen = Screen.of(sys.stdout)
        lines = rules_text.explain(rules[0], screen) if arguments.rule else rules_text.table(rules, screen)
    emit(lines)
    return DONE
