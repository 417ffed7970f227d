"""A whole catalog as objects by name."""

from __future__ import annotations

from pgplumb.catalog.described.cluster import database_thing, role_things, setting_things
from pgplumb.catalog.described.names import Names
from pgplumb.catalog.described.programs import (
    collation_things,
    extension_things,
    function_things,
    opclass_things,
    publication_things,
    schema_things,
    statistics_things,
    subscription_things,
    type_things,
)
from pgplumb.catalog.described.relations import relation_things
from pgplumb.catalog.described.thing import Things
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.unread import Unread

_GROUPS = {
    "membership": "membership",
    "extension": "extension",
    "function": "function",
    "setting": "setting",
    "setting_override": "setting override",
    "default_privilege": "default privileges",
    "statistics_object": "statistics",
    "publication": "publication",
    "subscription": "subscription",
    "opclass": "operator_class",
    "collation": "collation",
    "policy": "policy",
    "trigger": "trigger",
    "rewrite": "rule",
}
"""Statements of `queries/` whose rows may be missing, and the kind of objects that are then missing."""


_HISTORY = "pgplumb"
"""The schema in which the history of applied plans is kept: part of no schema that anybody compares."""


def _has_history(catalog: Catalog) -> bool:
    """Whether that schema is ours: somebody else's may have the name."""
    return {(_HISTORY, "schema_change"), (_HISTORY, "backfill")} <= catalog.by_name.keys()


def things_of(catalog: Catalog, title: str, *, maintain: bool) -> Things:
    """Return all objects of a catalog by name; `title` is the database's identifier.

    `maintain`: whether both servers that are compared know the privilege MAINTAIN.
    """
    names = Names(catalog, maintain)
    found = Things()
    left_out = _HISTORY if _has_history(catalog) else None
    found.add(database_thing(names, title))
    for things in (
        role_things,
        setting_things,
        schema_things,
        extension_things,
        type_things,
        statistics_things,
        publication_things,
        subscription_things,
        collation_things,
    ):
        found.add_all(things(names))
    for thing, detail in (*function_things(names), *opclass_things(names)):
        found.add(thing, detail)
    for relation in catalog.relations.values():
        if relation.persistence != "t" and relation.schema != left_out:
            found.add_all(relation_things(names, relation))
    if left_out is not None:
        found.by_key.pop(f"schema:{left_out}", None)
    for group, why in catalog.hidden.items():
        if group in _GROUPS:
            found.missing[_GROUPS[group]] = why
    if isinstance(catalog.subscriptions, Unread):
        found.missing["subscription"] = catalog.subscriptions
    return found
