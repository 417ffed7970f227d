"""Turn row-level security on. Without policies it hides every row from all but the owner."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent
from pgplumb.migrate.intents import create_policy
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.steps import direct, short
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """One transaction: a first policy and FORCE where asked, then ENABLE; the way back turns it off first.

    Enabled before there is a policy, it would show no row to anybody but the owner.
    """
    table = find.table(catalog, fields.text("table"))
    alter = f"ALTER TABLE {find.sql_name(table)}"
    up = [f"{alter} ENABLE ROW LEVEL SECURITY"]
    down = [] if table.row_security else [f"{alter} DISABLE ROW LEVEL SECURITY"]
    if fields.flag("force"):
        up.insert(0, f"{alter} FORCE ROW LEVEL SECURITY")
        down += [] if table.force_row_security else [f"{alter} NO FORCE ROW LEVEL SECURITY"]
    if fields.has("using"):
        policy = create_policy.write(fields, catalog)
        up.insert(0, policy.up)
        down += [policy.down] if policy.down else []
    about = "policy first, then row-level security" if fields.has("using") else "turn row-level security on"
    return (direct("Direct: one short transaction", short(up, down, about, phase="switch")),)


INTENT = Intent(
    name="enable-rls",
    title="Turn row-level security on",
    group="Access",
    about="Policies begin to hold for all but the owner; without any policy nobody sees a row.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("force", "whether it holds for the owner too", required=False, kind="flag"),
        Field(
            "using",
            "the condition of a first policy, for all commands and roles",
            required=False,
            kind="expression",
        ),
    ),
    plan=plan,
)
