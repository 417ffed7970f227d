"""Values that do not survive a change of type: they do not fit, or cannot be read as the new type at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Column
from pgplumb.migrate.hazards.column_types import Shape as TypeShape
from pgplumb.migrate.hazards.column_types import stored, verdict, written
from pgplumb.migrate.hazards.effects.columns import constraints_of
from pgplumb.migrate.probes.fact import Fact, Verdict
from pgplumb.migrate.probes.moment import Command, Moment, Table
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.reshaping import converted, using_text
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_identifier

if TYPE_CHECKING:
    from pgplumb.server.rows import Row
    from pgplumb.server.session import Session

_ORDER = ("int2", "int4", "int8", "numeric", "float4", "float8")
_TEXTS = frozenset({"text", "varchar", "bpchar", "name", "citext"})


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for each change of type that may refuse a value, and for new columns of a domain."""
    table = moment.table
    if table is None:
        return
    for command in moment.commands("AT_AlterColumnType"):
        yield from _changed(moment, table, command)
    for column in moment.new_columns():
        yield from _domain(moment, table, column)


def _changed(moment: Moment, table: Table, command: Command) -> Iterator[Probe]:
    type_name = command.definition.node("typeName")
    if type_name is None or moment.situation.made_type(type_name.words("names")) in moment.situation.enums:
        return
    column = table.relation.column_named(command.name)
    if column is not None and not table.before.layers and _never_fails(moment, column, command.definition):
        return
    value = using_text(command.name, command.definition, moment.text)
    rows = table.before.source(only=table.only)
    new = converted(command.name, command.definition, moment.text, moment.situation)
    sql = f"SELECT count({new}) FROM {rows}" if new is not None else None
    missing = f"{command.name} becomes a type that the migration itself makes" if new is None else None
    longer = _too_long(value, written(type_name))
    if longer is not None and column is not None:
        # An explicit cast cuts what is too long, the conversion of a column refuses it. Blanks do not count.
        yield moment.probe(
            "casts",
            f"Is a value of {command.name} of {table.id} too long for its new type?",
            f"SELECT 1 FROM {rows} WHERE {longer} LIMIT 1",
            table,
            (command.name,),
            violation=f"{command.name} of at least one row of {table.id} is too long for its new type",
            shape=table.before,
        )
        if command.definition.node("raw_default") is None:
            return
    yield moment.probe(
        "casts",
        f"Can every value of {command.name} of {table.id} be converted?",
        sql,
        table,
        (command.name,),
        violation=f"a value of {command.name} of {table.id} cannot be converted",
        cannot=missing,
        shape=table.before,
    )


def _too_long(value: str, new: TypeShape) -> str | None:
    """Return the test for what a length refuses; None for types without one."""
    if new.array or not new.modifiers:
        return None
    length = new.modifiers[0]
    if new.name in ("varchar", "bpchar"):
        return f"char_length(rtrim(CAST({value} AS text), ' ')) > {length}"
    if new.name in ("bit", "varbit"):
        return f"length({value}) {'<>' if new.name == 'bit' else '>'} {length}"
    return None


def _never_fails(moment: Moment, column: Column, definition: Node) -> bool:
    """Whether no value can fail on its way: the new type holds all that the old one does."""
    type_name = definition.node("typeName")
    kind = moment.catalog.types.get(column.type_oid)
    if type_name is None or kind is None or definition.node("raw_default") is not None:
        return False
    old, new = stored(kind, column.typmod), written(type_name)
    if kind.kind != "b" or moment.world.type_named(_spelled(type_name)) is None:
        return False
    if verdict(old, new) in ("same", "utc") and new.name not in ("oid", "int4"):
        return True
    if new.array or old.array or new.modifiers:
        return False
    wider = old.name in _ORDER[:3] and new.name in _ORDER and _ORDER.index(old.name) < _ORDER.index(new.name)
    return wider or (new.name in ("text", "varchar") and not new.modifiers)


def _spelled(type_name: Node) -> tuple[str, ...]:
    names = type_name.words("names")
    return (*names[:-1], written(type_name).name) if names else ()


def _domain(moment: Moment, table: Table, column: Node) -> Iterator[Probe]:
    """A domain's rules are tried on the value that a new column gets, once there is a row."""
    names = (column.node("typeName") or Node("", {})).words("names")
    kind = moment.world.type_named(names)
    made = moment.situation.made_type(names)
    name = column.text("colname")
    domain = kind is not None and kind.kind == "d" and (kind.not_null or kind.has_checks)
    made_domain = made is not None and made not in moment.situation.enums
    if not (domain or made_domain) or (name in table.shape.missing and not made_domain):
        return
    given = any(constraints_of(column, k) for k in ("DEFAULT", "GENERATED"))
    sql = f"SELECT count(*) FROM (SELECT {quote_identifier(name)} AS v FROM {table.shape.source(only=table.only)}"
    yield moment.probe(
        "casts",
        f"Does {table.id} hold rows, for which {name} would be {'its default' if given else 'null'}?",
        f"{sql} LIMIT 1) AS t WHERE v IS DISTINCT FROM NULL",
        table,
        (name,),
        violation=f"{table.id} holds rows, and the domain refuses what {name} would be in them",
    )


def judge(probe: Probe, rows: Sequence[Row], session: Session) -> Verdict:
    """A row of a count says that nothing was refused; any other row is a value that does not fit."""
    if rows and not probe.sql.startswith("SELECT count("):
        return "fail", probe.violation
    return "pass", "every value fits" if rows else "no such row"


FACT = Fact("casts", ask, judge)
