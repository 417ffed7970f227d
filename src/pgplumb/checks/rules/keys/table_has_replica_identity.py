"""Published tables can be updated and deleted from."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.model import Catalog, Publication
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


def published(publication: Publication, catalog: Catalog) -> Iterator[Relation]:
    """Yield the permanent tables that a publication publishes, a partitioned table as its root."""
    if publication.all_tables:
        yield from (t for t in catalog.tables if t.persistence == "p")
        return
    for oid in publication.relations:
        if oid in catalog.relations:
            yield catalog.relations[oid]
    names = {catalog.schemas[oid].name for oid in publication.schemas if oid in catalog.schemas}
    if names:
        yield from (t for t in catalog.tables if t.schema in names and t.persistence == "p")


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


def check(facts: Facts, report: Report) -> None:
    """Ask every published table, and of a partitioned one every partition, how it names its rows."""
    publications: dict[int, list[Publication]] = {}
    for publication in facts.catalog.publications.values():
        if publication.updates or publication.deletes:
            for table in published(publication, facts.catalog):
                publications.setdefault(table.oid, []).append(publication)
    for oid, by in publications.items():
        table = facts.catalog.relations[oid]
        report.checked()
        holders = [leaf for leaf in leaves(table, facts) if leaf.kind == "r"] or [table]
        without = [leaf for leaf in holders if not has_identity(leaf)]
        if not without:
            continue
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
    whole=check,
    reads=("catalog.relations", "catalog.publications", "catalog.schemas"),
    not_applicable_when="no table is published for UPDATE or DELETE",
)
