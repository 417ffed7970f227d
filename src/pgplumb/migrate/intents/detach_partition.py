"""Take a partition out of its table; it stays as a table of its own."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.steps import READERS, alone, direct, online, short
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """DETACH PARTITION CONCURRENTLY, which PostgreSQL 14 brought and a default partition forbids; or the short form.

    The concurrent form leaves a check like the bound on the table, so that attaching it again reads nothing.
    """
    part = find.table(catalog, fields.text("partition"))
    parent = catalog.relations.get(part.parents[0]) if part.is_partition and part.parents else None
    if parent is None or parent.partition_key is None:
        raise Unwritable(f"{part.qualified} is no partition")
    on, own = find.sql_name(parent), find.sql_name(part)
    bound = find.known(part.partition_bound, f"the bound of {part.name}")
    attach = f"ALTER TABLE {on} ATTACH PARTITION {own} {bound}"
    detach = f"ALTER TABLE {on} DETACH PARTITION {own}"
    plain = direct(
        "Direct: a short lock of the whole table",
        short(
            detach,
            attach,
            "detach it; the way back reads it",
            phase="contract",
            waits_for="everybody who uses the table",
        ),
    )
    if catalog.server_version < 140000 or parent.partition_key.default_partition:
        return (plain,)
    beside = alone(
        f"{detach} CONCURRENTLY",
        attach,
        "detach it beside readers and writers; if it is cancelled, DETACH PARTITION ... FINALIZE ends it",
        phase="contract",
        waits_for=READERS,
        reversible="shape",
    )
    return online("Online: beside readers and writers", beside), plain


INTENT = Intent(
    name="detach-partition",
    title="Detach a partition",
    group="Partition",
    about="A partition becomes a table of its own; concurrently where the server can.",
    fields=(Field("partition", "the partition, as schema.name", kind="table"),),
    plan=plan,
)
