"""Move a table, view or sequence to another schema."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.objects import RELATION_WORDS
from pgplumb.migrate.intents.parts.quoting import name, qualified
from pgplumb.migrate.intents.parts.steps import direct, shim, short
from pgplumb.migrate.intents.parts.views import stand_in
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """ALTER ... SET SCHEMA; of a table also with a view at the old place until no code uses it."""
    found = find.relation(catalog, fields.text("relation"))
    schema = find.schema(catalog, fields.text("schema")).name
    if schema == found.schema:
        raise Unwritable(f"{found.qualified} is there already")
    naming.new_relation(catalog, schema, found.name)
    words = RELATION_WORDS[found.id.partition(":")[0]]
    new = qualified(schema, found.name)
    move = f"ALTER {words} {find.sql_name(found)} SET SCHEMA {name(schema)}"
    back = f"ALTER {words} {new} SET SCHEMA {name(found.schema)}"
    gate = f"deploy code that says {new} at the same moment, or finds it by search_path"
    plain = direct(
        "Direct: all code changes at once", short(move, back, "move it", phase="switch", gate=gate)
    )
    if not found.is_table or (found.row_security and catalog.server_version < 150000):
        return (plain,)
    view, gone = stand_in(catalog, found, new), f"DROP VIEW {find.sql_name(found)}"
    first = short([move, *view], [gone, back], "move it, a view stays at the old place", phase="switch")
    last = short(
        gone,
        view,
        "take the old place away",
        phase="contract",
        gate=f"deploy code that says {new} everywhere",
    )
    return plain, shim("With a view at the old place, dropped when no code uses it", first, last)


INTENT = Intent(
    name="set-schema",
    title="Move a relation to another schema",
    group="Table",
    about="Another schema, at once or with a view by the old name while code changes over.",
    fields=(
        Field("relation", "the table, view or sequence, as schema.name", kind="relation"),
        Field("schema", "where to", kind="schema"),
    ),
    plan=plan,
)
