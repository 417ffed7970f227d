"""What ALTER TABLE does when it adds, changes or tightens a column."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.catalog.model import Type
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.hazards.column_types import (
    SERIALS,
    Shape,
    Verdict,
    is_built_in,
    stored,
    verdict,
    written,
)
from pgplumb.migrate.hazards.effect import SHARE_ROW_EXCLUSIVE, Effects, Target
from pgplumb.migrate.hazards.volatility import volatility
from pgplumb.migrate.hazards.world import World
from pgplumb.sql.lexer import significant
from pgplumb.sql.node import Node


@dataclass(frozen=True, slots=True)
class Altered:
    """The table of an ALTER TABLE, and what the statement does to it so far."""

    world: World
    target: Target
    relation: Relation | None
    effects: Effects
    dropping: frozenset[str]
    """Constraints that the same statement drops."""


def constraints_of(column: Node, kind: str) -> tuple[Node, ...]:
    """Return a column's own constraints of one kind: CHECK, DEFAULT, FOREIGN, ..."""
    return tuple(c for c in column.nodes("constraints") if c.text("contype") == f"CONSTR_{kind}")


def add_column(table: Altered, column: Node) -> None:
    """ADD COLUMN: a new file where each row gets a value of its own, a reading where rows must be checked."""
    effects, target = table.effects, table.target
    type_name = column.node("typeName") or Node("", {})
    names = type_name.words("names")
    name = column.text("colname")
    defaults = constraints_of(column, "DEFAULT")
    if names[-1:] and names[-1] in SERIALS:
        effects.does(target, "rewrite", f"{name} is {names[-1]}: every row gets a number of its own")
    elif constraints_of(column, "IDENTITY"):
        effects.does(target, "rewrite", f"{name} is an identity column: every row gets a number of its own")
    elif any(c.text("generated_kind") != "v" for c in constraints_of(column, "GENERATED")):
        effects.does(target, "rewrite", f"{name} is generated and stored: it is computed for every row")
    _domain(table, name, names)
    for default in defaults:
        expression = default.node("raw_expr")
        found, function = volatility(expression, table.world) if expression else ("stable", "")
        if found == "volatile":
            effects.does(target, "rewrite", f"the default of {name} calls {function}(), which is volatile")
        elif found == "unknown":
            effects.unsure(
                f"whether {function}() in the default of {name} is volatile: if so, the table is rewritten"
            )
    if constraints_of(column, "CHECK"):
        effects.does(target, "scan", f"the CHECK of {name} is verified for every row")
    for kind in ("PRIMARY", "UNIQUE"):
        if constraints_of(column, kind):
            effects.does(target, "index", f"the index of {name} is built")
    for key in constraints_of(column, "FOREIGN"):
        parent, _ = table.world.ranged(key.node("pktable"))
        effects.lock(parent, SHARE_ROW_EXCLUSIVE)
        if any(not is_null(default.node("raw_expr")) for default in defaults):
            effects.does(target, "scan", f"the foreign key of {name} is verified for every row")
            effects.does(parent, "scan", f"the foreign key of {name} looks its rows up")


def is_null(expression: Node | None) -> bool:
    """Whether an expression is the constant NULL, or missing."""
    return expression is None or (expression.kind == "A_Const" and expression.flag("isnull"))


def _domain(table: Altered, column: str, names: tuple[str, ...]) -> None:
    found = table.world.type_named(names)
    if found is not None:
        if found.kind == "d" and (found.has_checks or found.not_null):
            why = f"the type of {column} is a domain with constraints"
            table.effects.does(table.target, "rewrite", why, "catalog")
    elif table.world.catalog is None and names and names[-1] not in SERIALS and not is_built_in(names[-1]):
        table.effects.unsure(
            f"whether {names[-1]} is a domain with constraints: if so, the table is rewritten"
        )


