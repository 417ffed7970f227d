"""`pgplumb lint` for people: each statement with its locks, its hazards and a safer way."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.cli.terminal import Screen
from pgplumb.cli.writers.lint_answer import LintAnswer
from pgplumb.foundation.text import shorten
from pgplumb.migrate.hazards.effect import BLOCKS_WRITERS, rank
from pgplumb.migrate.hazards.hazard import Hazard
from pgplumb.migrate.lint.answer import Linted, LintedStatement

_MARKS = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("·", "faint")}
_SAID = {"pass": ("+", "green"), "fail": ("-", "red"), "unknown": ("?", "cyan")}
"""Of the target's answers."""
_WORDS = {
    "AccessShareLock": "ACCESS SHARE", "RowShareLock": "ROW SHARE", "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE", "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE", "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}  # fmt: skip


def write(answer: LintAnswer, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    for number, file in enumerate(answer.files):
        if number:
            yield ""
        yield from _file(file, screen)
    if len(answer.files) > 1:
        yield ""
        yield _total(answer)


def _file(file: Linted, screen: Screen) -> Iterator[str]:
    word, ink = {True: ("safe", "green"), False: ("not safe", "red"), None: ("unknown", "cyan")}[file.safe]
    runs = {True: "executes", False: f"fails {file.sqlstate or ''}".rstrip(), None: "may or may not execute"}
    head = screen.paint(screen.clean(file.path), "bold") + "   " + screen.paint(word, ink)
    yield head + screen.paint(f"   {runs[file.executes]}, {file.mode}", "faint")
    for statement in file.statements:
        yield from _statement(file, statement, screen)
    whole = [found for found in file.hazards if found.statement is None]
    if whole:
        yield screen.paint("  the whole file", "faint")
        for found in whole:
            yield from _hazard(found, screen)
    for why in file.unknown:
        yield from _noted("?", why, "cyan", screen)
    for useless in file.useless:
        yield from _noted("!", f"line {useless.line}, ignore comment: {useless.why}", "yellow", screen)


def _statement(file: Linted, statement: LintedStatement, screen: Screen) -> Iterator[str]:
    sql = shorten(screen.clean(" ".join(statement.sql.split())), max(screen.width - 8, 20))
    yield screen.paint(f"{statement.line:>5}  ", "faint") + screen.own(sql)
    chips = [
        (f"[{_WORDS[mode]} {screen.clean(name)}]", "red" if rank(mode) >= BLOCKS_WRITERS else "faint")
        for name, mode in sorted(statement.locks.items())
    ]
    chips += [(f"[rewrites {screen.clean(name)}]", "red") for name in statement.rewrites]
    chips += [(f"[reads all of {screen.clean(name)}]", "yellow") for name in statement.scans]
    if statement.source != "rehearsed":
        chips.append(("[not measured]", "cyan"))
    yield from _chips(chips, screen)
    for found in file.hazards:
        if found.statement == statement.index:
            yield from _hazard(found, screen)
    for ignored in file.ignored:
        if ignored.hazard.statement == statement.index:
            yield from _noted("~", f"{ignored.hazard.id} ignored: {ignored.reason}", "faint", screen)
    for answer in file.answers:
        if answer.probe.statement == statement.index:
            mark, ink = _SAID[answer.status]
            yield from _noted(mark, f"{answer.probe.question} {answer.evidence}", ink, screen)
    for why in statement.unknown:
        yield from _noted("?", why, "cyan", screen)


def _chips(chips: list[tuple[str, str]], screen: Screen) -> Iterator[str]:
    line, used = "", 0
    for text, ink in chips:
        if line and used + 1 + len(text) > screen.width - 7:
            yield " " * 7 + line
            line, used = "", 0
        line += " " * bool(line) + screen.paint(text, ink)
        used += bool(used) + len(text)
    if line:
        yield " " * 7 + line


def _hazard(found: Hazard, screen: Screen) -> Iterator[str]:
    mark, ink = _MARKS[found.severity]
    yield "       " + screen.paint(screen.own(f"{mark} {found.id}"), ink)
    yield from screen.wrap(screen.clean(found.message), 9)
    if found.safer:
        yield " " * 9 + screen.paint("safer:", "green")
        for line in found.safer.splitlines():
            yield " " * 11 + screen.clean(line)


def _noted(mark: str, text: str, ink: str, screen: Screen) -> Iterator[str]:
    for line in screen.wrap(screen.clean(f"{mark} {text}"), 7, hanging=2):
        yield screen.paint(line, ink)


def _total(answer: LintAnswer) -> str:
    words = {True: "safe", False: "not safe", None: "unknown"}
    counts = [f"{sum(f.safe is state for f in answer.files)} {word}" for state, word in words.items()]
    return f"{len(answer.files)} files: {', '.join(counts)}"
