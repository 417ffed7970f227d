"""GRANT and REVOKE on any object, and what an object's ACL says now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pgplumb.catalog.acl import PRIVILEGES, Grant, grants
from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.foundation.names import dotted, part
from pgplumb.migrate.change import Field, Fields, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.objects import RELATION_WORDS, Object, resolve
from pgplumb.migrate.intents.parts.policy_ddl import role_list
from pgplumb.migrate.intents.parts.quoting import name, names

_RELATIONS = ("table", "view", "sequence")
_DEFAULTS = {"function": "X", "database": "Tc", "type": "U"}
"""What PUBLIC holds where there is no ACL yet."""
_LETTERS = {word: letter for letter, word in PRIVILEGES.items()}


ON = (
    Field("object", "the object's identifier: table:public.orders", required=False, kind="object"),
    Field("table", "or tables and views, as schema.name", required=False, kind="relations"),
    Field("sequence", "or sequences, as schema.name", required=False, kind="sequences"),
    Field("schema", "or schemas", required=False, kind="schemas"),
    Field("database", "or the database", required=False),
    Field("function", "or functions with their argument types", required=False, kind="functions"),
    Field(
        "privilege",
        "SELECT, INSERT, ..., or ALL",
        required=False,
        kind="choices",
        choices=(
            "SELECT",
            "INSERT",
            "UPDATE",
            "DELETE",
            "TRUNCATE",
            "REFERENCES",
            "TRIGGER",
            "MAINTAIN",
            "EXECUTE",
            "USAGE",
            "CREATE",
            "CONNECT",
            "TEMPORARY",
            "ALL",
        ),
    ),
    Field("columns", "only these columns of a table", required=False, kind="columns"),
    Field("membership", "or membership in this role", required=False, kind="role"),
)
"""The fields that say which privileges are meant, and on what."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What privileges are about: an object, or columns of one."""

    words: str
    """What follows ON: `TABLE public.orders`, `ALL TABLES IN SCHEMA public`."""
    columns: str
    """` (tenant_id)` for column privileges, else ""."""
    held: tuple[Grant, ...]
    """What is granted now."""

    def grant(self, privileges: Iterable[str], roles: Iterable[str], *, option: bool = False) -> str:
        """Return a GRANT statement."""
        text = f"GRANT {self._list(privileges)} ON {self.words} TO {role_list(roles)}"
        return text + (" WITH GRANT OPTION" if option else "")

    def revoke(self, privileges: Iterable[str], roles: Iterable[str]) -> str:
        """Return a REVOKE statement."""
        return f"REVOKE {self._list(privileges)} ON {self.words} FROM {role_list(roles)}"

    def _list(self, privileges: Iterable[str]) -> str:
        return ", ".join(word + self.columns for word in privileges)

    def of(self, role: str) -> tuple[str, str]:
        """Return the letters that a role holds by a grant of its own, and those with the grant option."""
        wanted = "" if role.upper() == "PUBLIC" else role
        mine = [g for g in self.held if g.grantee == wanted]
        return "".join(g.privileges for g in mine), "".join(g.grantable for g in mine)


def subjects(fields: Fields, catalog: Catalog) -> tuple[Subject, ...]:
    """Return what the fields name: identifiers in `object`, or names in `table`, `schema`, `function`, ...

    With `columns`, the privileges are about those columns of each. Raises Unwritable.
    """
    identifiers = list(fields.names("object", ()))
    identifiers += [find.relation(catalog, t).id for kind in _RELATIONS for t in fields.names(kind, ())]
    identifiers += [
        f"{kind}:{dotted(raw)}" for kind in ("schema", "database") for raw in fields.names(kind, ())
    ]
    identifiers += [f"function:{signature}" for signature in fields.names("function", ())]
    if not identifiers:
        raise Unwritable("the field object is missing")
    columns = fields.names("columns", ())
    return tuple(_subject(catalog, identifier, columns) for identifier in identifiers)


def _subject(catalog: Catalog, identifier: str, columns: tuple[str, ...]) -> Subject:
    found = resolve(catalog, identifier)
    if not columns:
        return Subject(_words(found), "", tuple(_held(found)))
    parts = (f"column:{identifier.partition(':')[2]}.{part(c)}" for c in columns)
    acl = [item for each in parts for item in resolve(catalog, each).acl or ()]
    return Subject(_words(found), f" ({names(columns)})", tuple(grants(acl)))


def restore(catalog: Catalog, relation: Relation) -> list[str]:
    """Return the statements that give a relation made anew the owner and the privileges that it has now."""
    subject = _subject(catalog, relation.id, ())
    owner = catalog.role_name(relation.owner)
    statements = [f"ALTER {subject.words} OWNER TO {name(owner)}"]
    for grant in subject.held:
        role = grant.grantee or "PUBLIC"
        plain = words_of(set(grant.privileges) - set(grant.grantable))
        if role != owner:
            statements += [subject.grant(plain, (role,))] if plain else []
            statements += (
                [subject.grant(words_of(grant.grantable), (role,), option=True)] if grant.grantable else []
            )
    return statements


def roles_of(fields: Fields) -> tuple[str, ...]:
    """Return the roles that the fields name. Raises Unwritable where there is none."""
    roles = fields.names("roles", fields.names("role", ()))
    if not roles:
        raise Unwritable("the field role is missing")
    return roles


def membership(role: str, members: Iterable[str]) -> tuple[str, str]:
    """Return the statements that give membership in a role and that take it away."""
    of, listed = role_list((role,)), role_list(members)
    return f"GRANT {of} TO {listed}", f"REVOKE {of} FROM {listed}"


def privileges(fields: Fields) -> tuple[str, ...]:
    """Return the privileges that a field names, as SQL words. Raises Unwritable for a word that is none."""
    words = tuple(w.upper() for w in fields.names("privileges", fields.names("privilege", ())))
    unknown = [w for w in words if w not in _LETTERS and w != "ALL"]
    if unknown or not words:
        raise Unwritable(f"{', '.join(unknown) or 'nothing'} is no privilege")
    return words


def letters(words: Iterable[str]) -> str:
    """Return the letters of an ACL for privileges; ALL is every letter."""
    return "".join("".join(PRIVILEGES) if word == "ALL" else _LETTERS[word] for word in words)


def words_of(found: Iterable[str]) -> tuple[str, ...]:
    """Return the words of letters, in the order of the documentation."""
    present = set(found)
    return tuple(word for letter, word in PRIVILEGES.items() if letter in present)


def _held(found: Object) -> Iterable[Grant]:
    if found.acl is None and found.kind in _DEFAULTS:
        return (Grant("", _DEFAULTS[found.kind], "", ""),)
    return grants(found.acl)


def _words(found: Object) -> str:
    if found.kind in RELATION_WORDS and found.kind != "sequence":
        return "TABLE " + found.words.removeprefix(RELATION_WORDS[found.kind] + " ")
    if found.kind == "function":
        return found.words.replace("AGGREGATE", "FUNCTION", 1)
    if found.kind in ("sequence", "schema", "database", "type"):
        return found.words
    raise Unwritable(f"there are no privileges on a {found.kind}")
