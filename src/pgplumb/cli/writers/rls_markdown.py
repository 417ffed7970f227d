"""`pgplumb rls --format markdown`: for a pull request or a review."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.cli.writers import rls_costs
from pgplumb.cli.writers.rls_answer import Line, RlsAnswer, alike
from pgplumb.foundation.text import sanitise
from pgplumb.rls.accepted import accepted_words
from pgplumb.rls.judgement import ORDER
from pgplumb.rls.probe import summaries
from pgplumb.rls.verdict import Cell, Verdict


def write(answer: RlsAnswer) -> Iterator[str]:
    """Give the lines."""
    judgement = answer.judgement
    catalog, tenants = judgement.matrix.catalog, judgement.tenants
    yield f"# Row security of {_text(catalog.database.name)}"
    yield ""
    yield "| open | partial | unproved | isolated | denied |"
    yield "|---:|---:|---:|---:|---:|"
    counts = (Verdict.OPEN, Verdict.PARTIAL, Verdict.UNPROVED, Verdict.ISOLATED, Verdict.DENIED)
    yield "| " + " | ".join(f"{judgement.counts[verdict]:,}" for verdict in counts) + " |"
    yield ""
    how = "inferred" if tenants.inferred else "stated"
    identities = ", ".join(_code(identity) for identity in tenants.identities) or "none found"
    yield f"Tenants are {how}; identity: {identities}. {100 * answer.coverage:.1f} % of the cells are decided."
    for fault in answer.faults:
        yield ""
        yield f"**Mistake of pgplumb:** {_text(fault)}"
    lines = answer.lines()
    if lines:
        commands = [c for c in ORDER if any(c in line.letters for line in lines)]
        yield ""
        yield f"| object | roles | {' | '.join(commands)} |"
        yield "|---|---|" + "---|" * len(commands)
        for line in lines:
            verdicts = {cell.command: _word(line, cell) for cell in line.cells}
            cells = " | ".join(verdicts.get(command, "") for command in commands)
            yield f"| {_text(line.object)} | {_text(', '.join(line.roles))} | {cells} |"
    for line in lines:
        yield from _story(line)
    if answer.probes:
        yield ""
        yield "## What real rows showed"
        yield ""
        for words, _ in summaries(answer.probes):
            yield f"- {_text(words)}"
    if answer.side_channels:
        yield ""
        yield "## Ways around row security"
        yield ""
        for channel in answer.side_channels:
            yield f"- {_code(channel.object)}: {_text(channel.message)}"
    if answer.costs is not None:
        yield ""
        yield "## What policies cost"
        yield ""
        for text in rls_costs.markdown(answer.costs):
            yield f"- {_text(text)}"


def _story(line: Line) -> Iterator[str]:
    for commands, cell in alike(line):
        yield ""
        roles = ", ".join(line.roles)
        yield (f"## {_text(line.object)}, {_text(roles)}, {', '.join(commands)}: {_word(line, cell)}")
        yield ""
        for reason in cell.reasons:
            yield f"- {_text(' '.join(reason.split()))}"
        for label, text in (("using", cell.using), ("check", cell.check)):
            if text is not None:
                yield f"- {label} {_code(' '.join(text.split()))}"
        for one in line.accepts(cell):
            yield f"- {_text(accepted_words(one))}"
        for text in cell.assumptions:
            yield f"- assumed: {_text(text)}"


def _word(line: Line, cell: Cell) -> str:
    word = "suspected" if cell.suspected else cell.verdict.value
    return f"{word}, accepted" if line.accepts(cell) else word


def _text(text: str) -> str:
    """Return text in which Markdown sees no markup of its own."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in sanitise(text))


def _code(text: str) -> str:
    """Return text between backticks, as many as it takes."""
    clean = sanitise(text)
    fence = "`"
    while fence in clean:
        fence += "`"
    return f"{fence} {clean} {fence}" if "`" in clean else f"`{clean}`"
