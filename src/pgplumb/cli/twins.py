"""A twin for a command: where its source comes from, and how large a part of a schema it holds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pgplumb.cli.failures import UsageError

if TYPE_CHECKING:
    from pgplumb.cli.connect import Step
    from pgplumb.server.session import Session
    from pgplumb.twin.source import TwinSource
    from pgplumb.twin.twin import Twin

LARGEST = 1_000_000
"""Times the data."""


def add_twin(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a twin is made from."""
    group = parser.add_argument_group("the twin, a local server that plans like the target")
    group.add_argument(
        "--from-dump",
        type=Path,
        metavar="FILE",
        help="take the schema (and statistics, from 18 on) from a plain pg_dump instead of a server",
    )
    add_sample_values(group)


def add_sample_values(group: argparse._ArgumentGroup) -> None:
    """Add the option that leaves sample values where they are."""
    group.add_argument(
        "--no-sample-values",
        action="store_true",
        help="read no most common values and no histogram bounds: plans are then less alike",
    )


def check_scale(scale: float) -> None:
    """Raise UsageError for a multiple of the data that no twin can have."""
    if not 0 < scale <= LARGEST:
        raise UsageError(f"--scale {scale:g} is out of range. Give a number from above 0 to {LARGEST:,}.")


@contextmanager
def twin_of(
    session: Session, queries: Sequence[str], step: Step, *, sample_values: bool = True
) -> Iterator[Twin]:
    """Start a twin of a session's database, which plans these queries. Raises EmbeddedError and what reading does."""
    from pgplumb.twin.source import read_source
    from pgplumb.twin.twin import Twin

    step("the schema and statistics for a twin")
    source = read_source(session, relations=_needed(session, queries), sample_values=sample_values)
    step("the twin")
    with Twin.start(source) as twin:
        yield twin


@contextmanager
def twin_of_dump(path: Path, step: Step) -> Iterator[Twin]:
    """Start a twin of a dump. Raises UsageError for a file that is no dump, EmbeddedError without a server."""
    from pgplumb.twin.twin import Twin

    step(path.name)
    with Twin.start(_source_of_dump(path)) as twin:
        yield twin


def _source_of_dump(path: Path) -> TwinSource:
    from pgplumb.twin.dump import DumpError, read_dump

    try:
        return read_dump(path)
    except (OSError, DumpError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(
            f"{path} cannot be read as a dump: {why}. Make one with pg_dump --schema-only."
        ) from None


def _needed(session: Session, queries: Sequence[str]) -> frozenset[str] | None:
    from pgplumb.twin.source import WHOLE
    from pgplumb.workload.named_relations import resolve

    with session.unit() as unit:
        count = unit.query(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND oid >= 16384"
        )[0][0]
    return None if int(str(count)) <= WHOLE else resolve(session, queries)
