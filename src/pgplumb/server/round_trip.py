"""One round trip of several statements, after which nothing more is sent."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg


@contextmanager
def round_trip(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Send the statements of the block together, and fetch all their results at its end.

    psycopg's own pipeline asks for a flush after its Sync. Where that reaches a pooler in transaction mode after the
    end of the transaction, it gets a server connection of its own, and keeps it until the next statement.
    """
    with connection.pipeline() as pipeline:
        pipeline._exit_gen = partial(_leave, pipeline)  # type: ignore[method-assign]
        yield


def _leave(pipeline: psycopg.Pipeline) -> Generator[Any, Any, None]:
    try:
        pipeline._enqueue_sync()
        yield from pipeline._communicate_gen()
    finally:
        yield from pipeline._fetch_gen(flush=False)
