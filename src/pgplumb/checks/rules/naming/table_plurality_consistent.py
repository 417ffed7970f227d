"""Tables are all singular or all plural."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import is_plural, words
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Tier


def collect(table: Relation, facts: Facts) -> Iterator[tuple[None, bool]]:
    """Yield whether a name is plural; words that have no plural, or look like one, tell nothing."""
    if table.is_table and not table.parents:
        parts = words(table.name)
        answer = is_plural(parts[-1]) if parts else None
        if answer is not None:
            yield None, answer


def judge(_: Hashable, members: Mapping[int, Sequence[Hashable]], facts: Facts, report: Report) -> None:
    """Report the tables that are not as most are."""
    relations = facts.catalog.relations
    plural = [relations[oid] for oid, (answer,) in members.items() if answer]
    singular = [relations[oid] for oid, (answer,) in members.items() if not answer]
    report.checked(len(plural) + len(singular))
    odd, usual, word = (
        (plural, singular, "singular") if len(plural) < len(singular) else (singular, plural, "plural")
    )
    for table in odd:
        report.fail(
            table.id,
            f"{table.qualified} is not {word} as {len(usual)} of {len(usual) + len(odd)} tables are",
            {"usual": word, "tables": len(usual)},
            related=(usual[0].id,),
        )


RULE = Rule(
    id="table-plurality-consistent",
    title="Tables are all singular or all plural",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="The last words of all table names are singular, or all are plural; words without a plural are left out.",
    why="Either is fine, but where both stand side by side every query is a guess. Generators and ORMs derive names "
    "from one of them.",
    source="https://en.wikipedia.org/wiki/Naming_convention_(programming)",
    looks_at="pg_class.relname",
    each_group=Groups(collect, judge),
    not_applicable_when="no table has a name with a singular or plural",
)
