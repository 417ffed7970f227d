"""The session that statements are planned as: the role that ran them, with settings as its policies may find them.

Values come from the planner's statistics. They go into settings of the twin and are shown nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pgplumb.rls.sessions import Place, settings_named, settings_of
from pgplumb.rls.witness.predicate import Predicate
from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_identifier, quote_literal
from pgplumb.workload.column_values import ColumnValues, read_values
from pgplumb.workload.compared import ColumnKey

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.rls.prover.gate import World
    from pgplumb.server.session import Session

_UUID = 2950
"""pg_type.oid"""
_FIRST_UUID = "00000000-0000-0000-0000-000000000001"
_IN_BODY = re.compile(r"\bcurrent_setting\s*\(\s*'([\w]+(?:\.[\w]+)+)'", re.IGNORECASE)


def settings_for(session: Session, world: World) -> tuple[str, ...]:
    """Return statements that set what identities and policies read, until the transaction ends.

    A tenant is the most common one that statistics name, so that estimates are those of a large tenant.
    """
    catalog, tenants = world.catalog, world.tenants
    places = {text: settings_named(text, catalog) for text in tenants.identities}
    own = _tenant_columns(world)
    members = {ColumnKey(*place.column) for found in places.values() for place in found if place.column}
    values = read_values(session, members | set(own))
    tenant = next((v for key in own if (v := _common(values.get(key)))), _made_up(catalog, own))
    chosen: list[tuple[Place, str]] = []
    for found in places.values():
        for place in found:
            value = _common(values.get(ColumnKey(*place.column))) if place.column else tenant
            chosen.append((place, value or "1"))
    settings = dict(settings_of(chosen))
    for name in _others(world):
        settings.setdefault(name, tenant)
    # Those of extensions are not sessions' own, and what may be set of them changes once they are loaded.
    taken = {"plpgsql", *(extension.name for extension in catalog.extensions.values())}
    plain = {name: value for name, value in settings.items() if name.partition(".")[0].lower() not in taken}
    return tuple(_possible(session, plain))


def as_role(settings: Sequence[str], role: str) -> tuple[str, ...]:
    """Return what a unit begins with that plans as a role."""
    return (*settings, f"SET LOCAL ROLE {quote_identifier(role)}")


def _possible(session: Session, settings: Mapping[str, str]) -> Iterator[str]:
    """Yield the statements that the server takes: a policy may read any setting."""
    with session.unit() as unit:
        for name, value in settings.items():
            text = f"SELECT pg_catalog.set_config({quote_literal(name)}, {quote_literal(value)}, true)"
            try:
                with unit.savepoint():
                    unit.query(text)
            except QueryError:
                continue
            yield text


def _tenant_columns(world: World) -> list[ColumnKey]:
    """Return the tenant columns, those of the largest tables first."""
    found = []
    for oid, path in world.tenants.path_of.items():
        relation = world.catalog.relations.get(oid)
        if relation is not None and relation.is_table and not path.hops:
            found.append((-relation.tuples, ColumnKey(relation.schema, relation.name, path.column)))
    return [key for _, key in sorted(found)]


def _common(values: ColumnValues | None) -> str:
    if values is None:
        return ""
    if values.most_common:
        return values.most_common[0]
    return values.histogram[len(values.histogram) // 2] if values.histogram else ""


def _made_up(catalog: Catalog, columns: Sequence[ColumnKey]) -> str:
    for schema, table, name in columns:
        relation = catalog.by_name.get((schema, table))
        column = relation.column_named(name) if relation is not None else None
        if column is not None:
            return _FIRST_UUID if column.type_oid == _UUID else "1"
    return "1"


def _others(world: World) -> Iterator[str]:
    """Give the settings that policies and functions read besides."""
    for relation in world.catalog.relations.values():
        for policy in relation.policies if relation.is_table and relation.row_security else ():
            for text in (policy.using, policy.check):
                if isinstance(text, str) and "current_setting" in text:
                    yield from (name for name in Predicate(text).settings if "." in name)
    for function in world.functions.values():
        if function.body and "current_setting" in function.body:
            yield from _IN_BODY.findall(function.body)
