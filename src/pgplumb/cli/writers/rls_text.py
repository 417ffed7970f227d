"""`pgplumb rls` for people: counts and coverage, one line an object, worst first, then why."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.cli.terminal import Screen
from pgplumb.cli.writers import rls_costs
from pgplumb.cli.writers.rls_answer import FINE, Line, RlsAnswer, alike
from pgplumb.foundation.text import cell_width, shorten
from pgplumb.rls.accepted import accepted_words
from pgplumb.rls.judgement import ORDER
from pgplumb.rls.probe import summaries
from pgplumb.rls.verdict import Cell, Verdict

EXPLAINED = 12
"""Lines whose reasons are told in full."""
CHANNELS = 12
_GLYPHS = (
    ("✗", "red"),
    ("!", "yellow"),
    ("?", "yellow"),
    ("?", "cyan"),
    ("✓", "cyan"),
    ("✓", "green"),
    ("-", "faint"),
)
_COUNTED = (
    (Verdict.OPEN, "✗", "red"),
    (Verdict.PARTIAL, "!", "yellow"),
    (Verdict.UNPROVED, "?", "cyan"),
    (Verdict.ISOLATED, "✓", "green"),
    (Verdict.DENIED, "-", "faint"),
)
_INKS = {
    "O": "red",
    "P": "yellow",
    "?!": "yellow",
    "?": "cyan",
    "I*": "cyan",
    "I": "green",
    "-": "faint",
    " ": "faint",
}
_HEADS = {"SELECT": "S", "INSERT": "I", "UPDATE": "U", "DELETE": "D", "TRUNCATE": "T", "EXECUTE": "X"}
_KINDS = {"view": "view", "matview": "stored view", "foreign_table": "foreign", "function": "function"}


def write(answer: RlsAnswer, screen: Screen) -> Iterator[str]:
    """Give the lines."""
    yield from _head(answer, screen)
    lines = answer.lines()
    listed = [line for line in lines if line.worst < FINE]
    if listed:
        yield ""
        yield from _table(listed, screen)
    fine = sorted({line.object for line in lines} - {line.object for line in listed})
    if fine:
        yield ""
        noun = "object is" if len(fine) == 1 else "objects are"
        text = f"{len(fine)} {noun} isolated or denied for every role: {', '.join(fine[:8])}"
        text += f" and {len(fine) - 8} more" if len(fine) > 8 else ""
        for wrapped in screen.wrap(screen.clean(text), 0, hanging=2):
            yield screen.paint(wrapped, "green")
    for line in listed[:EXPLAINED]:
        yield from _story(line, screen)
    if len(listed) > EXPLAINED:
        yield ""
        yield f"{len(listed) - EXPLAINED} more are not explained here: --role R, or --format json for all"
    yield from _probes(answer, screen)
    yield from _channels(answer, screen)
    if answer.costs is not None:
        yield from rls_costs.text(answer.costs, answer.judgement.matrix.catalog, screen)


def _head(answer: RlsAnswer, screen: Screen) -> Iterator[str]:
    judgement = answer.judgement
    catalog, tenants = judgement.matrix.catalog, judgement.tenants
    read_at = f"{catalog.read_at:%Y-%m-%d %H:%M:%S %Z}".rstrip()
    where = f"{catalog.database.name}   PostgreSQL {catalog.server_version_text}   {read_at}"
    yield screen.paint(screen.clean(where), "bold")
    columns = answer.columns
    names = sorted(set(columns.values()))
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    held = f"{', '.join(names[:4])}{more} in {len(columns)} relations" if names else "none found"
    how = "inferred" if tenants.inferred else "stated"
    for text in (f"tenant    {held}, {how}", f"identity  {'; '.join(tenants.identities) or 'none found'}"):
        yield from screen.wrap(screen.clean(text), 0, hanging=10)
    counts = []
    for verdict, glyph, ink in _COUNTED:
        count = judgement.counts[verdict]
        counts.append(
            screen.paint(screen.own(f"{glyph} {count:,} {verdict.value}"), ink if count else "faint")
        )
    yield "   ".join(counts)
    suspected = sum(cell.suspected for cell in judgement.cells)
    covered = f"{100 * answer.coverage:.1f} % of {len(judgement.cells):,} cells decided"
    covered += f"; {suspected:,} of the unproved are suspected leaks" if suspected else ""
    yield covered
    if answer.accepted:
        count = len(answer.accepted)
        yield screen.paint(
            f"{count:,} {'leak is' if count == 1 else 'leaks are'} accepted in the profile", "cyan"
        )
    for fault in answer.faults:
        for line in screen.wrap(screen.own(screen.clean(f"✗ mistake of pgplumb: {fault}")), 0, hanging=2):
            yield screen.paint(line, "red", "bold")
    if answer.unfiltered:
        some = ", ".join(answer.unfiltered[:4])
        some += f" and {len(answer.unfiltered) - 4} more" if len(answer.unfiltered) > 4 else ""
        text = f"left out of the list: {some}, superuser or BYPASSRLS: no policy binds"
        for line in screen.wrap(screen.clean(text), 0, hanging=2):
            yield screen.paint(line, "faint")


def _table(lines: list[Line], screen: Screen) -> Iterator[str]:
    commands = [c for c in ORDER if any(c in line.letters for line in lines)]
    letters = 3 * len(commands)
    room = screen.width - 2 - letters - 4
    wide = min(max([cell_width(screen.clean(_name(line))) for line in lines] + [6]), room - 14)
    roles = min(max([cell_width(screen.clean(", ".join(line.roles))) for line in lines] + [4]), room - wide)
    heads = "".join(_HEADS[c].ljust(3) for c in commands).rstrip()
    yield screen.paint("  " + "object".ljust(wide + 2) + "role".ljust(roles + 2) + heads, "faint")
    for line in lines:
        glyph, ink = _GLYPHS[line.worst]
        name = shorten(screen.clean(_name(line)), wide)
        who = shorten(screen.clean(", ".join(line.roles)), roles)
        cells = "".join(
            screen.paint(found, _INKS[found]) + " " * (3 - len(found))
            for found in (line.letters.get(c, " ") for c in commands)
        ).rstrip()
        yield (
            screen.paint(screen.own(glyph), ink)
            + " "
            + name
            + " " * (wide + 2 - cell_width(name))
            + who
            + " " * (roles + 2 - cell_width(who))
            + cells
        )


def _name(line: Line) -> str:
    kind = _KINDS.get(line.kind)
    return f"{line.object} ({kind})" if kind else line.object


def _story(line: Line, screen: Screen) -> Iterator[str]:
    for commands, cell in alike(line):
        yield ""
        yield from _title(line, commands, cell, screen)
        for reason in cell.reasons:
            yield from screen.wrap(screen.clean(" ".join(reason.split())), 4, hanging=2)
        for label, text in (("using", cell.using), ("check", cell.check)):
            if text is not None:
                for wrapped in screen.wrap(screen.clean(f"{label}: {' '.join(text.split())}"), 4, hanging=7):
                    yield screen.paint(wrapped, "cyan")
        for one in line.accepts(cell):
            for wrapped in screen.wrap(screen.clean(accepted_words(one)), 4, hanging=2):
                yield screen.paint(wrapped, "green")
        for text in cell.assumptions:
            for wrapped in screen.wrap(screen.clean(f"assumed: {text}"), 4, hanging=2):
                yield screen.paint(wrapped, "faint")


def _title(line: Line, commands: tuple[str, ...], cell: Cell, screen: Screen) -> Iterator[str]:
    glyph, ink = _GLYPHS[line.rank(cell)]
    word = "suspected leak, not confirmed" if cell.suspected else cell.verdict.value
    word += ", accepted" if line.accepts(cell) else ""
    roles = ", ".join(line.roles[:3]) + (f" and {len(line.roles) - 3} more" if len(line.roles) > 3 else "")
    text = f"{glyph} {line.object} · {roles} · {', '.join(commands)} · {word}"
    for wrapped in screen.wrap(screen.own(screen.clean(text)), 0, hanging=2):
        yield screen.paint(wrapped, ink, "bold")


def _probes(answer: RlsAnswer, screen: Screen) -> Iterator[str]:
    if not answer.probes:
        return
    yield ""
    yield screen.paint("What real rows showed", "bold")
    for words, foreign in summaries(answer.probes):
        for line in screen.wrap(screen.clean(words), 2, hanging=2):
            yield screen.paint(line, "red") if foreign else line


def _channels(answer: RlsAnswer, screen: Screen) -> Iterator[str]:
    if not answer.side_channels:
        return
    yield ""
    yield screen.paint("Ways around row security", "bold")
    for channel in answer.side_channels[:CHANNELS]:
        yield "  " + screen.paint(screen.clean(channel.object), "cyan")
        yield from screen.wrap(screen.clean(channel.message), 4)
    left = len(answer.side_channels) - CHANNELS
    if left > 0:
        yield f"  {left} more: --format json"
