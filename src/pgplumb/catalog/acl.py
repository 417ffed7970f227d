"""Access privileges as `aclitem` prints them: `grantee=privileges/grantor`, an empty grantee being PUBLIC.

Source: https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGE-ABBREVS-TABLE
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PRIVILEGES = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "X": "EXECUTE",
    "U": "USAGE",
    "C": "CREATE",
    "c": "CONNECT",
    "T": "TEMPORARY",
    "s": "SET",
    "A": "ALTER SYSTEM",
}
"""Letters of an aclitem and the privileges that they stand for."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One aclitem."""

    grantee: str
    """A role's name; "" is PUBLIC."""
    privileges: str
    """Letters as in `PRIVILEGES`, without the grant option's stars."""
    grantable: str
    """The letters that carry the grant option."""
    grantor: str

    def holds(self, privilege: str) -> bool:
        """Whether it gives a privilege, by its letter."""
        return privilege in self.privileges


def _name(text: str, start: int, stop: str) -> tuple[str, int]:
    """Read a role name, quoted or not, up to `stop`; return it and the position of `stop`."""
    if text[start : start + 1] != '"':
        end = text.find(stop, start) if stop else len(text)
        end = len(text) if end < 0 else end
        return text[start:end], end
    letters: list[str] = []
    i = start + 1
    while i < len(text):
        if text[i] == '"':
            if text[i + 1 : i + 2] != '"':
                return "".join(letters), i + 1
            i += 1
        letters.append(text[i])
        i += 1
    return "".join(letters), i


def grant(item: str) -> Grant:
    """Read one aclitem: `"my role"=arwd*/owner`."""
    grantee, at = _name(item, 0, "=")
    slash = item.find("/", at)
    letters = item[at + 1 : slash]
    grantor, _ = _name(item, slash + 1, "")
    grantable = "".join(a for a, b in zip(letters, letters[1:] + " ", strict=True) if b == "*" and a != "*")
    return Grant(grantee, letters.replace("*", ""), grantable, grantor)


def grants(items: Iterable[str] | None) -> Iterator[Grant]:
    """Read aclitems; None (the built-in default) gives nothing: the owner alone, and PUBLIC's defaults by kind."""
    return map(grant, items or ())


def array_elements(literal: str) -> tuple[str, ...]:
    """Split a one-dimensional array literal of non-null texts: `{a=r/b,"c d=w/b"}`."""
    found: list[str] = []
    letters: list[str] = []
    quoted = False
    body = iter(literal[1:-1])
    for letter in body:
        if letter == "\\":
            letters.append(next(body, ""))
        elif letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            found.append("".join(letters))
            letters.clear()
        else:
            letters.append(letter)
    if letters or found:
        found.append("".join(letters))
    return tuple(found)
