"""squawk of PyPI, over files of migrations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench.peers.installed import find, run

NAME = "squawk"
PROGRAM = "squawk"
LONG = frozenset(
    {
        "adding-field-with-default",
        "adding-foreign-key-constraint",
        "adding-not-nullable-field",
        "adding-serial-primary-key-field",
        "ban-alter-domain-with-add-constraint",
        "changing-column-type",
        "constraint-missing-not-valid",
        "disallowed-unique-constraint",
        "require-concurrent-index-creation",
        "require-concurrent-reindex",
    }
)
"""Rules that say: long work under a lock. Those of timeouts, names, taste, drops and renames are another question."""


def told(files: Sequence[Path], inside: bool) -> tuple[set[Path], float]:
    """Return the files of which a rule of LONG speaks; `inside` where a tool wraps each file in a transaction."""
    program = find(PROGRAM)
    assert program is not None
    mode = "--assume-in-transaction" if inside else "--no-assume-in-transaction"
    done = run(program, "--reporter", "json", "--pg-version", "18", mode, *map(str, files))
    found = json.loads(done.out or "[]")
    return {Path(one["file"]) for one in found if one["rule_name"] in LONG}, done.seconds
