"""Drop an index while readers and writers go on; the way back is its definition."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, index_ddl
from pgplumb.migrate.intents.parts.quoting import qualified
from pgplumb.migrate.intents.parts.steps import READERS, alone, direct, online
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """DROP INDEX CONCURRENTLY; an index that backs a constraint or a parent's index is refused."""
    table, index = find.index(catalog, fields.text("index"))
    if any(c.index == index.oid and c.kind in "pux" for c in table.constraints):
        raise Unwritable(f"{index.name} backs a constraint")
    if index.parent:
        raise Unwritable(f"{index.name} is a part of a partitioned table's index")
    up = index_ddl.drop(table, index.name)
    try:
        shape = index_ddl.shape_of(catalog, table, index)
        again, _ = index_ddl.steps(catalog, table, index.name, shape, comment=index.comment, like=index)
        down = "\n".join(step.up for step in again)
    except Unwritable:
        down = None
    if table.kind == "p":
        # Each index of a partition goes with it, so that the way back makes them all anew.
        step = alone(up, down, "drop the index", phase="contract", waits_for=READERS, lock_timeout="2s",
                     statement_timeout="5s")  # fmt: skip
        return (direct("Direct: one statement, which a partitioned table needs", step),)
    wait = alone(up, down, "drop the index", phase="contract", waits_for=READERS)
    plain = f"DROP INDEX {qualified(table.schema, index.name)}"
    brief = alone(
        plain,
        down,
        "drop the index",
        phase="contract",
        waits_for=READERS,
        lock_timeout="2s",
        statement_timeout="5s",
    )
    return (
        online("Online: drop it once nobody uses it", wait),
        direct("Direct: drop it under a short lock", brief),
    )


INTENT = Intent(
    name="drop-index",
    title="Drop an index without blocking readers",
    group="Index",
    about="Takes an index away concurrently.",
    fields=(Field("index", "the index, as schema.name", kind="index"),),
    plan=plan,
)
