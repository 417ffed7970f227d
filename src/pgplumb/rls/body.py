"""The one SELECT that a function returns rows by, where its body is that and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog, Function
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted
from pgplumb.rls.prover.gate import FunctionFacts
from pgplumb.rls.shape import Shape, shape_of
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement

_ATOMIC = re.compile(r"\s*BEGIN\s+ATOMIC\s+(.*?);?\s*END\s*;?\s*\Z", re.IGNORECASE | re.DOTALL)
_RETURN_QUERY = re.compile(
    r"\s*BEGIN\s+RETURN\s+QUERY\s+(?!EXECUTE\b)([^;]*);\s*(?:RETURN\s*;\s*)?END\s*;?\s*\Z", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Body:
    """What a function reads."""

    shape: Shape
    base: Relation | None
    """The relation that its rows are of; None with an obstacle."""
    obstacle: str | None = None
    reasons: tuple[str, ...] = ()


def select_of(catalog: Catalog, function: Function, facts: FunctionFacts | None) -> Body:
    """Return the query of a function's body with its relation, names resolved as far as they are certain."""
    none = Shape()
    if facts is None or facts.body is None:
        return Body(none, None, "its body may not be seen")
    if facts.sets:
        return Body(
            none, None, f"it sets {', '.join(one.partition('=')[0] for one in facts.sets)} for itself"
        )
    text = facts.body
    if function.language == "plpgsql":
        match = _RETURN_QUERY.match(text)
        if match is None:
            return Body(none, None, "its body (plpgsql) is more than one RETURN QUERY")
        text = match[1]
    elif function.language != "sql":
        return Body(none, None, f"its body ({function.language}) is not read")
    elif facts.sql_body and (match := _ATOMIC.match(text)):
        text = match[1]
    shape = shape_of(text)
    unsure = None if facts.sql_body else _unsure(catalog, text)
    if unsure is not None:
        return Body(shape, None, f"it calls {unsure}, which may be a function of users")
    if shape.obstacle is not None:
        return Body(shape, None, f"its query: {shape.obstacle}")
    if shape.where and any(
        name and re.search(rf"\b{re.escape(name)}\b", shape.where) for name in facts.argument_names
    ):
        base, _ = _resolve(catalog, function, shape.source)
        used = [n for n in facts.argument_names if n and re.search(rf"\b{re.escape(n)}\b", shape.where)]
        if base is None or any(base.column_named(name) is None for name in used):
            return Body(shape, None, f"its rows depend on what is passed as {', '.join(used)}")
    base, note = _resolve(catalog, function, shape.source)
    if base is None:
        return Body(shape, None, f"{dotted(*shape.source)} is not known")
    return Body(shape, base, None, (note,) if note else ())


def _unsure(catalog: Catalog, text: str) -> str | None:
    """Return a bare name that is called and that a function of users bears, too."""
    try:
        select = parse_statement(text.strip().rstrip(";"))
    except (SyntaxProblem, ParserMissing, TooDeep):
        return None
    calls = (n.words("funcname") for n in select.walk() if n.kind == "FuncCall")
    called = {names[0] for names in calls if len(names) == 1}
    return next((f.name for f in catalog.functions.values() if f.name in called), None)


def _resolve(
    catalog: Catalog, function: Function, name: tuple[str, ...]
) -> tuple[Relation | None, str | None]:
    """Return the relation of a name and, where that rests on a search_path that is not fixed, a word about it."""
    if len(name) == 2:
        return catalog.by_name.get((name[0], name[1])), None
    if len(name) != 1:
        return None, None
    path = next((c.split("=", 1)[1] for c in function.config if c.startswith("search_path=")), None)
    if "$user" in (path or ""):
        return None, None
    for schema in (path or "").replace('"', "").split(","):
        found = catalog.by_name.get((schema.strip(), name[0]))
        if found is not None:
            return found, None
    same = [r for r in catalog.exposed if r.name == name[0]]
    if len(same) == 1 and path is None:
        return same[0], f"its search_path is not fixed: {name[0]} is taken for {same[0].qualified}"
    return None, None
