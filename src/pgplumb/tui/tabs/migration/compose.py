"""The fix of a finding as a migration: its statements under a comment that says what they are for."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents import change_or_why

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.checks.checklist import Checklist
    from pgplumb.checks.finding import Finding
    from pgplumb.checks.rule import Rule

_WIDTH = 66
NOTICE = "Not rehearsed, not applied."


@dataclass(frozen=True, slots=True)
class Composed:
    """A migration that was written from a finding."""

    name: str
    up: str
    down: str | None
    """None where the fix knows no way back of its own."""


def compose(finding: Finding, catalog: Catalog, checklist: Checklist | None = None) -> Composed:
    """Write a finding's fix. Raises Unwritable with a line for people where that cannot be done."""
    fix = finding.fix
    if fix is None:
        raise Unwritable("no fix is proposed for this finding")
    change = change_or_why(fix, catalog)
    if isinstance(change, str):
        raise Unwritable(change)
    about = finding.object.partition(":")[2] or finding.object
    rule = _rule_of(finding, checklist)
    head = [f"{rule.title} ({rule.id})" if rule else fix.intent, finding.object, finding.message]
    order = (
        "Statements run one by one, each in a transaction of its own, but for those between BEGIN and COMMIT."
    )
    up = f"{_comment(*head)}{_comment(f'{NOTICE} {order}')}\n{change.up}\n"
    down = None if change.down is None else f"{_comment(f'Takes back: {fix.intent}', about)}\n{change.down}\n"
    return Composed(f"{fix.intent} {about}".replace("-", " "), up, down)


def _rule_of(finding: Finding, checklist: Checklist | None) -> Rule | None:
    results = checklist.results if checklist is not None else ()
    return next((result.rule for result in results if any(f is finding for f in result.findings)), None)


def _comment(*texts: str) -> str:
    """Return texts as comment lines. Names and messages come from the database: no line break survives in them."""
    lines = [
        line
        for text in texts
        for line in textwrap.wrap(sanitise(text), _WIDTH, break_long_words=False, break_on_hyphens=False)
        or [""]
    ]
    return "".join(f"-- {line}\n" for line in lines)
