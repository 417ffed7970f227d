"""Unique keys across tenants: a refused INSERT tells that another tenant has the value.

Keys that the server fills in (identity, serial, random UUIDs) are left out: there is nothing to guess.
"""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels.channel import SideChannel, protected, tenant_number


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each unique index of a protected table that leaves the tenant out."""
    for relation in protected(judgement):
        mine = tenant_number(judgement, relation)
        if mine is None or relation.is_partition:
            continue
        for index in relation.indexes:
            if index.is_unique and mine not in index.key_columns and not _made_up(relation, index):
                columns = ", ".join(relation.column_names(index.key_columns))
                yield SideChannel(
                    "unique-key",
                    relation.index_id(index),
                    f"({columns}) is unique across tenants: a refused INSERT tells that another tenant has the value",
                    (relation.id,),
                )


def _made_up(relation: Relation, index: Index) -> bool:
    columns = [relation.column(number) for number in index.key_columns]
    return any(column is not None and _by_the_server(column) for column in columns)


def _by_the_server(column: Column) -> bool:
    default = column.default if isinstance(column.default, str) else ""
    return (
        bool(column.identity) or "nextval(" in default or "gen_random_uuid(" in default or "uuid_" in default
    )
