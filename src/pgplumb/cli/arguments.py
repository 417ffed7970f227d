"""Arguments that commands share: where to connect, as psql takes it, and a parser with one-line errors."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    from pgplumb.foundation.config import Config
    from pgplumb.server.target import Target

TARGET_HELP = (
    "a database name, a URI, a key=value string, or @NAME of a saved connection;"
    " without it PG* and libpq's defaults"
)

TARGET_OPTIONS = (
    (("-h", "--host"), "the server's host name or socket directory"),
    (("-p", "--port"), "the server's port"),
    (("-U", "--username"), "the role to connect as"),
    (("-d", "--dbname"), "the database, or a connection string"),
)
"""As psql has them; -h is the host, so help is --help alone."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with the next step, and whose help keeps its line breaks."""

    def __init__(self, prog: str, description: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(f"{message}. See `{self.prog} --help`.")


def add_target(parser: argparse.ArgumentParser, *, positional: bool = True) -> None:
    """Add TARGET and -h -p -U -d."""
    if positional:
        parser.add_argument("target", nargs="?", metavar="TARGET", help=TARGET_HELP)
    group = parser.add_argument_group("where to connect")
    for names, help_text in TARGET_OPTIONS:
        group.add_argument(*names, help=help_text, metavar=names[1][2:].upper())


def target_of(arguments: argparse.Namespace, config: Config) -> Target:
    """Return the target that the arguments name. Raises ConnectError for one that cannot be read."""
    from pgplumb.server.target import Target

    return Target.from_arguments(
        arguments.target,
        arguments.host,
        arguments.port,
        arguments.username,
        arguments.dbname,
        config=config,
    )
