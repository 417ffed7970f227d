"""Where a command tries a migration: the twin of a live database, or a server that files of SQL are built in."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError, say

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.cli.connect import Step
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.server.session import Session
    from pgplumb.twin.twin import Twin


def names_target(arguments: argparse.Namespace) -> bool:
    """Whether the arguments say where to connect."""
    named = (arguments.target, arguments.host, arguments.port, arguments.username, arguments.dbname)
    return any(value is not None for value in named)


@contextmanager
def of_target(
    arguments: argparse.Namespace,
    step: Step,
    *,
    rehearse: bool,
    ask: Callable[[Session, Catalog], None] | None = None,
) -> Iterator[tuple[Twin | None, Catalog]]:
    """Read a live database, on which nothing is run, and start its twin. `ask` is called while it is connected."""
    from pgplumb.catalog.reader import read_whole
    from pgplumb.cli.connect import connected, named_target
    from pgplumb.foundation.config import load_config
    from pgplumb.twin.source import read_source
    from pgplumb.twin.twin import Twin

    source = None
    with connected(named_target(arguments, load_config())) as session:
        step("the catalog")
        catalog, _ = read_whole(session)
        if rehearse:
            step("the schema for a twin")
            source = read_source(session)
        if ask is not None:
            ask(session, catalog)
    if source is None:
        yield None, catalog
        return
    step("the twin")
    with Twin.start(source) as twin:
        yield twin, catalog


@contextmanager
def of_setup(
    files: Sequence[Path], step: Step, *, rehearse: bool
) -> Iterator[tuple[Workshop | None, Catalog | None]]:
    """Build what files say; an empty database where there are none, whose catalog says nothing of the target's."""
    from pgplumb.migrate.formats.parts.files import read_text
    from pgplumb.migrate.formats.parts.model import FormatError
    from pgplumb.migrate.rehearsal.workshop import SetupFailed, Workshop
    from pgplumb.server.embedded import EmbeddedError

    try:
        texts = [(str(path), read_text(path)) for path in files]
        step("the setup" if texts else "an empty schema")
        workshop = Workshop.start(texts)
    except (FormatError, SetupFailed) as error:
        raise UsageError(f"the setup cannot be built: {error}") from None
    except EmbeddedError as error:
        if files:
            raise
        say(f"pgplumb: nothing is rehearsed: {error}")
        yield None, None
        return
    with workshop:
        for gap in workshop.gaps:
            say(f"pgplumb: left out of the setup: {gap}")
        catalog = workshop.read()[0] if texts else None
        yield (workshop if rehearse else None), catalog
