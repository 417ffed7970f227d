"""sqlfluff of PyPI, over files of migrations: its two rules on locks, which are off by default and switched on here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench.peers.installed import find, run

NAME = "sqlfluff"
PROGRAM = "sqlfluff"
CONFIG = Path(__file__).with_name("sqlfluff.cfg")


def told(files: Sequence[Path], inside: bool) -> tuple[set[Path], float]:
    """Return the files of which PG01 or PG02 speaks; not of dropped indexes, whose lock does not grow with rows."""
    program = find(PROGRAM)
    assert program is not None
    done = run(program, "lint", "--config", str(CONFIG), "--format", "json", *map(str, files))
    found: set[Path] = set()
    for one in json.loads(done.out):
        for violation in one["violations"]:
            if violation["code"] in ("PG01", "PG02") and not violation["description"].startswith("DROP"):
                found.add(Path(one["filepath"]))
    return found, done.seconds
