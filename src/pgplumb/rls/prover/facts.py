"""Reads what the prover must know of functions, operators and casts that users made: one statement each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pgplumb.rls.prover.gate import FunctionFacts, Overrides
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.server.session import Unit

_BODIES = {
    "{body}": "coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)",
    "{sql_body}": "p.prosqlbody IS NOT NULL",
}
_PLAIN_BODIES = {"{body}": "p.prosrc", "{sql_body}": "false"}


def read_functions(unit: Unit, server_version: int) -> Mapping[int, FunctionFacts]:
    """Return the functions that users made, by oid; those of extensions are left out."""
    text = query_file(__package__, "functions")
    for name, fitted in (_BODIES if server_version >= 140000 else _PLAIN_BODIES).items():
        text = text.replace(name, fitted)
    return {row[0]: FunctionFacts(*map(_value, row)) for row in unit.query(text)}


def read_overrides(unit: Unit) -> Overrides:
    """Return what users made of equality and of casts between built-in types."""
    rows = unit.query(query_file(__package__, "overrides"))
    casts = frozenset((source, target) for *_, source, target in rows if source is not None)
    return Overrides(rows[0][0], casts, frozenset(rows[0][1]))


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
