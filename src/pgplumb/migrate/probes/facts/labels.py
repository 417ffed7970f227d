"""Labels in use that a new enum lacks."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.hazards.world import Name
from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.moment import Command, Moment, Table
from pgplumb.migrate.probes.probe import Probe
from pgplumb.migrate.probes.source_text import Piece
from pgplumb.sql.node import Node
from pgplumb.sql.quote import quote_literal


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask where a column becomes an enum that the migration makes, as removing a label does."""
    table = moment.table
    if table is None:
        return
    for command in moment.commands("AT_AlterColumnType"):
        type_name = command.definition.node("typeName")
        made = moment.situation.made_type(type_name.words("names")) if type_name else None
        if made in moment.situation.enums:
            yield _question(moment, table, command, made)


def _question(moment: Moment, table: Table, command: Command, made: Name) -> Probe:
    labels = moment.situation.enums[made]
    value = _before_cast(moment, command.definition, made)
    sql = None
    if value is not None:
        listed = ", ".join(map(quote_literal, labels))
        rows = table.before.source(only=table.only)
        taken = f"CAST(({value}) AS text) = ANY (ARRAY[{listed}]::text[])"
        sql = f"SELECT 1 FROM {rows} WHERE ({value}) IS NOT NULL AND NOT ({taken}) LIMIT 1"
    return moment.probe(
        "labels",
        f"Does a row of {table.id} hold a {command.name} that is no label of {made[1]}?",
        sql,
        table,
        (command.name,),
        violation=f"{command.name} of at least one row of {table.id} is no label of the new {made[1]}",
        cannot=None if value is not None else "its USING is more than a cast to the new type",
        shape=table.before,
    )


def _before_cast(moment: Moment, definition: Node, made: Name) -> str | None:
    """Return what a USING casts to the new enum: `status::text` of `status::text::status_new`."""
    using, type_name = definition.node("raw_default"), definition.node("typeName")
    target = using.node("typeName") if using and using.kind == "TypeCast" else None
    if type_name is None or target is None or moment.situation.made_type(target.words("names")) != made:
        return None
    behind = moment.text.after(type_name.number("location"))
    start = behind.find("using")
    if start is None:
        return None
    tokens = moment.text.until_from(behind.tokens[start + 1].start, ()).tokens
    while (
        len(tokens) > 1
        and tokens[0].text == "("
        and (held := Piece(tokens).group())
        and held[1] == len(tokens)
    ):
        tokens = tokens[1:-1]
    if tokens and tokens[0].lower == "cast":
        held = Piece(tokens).group()
        end = held[0].find("as") if held and held[1] == len(tokens) else None
        return Piece(held[0].tokens[:end]).text if held and end else None
    depth, last = 0, None
    for number, token in enumerate(tokens):
        depth += (token.text in "([") - (token.text in ")]")
        if token.text == "::" and not depth:
            last = number
    return Piece(tokens[:last]).text if last else None


FACT = Fact("labels", ask)
