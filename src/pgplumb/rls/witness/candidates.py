"""Values that a witness is tried with: those that a predicate speaks of, and two tenants that nobody is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column
from pgplumb.rls.prover.identity import PERSONS, SERVICE
from pgplumb.rls.witness.columns import may_be_null
from pgplumb.rls.witness.predicate import Predicate
from pgplumb.rls.witness.whose import Whose

CLAIMS = "request.jwt.claims"
JWT = re.compile(r"\bauth\s*\.\s*(?:uid|jwt|role)\b", re.IGNORECASE)
"""Functions of Supabase that read it."""
ROWS = 4_096
"""The most rows that one predicate is tried on."""
SESSIONS = 40
"""The most sessions."""
_INTEGERS = frozenset({20, 21, 23, 26, 700, 701, 1700})
_TEXTS = frozenset({18, 19, 25, 1042, 1043})
_DATES = frozenset({1082, 1114, 1184})
_UUID, _BOOL, _JSON, _JSONB = 2950, 16, 114, 3802
_TO_NUMBER = re.compile(r"::(?:big|small)?int", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:[+-]\d\d)?)?\Z", re.ASCII)
_UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FAMILY = {**dict.fromkeys(_INTEGERS, "number"), **dict.fromkeys(_TEXTS, "text"), _UUID: "uuid"}
NOBODY = {
    "number": ("31001", "31002"),
    "uuid": ("5f0c1d9e-0000-4000-8000-000000000a01", "5f0c1d9e-0000-4000-8000-000000000b02"),
    "text": ("pgplumb-a", "pgplumb-b"),
}
"""Two tenants of a family of types; they fit into a smallint."""
NO_TENANT = frozenset(
    ("", "0", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")
)
"""What people write for no tenant at all: a row of it is nobody's."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one column, as text; None is NULL."""

    column: str
    type: str
    values: tuple[str | None, ...]
    family: str = ""
    """number, text or uuid; empty for other types."""

    def takes(self, value: str) -> bool:
        """Whether a value is surely one of its type."""
        if self.family == "number":
            most = 32_000 if self.type.startswith("small") else 2**31
            return value.isascii() and value.isdigit() and int(value) < most
        return self.family == "text" or (self.family == "uuid" and _UUID_TEXT.fullmatch(value) is not None)


def family_of(catalog: Catalog, column: Column) -> str:
    """Return number, text or uuid; other types count as text."""
    return _FAMILY.get(_base(catalog, column), "text")


def _base(catalog: Catalog, column: Column) -> int:
    """Return the type of a column, of a domain the one below it."""
    found = catalog.types.get(column.type_oid)
    return found.base if found is not None and found.kind == "d" else column.type_oid


def rows(
    catalog: Catalog,
    columns: Sequence[Column],
    whose: Whose,
    predicates: Sequence[Predicate],
    type_of: Mapping[str, str],
) -> tuple[Values, ...]:
    """Return what is tried in each column that a predicate names, and in the tenant's."""
    strings = _all(p.strings for p in predicates)
    numbers = _all(p.numbers for p in predicates)
    found = []
    for column in columns:
        tells = column.name == whose.column
        if tells and whose.keys is not None:
            made: list[str | None] = [key for key, _ in whose.keys]
        else:
            made = [
                v for v in _values(catalog, column, tells, strings, numbers) if not (tells and v in NO_TENANT)
            ]
        if may_be_null(catalog, column):
            made.append(None)
        family = _FAMILY.get(_base(catalog, column), "")
        found.append(Values(column.name, type_of[column.name], tuple(dict.fromkeys(made)), family))
    return bounded(found, whose.column)


def _values(
    catalog: Catalog, column: Column, tenant: bool, strings: Sequence[str], numbers: Sequence[str]
) -> Iterable[str | None]:
    kind = catalog.types.get(column.type_oid)
    oid = _base(catalog, column)
    family = _FAMILY.get(oid)
    if oid == _BOOL:
        return ("true", "false")
    if kind is not None and kind.kind == "e":
        return kind.labels[:12]
    if family == "number":
        spoken = [n for n in numbers if _small(n)]
        around = [str(int(n) + 1) for n in spoken[:4]] + [str(max(int(n) - 1, 0)) for n in spoken[:4]]
        from_text = [s for s in strings if _small(s)]
        return (*NOBODY["number"], *spoken, *from_text, *(() if tenant else around))
    if family == "uuid":
        return (*NOBODY["uuid"], *(s for s in strings if _UUID_TEXT.fullmatch(s)))
    if family == "text":
        return (
            *NOBODY["text"],
            *NOBODY["number"],
            *NOBODY["uuid"],
            *strings,
            *(() if tenant else ("",)),
        )
    if oid in _DATES:
        return ("2000-01-01", "2999-01-01", *_days(strings))
    if oid in (_JSON, _JSONB):
        return ("{}",)
    if kind is not None and kind.category == "A":
        return ("{}",)
    return ()


def _days(strings: Sequence[str]) -> Iterable[str]:
    """Yield the days that are spoken of, and those after them."""
    for text in [text for text in strings if _DAY.match(text)][:8]:
        yield text
        try:
            yield (date.fromisoformat(text[:10]) + timedelta(days=1)).isoformat()
        except (ValueError, OverflowError):
            continue


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < 32_000


