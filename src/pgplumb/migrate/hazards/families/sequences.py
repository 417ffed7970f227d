"""Sequences: numbers that end sooner, or come again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgplumb.catalog.relation import Relation, Sequence
from pgplumb.migrate.hazards.column_types import written
from pgplumb.migrate.hazards.effect import Effects, Target
from pgplumb.migrate.hazards.family import Family
from pgplumb.migrate.hazards.hazard import Hazard, Source, hazard
from pgplumb.migrate.hazards.step import Step
from pgplumb.migrate.hazards.world import World, split_name
from pgplumb.sql.node import Node

_LARGEST = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}


def look(step: Step, effects: Effects, world: World) -> Iterator[Hazard]:
    """Look at what ALTER SEQUENCE changes, and ALTER COLUMN of a column with an identity."""
    node = step.node
    if node.kind == "AlterSeqStmt":
        target, record = world.ranged(node.node("sequence"))
        if target.existed:
            yield from _altered(step, target, record, _options(node.nodes("options")), world)
    elif node.kind == "AlterTableStmt":
        table = world.ranged(node.node("relation"))[1]
        for command in node.nodes("cmds"):
            if command.text("subtype") != "AT_SetIdentity" or table is None:
                continue
            column = table.column_named(command.text("name"))
            listed = command.node("def")
            options = _options(listed.nodes("items") if listed is not None else ())
            for target in world.owned_sequences(table, column.number) if column is not None else ():
                yield from _altered(step, target, world.find(split_name(target.id))[1], options, world)


def _options(nodes: tuple[Node, ...]) -> Mapping[str, Node | None]:
    return {one.text("defname"): one.node("arg") for one in nodes}


def _altered(
    step: Step, target: Target, record: Relation | None, options: Mapping[str, Node | None], world: World
) -> Iterator[Hazard]:
    sequence = record.sequence if record is not None else None
    feeds = _feeds(target, sequence, world)
    source: Source = "static" if sequence is None else "catalog"
    yield from _narrowed(step, target, sequence, options, world)
    if "restart" in options:
        start = _number(options["restart"])
        begins = f"at {start}" if start is not None else "at its start"
        message = (
            f"{target.id} goes on {begins}: numbers that it gave out from there on come again, and {feeds} fails on "
            "them (23505) where it must be unique"
        )
        yield hazard("breaks-old-code", step.index, (target.id,), message, source=source)
    cycle = options.get("cycle")
    if cycle is not None and cycle.flag("boolval") and not (sequence is not None and sequence.cycle):
        message = f"{target.id} begins again once it has come to its end: {feeds} gets numbers that are taken"
        yield hazard("weakens-invariant", step.index, (target.id,), message, source=source)
    if "owned_by" in options and record is not None and sequence is not None:
        yield from _owner(step, target, record, sequence, options["owned_by"], world)


def _narrowed(
    step: Step, target: Target, sequence: Sequence | None, options: Mapping[str, Node | None], world: World
) -> Iterator[Hazard]:
    """Find ends that come sooner: the server refuses them where the sequence has passed them already."""
    named = options.get("as")
    now = written(named).name if named is not None else ""
    least, most = _number(options.get("minvalue")), _number(options.get("maxvalue"))
    source: Source = "static" if sequence is None else "catalog"
    if sequence is None:
        most = most if most is not None else _LARGEST.get(now)
        sooner = [str(bound) for bound in (least, most) if bound is not None and bound != _LARGEST["int8"]]
    else:
        before = _type(sequence, world)
        least, most = _bounds(sequence, before, now or before, options)
        largest = _LARGEST.get(now or before, 0)
        if most > largest or least < -largest - 1:
            beyond = most if most > largest else least
            message = f"{beyond} is more than {now or before} holds, so that the server refuses it (22023)"
            yield hazard("unsupported-operation", step.index, (target.id,), message, source=source)
            return
        sooner = [str(most)] * (most < sequence.maximum) + [str(least)] * (least > sequence.minimum)
    if sooner and "restart" not in options:
        message = f"where {target.id} is beyond {' or '.join(sooner)} already, the server refuses it (22023)"
        yield hazard("fails-on-existing-rows-possible", step.index, (target.id,), message, source=source)
    narrow = ("int2", "int4")
    same = sequence is not None and now == _type(sequence, world)
    if now in narrow and not same and _column_type(sequence, world) not in narrow:
        message = f"{target.id} ends at {_LARGEST[now]}, and then whatever draws from it fails (2200H)"
        yield hazard("narrow-key-type", step.index, (target.id,), message, source=source)


def _bounds(sequence: Sequence, before: str, now: str, options: Mapping[str, Node | None]) -> tuple[int, int]:
    """Return the least and the largest number afterwards: ends that were the old type's follow the type."""
    down = sequence.increment < 0
    largest, old = _LARGEST.get(now, 0), _LARGEST.get(before, 0)
    least, most = sequence.minimum, sequence.maximum
    if most == old or ("maxvalue" in options and options["maxvalue"] is None):
        most = -1 if down and most != old else largest
    if least == -old - 1 or ("minvalue" in options and options["minvalue"] is None):
        least = -largest - 1 if down or least == -old - 1 else 1
    given = _number(options.get("minvalue")), _number(options.get("maxvalue"))
    return (least if given[0] is None else given[0]), (most if given[1] is None else given[1])


def _owner(
    step: Step, target: Target, record: Relation, sequence: Sequence, named: Node | None, world: World
) -> Iterator[Hazard]:
    """Find an owner that the server does not accept: it wants the same schema and the same role."""
    names = named.words("items") if named is not None else ()
    table = world.find(names[:-1])[1] if len(names) > 1 else None
    why = ""
    if sequence.internal:
        why = f"{target.id} belongs to an identity column and stays with it (0A000)"
    elif table is not None and table.schema != record.schema:
        why = f"{target.id} must stand in the schema of {table.qualified} to be owned by it (55000)"
    elif table is not None and table.owner != record.owner:
        why = f"{target.id} must have the owner of {table.qualified} to be owned by it (55000)"
    if why:
        yield hazard("unsupported-operation", step.index, (target.id,), why, source="catalog")


def _feeds(target: Target, sequence: Sequence | None, world: World) -> str:
    table = world.relation(sequence.owner_relation) if sequence is not None else None
    column = table.column(sequence.owner_column) if table is not None and sequence is not None else None
    return (
        f"{table.qualified}.{column.name}"
        if table is not None and column is not None
        else "what draws from it"
    )


def _type(sequence: Sequence | None, world: World) -> str:
    found = world.catalog.types.get(sequence.type_oid) if sequence is not None and world.catalog else None
    return found.name if found is not None else ""


def _column_type(sequence: Sequence | None, world: World) -> str:
    """Return the type of the column that owns a sequence: a narrow one ends no later than a narrow sequence."""
    table = world.relation(sequence.owner_relation) if sequence is not None else None
    column = table.column(sequence.owner_column) if table is not None and sequence is not None else None
    kind = world.column_type(column) if column is not None else None
    return kind.name if kind is not None else ""


def _number(argument: Node | None) -> int | None:
    if argument is None:
        return None
    return int(argument.text("fval")) if argument.text("fval") else argument.number("ival")


FAMILY = Family(
    "sequences",
    frozenset({"fails-on-existing-rows-possible", "narrow-key-type", "breaks-old-code", "weakens-invariant",
               "unsupported-operation"}),
    look,
)  # fmt: skip
