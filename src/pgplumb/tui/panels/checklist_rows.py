"""The checklist as rows of a list: categories, their rules, the findings. Pure functions of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pgplumb.tui.marks import MARKS, badness, mark_of, worst
from pgplumb.tui.panels.narrowing import Narrowing
from pgplumb.tui.widgets import glyphs
from pgplumb.tui.widgets.glyphs import Mark
from pgplumb.tui.widgets.ink import InkName, Line, Span, clean, ends

if TYPE_CHECKING:
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding
    from pgplumb.tui.panels.since import Change, Since

Unfolded = Literal["none", "attention", "all"]
"""What of a category is listed: nothing, rules that do not pass, every rule."""

TITLES = {
    "keys": "Keys and integrity",
    "types": "Types",
    "normal-form": "Normal form",
    "naming": "Naming",
    "indexes": "Indexes",
    "tenancy": "Tenancy and RLS",
    "privileges": "Privileges",
    "lifecycle": "Lifecycle",
    "partitioning": "Partitioning",
    "sequences": "Sequences",
    "queries": "Queries",
    "vacuum": "Vacuum",
    "settings": "Settings",
    "availability": "Availability",
    "connections": "Connections",
    "documentation": "Documentation",
}
"""Names of the categories."""
_MOST_FINDINGS = 200
"""So many findings of a rule are listed in the panel; the evidence has them all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the checklist is shown, and how."""

    unfolded: Mapping[str, Unfolded]
    """What of a category is listed; attention where it is silent."""
    opened: frozenset[str]
    """The rules whose findings are listed."""
    about: Callable[[Finding], bool] | None = None
    """Keeps only what concerns one object."""
    narrowing: Narrowing = field(default_factory=Narrowing)
    since: Since | None = None

    def change(self, result: RuleResult) -> Change | None:
        """Return how an answer differs from the first one."""
        return self.since.change(result) if self.since is not None else None

    def listed(self, category: str) -> Unfolded:
        """What of a category is listed: all that changed where only that is asked for."""
        if self.narrowing.changed and self.unfolded.get(category) != "none":
            return "all"
        return self.unfolded.get(category, "attention")


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the checklist: a category, a rule or a finding, told by what is set."""

    key: str
    depth: int
    mark: Mark
    title: str
    figures: str
    text: str
    """What the filter looks in."""
    folds: bool = False
    unfolded: bool = False
    category: str = ""
    note: str = ""
    """For a category: how many of its rules gave each answer."""
    result: RuleResult | None = None
    finding: Finding | None = None
    change: str = ""
    """How it differs from what was found when the database was opened: "was fail", "2 new"."""

    def line(self, width: int) -> Line:
        """Return how it is drawn in a width: sign and title to the left, word and figures to the right."""
        fold = (glyphs.OPEN if self.unfolded else glyphs.CLOSED) if self.folds else " "
        ink: InkName = "text"
        if self.depth == 0:
            ink = "strong"
        elif self.finding is not None or self.mark in (glyphs.PASS, glyphs.NOT_APPLICABLE):
            ink = "muted"
        left = [Span(" " * self.depth), Span(fold, "faint")]
        if self.finding is None:
            left += [Span(f"{self.mark.glyph} ", self.mark.ink)]
        left.append(Span(self.title, ink))
        figures: Line = (Span(self.figures, self.mark.ink if self.depth else "muted"),)
        if self.change:
            figures = (Span(f"{self.change}  ", "accent"), *figures)
        return ends(tuple(left), figures, width)


def checklist_items(checklist: Checklist, shown: Shown) -> list[Item]:
    """Return the rows."""
    by_category: dict[str, list[RuleResult]] = {}
    for result in checklist.results:
        if shown.narrowing.admits(result, lambda r: shown.change(r) is not None):
            by_category.setdefault(str(result.rule.category), []).append(result)
    items: list[Item] = []
    for category, results in by_category.items():
        items += _category(category, results, shown)
    return items


def rule_items(category: str, results: Sequence[RuleResult], shown: Shown, depth: int = 1) -> list[Item]:
    """Return rules with their findings, worst first; those of other categories in one group too."""
    marks = [mark_of(result) for result in results]
    ordered = sorted(zip(marks, results, strict=True), key=lambda pair: (badness(pair[0]), pair[1].rule.id))
    return [row for mark, result in ordered for row in _rule(category, mark, result, shown, depth)]


