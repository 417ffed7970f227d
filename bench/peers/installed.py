"""Where peers are installed, and how one is run.

PGPLUMB_PEERS names a virtual environment with the peers of PyPI; those of npm are looked for in its node_modules.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "PGPLUMB_PEERS"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program wrote and how long it took, from its start to its end."""

    out: str
    errors: str
    status: int
    seconds: float


def find(program: str) -> Path | None:
    """Return a peer's program, if it is installed."""
    root = os.environ.get(VARIABLE)
    if not root:
        return None
    places = (Path(root) / "bin" / program, Path(root) / "node_modules" / ".bin" / program)
    return next((place for place in places if place.exists()), None)


def ours() -> Path:
    """Return pgplumb's own program, of the interpreter that runs this."""
    return Path(sys.executable).parent / "pgplumb"


def run(program: Path, *arguments: str, cwd: Path | None = None, timeout: float = 120) -> Ran:
    """Run to the end; its exit status is not judged, as linters tell findings by it."""
    # Tables of a terminal are as wide as it is, and names are cut in narrow ones.
    env = {**os.environ, "COLUMNS": "1000", "NO_COLOR": "1", "TERM": "dumb"}
    begun = time.perf_counter()
    done = subprocess.run(
        [str(program), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        env=env,
        check=False,
    )
    return Ran(done.stdout, done.stderr, done.returncode, time.perf_counter() - begun)


def version(program: Path) -> str:
    """Return what it says of its version, in its last word."""
    said = run(program, "--version")
    words = (said.out or said.errors).split()
    return words[-1] if words else "?"
