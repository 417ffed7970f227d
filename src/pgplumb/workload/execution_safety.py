"""What speaks against executing a statement: anything but reading, and any function that may do more than compute.

A read-only transaction alone is no wall: it lets a function end other sessions, take advisory locks and sleep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.foundation.names import dotted
from pgplumb.sql.node import Node
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.query_files import query_file
from pgplumb.sql.quote import quote_identifier, quote_qualified
from pgplumb.workload.plan_refusal import Unplanned, refuse

if TYPE_CHECKING:
    from pgplumb.server.session import Unit

_WRITES = frozenset(("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"))
_COMPARING = ("=", "<>", "<", ">", "<=", ">=")
"""Operators that are used without being written, by IN, BETWEEN, ORDER BY, GROUP BY and USING."""
_RUNS_SQL = frozenset(
    (
        *("crosstab", "crosstab2", "crosstab3", "crosstab4", "connectby", "xpath_table"),
        *("table_to_xml", "table_to_xml_and_xmlschema", "schema_to_xml", "schema_to_xml_and_xmlschema"),
        *("database_to_xml", "database_to_xml_and_xmlschema"),
    )
)
"""Functions that are STABLE by their declaration and run a query that is only found when they are called."""


def refuse_execution(text: str) -> Unplanned | None:
    """Return why a text is not executed, as far as the text alone tells."""
    refusal = refuse(text)
    if refusal is not None:
        return refusal
    try:
        tree = parse_statement(text)
    except (SyntaxProblem, ParserMissing, TooDeep) as problem:
        return _refused(f"what it does is unknown: {problem}", "Execute it by hand if it is safe.")
    if tree.kind != "SelectStmt":
        return _refused("it changes rows", "Look at its plan without executing it.")
    for node in tree.walk():
        if node.kind in _WRITES:
            return _refused("a part of it changes rows", "Look at its plan without executing it.")
        if node.kind == "LockingClause":
            return _refused("it locks the rows that it reads", "Leave out FOR UPDATE or FOR SHARE.")
        if node.kind == "ParamRef":
            why = f"${node.number('number')} has no value"
            return _refused(why, "Put values in place of the parameters.")
        if node.fields.get("intoClause") is not None:
            return _refused("it creates a table", "Leave out INTO.")
        if node.kind == "FuncCall" and (name := (node.words("funcname") or ("",))[-1]) in _RUNS_SQL:
            return _refused(f"{name}() runs a query of its own", "Execute it by hand if it is safe.")
    if tree.fields.get("intoClause") is not None:
        return _refused("it creates a table", "Leave out INTO.")
    return None


def refuse_functions(unit: Unit, text: str) -> Unplanned | None:
    """Return which volatile function keeps a text from being executed, asking the server; names as in the unit.

    To be asked in the transaction that executes it. Raises QueryError.
    """
    tree = parse_statement(text)
    path = unit.query("SELECT pg_catalog.current_setting('search_path')")[0][0]
    relations = [
        row[0]
        for row in unit.query(
            "SELECT pg_catalog.to_regclass(w.name)::pg_catalog.oid"
            " FROM pg_catalog.unnest(%s::pg_catalog.text[]) AS w (name)",
            [sorted(_relations(tree))],
        )
        if row[0] is not None
    ]
    set_path = "SELECT pg_catalog.set_config('search_path', %s, true)"
    unit.query(set_path, ["pg_catalog, pg_temp"])
    functions, operators, columns, types = _names(tree)
    found = unit.query(
        query_file(__package__, "volatile_functions"),
        [relations, types, functions, operators, columns, types],
    )
    unit.query(set_path, [path])
    if not found:
        return None
    names = ", ".join(dict.fromkeys(f"{dotted(*row)}()" for row in found[:3]))
    return _refused(
        f"it may call {names}, which is declared VOLATILE: it may change something",
        "Look at its plan without executing it, or declare the function STABLE where it only reads.",
    )


def _relations(tree: Node) -> set[str]:
    found = set()
    for node in tree.walk():
        schema, name = node.text("schemaname"), node.text("relname")
        if name:
            found.add(quote_qualified(schema, name) if schema else quote_identifier(name))
    return found


def _names(tree: Node) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the names of functions, operators, columns and types in a tree."""
    functions: set[str] = set()
    operators = set(_COMPARING)
    columns: set[str] = set()
    types: set[str] = set()
    for node in tree.walk():
        if node.kind == "FuncCall":
            functions.update(node.words("funcname")[-1:])
        elif node.kind == "A_Expr":
            operators.update(node.words("name")[-1:])
        elif node.kind == "SubLink":
            operators.update(node.words("operName")[-1:])
        elif node.kind == "SortBy":
            operators.update(node.words("useOp")[-1:])
        elif node.kind == "ColumnRef":
            columns.update(node.words("fields")[-1:])
        elif node.kind == "A_Indirection":
            columns.update(node.words("indirection"))
        elif node.kind == "RangeTableSample":
            functions.update(node.words("method")[-1:])
        name_of_type = node.node("typeName")
        if name_of_type is not None:
            types.update(name_of_type.words("names")[-1:])
    # The two sampling methods that PostgreSQL has are volatile by name alone: they draw pages or rows.
    return sorted(functions - {"system", "bernoulli"}), sorted(operators), sorted(columns), sorted(types)


def _refused(why: str, step: str) -> Unplanned:
    return Unplanned("not executed", why, step)
