"""Whether all texts of a database are put in order alike: then a <= b and b <= a say that both are the same."""

from __future__ import annotations

from pgplumb.rls.prover.gate import World
from pgplumb.rls.prover.kinds import of_type

_DEFAULT = 100
"""The collation of the database."""


def one_order(world: World) -> bool:
    """Whether nothing that a proof reads names a collation, and no column or domain has one of its own."""
    cache = world.cache.entries
    if "one order" not in cache:
        cache["one order"] = not (
            any("collate" in text.lower() for text in _texts(world))
            or any(
                column.collation not in (0, _DEFAULT)
                for relation in world.catalog.relations.values()
                if relation.kind in "rpvmf"
                for column in relation.columns
            )
            or any(
                one.kind == "d" and of_type(world.catalog, one).family == "text"
                for one in world.catalog.types.values()
                if one.schema not in ("pg_catalog", "information_schema")
            )
        )
    return cache["one order"] is True


def _texts(world: World) -> list[str]:
    bodies = [facts.body or "" for facts in world.functions.values()]
    policies = [
        text
        for relation in world.catalog.relations.values()
        if relation.is_table
        for policy in relation.policies
        for text in (policy.using, policy.check)
        if isinstance(text, str)
    ]
    return [*world.views.values(), *bodies, *policies]
