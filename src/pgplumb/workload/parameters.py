"""Values for the parameters of a statement, so that its plan can be seen for common and for rare ones.

The generic plan takes each value of a column for as common as any other. What an application asks for is seldom so:
the plan of a common value and that of a rare one show how far the plan depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from pgplumb.foundation.names import part
from pgplumb.sql.lexer import tokens
from pgplumb.sql.quote import quote_literal, quote_qualified
from pgplumb.workload.compared import ColumnKey, Comparison, comparisons
from pgplumb.workload.plan_repair import dense, typed_literals
from pgplumb.workload.sample_values import choose

if TYPE_CHECKING:
    from typing import Literal

    from pgplumb.catalog.model import Catalog
    from pgplumb.workload.column_values import ColumnValues

    Name = Literal["generic", "common", "rare"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice of values. Its text may hold values of users' data: plan it, never show or log it."""

    name: Name
    text: str = field(repr=False)
    """The statement with the values in place; parameters that nothing is known of are left."""
    why: str
    """What was chosen, in words without values."""


def columns_compared(query: str, catalog: Catalog, search_path: str | None = None) -> frozenset[ColumnKey]:
    """Return the columns whose values `settings_for` can use: what to read with `read_values`."""
    found = comparisons(readable(query), catalog, search_path)
    return frozenset(c.column for c in found if c.column is not None)


def settings_for(
    query: str,
    catalog: Catalog,
    values: Mapping[ColumnKey, ColumnValues] | None,
    rows_per_call: float | None = None,
    search_path: str | None = None,
) -> tuple[Setting, ...]:
    """Return the settings of a normalised statement: generic, and common and rare where they differ from it.

    Without `values` (None) there is the generic one alone. `rows_per_call` (rows divided by calls, of
    pg_stat_statements) becomes the LIMIT, which the planner would take for a tenth of all rows.
    """
    text = readable(query)
    found = comparisons(text, catalog, search_path)
    limit = {
        c.number: quote_typed(str(max(ceil(rows_per_call), 1)), "bigint")
        for c in found
        if c.operator == "limit" and rows_per_call is not None
    }
    said = ["LIMIT is what a call returns on average"] if limit else []
    settings = [_setting("generic", text, limit, ["values are unknown", *said])]
    compared = [c for c in found if c.column is not None and values is not None and c.column in values]
    for name in ("common", "rare"):
        chosen: dict[int, str] = {}
        why: dict[str, None] = {}
        for number, (value, reason) in choose(compared, values or {}, name).items():
            comparison = next(c for c in compared if c.number == number)
            type_name = _type_of(comparison, catalog)
            if type_name is not None and comparison.column is not None:
                chosen[number] = quote_typed(value, type_name)
                why[f"{part(comparison.column.relation)}.{part(comparison.column.column)}: {reason}"] = None
        if chosen:
            settings.append(_setting(name, text, limit | chosen, [*why, *said]))
    return tuple(settings)


def readable(query: str) -> str:
    """Return a normalised text in which values can be put: typed literals (`date $1`) become casts."""
    return dense(typed_literals(query.strip().rstrip(";")))


def with_literals(text: str, literals: Mapping[int, str]) -> str:
    """Return a text with SQL expressions in place of parameters; those left over are numbered anew.

    Strings, comments and quoted names stay as they are, whatever they look like.
    """
    parts = [
        f"({literals[int(t.text[1:])]})" if t.kind == "parameter" and int(t.text[1:]) in literals else t.text
        for t in tokens(text)
    ]
    return dense("".join(parts))


def quote_typed(value: str, type_name: str) -> str:
    """Return a value as a quoted literal of a type. The type's name must be SQL already."""
    return f"{quote_literal(value)}::{type_name}"


def _setting(name: Name, text: str, literals: Mapping[int, str], why: list[str]) -> Setting:
    return Setting(name, with_literals(text, literals), "; ".join(why))


def _type_of(comparison: Comparison, catalog: Catalog) -> str | None:
    """Return the type of the compared column as SQL, an array of it for = ANY."""
    key = comparison.column
    relation = catalog.by_name.get((key.schema, key.relation)) if key else None
    column = relation.column_named(key.column) if relation and key else None
    found = catalog.types.get(column.type_oid) if column else None
    if found is None:
        return None
    return quote_qualified(found.schema, found.name) + ("[]" if comparison.operator == "any" else "")
