"""Building the sample database: the files of `sql/` in order, cut into steps that progress is told by.

A step begins with a line `-- step WEIGHT: label`, or `-- step WEIGHT, fails with SQLSTATE: label` where the
statement must fail (a failed CREATE INDEX CONCURRENTLY is the only way to an invalid index). Weights are about
hundredths of a second on an idle core.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

Progress = Callable[[str, float], None]
"""Called with what is being done and how much of the work is done, from 0 to 1."""

_STEP = re.compile(r"^-- step (\d+)(?:, fails with (\w{5}))?: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """Statements that are sent together, as one transaction."""

    label: str
    weight: int
    statements: bytes
    sqlstate: str | None = None
    """The error that must come."""


def build_demo(conninfo: str, progress: Progress) -> None:
    """Build the sample in an empty database of a server that is ours alone.

    The role must be superuser: the sample makes roles, a replication slot and a publication. Roles that are
    there already are left as they are. Raises psycopg.Error.
    """
    import psycopg

    steps = read_steps()
    whole = sum(step.weight for step in steps)
    done = 0
    with psycopg.connect(conninfo, autocommit=True, application_name="pgplumb demo build") as connection:
        connection.execute("SET client_min_messages = error")
        for step in steps:
            progress(step.label, done / whole)
            try:
                connection.execute(step.statements)
            except psycopg.Error as error:
                if error.sqlstate != step.sqlstate:
                    raise
            else:
                if step.sqlstate:
                    raise RuntimeError(f"the step {step.label!r} must fail with {step.sqlstate}")
            done += step.weight
    progress("ready", 1.0)


def read_steps() -> list[Step]:
    """Return the steps of all files in order."""
    folder = files("pgplumb.demo") / "sql"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [step for name in names for step in _cut((folder / name).read_text("utf-8"))]


def _cut(text: str) -> list[Step]:
    """Return the steps of one file."""
    marks = list(_STEP.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [
        Step(mark[3], int(mark[1]), text[mark.end() : end].encode(), mark[2])
        for mark, end in zip(marks, ends, strict=True)
    ]
