"""Where a command tries a migration: the twin of a live database, or a server that files of SQL are built in."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError, say

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.cli.connect import Step
    from pgplumb.migrate.rehearsal.workshop import Workshop
    from pgplumb.twin.twin import Twin


def names_target(arguments: argparse.Namespace) -> bool:
    """Whether the arguments say where to connect."""
    named = (arguments.target, arguments.host, arguments.port, arguments.username, arguments.dbname)
    return any(value is not None for value in named)


@contextmanager
def of_target(
    arguments: argparse.Namespace, step: Step, *, rehearse: bool
) -> Iterator[tuple[Twin | None, Catalog]]:
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
        if rehearse:
            step("the schema for a twin")
            source = read_source(session)
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
        catalog = without_cage(workshop.read()[0]) if texts else None
        yield (workshop if rehearse else None), catalog


def without_cage(catalog: Catalog) -> Catalog:
    """Return a catalog in which sessions begin without the timeouts of the cage, as they do on a new server."""
    from dataclasses import replace

    free = {
        name: replace(setting, value="0", reset_value="0")
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        if (setting := catalog.settings.get(name)) is not None
    }
    return replace(catalog, settings={**catalog.settings, **free})
