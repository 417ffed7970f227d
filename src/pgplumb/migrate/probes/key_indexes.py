"""Indexes that constraints are made of by USING INDEX, or that are rebuilt with a column."""

from __future__ import annotations

from pgplumb.migrate.probes.moment import Moment


def index_columns(moment: Moment, name: str) -> tuple[str, ...] | None:
    """Return the key columns of an index of the statement's table, made by the migration or not."""
    table = moment.table
    if table is None:
        return None
    made = moment.world.made.indexes.get((table.relation.schema, name))
    if made is not None:
        columns = tuple(element.text("name") for element in made.nodes("indexParams"))
        return columns if all(columns) else None
    for index in table.relation.indexes:
        if index.name == name and not index.has_expressions:
            return table.relation.column_names(index.key_columns)
    return None
