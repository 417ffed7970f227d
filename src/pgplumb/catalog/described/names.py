"""Names for the oids of one catalog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pgplumb.catalog.described.privileges import privileges
from pgplumb.catalog.described.thing import Fact
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.type_names import type_name
from pgplumb.catalog.unread import Unread
from pgplumb.foundation.names import dotted, part


@dataclass(slots=True)
class Names:
    """Look-ups in one catalog; an oid that the catalog lacks is unknown, never a name."""

    catalog: Catalog
    maintain: bool
    """Whether both servers know the privilege MAINTAIN."""
    _types: dict[tuple[int, int], str] = field(default_factory=dict)

    def role(self, oid: int) -> str:
        """Return a role's name; PUBLIC for 0."""
        return self.catalog.role_name(oid)

    def roles(self, oids: Iterable[int]) -> tuple[str, ...]:
        """Return names of roles, sorted."""
        return tuple(sorted(map(self.role, oids)))

    def relation(self, oid: int) -> str:
        """Return a relation's qualified name."""
        found = self.catalog.relations.get(oid)
        return found.qualified if found else f"relation {oid}"

    def relations(self, oids: Iterable[int]) -> tuple[str, ...]:
        """Return qualified names, sorted."""
        return tuple(sorted(map(self.relation, oids)))

    def schema(self, oid: int) -> str:
        """Return a schema's name; empty for 0."""
        found = self.catalog.schemas.get(oid)
        return part(found.name) if found else ""

    def type(self, oid: int, typmod: int = -1) -> str:
        """Return a type with its modifier."""
        key = oid, typmod
        found = self._types.get(key)
        if found is None:
            found = self._types[key] = type_name(self.catalog.types, oid, typmod)
        return found

    def collation(self, oid: int) -> Fact:
        """Return a collation's qualified name; None for 0."""
        if not oid:
            return None
        found = self.catalog.collations.get(oid)
        if found is None:
            return self.hidden("collation") or Unread("the collation was not read")
        return dotted(found.schema, found.name)

    def columns(self, relation: Relation, numbers: Iterable[int]) -> tuple[str, ...]:
        """Return names of columns as SQL writes them."""
        found = (relation.column(number) for number in numbers)
        return tuple("(expression)" if column is None else part(column.name) for column in found)

    def hidden(self, group: str) -> Unread | None:
        """Return why a group of facts could not be read by this role."""
        return self.catalog.hidden.get(group)

    def comment(self, text: str | None) -> Fact:
        """Return a comment, or why none is known."""
        return self.hidden("comment") or text

    def granted(self, acl: tuple[str, ...] | None, owner: int, kind: str) -> Fact:
        """Return privileges in words."""
        return privileges(acl, self.role(owner), kind, maintain=self.maintain)

    def tablespace(self, oid: int) -> Fact:
        """Return the tablespace: the catalog holds no names of them."""
        return "the database's" if not oid else f"tablespace {oid}"