def change_type(table: Altered, name: str, definition: Node) -> None:
    """ALTER COLUMN TYPE: nothing, a check of the rows, an index built again, or a new file."""
    effects, target, relation = table.effects, table.target, table.relation
    new = _new_shape(table.world, definition)
    using = definition.node("raw_default")
    if using is not None and not _plain_cast(using, name, new):
        effects.does(target, "rewrite", f"USING computes {name} for every row")
        return
    column = relation.column_named(name) if relation else None
    kind = table.world.column_type(column) if column else None
    if column is None or kind is None or relation is None:
        effects.unsure(f"whether the type of {name} changes without a rewrite: its present type is not known")
        return
    old = _stored(table.world, kind, column.typmod)
    domain = _domain_of(table.world, definition)
    if domain is not None and (domain.has_checks or domain.not_null):
        effects.does(target, "rewrite", f"{name} becomes a domain with constraints", "catalog")
        return
    decided: Verdict = verdict(old, new)
    if decided == "utc":
        utc = (table.world.time_zone or "").upper() in ("UTC", "ETC/UTC", "GMT", "ETC/GMT")
        decided = "same" if utc else "rewrite"
    if decided == "rewrite":
        effects.does(target, "rewrite", f"{name} changes from {old.name} to {new.name}", "catalog")
    elif decided == "unknown":
        effects.unsure(f"whether {name} changes its type without a rewrite")
    else:
        _kept_file(table, relation, column, old, new)
        _other_collation(table, relation, column, definition)


def _kept_file(table: Altered, relation: Relation, column: Column, old: Shape, new: Shape) -> None:
    """The file stays; checks on the column are verified again, and some indexes are built again."""
    for constraint in relation.constraints:
        if (
            constraint.kind == "c"
            and column.number in constraint.columns
            and constraint.validated
            and old != new
        ):
            why = f"the check {constraint.name} on {column.name} is verified again"
            table.effects.does(table.target, "scan", why, "catalog")
    for index in relation.indexes:
        texts = [text for text in (index.expressions, index.predicate) if text is not None]
        mentioned = any(isinstance(t, str) and column.name in words_of(t) for t in texts)
        zoned = {old.name, new.name} == {"timestamp", "timestamptz"} and column.number in index.columns
        if old != new and (mentioned or zoned):
            why = f"the index {index.name} over {column.name} is built again"
            table.effects.does(table.target, "rebuild", why, "catalog")
        elif any(not isinstance(text, str) for text in texts):
            table.effects.unsure(
                f"whether the index {index.name} is built again: its definition was not read"
            )


def _stored(world: World, kind: Type, typmod: int) -> Shape:
    """Return a column's type; of a domain, the one below it: its values are stored as that."""
    base = world.catalog.types.get(kind.base) if world.catalog and kind.kind == "d" else None
    if base is not None and base.kind == "b":
        return stored(base, kind.typmod)
    return stored(kind, typmod) if kind.kind == "b" else Shape("?")


def _other_collation(table: Altered, relation: Relation, column: Column, definition: Node) -> None:
    """Under another collation the order of values is another: indexes over the column are built again."""
    clause = definition.node("collClause")
    catalog = table.world.catalog
    if clause is None or catalog is None:
        return
    present = catalog.collations.get(column.collation)
    if present is not None and present.name == clause.words("collname")[-1]:
        return
    for index in relation.indexes:
        if column.number in index.columns:
            why = f"the index {index.name} is built again in the order of the new collation"
            table.effects.does(table.target, "rebuild", why, "catalog")


def words_of(expression: str) -> frozenset[str]:
    """Return the names in an expression, as the catalog stores them."""
    names = set()
    for token in significant(expression):
        if token.kind == "word":
            names.add(token.lower)
        elif token.kind == "quoted":
            names.add(token.text[1:-1].replace('""', '"'))
    return frozenset(names)


def _domain_of(world: World, definition: Node) -> Type | None:
    type_name = definition.node("typeName")
    found = world.type_named(type_name.words("names")) if type_name else None
    return found if found is not None and found.kind == "d" else None


def _new_shape(world: World, definition: Node) -> Shape:
    type_name = definition.node("typeName")
    if type_name is None:
        return Shape("?")
    shape = written(type_name)
    found = world.type_named(type_name.words("names"))
    if (
        found is not None
        and found.kind == "d"
        and world.catalog is not None
        and not type_name.nodes("arrayBounds")
    ):
        base = world.catalog.types.get(found.base)
        return stored(base, found.typmod) if base is not None and base.kind == "b" else Shape("?")
    known = found.kind == "b" if found is not None else is_built_in(shape.name)
    return shape if known else Shape("?")


def _plain_cast(using: Node, name: str, new: Shape) -> bool:
    """Whether USING says no more than the change itself: the column, or the column cast to the new type."""
    if using.kind == "TypeCast":
        type_name, inner = using.node("typeName"), using.node("arg")
        cast = written(type_name) if type_name else None
        return cast is not None and inner is not None and cast == new and _plain_cast(inner, name, new)
    return using.kind == "ColumnRef" and using.words("fields") == (name,)
