"""Published tables can be changed at the other end."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Publication
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.sql.quote import quote_identifier

_MOST = 0.8


def candidates(publication: Publication, catalog: Catalog) -> list[Relation]:
    """Return the tables of the schemas that a list of tables is from; what a publication FOR ALL has needs no list."""
    if publication.all_tables or not publication.relations:
        return []
    listed = {r.schema for oid in publication.relations if (r := catalog.relations.get(oid)) is not None}
    return [t for t in catalog.tables if t.schema in listed and t.persistence == "p" and not t.parents]


def check(facts: Facts, report: Report) -> None:
    """Look for tables that a list of nearly all tables lacks: those made after it was written."""
    catalog = facts.catalog
    for publication in sorted(catalog.publications.values(), key=lambda p: p.name):
        found = candidates(publication, catalog)
        if not found:
            continue
        report.checked()
        published = {s.name for oid in publication.schemas if (s := catalog.schemas.get(oid)) is not None}
        lacking = [t for t in found if t.oid not in publication.relations and t.schema not in published]
        if not lacking or len(found) - len(lacking) < _MOST * len(found):
            continue
        names = tuple(t.qualified for t in lacking)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        report.fail(
            publication.id,
            f"the publication {publication.name} lists {len(found) - len(lacking)} of {len(found)} tables of its "
            f"schemas and lacks {', '.join(names[:3])}{more}",
            {"lacking": names, "listed": len(found) - len(lacking)},
            related=tuple(t.id for t in lacking),
            fix=Fix("alter-publication", {"publication": quote_identifier(publication.name), "add": names}),
        )


RULE = Rule(
    id="publication-complete",
    title="Publications list every table",
    category=Category.AVAILABILITY,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="A publication that lists at least 80 % of the tables of its schemas lists them all; one that lists fewer "
    "is taken for a choice. Replica identities are the matter of table-has-replica-identity.",
    why="A table that is made after the list was written is not replicated, and nothing says so. It is found missing "
    "on the day of the switch-over.",
    source="https://www.postgresql.org/docs/current/logical-replication-publication.html",
    looks_at="pg_publication, pg_publication_rel, pg_publication_namespace",
    whole=check,
    reads=("catalog.publications", "catalog.relations", "catalog.schemas"),
    not_applicable_when="no publication lists tables",
)
