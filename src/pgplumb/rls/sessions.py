"""A session of one tenant, as its identities say it: which settings it takes, and whose rows are then its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgplumb.rls.witness.predicate import Predicate
from pgplumb.server.errors import QueryError
from pgplumb.sql.quote import quote_identifier, quote_qualified

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.session import Session, Unit

CLAIMS = "request.jwt.claims"
_NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_MEMBERSHIP = re.compile(
    rf"\s*(?:({_NAME})\.)?({_NAME})\s*\(\s*({_NAME})\s*\)\s+where\s+\(*\s*(?:{_NAME}\.)?({_NAME})\s*=\s*(.+)\Z",
    re.DOTALL | re.IGNORECASE,
)
_JWT = re.compile(r"\bauth\s*\.\s*(?:uid|jwt)\b", re.IGNORECASE)
_TIMEOUT_MS = 2_000


class UnfitError(Exception):
    """Why no session can be made that of a tenant; one line."""


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A session."""

    kind: str
    """tenant, empty (settings that are empty) or fresh (settings that were never set)."""
    tenant: str | None
    settings: Mapping[str, str]
    own: tuple[str, ...] = ()
    """The tenants whose rows are its own, as text."""
    unset: tuple[str, ...] = ()
    """What must never have been set."""

    def enter(self, unit: Unit) -> str | None:
        """Set everything until the transaction ends; return why it is not that session, or None."""
        if self.unset:
            asked = "SELECT bool_or(current_setting(n, true) IS NOT NULL) FROM unnest(%(names)s::text[]) AS n"
            if unit.query(asked, {"names": list(self.unset)})[0][0]:
                return "the connection has set a setting of the identity before"
        for name, value in self.settings.items():
            unit.query("SELECT set_config(%(name)s, %(value)s, true)", {"name": name, "value": value})
        return None


def unnamed(identities: Sequence[str]) -> tuple[MadeUp, MadeUp]:
    """Return a session that has set nothing and one whose settings are empty: neither names a tenant."""
    names = tuple(dict.fromkeys(name for text in identities for name in _settings(text)))
    return MadeUp("fresh", None, {}, (), names), MadeUp("empty", None, dict.fromkeys(names, ""))


def of_tenant(session: Session, catalog: Catalog, identities: Sequence[str], tenant: str) -> MadeUp:
    """Return a session of one tenant; a membership is asked for a user of it. Raises UnfitError."""
    settings: dict[str, str] = {}
    claims: dict[str, object] = {}
    own = {tenant}
    for text in identities:
        membership = _MEMBERSHIP.match(text)
        value, expression = tenant, text
        if membership:
            value, tenants = _member(session, catalog, membership, tenant)
            own |= tenants
            expression = membership[5]
        for name, key in _places(expression):
            if key is None:
                if settings.setdefault(name, value) != value:
                    raise UnfitError(f"two identities ask for different values of {name}")
            else:
                claims.setdefault("sub" if key == "sub" else key, value)
    if claims:
        settings[CLAIMS] = _claimed(claims)
    if not settings:
        raise UnfitError("no identity is a setting, so no session can be made that of a tenant")
    return MadeUp("tenant", tenant, settings, tuple(sorted(own)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an identity looks for a value: a setting, or a claim in it."""

    setting: str
    claim: str | None
    column: tuple[str, str, str] | None = None
    """Schema, table and column of a membership's users; None where the value is the tenant."""


def membership_in(identity: str) -> tuple[str, str, str] | None:
    """Return the table, the tenant's column and the condition of a membership, as it is written; None for a value."""
    found = _MEMBERSHIP.match(identity)
    if found is None:
        return None
    table = f"{found[1]}.{found[2]}" if found[1] else found[2]
    return table, found[3], re.split(r"\swhere\s", identity, maxsplit=1, flags=re.IGNORECASE)[1].strip()


def settings_named(identity: str, catalog: Catalog) -> tuple[Place, ...]:
    """Return where an identity looks for its value."""
    membership, column = _MEMBERSHIP.match(identity), None
    if membership:
        schema, table, _, user = (_bare(membership[n]) for n in range(1, 5))
        named = [r for r in catalog.relations.values() if r.name == table and schema in ("", r.schema)]
        column = (named[0].schema, table, user) if len(named) == 1 else None
    expression = membership[5] if membership else identity
    return tuple(Place(name, key, column) for name, key in _places(expression))


def settings_of(values: Sequence[tuple[Place, str]]) -> Mapping[str, str]:
    """Return the settings that say some values; the first value of a place stays."""
    settings: dict[str, str] = {}
    claims: dict[str, object] = {}
    for place, value in values:
        if place.claim is None:
            settings.setdefault(place.setting, value)
        else:
            claims.setdefault(place.claim, value)
    if claims:
        settings[CLAIMS] = _claimed(claims)
    return settings


def _claimed(claims: Mapping[str, object]) -> str:
    nested = {"app_metadata": dict(claims), "user_metadata": dict(claims)}
    return json.dumps({"role": "authenticated", **claims, **nested})


def _settings(text: str) -> Iterator[str]:
    membership = _MEMBERSHIP.match(text)
    for name, key in _places(membership[5] if membership else text):
        yield name if key is None else CLAIMS


def _places(expression: str) -> Iterator[tuple[str, str | None]]:
    """Give the settings that an expression reads, each with the claim in it, or None for all of it."""
    predicate = Predicate(expression)
    if _JWT.search(expression):
        claimed = predicate.strings
        yield CLAIMS, claimed[-1] if claimed and "jwt" in expression else "sub"
        if not claimed:
            yield "request.jwt.claim.sub", None
    for name in predicate.settings:
        if "." not in name:
            continue
        keys = predicate.strings if "json" in expression else ()
        yield name, keys[-1] if keys and name == CLAIMS else None


def _member(
    session: Session, catalog: Catalog, membership: re.Match[str], tenant: str
) -> tuple[str, set[str]]:
    """Return a user of a tenant, and all tenants of that user."""
    schema, table, column, user = (_bare(membership[n]) for n in range(1, 5))
    named = [r for r in catalog.relations.values() if r.name == table and schema in ("", r.schema)]
    if len(named) != 1:
        raise UnfitError(f"the membership {table} is not one table: write schema.table")
    where = quote_qualified(named[0].schema, table)
    who, whose = quote_identifier(user), quote_identifier(column)
    try:
        with session.unit(_TIMEOUT_MS) as unit:
            users = unit.query(
                f"SELECT {who}::text FROM {where} WHERE {whose}::text = %(tenant)s AND {who} IS NOT NULL LIMIT 1",
                {"tenant": tenant},
            )
            if not users:
                raise UnfitError(f"nobody was seen in {named[0].qualified} who is of this tenant")
            tenants = unit.query(
                f"SELECT DISTINCT {whose}::text FROM {where} WHERE {who}::text = %(user)s AND {whose} IS NOT NULL",
                {"user": users[0][0]},
            )
    except QueryError as error:
        raise UnfitError(f"{named[0].qualified} cannot be read: {error.why}") from None
    return str(users[0][0]), {str(t) for (t,) in tenants}


def _bare(name: str | None) -> str:
    if name is None:
        return ""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
