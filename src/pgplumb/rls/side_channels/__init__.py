"""Ways around row security that no policy closes: each file knows one kind."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.relation import Relation
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels import (
    copying_triggers,
    leaky_views,
    publications,
    references,
    server_defects,
    stored_copies,
    truncation,
    unique_keys,
)
from pgplumb.rls.side_channels.channel import SideChannel

_KINDS = (
    references,
    unique_keys,
    stored_copies,
    copying_triggers,
    leaky_views,
    publications,
    truncation,
    server_defects,
)


def side_channels(judgement: Judgement) -> tuple[SideChannel, ...]:
    """Return all that were found, by kind, object and message. Asks the server for nothing."""
    return tuple(sorted(channel for kind in _KINDS for channel in kind.find(judgement)))


def same_ground(before: Judgement, after: Judgement) -> bool:
    """Whether two judgements have the same ways around row security, since they differ in policies and verdicts alone.

    No policy closes one, so none is looked at.
    """
    then, now = before.matrix, after.matrix
    old, new = then.catalog, now.catalog
    return (
        then.roles == now.roles
        and then.uses_as(now)
        and then.bits == now.bits
        and then.group_of == now.group_of
        and before.tenants.path_of == after.tenants.path_of
        and before.surface == after.surface
        and old.schemas == new.schemas
        and old.publications == new.publications
        and old.relations.keys() == new.relations.keys()
        and all(
            relation is old.relations[oid] or _ground(relation) == _ground(old.relations[oid])
            for oid, relation in new.relations.items()
        )
    )


def _ground(relation: Relation) -> tuple[object, ...]:
    """Return what any kind reads of a relation."""
    return (
        (relation.schema, relation.name, relation.kind, relation.owner, relation.acl, relation.extension),
        (relation.row_security, relation.parents, relation.options, relation.depends_on),
        relation.columns,
        relation.constraints,
        tuple(replace(index, pages=0, tuples=0.0) for index in relation.indexes),
        relation.triggers,
        relation.rules,
    )


__all__ = ["SideChannel", "same_ground", "side_channels"]
