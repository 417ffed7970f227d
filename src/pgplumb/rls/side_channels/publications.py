"""Publications of protected tables: whoever may replicate reads every tenant's rows; policies do not filter them."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels.channel import SideChannel, protected


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each publication that a protected table belongs to."""
    catalog = judgement.matrix.catalog
    schemas = {schema.name: schema.oid for schema in catalog.schemas.values()}
    for publication in catalog.publications.values():
        inside = [
            relation.id
            for relation in protected(judgement)
            if publication.all_tables
            or relation.oid in publication.relations
            or schemas.get(relation.schema) in publication.schemas
        ]
        if inside:
            tables = "table" if len(inside) == 1 else "tables"
            message = f"it streams {len(inside)} protected {tables} past all policies"
            yield SideChannel("publication", publication.id, message, tuple(sorted(inside)))
