"""Exit statuses, and one line on standard error for everything that goes wrong: what, why, the next step."""

from __future__ import annotations

import errno
import os
import sys

DONE = 0
"""Done, and nothing found at or above the threshold."""
FINDINGS = 1
"""Findings at or above the threshold."""
USAGE = 2
"""A command line, file or connection string that cannot be used; also a fault of pgplumb's own."""
NO_SERVER = 3
"""Cannot connect, or the server was lost or gave no answer."""
NO_PRIVILEGE = 4
"""Not enough privilege for what was asked."""
INTERRUPTED = 130


class UsageError(Exception):
    """A command line that cannot be carried out; one line that says why and what to do."""


def report(error: BaseException) -> int:
    """Say what went wrong on standard error and return the exit status for it."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        silence()
        return DONE
    status, text = _judge(error)
    say(f"pgplumb: {text}")
    return status


def say(text: str) -> None:
    """Print one line to standard error, made safe for a terminal."""
    from pgplumb.foundation.text import sanitise

    try:
        print(sanitise(text), file=sys.stderr, flush=True)
    except UnicodeEncodeError:
        print(sanitise(text, ascii_only=True), file=sys.stderr, flush=True)
    except OSError:
        # Nobody can be told; the exit status still tells.
        return


def silence() -> None:
    """Let what is still buffered for standard output go nowhere: its reader is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _of_local_server(error: BaseException) -> str | None:
    """Return what the server that we started ran out of. Only its errors come as the driver gives them."""
    import psycopg

    if isinstance(error, psycopg.Error):
        lacks_room = (error.sqlstate or "").startswith("53") or "checkpoint request failed" in str(error)
        why = error.diag.message_primary or next(iter(str(error).splitlines()), "it went away")
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        lacks_room, why = True, error.strerror or str(error)
    else:
        return None
    if lacks_room:
        return (
            f"the local server has not enough room: {why}. Free some, or set TMPDIR to a directory with more."
        )
    if isinstance(error, psycopg.OperationalError):
        return f"the local server stopped: {why}. Run it again; memory may be short."
    return None


def _judge(error: BaseException) -> tuple[int, str]:
    from pgplumb.catalog.snapshot import SnapshotError
    from pgplumb.foundation.config import ConfigError
    from pgplumb.foundation.profile import ProfileError
    from pgplumb.server.embedded import EmbeddedError
    from pgplumb.server.errors import ConnectError, LostConnection, QueryError, ServerError
    from pgplumb.twin.cage import Breach

    if isinstance(error, UsageError | ConfigError | ProfileError | SnapshotError):
        return USAGE, str(error)
    if isinstance(error, ConnectError):
        return (USAGE if error.kind == "target" else NO_SERVER), str(error)
    if isinstance(error, QueryError) and error.permission_denied:
        next_step = "" if error.next_step else " Connect with -U as a role that may, or have it granted."
        return NO_PRIVILEGE, str(error) + next_step
    if isinstance(error, LostConnection | EmbeddedError | ServerError):
        return NO_SERVER, str(error)
    if isinstance(error, Breach):
        return USAGE, f"{error}. Nothing of it was run."
    if (said := _of_local_server(error)) is not None:
        return NO_SERVER, said
    fault = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return USAGE, f"this is a fault of pgplumb: {fault}. Run it again with --debug and report what it prints."
