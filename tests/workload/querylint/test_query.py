"""Names of a statement are resolved again only where they may mean something else."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.query import Query
from pgplumb.workload.querylint.shim import Readable, read

TEXT = "SELECT o.id, (SELECT max(price) FROM items) FROM orders o WHERE o.status = $1"


def resolved(context: LintContext) -> Query:
    readable = read(TEXT)
    assert isinstance(readable, Readable)
    return Query(readable, context.catalog, ("public", "other"))


def test_a_query_stays_what_it_was_where_other_tables_changed(context: LintContext) -> None:
    query, catalog = resolved(context), context.catalog
    pages = catalog.by_name["public", "pages"]
    after = replace(catalog, relations={**catalog.relations, pages.oid: replace(pages, comment="moved")})
    again = query.on(after)
    assert again is not None
    assert again.relations == query.relations
    assert again.relation_named(exp.to_table("pages")) is after.by_name["public", "pages"]
    assert query.relation_named(exp.to_table("pages")) is pages


def test_a_name_that_means_another_table_is_looked_up_again(context: LintContext) -> None:
    query, catalog = resolved(context), context.catalog
    orders = catalog.by_name["public", "orders"]
    others = {oid: r for oid, r in catalog.relations.items() if oid != orders.oid}
    assert query.on(replace(catalog, relations=others)) is None
    assert query.on(replace(catalog, relations={**others, orders.oid: replace(orders, comment="x")})) is None
