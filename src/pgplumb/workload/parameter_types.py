"""The types of a statement's parameters, as the server finds them, and values of a person's put in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_literal
from pgplumb.workload.parameters import quote_typed, readable, with_literals
from pgplumb.workload.plan import LOCK_TIMEOUT_MS, Unplanned, first_readable, prepare_unit, prepared, refuse
from pgplumb.workload.plan_refusal import unplanned

if TYPE_CHECKING:
    from pgplumb.server.session import Session, Unit


@dataclass(frozen=True, slots=True)
class ParameterTypes:
    """A statement that the server can read, and the type of each of its parameters."""

    text: str
    types: tuple[str, ...]
    """Of $1, $2 and so on, as SQL."""

    def filled(self, values: Sequence[str | None]) -> str:
        """Return the statement with values, given as text, as quoted literals of their types; None is NULL.

        Raises ValueError where there are not as many values as parameters, or one holds a null character.
        """
        if len(values) != len(self.types):
            raise ValueError(f"{len(self.types)} values are needed, {len(values)} were given")
        pairs = zip(values, self.types, strict=True)
        literals = {
            number: f"NULL::{name}" if value is None else quote_typed(value, name)
            for number, (value, name) in enumerate(pairs, 1)
        }
        return with_literals(self.text, literals)


def parameter_types(
    session: Session, query: str, search_path: str | None = None
) -> ParameterTypes | Unplanned:
    """Ask the server for the types of a statement's parameters; nothing is planned or run. Raises LostConnection."""
    refusal = refuse(query)
    if refusal is not None:
        return refusal
    try:
        with session.unit(5000, LOCK_TIMEOUT_MS, as_user=True) as unit:
            prepare_unit(unit, search_path)
            types, text = first_readable(unit, readable(query), _types)
            return ParameterTypes(text, types)
    except QueryError as error:
        return unplanned(error)


def _types(unit: Unit, text: str) -> tuple[str, ...]:
    with prepared(unit, text) as name:
        rows = unit.query(
            "SELECT p.parameter_types::pg_catalog.text[] FROM pg_catalog.pg_prepared_statements p"
            f" WHERE p.name OPERATOR(pg_catalog.=) {quote_literal(name)}"
        )
    return tuple(rows[0][0])
