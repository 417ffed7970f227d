"""Take a partition out of its table; it stays as a table of its own."""

from __future__ import annotations

from collections.abc import Callable

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import name
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
    # The check that the concurrent form leaves spares the reading when the table is attached again.
    check = naming.constraint_name(part, _keys(catalog, part), "check", _taken(catalog, part.schema))
    forget = f"ALTER TABLE {own} DROP CONSTRAINT IF EXISTS {name(check)}"
    beside = alone(
        f"{detach} CONCURRENTLY",
        [attach, forget],
        "detach it beside readers and writers; if it is cancelled, DETACH PARTITION ... FINALIZE ends it",
        phase="contract",
        waits_for=READERS,
    )
    return online("Online: beside readers and writers", beside), plain


def _keys(catalog: Catalog, part: Relation) -> tuple[str, ...]:
    """Return the column that the bounds of a partition are about; none where there are several."""
    found: set[str] = set()
    while part.is_partition and part.parents:
        parent = catalog.relations.get(part.parents[0])
        if parent is None or parent.partition_key is None:
            return ()
        found |= set(parent.column_names(tuple(n for n in parent.partition_key.columns if n)))
        part = parent
    return tuple(found) if len(found) == 1 else ()


def _taken(catalog: Catalog, schema: str) -> Callable[[str], bool]:
    """Return whether a constraint of a schema has a name: PostgreSQL avoids those when it makes one up."""
    used = {c.name for r in catalog.relations.values() if r.schema == schema for c in r.constraints}
    return used.__contains__


INTENT = Intent(
    name="detach-partition",
    title="Detach a partition",
    group="Partition",
    about="A partition becomes a table of its own; concurrently where the server can.",
    fields=(Field("partition", "the partition, as schema.name", kind="table"),),
    plan=plan,
)
