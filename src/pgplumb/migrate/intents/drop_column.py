"""Drop a column, after the code that uses it, with its values kept aside where asked."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.hanging import again, dressed, hanging, uses
from pgplumb.migrate.intents.parts.quoting import name, names, qualified
from pgplumb.migrate.intents.parts.rows import key_of
from pgplumb.migrate.intents.parts.steps import alone, direct, long, short
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Step, Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """Nulls allowed, values kept aside, DROP COLUMN behind a gate. The way back has it last among the columns."""
    table = find.table(catalog, fields.text("table"))
    column = find.column(table, fields.text("column"))
    refuse(table, column)
    steps: list[Step] = []
    archive = ""
    if column.not_null and not column.has_default and not column.identity:
        alter = f"ALTER TABLE {find.sql_name(table)} ALTER COLUMN {name(column.name)}"
        back = f"{alter} SET NOT NULL" if fields.flag("archive") else ""
        steps.append(short(f"{alter} DROP NOT NULL", back, "let code leave it out", reversible="shape"))
    if fields.flag("archive"):
        archive = _archive(catalog, table, column, fields)
        key = names(dict.fromkeys((*key_of(table), column.name)))
        keep = f"CREATE TABLE {archive} AS SELECT {key} FROM {find.sql_name(table)}"
        steps.append(long(keep, f"DROP TABLE {archive}", "keep its values aside", phase="backfill"))
    drop = f"ALTER TABLE {find.sql_name(table)} DROP COLUMN {name(column.name)}"
    gate = (
        f"deploy code that neither reads nor writes {column.name}; views and functions must not use it either"
    )
    steps.append(
        alone(
            drop,
            _back(catalog, table, column, archive),
            "drop the column",
            phase="contract",
            gate=gate,
            waits_for="",
            lock_timeout="2s",
            reversible="shape",
        )
    )
    kept = "its values kept aside" if archive else "its values are lost"
    return (direct(f"Direct: after the code, {kept}", *steps),)


def refuse(table: Relation, column: Column) -> None:
    """Raise Unwritable where a policy or trigger uses a column."""
    for policy in table.policies:
        if uses(policy.using, column) or uses(policy.check, column):
            raise Unwritable(f"the policy {policy.name} uses {column.name}")
    for trigger in table.triggers:
        if column.number in trigger.columns:
            raise Unwritable(f"the trigger {trigger.name} uses {column.name}")


def _archive(catalog: Catalog, table: Relation, column: Column, fields: Fields) -> str:
    wanted = fields.text("archive_name", "") or naming.compose(table.name, (column.name,), "archive")
    return qualified(table.schema, naming.free(wanted, naming.relation_taken(catalog, table.schema)))


def _back(catalog: Catalog, table: Relation, column: Column, archive: str) -> list[str] | None:
    """Return the statements that make the column again with what stood on it; None where one was not read."""
    found = hanging(catalog, table, column)
    on, quoted = find.sql_name(table), name(column.name)
    try:
        made = [f"ALTER TABLE {on} ADD COLUMN {quoted} {definition(catalog, column)}"]
        if archive:
            same = " AND ".join(f"t.{name(k)} = a.{name(k)}" for k in key_of(table))
            made.append(f"UPDATE {on} AS t SET {quoted} = a.{quoted} FROM {archive} AS a WHERE {same}")
        made += dressed(catalog, table, column, column.name)
        return made + [s.up for s in again(catalog, table, found, column.name, column.name)]
    except Unwritable:
        return None


def definition(catalog: Catalog, column: Column) -> str:
    """Return a column's type and what follows it. NOT NULL needs a default: there are rows. Raises Unwritable."""
    text = column_type(catalog, column)
    if column.collation:
        collation = catalog.collations.get(column.collation)
        if collation is not None and collation.name != "default":
            text += f" COLLATE {qualified(collation.schema, collation.name)}"
    if column.identity:
        return text + f" GENERATED {'ALWAYS' if column.identity == 'a' else 'BY DEFAULT'} AS IDENTITY"
    if not column.has_default:
        return text
    default = find.known(column.default, f"the default of {column.name}")
    if column.generated:
        return text + f" GENERATED ALWAYS AS ({default}) {'STORED' if column.generated == 's' else 'VIRTUAL'}"
    if default.startswith("nextval("):
        raise Unwritable(f"the sequence of {column.name} goes with it")
    return text + f" DEFAULT {default}" + (" NOT NULL" if column.not_null else "")


INTENT = Intent(
    name="drop-column",
    title="Drop a column",
    group="Column",
    about="Takes a column away when no code uses it; its values can be kept in an archive.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column", kind="column"),
        Field("archive", "whether its values are kept in a table of their own", required=False, kind="flag"),
        Field(
            "archive_name",
            "that table's name; <table>_<column>_archive by default",
            required=False,
            kind="name",
        ),
    ),
    plan=plan,
)
