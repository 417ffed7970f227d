"""`pgplumb rules` for people: a table of all rules, or one rule in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pgplumb.checks.rule import Rule
from pgplumb.cli.terminal import Screen


def table(rules: Sequence[Rule], screen: Screen) -> Iterator[str]:
    """Give a line for each rule, by category."""
    width = max(len(rule.id) for rule in rules)
    yield screen.paint(f"{len(rules)} rules. `pgplumb rules ID` explains one.", "faint")
    for category, group in groupby(rules, key=lambda rule: rule.category):
        yield ""
        yield screen.paint(category.value.replace("-", " ").capitalize(), "bold")
        for rule in group:
            severity = rule.severity.value + (", optional" if rule.optional else "")
            yield f"  {screen.paint(rule.id.ljust(width), 'cyan')}  {severity:<9}  {rule.tier.value:<6}  {rule.title}"


def explain(rule: Rule, screen: Screen) -> Iterator[str]:
    """Give everything about one rule."""
    yield screen.paint(rule.title, "bold")
    optional = ", off unless the profile enables it" if rule.optional else ""
    yield screen.paint(
        f"{rule.id}   {rule.category.value}, {rule.severity.value}, tier {rule.tier.value}{optional}", "faint"
    )
    for label, text in sections(rule):
        yield ""
        yield screen.paint(label, "cyan")
        yield from screen.wrap(text, 2)


def sections(rule: Rule) -> Iterator[tuple[str, str]]:
    """Give the parts of a rule's description that are there, each with its heading."""
    yield "Passes when", rule.passes
    yield "Why", rule.why
    if rule.unknown_when:
        yield "Unknown when", rule.unknown_when
    if rule.not_applicable_when:
        yield "Not applicable when", rule.not_applicable_when
    yield "Looks at", rule.looks_at
    yield "Source", rule.source
