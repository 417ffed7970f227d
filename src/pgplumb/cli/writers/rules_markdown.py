"""The rule reference as Markdown: `pgplumb rules --format markdown`, and the pages of `docs/rules/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pgplumb.checks.rule import Rule
from pgplumb.cli.writers.rules_text import sections


def pages(rules: Sequence[Rule]) -> Mapping[str, str]:
    """Return every page by its file name: one a rule, and `README.md` that lists them."""
    found = {f"{rule.id}.md": "\n".join(page(rule)) + "\n" for rule in rules}
    return {"README.md": "\n".join(contents(rules)) + "\n", **found}


def contents(rules: Sequence[Rule]) -> Iterator[str]:
    """Give the list of rules by category, each linked to its page."""
    yield "# Rules"
    yield ""
    yield f"{len(rules)} rules. A rule that is off unless the profile enables it is marked *optional*."
    for category, group in groupby(rules, key=lambda rule: rule.category):
        yield ""
        yield f"## {category.value.replace('-', ' ').capitalize()}"
        yield ""
        yield "| rule | statement | severity | tier |"
        yield "|---|---|---|---|"
        for rule in group:
            severity = rule.severity.value + (", *optional*" if rule.optional else "")
            yield f"| [{rule.id}]({rule.id}.md) | {_escaped(rule.title)} | {severity} | {rule.tier.value} |"


def page(rule: Rule) -> Iterator[str]:
    """Give one rule's page."""
    yield f"# {_escaped(rule.title)}"
    yield ""
    optional = "; off unless the profile enables it" if rule.optional else ""
    yield f"`{rule.id}`, {rule.category.value}, {rule.severity.value}, tier {rule.tier.value}{optional}"
    for label, text in sections(rule):
        yield ""
        yield f"## {label}"
        yield ""
        yield f"<{text}>" if text.startswith("https://") and " " not in text else _escaped(text)


def _escaped(text: str) -> str:
    """Return text in which Markdown sees no markup of its own."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in text)
