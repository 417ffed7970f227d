"""Fill a materialized view anew, beside its readers where that can be done."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.steps import alone, direct, online
from pgplumb.migrate.plan import Strategy


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """REFRESH ... CONCURRENTLY, which needs rows to be there and a unique index over columns; or the plain form."""
    view = find.relation(catalog, fields.text("matview"))
    if view.kind != "m":
        raise Unwritable(f"{view.qualified} is no materialized view")
    whole = any(
        i.is_unique and i.is_valid and not i.has_predicate and not i.has_expressions for i in view.indexes
    )
    refresh = "REFRESH MATERIALIZED VIEW"
    plain = direct(
        "Direct: readers wait",
        alone(
            f"{refresh} {find.sql_name(view)}",
            "",
            "fill it anew",
            waits_for="its readers",
            lock_timeout="2s",
        ),
        online=False,
    )
    if not whole:
        return (plain,)
    beside = alone(
        f"{refresh} CONCURRENTLY {find.sql_name(view)}",
        "",
        "fill it anew beside its readers",
        waits_for="other refreshes",
        lock_timeout="2s",
    )
    return online("Online: beside its readers, once it was filled", beside), plain


INTENT = Intent(
    name="refresh-matview",
    title="Refresh a materialized view",
    group="View",
    about="Computes a materialized view's rows anew, with readers free where it can be.",
    fields=(Field("matview", "the materialized view, as schema.name", kind="matview"),),
    plan=plan,
)
