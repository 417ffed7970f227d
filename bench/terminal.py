"""A program in a pty of 120 x 40: what one key sends and when its last byte comes; what idling costs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tui.ptydrive import KEYS, PtyDrive

PROGRAM = str(Path(sys.executable).with_name("pgplumb"))
QUIET = 0.2
"""Seconds of silence after which a key's answer is taken as complete."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key brought about."""

    bytes: int
    ms: float
    """From the key to the last byte."""


def press(drive: PtyDrive, key: str) -> Answer:
    """Type a key and read its answer."""
    before, begun = drive.sent, time.perf_counter()
    last = begun
    drive.write(KEYS.get(key, key))
    while drive.read(QUIET if drive.sent > before else 1.0):
        last = time.perf_counter()
    return Answer(drive.sent - before, 1000 * (last - begun))


def started(command: Sequence[str], wanted: str) -> PtyDrive:
    """Start a program and return it once a text stands on its screen and it is silent."""
    drive = PtyDrive(command, columns=120, rows=40, environment={"TEXTUAL_ANIMATIONS": "none"})
    drive.wait_for(wanted, 60)
    drive.settle(1.0)
    return drive


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mb(pid: int, what: str = "VmHWM") -> float:
    """Return a process's memory: VmHWM is the peak, VmRSS that of now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    return 0.0
