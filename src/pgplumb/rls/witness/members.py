"""Sessions of tenants that are there, for predicates that ask tables who a session is: a made-up user is nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pgplumb.catalog.relation import Relation
from pgplumb.rls.sessions import CLAIMS, MadeUp, UnfitError, of_tenant
from pgplumb.rls.tenant_map import TenantMap
from pgplumb.rls.witness.candidates import NOBODY, Values, bounded
from pgplumb.rls.witness.trial import Settings, Trial
from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_identifier, quote_qualified

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session

MOST = 6
"""How many tenants are taken."""
_TABLES = 12
_ROWS = 1_000
"""How many rows of one table are looked at for them."""
_TIMEOUT_MS = 2_000
_FORGED = 4
"""How many values of one setting are tried beside who a session is."""


def members(session: Session, catalog: Catalog, tenants: TenantMap) -> tuple[MadeUp, ...]:
    """Return sessions of some tenants whose rows are there; none where no identity can be made one of theirs.

    Raises LostConnection.
    """
    found: dict[tuple[tuple[str, str], ...], MadeUp] = {}
    for tenant in _tenants(session, catalog, tenants):
        try:
            made = of_tenant(session, catalog, tenants.identities, tenant)
        except (UnfitError, QueryError):
            continue
        found.setdefault(tuple(sorted(made.settings.items())), made)
    return tuple(found.values())


def _tenants(session: Session, catalog: Catalog, tenants: TenantMap) -> list[str]:
    """Return tenants, those of the tables that identities name first."""
    found: dict[str, None] = {}
    for relation in sorted(_tables(catalog, tenants), key=lambda r: _unnamed(r, tenants.identities))[
        :_TABLES
    ]:
        column = quote_identifier(tenants.path_of[relation.oid].column)
        table = quote_qualified(relation.schema, relation.name)
        some = f"SELECT {column}::text AS tenant FROM {table} WHERE {column} IS NOT NULL LIMIT {_ROWS}"
        try:
            with session.unit(_TIMEOUT_MS) as unit:
                rows = unit.query(f"SELECT DISTINCT tenant FROM ({some}) AS seen LIMIT {MOST}")
        except QueryError:
            continue
        found.update(dict.fromkeys(str(tenant) for (tenant,) in rows))
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def _tables(catalog: Catalog, tenants: TenantMap) -> Iterator[Relation]:
    for oid, path in tenants.path_of.items():
        relation = catalog.relations.get(oid)
        if relation is not None and relation.kind in "rp" and not path.hops:
            yield relation


def _unnamed(relation: Relation, identities: Sequence[str]) -> tuple[bool, str]:
    named = any(" where " in text and relation.name in text.split("(")[0] for text in identities)
    return not named, relation.qualified


def as_member(trial: Trial, own: tuple[str, ...], everyone: Sequence[MadeUp], only: bool) -> Trial:
    """Return a trial whose rows may be everyone's, in a session of which some tenants are the own; with `only`, of
    nobody else but of tenants that the predicate speaks of."""
    theirs = tuple(dict.fromkeys(tenant for one in everyone for tenant in one.own))
    people = tuple(dict.fromkeys(name for one in everyone for name in _said(one)))[: 2 * MOST]
    nobody = frozenset(value for values in NOBODY.values() for value in values) if only else frozenset()

    def widened(values: Values) -> Values:
        if values.column != trial.whose.column:
            return replace(values, values=_all(values.values, (one for one in people if values.takes(one))))
        if trial.whose.keys is not None:
            return values
        return replace(values, values=tuple(one for one in _all(values.values, theirs) if one not in nobody))

    columns = bounded([widened(values) for values in trial.columns], trial.whose.column)
    return replace(trial, columns=columns, own=own)


def settings_as(one: MadeUp, tried: Sequence[Settings]) -> Iterator[Settings]:
    """Yield what a session of a tenant may have set: who it is, and what people can say of themselves besides, as it
    is `tried`."""
    bare = {**dict.fromkeys(tried[0], ""), **one.settings}
    yield bare
    for name in tried[0]:
        others = _all(values.get(name) for values in tried)
        if name == CLAIMS and name in one.settings:
            real = json.loads(one.settings[name])
            edited = [json.loads(value).get("user_metadata") for value in others if value]
            for said in edited[1:_FORGED]:
                yield {**bare, name: json.dumps({**real, "user_metadata": said})}
        elif name not in one.settings:
            for value in [value for value in others if value][:_FORGED]:
                yield {**bare, name: value}


def _said(one: MadeUp) -> Iterator[str]:
    """Yield the values by which a session says who it is."""
    for value in one.settings.values():
        if value.startswith("{"):
            yield from (str(said) for said in json.loads(value).values() if isinstance(said, str))
        else:
            yield value


def _all(*parts: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(dict.fromkeys(value for part in parts for value in part))
