"""One client that runs statements in a loop and tells its longest wait: a program, so that no other thread slows it.

Arguments: connection string, name, number of rows, pause in seconds, statements as JSON. A statement is a list of
texts: the next is taken when the one before does not fit the schema any more, as new code replaces old. It says
`ready`, works until its input ends, and writes one line of JSON.
"""

from __future__ import annotations

import json
import select
import sys
import time

import psycopg

GONE = ("42703", "42P01", "42883", "3F000", "55000")
"""Undefined column, table, function, schema; not updatable."""


def main(conninfo: str, name: str, rows: str, pause: str, statements: str) -> None:
    """Run until the input ends."""
    ways: list[list[str]] = json.loads(statements)
    longest, at, done, failed = 0.0, 0.0, 0, ""
    with psycopg.connect(conninfo, autocommit=True, prepare_threshold=None, application_name=name) as session:
        for way in ways:
            session.execute(way[0].encode(), {"n": 1})
        print("ready", flush=True)
        number = 0
        while ways and not select.select([sys.stdin], [], [], float(pause))[0]:
            number += 1
            for way in list(ways):
                began = time.monotonic()
                try:
                    session.execute(way[0].encode(), {"n": 1 + number * 7919 % int(rows)})
                except psycopg.Error as error:
                    if error.sqlstate not in GONE:
                        failed = failed or f"{error.sqlstate}: {error}".strip()
                    elif len(way) > 1:
                        way.pop(0)
                    else:
                        ways.remove(way)
                took = time.monotonic() - began
                done += 1
                if took > longest:
                    longest, at = took, began
    print(json.dumps({"longest": longest, "at": at, "done": done, "failed": failed}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
