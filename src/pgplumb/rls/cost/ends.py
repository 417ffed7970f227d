"""Where a policy's predicate ends in a plan: in an index, as a filter of rows, as a sub-select for each row.

What of a scan's conditions is the policy's is told by a plan of the table alone, read by the same role: all that
stands there is the policy's, in the planner's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.sql.lexer import Token, significant
from pgplumb.workload.plan_node import PlanNode

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation

INDEX, FILTER, HASHED, SUBPLAN = "index", "filter", "hashed", "subplan"
"""By an index; by a look at each row; by a look into the hashed rows of a sub-select; by running that for each."""
WORST_FIRST = (SUBPLAN, HASHED, FILTER, INDEX)
_NUMBER = re.compile(r"\b(SubPlan|InitPlan) \d+|\$\d+")
_LOOKED_AT = ("Index Cond", "Filter", "TID Cond")


@dataclass(frozen=True, slots=True)
class End:
    """One condition of a policy at one scan of its table."""

    condition: str
    """As the plan prints it."""
    where: str
    rows: float
    """How many rows it is asked of, as far as the planner tells; where an index finds it, how many it gives."""
    at_least: bool
    """Whether there may be more: how many rows the scan reads before is not told."""
    below: float = 0.0
    """For a sub-select that is run for each row: the cost of one run."""


def conditions_of(root: PlanNode, relation: Relation, catalog: Catalog) -> frozenset[str]:
    """Return the conditions of all scans of a table, in one form whatever the names and numbers in the plan."""
    return frozenset(
        one
        for node, _ in scans(root, relation, catalog)
        for _, text in _conditions(node)
        for one in forms(text, node.alias)
    )


def ends_of(
    root: PlanNode, relation: Relation, catalog: Catalog, own: Iterable[str], tuples: Mapping[int, float]
) -> tuple[End, ...]:
    """Return where the policies' own conditions end. `tuples` are the rows of tables by oid."""
    wanted = frozenset(own)
    found = []
    for node, scanned in scans(root, relation, catalog):
        for name, text in _conditions(node):
            for part in parts(text):
                if form(part, node.alias) not in wanted:
                    continue
                where = INDEX if name != "Filter" else _kind(part)
                rows, at_least = _rows(root, node, name, tuples.get(scanned.oid, 0.0))
                below = sum(_run(node, number) for number in re.findall(r"(?<!hashed )(SubPlan \d+)", part))
                found.append(End(part, where, rows, at_least, below if where == SUBPLAN else 0.0))
    return tuple(found)


def scans(root: PlanNode, relation: Relation, catalog: Catalog) -> Iterator[tuple[PlanNode, Relation]]:
    """Yield the scans of a table and of its partitions, with what is scanned."""
    for node in root.walk():
        if node.schema is None or node.relation is None or node.operation is not None:
            continue
        scanned = catalog.by_name.get((node.schema, node.relation))
        if scanned is not None and (scanned.oid == relation.oid or catalog.root(scanned).oid == relation.oid):
            yield node, scanned


def forms(text: str, alias: str | None) -> Iterator[str]:
    """Yield what must hold all together, each in one form."""
    for part in parts(text):
        yield form(part, alias)


def form(part: str, alias: str | None) -> str:
    """Return a condition without the names of tables, numbers of sub-plans and the order of what is equal."""
    tokens = list(significant(part))
    kept = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        following = tokens[number + 1].text if number + 1 < len(tokens) else ""
        if following == "." and alias is not None and _named(token) == alias:
            number += 2
            continue
        kept.append(token.text)
        number += 1
    text = _NUMBER.sub(lambda m: m[1] or "$", " ".join(kept))
    sides = _sides(text)
    return " = ".join(sorted(sides)) if sides else text


def parts(text: str) -> Iterator[str]:
    """Yield the conditions that AND joins in a condition of a plan, which has every operation in parentheses."""
    tokens = list(significant(text))
    while len(tokens) > 2 and _closes(tokens, 0) == len(tokens) - 1:
        inner = tokens[1:-1]
        if not any(depth == 0 and token.lower == "and" for depth, token in _depths(inner)):
            break
        tokens = inner
    start = 0
    for number, (depth, token) in enumerate(_depths(tokens)):
        if depth == 0 and token.lower == "and":
            yield text[tokens[start].start : tokens[number - 1].end]
            start = number + 1
    if start < len(tokens):
        yield text[tokens[start].start : tokens[-1].end]


def _sides(text: str) -> tuple[str, str] | None:
    """Return both sides of `(a = b)`."""
    tokens = list(significant(text))
    if len(tokens) < 5 or _closes(tokens, 0) != len(tokens) - 1:
        return None
    equal = [n for n, (depth, token) in enumerate(_depths(tokens)) if depth == 1 and token.text == "="]
    if len(equal) != 1 or any(d == 1 and t.lower in ("any", "all") for d, t in _depths(tokens)):
        return None
    middle = tokens[equal[0]]
    return _bare(text[tokens[1].start : middle.start]), _bare(text[middle.end : tokens[-1].start])


def _bare(text: str) -> str:
    text = text.strip()
    tokens = list(significant(text))
    if len(tokens) > 2 and tokens[0].text == "(" and _closes(tokens, 0) == len(tokens) - 1:
        return text[1:-1].strip()
    return text


def _depths(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    depth = 0
    for token in tokens:
        if token.text in (")", "]"):
            depth -= 1
        yield depth, token
        if token.text in ("(", "["):
            depth += 1


def _closes(tokens: list[Token], opening: int) -> int | None:
    if tokens[opening].text != "(":
        return None
    depth = 0
    for number in range(opening, len(tokens)):
        depth += (tokens[number].text in ("(", "[")) - (tokens[number].text in (")", "]"))
        if depth == 0:
            return number
    return None


def _named(token: Token) -> str:
    if token.kind == "quoted":
        return token.text[1:-1].replace('""', '"')
    return token.text if token.kind == "word" else ""


def _conditions(node: PlanNode) -> Iterator[tuple[str, str]]:
    """Yield the conditions by which a scan finds or tests rows; those of a bitmap stand below it."""
    for name, text in node.conditions:
        if name in _LOOKED_AT:
            yield name, text
    waiting = list(node.children)
    while waiting and node.node_type == "Bitmap Heap Scan":
        below = waiting.pop()
        if below.node_type in ("BitmapAnd", "BitmapOr", "Bitmap Index Scan"):
            waiting += below.children
            if below.index_cond is not None:
                yield "Index Cond", below.index_cond


def _kind(part: str) -> str:
    if "hashed SubPlan" in part:
        return HASHED
    return SUBPLAN if re.search(r"\bSubPlan \d+", part) else FILTER


def _rows(root: PlanNode, node: PlanNode, name: str, tuples: float) -> tuple[float, bool]:
    """Return how many rows a condition is asked of, or gives, and whether there may be more."""
    if name != "Filter":
        return node.rows, False
    if any(other in ("Index Cond", "TID Cond") for other, _ in _conditions(node)):
        return node.rows, True
    span = node.total_cost - node.startup_cost
    # Where a LIMIT stops it, the plan costs less than the scan would.
    stopped = node.total_cost > root.total_cost and span > 0
    share = min(max((root.total_cost - node.startup_cost) / span, 0.0), 1.0) if stopped else 1.0
    return max(tuples * share, node.rows * share), stopped


def _run(node: PlanNode, name: str) -> float:
    return next((child.total_cost for child in node.children if child.subplan == name), 0.0)
