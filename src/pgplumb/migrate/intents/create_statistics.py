"""Tell the planner that columns depend on each other."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, names, qualified
from pgplumb.migrate.intents.parts.steps import direct, long, short
from pgplumb.migrate.plan import Strategy

KINDS = ("ndistinct", "dependencies", "mcv")


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """CREATE STATISTICS, and the ANALYZE that fills it."""
    table = find.table(catalog, fields.text("table"))
    columns = fields.names("columns")
    if len(set(columns)) < 2:
        raise Unwritable("statistics are about two columns or more")
    on = names(c.name for c in find.columns(table, columns))
    taken = {s.name for s in catalog.statistics_objects if s.schema == table.schema}
    wanted = fields.text("name", "") or naming.compose(table.name, columns, "stats")
    made = qualified(table.schema, naming.free(wanted, taken.__contains__))
    kinds = f" ({', '.join(map(name, fields.names('kinds')))})" if fields.has("kinds") else ""
    create = f"CREATE STATISTICS {made}{kinds} ON {on} FROM {find.sql_name(table)}"
    analyze = long(f"ANALYZE {find.sql_name(table)}", "", "gather them", phase="backfill")
    return (direct("Direct: no lock that readers or writers meet",
                   short(create, f"DROP STATISTICS {made}", "create the statistics"), analyze),)  # fmt: skip


INTENT = Intent(
    name="create-statistics",
    title="Create statistics over several columns",
    group="Index",
    about="How columns depend on each other, for the planner.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("columns", "the columns that depend on each other", kind="columns"),
        Field("kinds", "all by default", required=False, kind="choices", choices=KINDS),
        Field("name", "its name; <table>_<columns>_stats by default", required=False, kind="name"),
    ),
    plan=plan,
)
