"""Keys on 1,000 tables at 120 x 40: bytes to the terminal and time to the last of them, beside bare Textual."""

from __future__ import annotations

import statistics
import sys

from tests.tui.ptydrive import PtyDrive

from bench import bare_textual
from bench.figure import Figure
from bench.server import schema
from bench.terminal import PROGRAM, Answer, press, started

ROUNDS = 5
FIRST_SCHEMA = "analytics."
Keys = dict[str, list[Answer]]


def both(drive: PtyDrive, taken: Keys) -> None:
    """Press the keys that both programs have: rows, pages, tabs."""
    for _ in range(5):
        taken["cursor down"].append(press(drive, "down"))
    for _ in range(3):
        taken["page down"].append(press(drive, "pagedown"))
    press(drive, "home")
    taken["to another table tab"].append(press(drive, "2"))
    taken["and back"].append(press(drive, "1"))


def ours(drive: PtyDrive, taken: Keys) -> None:
    """Press what bare Textual has nothing for: the filter, dialogues, the other tabs."""
    press(drive, "/")
    for key in "orde":
        taken["filter key"].append(press(drive, key))
    press(drive, "escape")
    press(drive, "escape")
    taken["help"].append(press(drive, "?"))
    taken["help closed"].append(press(drive, "escape"))
    for key in "345":
        taken[f"to tab {key}"].append(press(drive, key))
    press(drive, "1")


def run() -> list[Figure]:
    """Measure, the programs in turn."""
    conninfo = schema("M")
    bare: Keys = {}
    plumb: Keys = {}
    names = ("cursor down", "page down", "to another table tab", "and back")
    extra = ("filter key", "help", "help closed", "to tab 3", "to tab 4", "to tab 5")
    bare.update((name, []) for name in names)
    plumb.update((name, []) for name in (*names, *extra))
    with (
        started([sys.executable, str(bare_textual.__file__)], "READY") as theirs,
        started([PROGRAM, conninfo], FIRST_SCHEMA) as mine,
    ):
        mine.settle(8.0)
        # The first visit to a tab makes it: that is told apart.
        first = [press(mine, key) for key in "2345"]
        press(mine, "1")
        press(theirs, "2")
        press(theirs, "1")
        for _ in range(ROUNDS):
            both(theirs, bare)
            both(mine, plumb)
            ours(mine, plumb)
    figures = []
    for name in (*names, *extra):
        sent = statistics.median(a.bytes for a in plumb[name])
        took = statistics.median(a.ms for a in plumb[name])
        beside = bare.get(name)
        other = f"bare Textual: {statistics.median(a.bytes for a in beside):,.0f}" if beside else ""
        figures.append(Figure(f"{name}: bytes", sent, "bytes", 600 if name == "cursor down" else None, other))
        other = f"bare Textual: {statistics.median(a.ms for a in beside):,.0f}" if beside else ""
        figures.append(Figure(f"{name}: last byte", took, "ms", 50 if name == "filter key" else None, other))
    figures.append(Figure("first visit to a tab: last byte, longest", max(a.ms for a in first), "ms"))
    return figures
