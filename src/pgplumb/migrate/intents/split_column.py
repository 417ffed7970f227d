"""Divide a column into several: added, kept in step, filled; the old one goes when no code uses it."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents import drop_column
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name
from pgplumb.migrate.intents.parts.rows import at_once, batches, differs, equal
from pgplumb.migrate.intents.parts.steps import batched, shim, short
from pgplumb.migrate.intents.parts.sync import Sync, of_row
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """New columns made of the old one by a trigger; with `back` the old one follows the new ones too."""
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    if not equal(column_type(catalog, column)) or not equal(fields.text("type", "text")):
        raise Unwritable("values of this type cannot be compared, so that nothing tells which side changed")
    into: dict[str, str] = dict(fields.options("into"))
    kind = fields.text("type", "text")
    for new in into:
        if table.column_named(new) is not None:
            raise Unwritable(f"{table.qualified} has a column {new} already")
    alter = f"ALTER TABLE {find.sql_name(table)}"
    add = ", ".join(f"ADD COLUMN {name(new)} {kind}" for new in into)
    drop = ", ".join(f"DROP COLUMN {name(new)}" for new in reversed(list(into)))
    sync = Sync(catalog, table, column.name)
    assign = ", ".join(f"{name(new)} = {value}" for new, value in into.items())
    others = " OR ".join(differs(f"t.{name(new)}", value, kind) for new, value in into.items())
    change = batches(table, assign, f"({others})")
    body = _body(name(column.name), {name(n): v for n, v in into.items()}, fields.text("back", ""))
    steps = [
        short(f"{alter} {add}", f"{alter} {drop}", "add the new columns"),
        short(sync.create(body), sync.drop(), "keep them in step with the old one"),
        batched(at_once(change), change, "fill them in the rows that are there"),
    ]
    steps.append(
        short(
            sync.drop(),
            sync.create(body),
            "let go of the old column",
            phase="switch",
            gate=f"deploy code that uses {', '.join(into)} and no longer writes {column.name}",
        )
    )
    if fields.flag("drop"):
        gone = drop_column.plan(Fields({"table": fields.text("table"), "column": column.name}), catalog)[0]
        steps += gone.steps
    return (shim("With old and new columns in step for a while", *steps),)


def _body(old: str, into: dict[str, str], back: str) -> str:
    forth = " ".join(f"NEW.{new} := {of_row(value)};" for new, value in into.items())
    if not back:
        return f"IF TG_OP = 'INSERT' OR NEW.{old} IS DISTINCT FROM OLD.{old} THEN {forth} END IF;"
    given = " OR ".join(f"NEW.{new} IS NOT NULL" for new in into)
    changed = " OR ".join(f"NEW.{new} IS DISTINCT FROM OLD.{new}" for new in into)
    undo = f"NEW.{old} := {of_row(back)};"
    return (
        f"IF TG_OP = 'INSERT' THEN IF {given} THEN {undo} ELSE {forth} END IF;"
        f" ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN {forth} ELSIF {changed} THEN {undo} END IF;"
    )


INTENT = Intent(
    name="split-column",
    title="Divide a column into several",
    group="Column",
    about="Several columns out of one by expressions, kept in step by a trigger meanwhile.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", kind="column"),
        Field("into", "the new columns with their values: first=split_part(name, ' ', 1)", kind="options"),
        Field("type", "their type; text by default", required=False, kind="type"),
        Field(
            "back",
            "the old value made of the new ones: first || ' ' || last",
            required=False,
            kind="expression",
        ),
        Field("drop", "whether the old column goes in the end", required=False, kind="flag"),
    ),
    plan=plan,
)
