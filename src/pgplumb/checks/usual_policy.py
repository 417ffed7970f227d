"""How this project's policies tell whose rows are whose, to say the same of a table that has none."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import type_text, without_domain
from pgplumb.checks.expressions import column_path, read_expression
from pgplumb.checks.facts import Facts
from pgplumb.checks.once import once_per_catalog
from pgplumb.checks.session_values import function_names, reads_tables
from pgplumb.checks.tenant_tests import Row, judge
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier


@dataclass(frozen=True, slots=True)
class _Example:
    """A policy's USING that looks at one column of the row and at no table."""

    column: str
    type_oid: int
    node: Node
    text: str


@once_per_catalog
def _examples(catalog: Catalog) -> tuple[_Example, ...]:
    found = []
    for table in catalog.tables:
        for policy in table.policies:
            if not policy.permissive or policy.command != "*" or not isinstance(policy.using, str):
                continue
            node = read_expression(policy.using)
            if not isinstance(node, Node) or reads_tables(node):
                continue
            names = {path for inner in node.walk() if (path := column_path(inner))}
            column = table.column_named(next(iter(names))[-1]) if len(names) == 1 else None
            if column is not None:
                found.append(_Example(column.name, column.type_oid, node, policy.using))
    return tuple(found)


def usual_condition(table: Relation, column: Column, facts: Facts) -> str | None:
    """Return a condition that keeps to the tenant: as another table's policy says it, or the profile's identity.

    None where neither is known: what an application sets for its sessions cannot be guessed.
    """
    catalog = facts.catalog
    row = Row(table.name, column.name, column.not_null, True, function_names(catalog))
    for example in _examples(catalog):
        if (example.column, example.type_oid) == (column.name, column.type_oid) and judge(
            example.node, row
        ).keeps:
            return example.text
    if facts.profile.identities:
        kind = type_text(catalog, *without_domain(catalog, column.type_oid, column.typmod))
        return f"{quote_identifier(column.name)} = (SELECT ({facts.profile.identities[0]})::{kind})"
    return None
