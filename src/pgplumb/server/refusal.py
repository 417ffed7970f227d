"""The SQLSTATE of a refused connection.

libpq hands on the server's words, and those are in the server's language. The SQLSTATE beside them is seen only
in a trace of the protocol, which libpq writes on Linux; so where the words are not understood, one more attempt
is made with a trace. The trace stays in memory.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time

_ERROR = re.compile(rb'\tErrorResponse\t.*? C "([0-9A-Z]{5})"')


def sqlstate_of_refusal(conninfo: str, timeout: float) -> str | None:
    """Try to connect once more; return the SQLSTATE of the refusal, or None when there is none to see."""
    if sys.platform != "linux":
        return None
    from psycopg import pq

    trace = os.memfd_create("pgplumb")
    connection = pq.PGconn.connect_start(conninfo.encode())
    try:
        connection.trace(trace)
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            status = connection.connect_poll()
            if status == pq.PollingStatus.READING:
                select.select([connection.socket], [], [], left)
            elif status == pq.PollingStatus.WRITING:
                select.select([], [connection.socket], [], left)
            else:
                break
        connection.untrace()
        found = _ERROR.findall(os.pread(trace, 1 << 20, 0))
        return found[-1].decode() if found else None
    finally:
        connection.finish()
        os.close(trace)
