"""`pgplumb snapshot [TARGET] FILE`: saves a catalog, to be opened without the server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.arguments import TARGET_HELP, add_target
from pgplumb.cli.failures import DONE, UsageError, say

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.unread import Unread
    from pgplumb.rls.access import AccessMatrix
    from pgplumb.rls.surface import Surface
    from pgplumb.server.session import Session

NAME = "snapshot"
HELP = "Save a catalog to a file that `pgplumb --offline FILE` opens."


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.usage = "pgplumb snapshot [-h HOST] [-p PORT] [-U USERNAME] [-d DBNAME] [TARGET] FILE"
    parser.add_argument(
        "words",
        nargs="+",
        metavar="[TARGET] FILE",
        help=f"{TARGET_HELP}; then the file to write, which is replaced",
    )
    add_target(parser, positional=False)


def execute(arguments: argparse.Namespace) -> int:
    """Read everything and save it."""
    from pgplumb.checks.gather import gather
    from pgplumb.checks.saved import save_facts
    from pgplumb.cli.connect import connected, named_target, progress
    from pgplumb.foundation.config import load_config
    from pgplumb.foundation.profile import Profile

    *targets, file = arguments.words
    if len(targets) > 1:
        raise UsageError(
            f"{targets[1]} is one argument too many: a target and a file are all. See `pgplumb snapshot --help`."
        )
    arguments.target = targets[0] if targets else None
    path = Path(file)
    with connected(named_target(arguments, load_config())) as session, progress() as step:
        facts = gather(session, Profile(), step)
        step("access")
        access = _access(session, facts.catalog)
        save_facts(path, facts, access, _surface(session, access))
    say(f"saved {len(facts.catalog.relations):,} relations of {facts.catalog.database.name} to {path}")
    return DONE


def _access(session: Session, catalog: Catalog) -> AccessMatrix | Unread:
    from pgplumb.catalog.unread import Unread
    from pgplumb.rls.access_reader import read_access
    from pgplumb.server.errors import QueryError

    try:
        with session.unit() as unit:
            return read_access(unit, catalog)
    except QueryError as error:
        return Unread(error.what)


def _surface(session: Session, access: AccessMatrix | Unread) -> Surface | None:
    from pgplumb.catalog.unread import Unread
    from pgplumb.rls.surface import read_surface
    from pgplumb.server.errors import QueryError

    if isinstance(access, Unread):
        return None
    try:
        return read_surface(session, access)
    except QueryError:
        return None
