"""pgfence of npm, over files of migrations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench.peers.installed import find, run

NAME = "pgfence"
PROGRAM = "pgfence"
OTHER = frozenset(
    {
        "delete-without-where",
        "drop-column",
        "drop-index-not-concurrent",
        "drop-table",
        "rename-column",
        "rename-table",
        "truncate",
        "truncate-cascade",
    }
)
"""Rules that warn of something else than long work: what is lost, or what a program no longer finds."""


def told(files: Sequence[Path], inside: bool) -> tuple[set[Path], float]:
    """Return the files with a check of medium risk or above. It does not tell transactions from single statements."""
    program = find(PROGRAM)
    assert program is not None
    options = ("analyze", "--format", "sql", "--output", "json", "--min-pg-version", "17")
    done = run(program, *options, *map(str, files))
    if done.status == 2 and len(files) > 1:
        # One file that it cannot parse ends the whole run: halve until it stands alone, and say nothing of that one.
        middle = len(files) // 2
        (first, took), (second, more) = told(files[:middle], inside), told(files[middle:], inside)
        return first | second, done.seconds + took + more
    found: set[Path] = set()
    for result in json.loads(done.out)["results"] if done.out else ():
        for check in result["checks"]:
            if check["risk"] not in ("SAFE", "LOW") and check["ruleId"] not in OTHER:
                found.add(Path(result["filePath"]))
    return found, done.seconds
