"""Create a materialized view that can be refreshed beside its readers."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name, names, qualified
from pgplumb.migrate.intents.parts.steps import alone, direct, online, short
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """CREATE ... WITH NO DATA and the unique index that REFRESH CONCURRENTLY needs, then the first REFRESH."""
    schema = find.schema(catalog, fields.text("schema", "public")).name
    raw = naming.new_relation(catalog, schema, fields.text("name"))
    view, key = qualified(schema, raw), fields.names("key")
    index = naming.free(naming.compose(f"idx_{raw}", key), naming.relation_taken(catalog, schema))
    query = fields.text("query").rstrip().rstrip(";")
    unique = f"CREATE UNIQUE INDEX {name(index)} ON {view} ({names(key)})"
    gone = f"DROP MATERIALIZED VIEW {view}"
    empty = short(
        [f"CREATE MATERIALIZED VIEW {view} AS {query} WITH NO DATA", unique], gone, "create it without rows"
    )
    # Its first rows are a matter of reading alone: nobody can use it before.
    first = alone(f"REFRESH MATERIALIZED VIEW {view}", "", "fill it, off peak", phase="backfill", waits_for="",
                  lock_timeout="2s")  # fmt: skip
    filled = alone(
        [f"CREATE MATERIALIZED VIEW {view} AS {query}", unique], gone, "create and fill it", waits_for=""
    )
    return (
        online("Online: create it empty, fill it when there is time", empty, first),
        direct("Direct: create and fill it at once", filled),
    )


INTENT = Intent(
    name="create-matview",
    title="Create a materialized view",
    group="View",
    about="A query whose result is kept, with the unique index that refreshing concurrently needs.",
    fields=(
        Field("name", "its name", kind="name"),
        Field("query", "its query", kind="query"),
        Field("key", "its columns that are unique together", kind="names"),
        Field("schema", "its schema; public by default", required=False, kind="schema"),
    ),
    plan=plan,
)
