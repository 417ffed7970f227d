"""Published tables can be updated and deleted from."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Publication, is_rules_table
from pgplumb.catalog.relation import Relation
from pgplumb.checks.estimates import leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.unique_keys import deferrable_indexes, identity_index, primary_key_fix
from pgplumb.checks.wording import index_name


def has_identity(table: Relation) -> bool:
    """Whether the old version of a row can be named to a subscriber."""
    if table.replica_identity == "f":
        return True
    if table.replica_identity == "i":
        return any(i.is_replica_identity and i.is_valid for i in table.indexes)
    key = table.primary_key
    return table.replica_identity == "d" and key is not None and key.index not in deferrable_indexes(table)


def publishing(table: Relation, catalog: Catalog) -> list[Publication]:
    """Return the publications of UPDATE or DELETE that a table is in: by name, by schema, or with all tables."""
    found = []
    for publication in catalog.publications.values():
        if not (publication.updates or publication.deletes):
            continue
        named = table.oid in publication.relations
        if not named and is_rules_table(table) and table.persistence == "p":
            schemas = {catalog.schemas[oid].name for oid in publication.schemas if oid in catalog.schemas}
            named = publication.all_tables or table.schema in schemas
        if named:
            found.append(publication)
    return found


def fix_for(table: Relation, catalog: Catalog) -> Fix | None:
    """Return the cheapest identity: the primary key that is there, a unique index, or a new primary key."""
    fields = {"table": table.qualified}
    key = table.primary_key
    if key is not None and key.index not in deferrable_indexes(table):
        return Fix("set-replica-identity", {**fields, "identity": "default"})
    index = identity_index(table)
    if index is not None:
        return Fix("set-replica-identity", {**fields, "index": index_name(table, index)})
    return primary_key_fix(table, catalog) if key is None else None


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Ask a published table, and of a partitioned one every partition, how it names its rows."""
    if not facts.catalog.publications or not table.is_table:
        return
    by = publishing(table, facts.catalog)
    if not by:
        return
    report.checked()
    holders = [leaf for leaf in leaves(table, facts) if leaf.kind == "r"] or [table]
    without = [leaf for leaf in holders if not has_identity(leaf)]
    if not without:
        return
    names = tuple(sorted({p.name for p in by}))
    where = "" if without == [table] else f" ({len(without)} of {len(holders)} partitions)"
    report.fail(
        table.id,
        f"{table.qualified}{where} is published by {', '.join(names)} without a replica identity: "
        "every UPDATE and DELETE on it fails",
        {"publications": names, "replica_identity": table.replica_identity, "tables": len(without)},
        related=tuple(sorted({p.id for p in by})),
        fix=fix_for(table, facts.catalog),
    )


RULE = Rule(
    id="table-has-replica-identity",
    title="Published tables have a replica identity",
    category=Category.KEYS,
    severity=Severity.ERROR,
    tier=Tier.NOW,
    passes="Every table of a publication of UPDATE or DELETE has a primary key that is checked at once, a valid "
    "identity index, or REPLICA IDENTITY FULL.",
    why="The server refuses to update or delete rows that it could not name to a subscriber. That comes as an "
    "error in the application, at the first such statement after the table was published.",
    source="https://www.postgresql.org/docs/current/logical-replication-publication.html",
    looks_at="pg_publication, pg_publication_rel, pg_class.relreplident, pg_index.indisreplident",
    each_object=check,
    reads=("catalog.publications", "catalog.schemas"),
    not_applicable_when="no table is published for UPDATE or DELETE",
)