def sessions(
    predicates: Sequence[Predicate], family: str, together: frozenset[str]
) -> tuple[Mapping[str, str | None], ...]:
    """Return what the settings are tried as: never set, empty, of one tenant, and what is spoken of.

    Settings in `together` say who a session is: they are all set, all empty or all never set, as applications do it.
    The first is a session that has set nothing.
    """
    names = _all(p.settings for p in predicates)
    if JWT.search(" ".join(p.text for p in predicates)):
        names = tuple(dict.fromkeys((*names, CLAIMS)))
    text = " ".join(p.text for p in predicates)
    strings = _all(p.strings for p in predicates)
    # Where all claims are set, the settings for single claims are not: that is how PostgREST changed.
    older = {name for name in names if CLAIMS in names and name != CLAIMS and CLAIMS.startswith(name[:17])}
    choices = [() if name in older else _tries(name, text, strings, family) for name in names]
    fresh: Mapping[str, str | None] = dict.fromkeys(names)
    empty: Mapping[str, str | None] = dict.fromkeys(names, "")
    own: Mapping[str, str | None] = {n: c[0] if c else None for n, c in zip(names, choices, strict=True)}
    found = [fresh, own, empty]
    for values in product(*((*c, None, "") for c in choices)):
        if len(found) >= SESSIONS:
            break
        tried = dict(zip(names, values, strict=True))
        kinds = {None if tried[n] is None else bool(tried[n]) for n in names if n in together}
        if tried not in found and len(kinds) <= 1:
            found.append(tried)
    return tuple(found)


def acting_as(values: Mapping[str, str | None], caller: str) -> Mapping[str, str | None]:
    """Return the settings of a session that acts as a role: no token of a person names the role of servers."""
    import json

    if caller not in PERSONS:
        return values
    found = {n: caller if n == f"{CLAIMS[:-1]}.role" and v == SERVICE else v for n, v in values.items()}
    claims = found.get(CLAIMS) or ""
    if claims.startswith("{") and json.loads(claims).get("role") == SERVICE:
        found[CLAIMS] = json.dumps({**json.loads(claims), "role": caller})
    return found


def _tries(name: str, text: str, strings: Sequence[str], family: str) -> tuple[str, ...]:
    """Return what a setting is set to."""
    tenant = NOBODY[family][0]
    if ("json" in text or "jwt" in text) and ("claims" in name or name.endswith("jwt")):
        return tuple(_claims(strings, tenant, text))
    others = [NOBODY["uuid"][0]] if "uuid" in text and family != "uuid" else []
    others += [NOBODY["number"][0]] if family != "number" and _TO_NUMBER.search(text) else []
    plain = [tenant, *others, *[s for s in strings if 0 < len(s) < 64][:6]]
    # Any setting may hold an object.
    objects = list(_claims(strings, tenant, text)) if "json" in text and "->" in text else []
    return tuple(dict.fromkeys([*plain[:2], *objects, *plain[2:]]))


def _claims(strings: Sequence[str], tenant: str, text: str) -> Iterable[str]:
    import json

    keys = [
        s
        for s in strings
        if s.replace("_", "").replace("-", "").isalnum() and f"> '{s}'" in text.replace("'::text", "'")
    ]
    subject = NOBODY["uuid"][0]
    plain: dict[str, object] = {"sub": subject, "role": "authenticated"}
    plain |= {key: subject if key in ("sub", "user_id") else tenant for key in keys if key != "role"}
    nested = {"app_metadata": plain, "user_metadata": plain}
    yield json.dumps({**plain, **nested})
    # What people may say of themselves is another tenant than the one that they were given.
    others = [other for values in NOBODY.values() if tenant in values for other in values[1:]]
    forged = {**plain, **{key: other for key in keys for other in others if plain.get(key) == tenant}}
    yield json.dumps({**plain, "app_metadata": plain, "user_metadata": forged})
    listed = {key: [*dict.fromkeys(strings)][:12] for key in keys if key not in ("sub", "user_id")}
    yield json.dumps({**plain, **listed, "app_metadata": {**plain, **listed}, "user_metadata": plain})
    flags = ("true",) if "::bool" in text else ()
    for value in (*flags, *strings[:6]):
        if value not in keys:
            other = {key: value for key in keys if key not in ("sub", "user_id")}
            yield json.dumps(
                {**plain, **other, "app_metadata": {**plain, **other}, "user_metadata": {**plain, **other}}
            )


def _all(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for part in parts for value in part))


def bounded(found: list[Values], tenant: str) -> tuple[Values, ...]:
    """Leave out values until no more than ROWS combinations are left: the tenant's go last."""

    def size() -> int:
        total = 1
        for values in found:
            total *= max(len(values.values), 1)
        return total

    while size() > ROWS:
        place = max(range(len(found)), key=lambda n: (found[n].column != tenant, len(found[n].values)))
        longest = found[place]
        kept = (*longest.values[: max(len(longest.values) // 2, 1)], *longest.values[-1:])
        if len(set(kept)) >= len(longest.values):
            break
        found[place] = replace(longest, values=tuple(dict.fromkeys(kept)))
    return tuple(found)
