"""Two catalogs compared by name: what was added, what was removed, what is different, and what cannot be told.

Oids play no part, so that two servers, or a database before and after, compare alike. A fact that either side could
not read is never called equal. What no catalog holds is listed in `NOT_COMPARED`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from pgplumb.catalog.described.privileges import MAINTAIN_FROM
from pgplumb.catalog.described.thing import ORDER, Fact, Thing, Things, Value, kind_of
from pgplumb.catalog.described.whole import things_of
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.unread import Unread

NOT_COMPARED = (
    "bodies of functions",
    "queries of views and actions of rules",
    "WHEN conditions and arguments of triggers",
    "operators of exclusion constraints",
    "checks of domains, fields of composite types",
    "storage and compression of columns",
    "new operator classes and parameters of operator classes",
    "names of tablespaces",
    "foreign servers and their options",
    "rows",
)
"""What the catalog that is read, or saved, does not hold."""

WHOLE = "object"
"""The `what` of an object that only one side has."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of one object."""

    object: str
    """Its identifier: `column:public.orders.total`."""
    what: str
    """"type", "default", "privileges", ...; "object" where only one side has it at all."""
    before: Value
    after: Value
    """Of a whole object, the side that has it holds a summary: "bigint, not null"."""
    owner: str = ""
    """The object that it is a part of; empty for one that stands by itself."""

    @property
    def change(self) -> Literal["added", "removed", "changed"]:
        """What happened to the object."""
        if self.what != WHOLE:
            return "changed"
        return "added" if self.before is None else "removed"

    @property
    def soft(self) -> bool:
        """Whether it is the order of columns alone, which only code that names no columns can tell.

        Or that a constraint which a partition has from its table is its own too: no row tells, and nothing takes it
        back.
        """
        return self.what == ORDER or (self.what == "local" and self.before is False)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A fact, or all objects of a kind, that one side could not read."""

    object: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """What is different, and what could not be compared; both sorted."""

    differences: tuple[Difference, ...]
    unknown: tuple[Undecided, ...]

    @property
    def same(self) -> bool:
        """Whether everything could be compared and nothing differs."""
        return not self.differences and not self.unknown


def diff(before: Catalog, after: Catalog) -> CatalogDiff:
    """Compare two catalogs, of one server or of two."""
    maintain = min(before.server_version, after.server_version) >= MAINTAIN_FROM
    # A database is compared whatever it is called.
    title = after.database.id
    return compare(
        things_of(before, title, maintain=maintain),
        things_of(after, title, maintain=maintain),
        title,
    )


def compare(before: Things, after: Things, title: str) -> CatalogDiff:
    """Compare objects by key; `title` stands for what concerns no single object."""
    found: list[Difference | Undecided] = []
    missing = _missing(before, after)
    found += (Undecided(title, f"every {kind}", why) for kind, why in missing.items())
    for key in before.by_key.keys() | after.by_key.keys():
        old, new = before.by_key.get(key), after.by_key.get(key)
        if old is not None and new is not None:
            found += _facts(old, new, missing)
        else:
            found += _only_one(old, new, missing)
    return CatalogDiff(
        tuple(sorted((f for f in found if isinstance(f, Difference)), key=_place)),
        tuple(
            sorted((f for f in found if isinstance(f, Undecided)), key=attrgetter("object", "what", "reason"))
        ),
    )


def _only_one(old: Thing | None, new: Thing | None, missing: Mapping[str, str]) -> Iterator[Difference]:
    """Give the difference that an object of one side is; nothing for what comes with an extension or a version."""
    one = old or new
    if one is None or one.extension or kind_of(one.id) in missing or kind_of(one.id) == "setting":
        return
    summary = one.summary or kind_of(one.id)
    yield Difference(one.id, WHOLE, summary if old else None, summary if new else None, one.owner)


_OF_GROUPS = (
    ("member of ", "membership"),
    ("default privileges on ", "default privileges"),
    ("setting ", "setting override"),
)
"""Facts of roles and of the database that come from statements of their own."""


def _missing(before: Things, after: Things) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for side, things in (("before", before), ("after", after)):
        for kind, why in things.missing.items():
            found.setdefault(kind, f"{why.reason} ({side})")
    return dict(sorted(found.items()))


def _facts(old: Thing, new: Thing, missing: Mapping[str, str]) -> Iterator[Difference | Undecided]:
    for what in old.facts.keys() | new.facts.keys():
        before, after = old.facts.get(what), new.facts.get(what)
        if before == after and not isinstance(before, Unread):
            continue
        if what == "value" and not (what in old.facts and what in new.facts):
            # One side's is that of the session which read it.
            continue
        group = next((kind for start, kind in _OF_GROUPS if what.startswith(start)), None)
        if group in missing:
            continue
        why = _undecided(what, before, after)
        if why is not None:
            yield Undecided(new.id, what, why)
            continue
        if what == ORDER:
            before, after = _common(before, after)
            if before == after:
                continue
        assert not isinstance(before, Unread)
        assert not isinstance(after, Unread)
        yield Difference(new.id, what, before, after, new.owner)


def _undecided(what: str, before: Fact, after: Fact) -> str | None:
    """Return why two facts that are not alike cannot be compared, or None where they can."""
    for side, fact in (("before", before), ("after", after)):
        if isinstance(fact, Unread):
            return f"{fact.reason} ({side})"
    elsewhere = (str(before), str(after))
    if what == "tablespace" and all(name.startswith("tablespace ") for name in elsewhere):
        return "the names of tablespaces are not in a catalog that is read"
    return None


def _common(before: Fact, after: Fact) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that both sides have, each in its own order: a new column at the end moves none."""
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    return (
        tuple(name for name in before if name in after),
        tuple(name for name in after if name in before),
    )


def _place(found: Difference) -> tuple[str, str, str]:
    """Parts stand after what they belong to."""
    return found.owner or found.object, found.object if found.owner else "", found.what
