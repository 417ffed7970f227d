"""`pgplumb diff` for people: object by object, what is new, gone or different, then what could not be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from pgplumb.catalog.described.thing import Value
from pgplumb.catalog.diff import NOT_COMPARED, CatalogDiff, Difference
from pgplumb.catalog.model import Catalog
from pgplumb.cli.terminal import Screen

_MARKS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def write(before: Catalog, after: Catalog, found: CatalogDiff, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    yield _head("before", before, screen)
    yield _head("after", after, screen)
    for root, differences in groupby(found.differences, key=lambda d: d.owner or d.object):
        yield ""
        yield from _object(root, list(differences), screen)
    if found.unknown:
        yield ""
        for unknown in found.unknown:
            line = f"{unknown.object}, {unknown.what}: {unknown.reason}"
            yield f"{screen.paint('?', 'cyan')} {screen.clean(line)}"
    yield ""
    yield screen.paint(_summary(found), "bold")
    yield from screen.wrap(screen.own(f"Not compared: {', '.join(NOT_COMPARED)}."), 0)


def _head(side: str, catalog: Catalog, screen: Screen) -> str:
    read = catalog.read_at.strftime("%Y-%m-%d %H:%M:%S %Z").strip()
    text = f"{side:<8}{catalog.database.name} · PostgreSQL {catalog.server_version_text} · read {read}"
    return screen.paint(screen.clean(text), "faint")


def _object(root: str, differences: Sequence[Difference], screen: Screen) -> Iterator[str]:
    """Give one object: its own line, its facts, then its parts."""
    own = [d for d in differences if not d.owner]
    whole = next((d for d in own if d.change != "changed"), None)
    change = whole.change if whole is not None else "changed"
    mark, ink = _MARKS[change]
    line = f"{screen.paint(mark, ink)} {screen.paint(screen.clean(root), 'bold')}"
    summary = _summary_of(whole)
    yield f"{line}  {screen.clean(summary)}" if summary else line
    for found in own:
        if found is not whole:
            yield from _fact(found, screen, "    ")
    parts = [d for d in differences if d.owner]
    for part, facts in groupby(parts, key=lambda d: d.object):
        yield from _part(part, list(facts), screen)


def _part(part: str, facts: Sequence[Difference], screen: Screen) -> Iterator[str]:
    whole = next((d for d in facts if d.change != "changed"), None)
    mark, ink = _MARKS[whole.change if whole is not None else "changed"]
    line = f"    {screen.paint(mark, ink)} {screen.clean(part)}"
    summary = _summary_of(whole)
    yield f"{line}  {screen.clean(summary)}" if summary else line
    for found in facts:
        if found is not whole:
            yield from _fact(found, screen, "        ")


def _fact(found: Difference, screen: Screen, margin: str) -> Iterator[str]:
    if isinstance(found.before, tuple) and isinstance(found.after, tuple) and not found.soft:
        yield f"{margin}{screen.clean(found.what)}"
        yield from _members(found.before, found.after, screen, margin)
        return
    arrow = screen.own("→")
    before, after = (screen.clean(_words(v)) for v in (found.before, found.after))
    yield f"{margin}{screen.clean(found.what)}: {before} {arrow} {after}"


def _members(before: Sequence[str], after: Sequence[str], screen: Screen, margin: str) -> Iterator[str]:
    gone = [value for value in before if value not in after]
    new = [value for value in after if value not in before]
    for mark, ink, values in (("-", "red", gone), ("+", "green", new)):
        for value in values:
            yield f"{margin}  {screen.paint(mark, ink)} {screen.clean(value)}"
    if not gone and not new:
        yield f"{margin}  {screen.clean(f'in another order: {_words(tuple(after))}')}"


def _summary_of(whole: Difference | None) -> str:
    value = None if whole is None else whole.after if whole.before is None else whole.before
    return value if isinstance(value, str) and whole is not None and value != whole.object else ""


def _words(value: Value) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value)


def _summary(found: CatalogDiff) -> str:
    counts = Counter(d.change for d in found.differences)
    if not found.differences:
        start = "Nothing differs"
    else:
        start = f"{counts['added']} added, {counts['removed']} removed, {counts['changed']} changed"
    return f"{start}, {len(found.unknown)} unknown." if found.unknown else f"{start}."
