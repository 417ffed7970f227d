"""From the command to a screen that can be used, on 1,000 tables: pgplumb and a Textual app without any work."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.tui.ptydrive import PtyDrive

from bench import bare_textual
from bench.figure import Figure
from bench.server import schema

RUNS = 5
PROGRAM = str(Path(sys.executable).with_name("pgplumb"))
FIRST_SCHEMA = "analytics."
"""In the first rows of the list, and nowhere else."""
SILENT = {"TEXTUAL_ANIMATIONS": "none"}


def seconds(command: Sequence[str], wanted: str) -> tuple[float, int]:
    """Return how long it takes until a text stands on the screen, and the bytes sent until it is silent."""
    begun = time.perf_counter()
    with PtyDrive(command, columns=120, rows=40, environment=SILENT) as drive:
        drive.wait_for(wanted, 60)
        took = time.perf_counter() - begun
        drive.settle(0.5)
        return took, drive.sent


def command_seconds(command: Sequence[str]) -> float:
    """Return how long a command takes to its end."""
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def run() -> list[Figure]:
    """Measure, the programs in turn."""
    conninfo = schema("M")
    bare_command = [sys.executable, str(bare_textual.__file__)]
    plumb_command = [PROGRAM, conninfo]
    seconds(bare_command, "READY")
    seconds(plumb_command, FIRST_SCHEMA)
    bare, plumb = [], []
    for _ in range(RUNS):
        bare.append(seconds(bare_command, "READY"))
        plumb.append(seconds(plumb_command, FIRST_SCHEMA))
    bare_time, plumb_time = (statistics.median(t for t, _ in taken) for taken in (bare, plumb))
    bare_bytes, plumb_bytes = (statistics.median(b for _, b in taken) for taken in (bare, plumb))
    python, words = [], []
    for _ in range(RUNS):
        python.append(command_seconds([sys.executable, "-c", "pass"]))
        words.append(command_seconds([sys.executable, PROGRAM, "--help"]))
    return [
        Figure("start: bare Textual, five tabs", bare_time, "s"),
        Figure("start: names of 1,000 tables", plumb_time, "s"),
        Figure("start: ratio", plumb_time / bare_time, "x", 1.3, "bare Textual, five tabs"),
        Figure(
            "start: bytes to the terminal", plumb_bytes, "bytes", 15_000, f"bare Textual: {bare_bytes:,.0f}"
        ),
        Figure(
            "start: --help beyond the interpreter",
            (statistics.median(words) - statistics.median(python)) * 1000,
            "ms",
            60,
        ),
    ]
