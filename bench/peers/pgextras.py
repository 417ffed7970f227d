"""pgextras of PyPI: its list of unused indexes.

It is a report; an index without a scan is read as being called unused.
"""

from __future__ import annotations

from bench.peers.answers import Answers, Names
from bench.peers.installed import find, run

NAME = "pgextras"
PROGRAM = "pgextras"


def answers(uri: str, names: Names) -> tuple[Answers, float]:
    """Run the report."""
    program = find(PROGRAM)
    assert program is not None
    done = run(program, "-dsn", uri, "-methods", "unused_indexes")
    cells = [
        [cell.strip() for cell in line.strip("| \n").split("|")]
        for line in done.out.splitlines()
        if "|" in line
    ]
    return {"unused-index": [row[1] for row in cells if row[-1] == "0"]}, done.seconds
