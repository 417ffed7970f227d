"""References are named for what they refer to."""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.foreign_keys import declared
from pgplumb.checks.name_words import plurals, vocabulary, words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_KEYS = vocabulary("id uuid guid key")


def follows(column: str, table: str, key: str) -> bool:
    """Whether a column is named for the key that it refers to: by its last word, by the table, or by what was done."""
    mine, theirs = words(column), words(key)
    if not mine or not theirs or mine[-1] == theirs[-1]:
        return True
    if mine[-1] in _KEYS and theirs[-1] in _KEYS:
        return True
    # created_by, and currency for currencies.code.
    singular = column == table or table in plurals(column) or words(table)[-1:] == mine[-1:]
    return mine[-1] == "by" or (singular and theirs[-1] not in _KEYS)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare the names of both columns of each foreign key over one column."""
    for key in declared(table):
        parent = facts.catalog.relations.get(key.foreign_relation)
        if len(key.columns) != 1 or parent is None:
            continue
        column, target = table.column(key.columns[0]), parent.column(key.foreign_columns[0])
        if column is None or target is None:
            continue
        report.checked()
        if not follows(column.name, parent.name, target.name):
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(column.name)} refers to {parent.qualified}.{part(target.name)}, which its "
                "name does not say",
                {"references": parent.qualified, "key": target.name},
                related=(table.constraint_id(key),),
            )


RULE = Rule(
    id="fk-column-name-convention",
    title="References are named for their key",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="The column of a foreign key over one column ends as the referred key does (customer_id, owner_id, "
    "country_code), is named for the table where that key is no id (currency), or ends in _by.",
    why="Whoever reads a query sees from the name that a column is a reference, and to what. A column called customer "
    "is taken for a name until somebody looks.",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    looks_at="pg_constraint (conkey, confkey), pg_attribute.attname",
    each_table=check,
    not_applicable_when="there is no foreign key over one column",
)
