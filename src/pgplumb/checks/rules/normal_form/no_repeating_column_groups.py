"""No group of numbered columns."""

from __future__ import annotations

import re
from functools import lru_cache

from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed

_NUMBERED = re.compile(r"(?P<before>.*?[^\d_])_?(?P<number>\d{1,2})(?P<after>_[^\d].*)?\Z")
_ADDRESS = re.compile(r"(?:^|_)(?:address|addr|street|line)_?(?:line)?\Z")
LEAST = 3
"""Two may be a pair; the profile's `repeating-columns` says otherwise."""


@lru_cache(maxsize=65536)
def numbered(name: str) -> tuple[str, int] | None:
    """Return a name with its number taken out, and the number: `phone_2` is ("phone_#", 2)."""
    match = _NUMBERED.match(name)
    if match is None or _ADDRESS.search(match["before"]):
        return None
    return f"{match['before']}#{match['after'] or ''}", int(match["number"])


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for numbers that run from 0 or 1 over columns of one name and type."""
    report.checked()
    groups: dict[tuple[str, int], dict[int, Column]] = {}
    for column in table.columns:
        found = numbered(column.name)
        if found is not None:
            groups.setdefault((found[0], column.type_oid), {})[found[1]] = column
    for (base, _), columns in groups.items():
        first = 0 if 0 in columns else 1
        last = first
        while last in columns:
            last += 1
        names = tuple(columns[n].name for n in range(first, last))
        if len(names) >= facts.profile.threshold("repeating-columns", LEAST):
            report.fail(
                table.id,
                f"{table.qualified} repeats {listed(names)}: one more needs a migration, and a search has to look "
                "in all of them",
                {"columns": names, "pattern": base},
                related=tuple(table.column_id(columns[n]) for n in range(first, last)),
            )


RULE = Rule(
    id="no-repeating-column-groups",
    title="No numbered columns",
    category=Category.NORMAL_FORM,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No three columns of one type differ only in a number that runs from 0 or 1 (repeating-columns); lines of "
    "an address are meant.",
    why="phone1, phone2, phone3 is a list squeezed into a row: queries repeat themselves and the fourth value needs "
    "a migration. A child table takes any number of them.",
    source="https://en.wikipedia.org/wiki/First_normal_form#Repeating_groups",
    looks_at="pg_attribute (attname, atttypid)",
    each_table=check,
    not_applicable_when="there is no table",
)
