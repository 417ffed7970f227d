"""What a dump tells of its planner's settings: `pg_dump --create` writes those of the database.

The builder sets them, so none is taken but what the planner goes by and what literals mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pgplumb.sql.node import Node
from pgplumb.sql.parser import SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.quote import quote_identifier
from pgplumb.sql.split import Statement
from pgplumb.twin.schema import SchemaText

_TAKEN = re.compile(
    r"(?i)(search_path|work_mem|hash_mem_multiplier|effective_cache_size|effective_io_concurrency|timezone|datestyle"
    r"|intervalstyle|default_text_search_config|plan_cache_mode|cursor_tuple_fraction|constraint_exclusion"
    r"|(?:from|join)_collapse_limit|recursive_worktable_factor|max_parallel_workers(?:_per_gather)?|geqo\w*|enable_\w+"
    r"|jit\w*|min_parallel_\w+|parallel_\w+_cost|(?:seq|random)_page_cost|cpu_\w+_cost)"
)
_NEVER = frozenset(["jit_provider"])
_BEGINS = re.compile(r"(?i)\s*ALTER\s+DATABASE\b")
_SCHEMA = "schema:"


def settings_of(statements: Iterable[Statement], schema: SchemaText) -> Mapping[str, str]:
    """Return the planner's settings, as set_config takes them.

    A dump that tells no search_path gets one that finds the tables of all its schemas, `public` first: with it the
    queries of any role with a path of its own find theirs, where no name stands in two schemas.
    """
    found = {"search_path": ", ".join(dict.fromkeys(["public", *_schemas(schema)]))}
    for statement in statements:
        if _BEGINS.match(statement.text):
            found |= _set(statement.text)
    return found


def _schemas(schema: SchemaText) -> list[str]:
    return [s.object.removeprefix(_SCHEMA) for s in schema.steps if s.object.startswith(_SCHEMA)]


def _set(text: str) -> dict[str, str]:
    try:
        node = parse_statement(text)
    except (SyntaxProblem, TooDeep):
        return {}
    change = node.node("setstmt")
    if node.kind != "AlterDatabaseSetStmt" or change is None or change.text("kind") != "VAR_SET_VALUE":
        return {}
    name = change.text("name")
    if not _TAKEN.fullmatch(name) or name.lower() in _NEVER:
        return {}
    values = [_value(constant) for constant in change.nodes("args")]
    if name.lower() == "search_path":
        values = [quote_identifier(value) for value in values]
    return {name: ", ".join(values)}


def _value(constant: Node) -> str:
    for field in ("sval", "fval", "ival"):
        inner = constant.node(field)
        if inner is not None:
            return inner.text(field) or str(inner.number(field))
    return ""