def _category(category: str, results: Sequence[RuleResult], shown: Shown) -> list[Item]:
    about, listed = shown.about, shown.listed(category)
    if about is not None:
        results = [r for r in results if any(about(f) for f in r.findings)]
        if not results:
            return []
    marks = [mark_of(result) for result in results]
    applicable = [m for m in marks if m is not glyphs.NOT_APPLICABLE]
    passed = sum(m is glyphs.PASS for m in applicable)
    mark = worst(marks)
    title = TITLES.get(category, category)
    figures = mark.word
    if about is None and applicable:
        figures = f"{passed}/{len(applicable)} pass" + (
            "" if mark is glyphs.PASS else f" {glyphs.DOT} {mark.word}"
        )
    rows = [
        Item(
            f"category:{category}",
            0,
            mark,
            title,
            figures,
            title,
            folds=True,
            unfolded=listed != "none",
            category=category,
            note=", ".join(f"{marks.count(m)} {m.word}" for m in MARKS if m in marks),
        )
    ]
    if listed == "none":
        return rows
    ordered = sorted(zip(marks, results, strict=True), key=lambda pair: (badness(pair[0]), pair[1].rule.id))
    for mark, result in ordered:
        if listed == "all" or mark in (glyphs.FAIL, glyphs.WARN, glyphs.UNKNOWN):
            rows += _rule(category, mark, result, shown)
    return rows


def _rule(category: str, mark: Mark, result: RuleResult, shown: Shown, depth: int = 1) -> list[Item]:
    rule, about, change = result.rule, shown.about, shown.change(result)
    findings = [f for f in result.open_findings if about is None or about(f)]
    count = len(findings) or len(result.findings)
    figures = f"{count:,} {mark.word}" if count else mark.word
    if result.lapsed is not None and not count:
        figures = f"attestation expired {result.lapsed.until}"
    key = f"rule:{rule.id}"
    opened = rule.id in shown.opened
    rows = [
        Item(
            key if depth == 1 else f"{category}/{key}",
            depth,
            mark,
            rule.title,
            figures,
            f"{rule.title} {rule.id} {TITLES.get(category, '')} {mark.word} {result.severity} {rule.tier}",
            folds=bool(findings),
            unfolded=opened,
            category=category,
            result=result,
            change=change.words() if change is not None else "",
        )
    ]
    if not opened:
        return rows
    for number, finding in enumerate(findings[:_MOST_FINDINGS]):
        name = clean(finding.object.partition(":")[2] or finding.object)
        rows.append(
            Item(
                f"finding:{rule.id}:{finding.object}:{number}"
                if depth == 1
                else f"{category}/{rule.id}:{number}",
                depth + 1,
                mark,
                name,
                "",
                f"{finding.object} {rule.title}",
                category=category,
                result=result,
                finding=finding,
                change="new" if change is not None and change.is_new(finding) else "",
            )
        )
    return rows


def explanation(item: Item | None) -> list[Line]:
    """Return what a row means, for the lines under the list."""
    if item is None:
        return []
    if item.result is None:
        return [(Span(item.title, "strong"),), (Span(item.note),)]
    result = item.result
    lines: list[Line] = [(Span(result.rule.title, "strong"),), _says(item, result)]
    if item.change and item.finding is None:
        lines.append((Span("since this was opened: ", "muted"), Span(item.change, "accent")))
    return [*lines, (Span(f"{result.rule.id}  {result.severity}  {result.rule.tier}", "faint"),)]


def _says(item: Item, result: RuleResult) -> Line:
    if item.finding is not None:
        return (Span(item.finding.message),)
    if result.open_findings:
        more = len(result.open_findings) - 1
        tail = (Span(f"  and {more:,} more", "muted"),) if more else ()
        return (Span(result.open_findings[0].message), *tail)
    if result.reason:
        return (Span(item.mark.word, item.mark.ink), Span(f": {result.reason}"))
    if result.attested is not None:
        return (Span(f"attested by {result.attested.by} until {result.attested.until}"),)
    return (Span(f"{result.checked:,} checked. "), Span(result.rule.passes, "muted"))
