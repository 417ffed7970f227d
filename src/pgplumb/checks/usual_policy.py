"""How this project's policies tell whose rows are whose, to say the same of a table that has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog, is_rules_table, name_order
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import type_text, without_domain
from pgplumb.checks.expressions import column_path, read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.session_values import function_names, reads_tables
from pgplumb.checks.tenant_tests import Row, judge
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier


@dataclass(frozen=True, slots=True)
class _Example:
    """A policy's USING that looks at one column of the row and at no table."""

    table: tuple[str, str]
    column: str
    type_oid: int
    text: str


@gathered
def _examples_of(table: Relation, catalog: Catalog) -> tuple[_Example, ...] | None:
    if not is_rules_table(table):
        return None
    found = []
    for policy in table.policies:
        if not policy.permissive or policy.command != "*" or not isinstance(policy.using, str):
            continue
        node = read_expression(policy.using)
        if not isinstance(node, Node) or reads_tables(node):
            continue
        names = {path for inner in node.walk() if (path := column_path(inner))}
        column = table.column_named(next(iter(names))[-1]) if len(names) == 1 else None
        if column is not None:
            found.append(_Example(name_order(table), column.name, column.type_oid, policy.using))
    return tuple(found) or None


@settled()
def _examples(catalog: Catalog) -> tuple[_Example, ...]:
    """One example of each text, of the first table by name."""
    found = {e.text: e for e in sorted(_all_examples(catalog), key=lambda e: e.table, reverse=True)}
    return tuple(sorted(found.values(), key=lambda e: (e.table, e.text)))


def _all_examples(catalog: Catalog) -> Iterator[_Example]:
    return chain.from_iterable(_examples_of(catalog).values())


def usual_condition(table: Relation, column: Column, facts: Facts) -> str | None:
    """Return a condition that keeps to the tenant: as another table's policy says it, or the profile's identity.

    None where neither is known: what an application sets for its sessions cannot be guessed.
    """
    catalog = facts.catalog
    row = Row(table.name, column.name, column.not_null, True, function_names(catalog))
    for example in _examples(catalog):
        if (example.column, example.type_oid) != (column.name, column.type_oid):
            continue
        node = read_expression(example.text)
        if isinstance(node, Node) and judge(node, row).keeps:
            return example.text
    if facts.profile.identities:
        kind = type_text(catalog, *without_domain(catalog, column.type_oid, column.typmod))
        return f"{quote_identifier(column.name)} = (SELECT ({facts.profile.identities[0]})::{kind})"
    return None
