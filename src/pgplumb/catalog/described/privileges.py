"""Privileges in words, so that a default that was never written and one that was spelled out read alike.

Source: https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGES-SUMMARY-TABLE
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pgplumb.catalog.acl import PRIVILEGES, grant

_OWNER = "the owner"

_DEFAULTS = {
    "relation": ("arwdDxtm", ""),
    "sequence": ("rwU", ""),
    "function": ("X", "X"),
    "schema": ("UC", ""),
    "type": ("U", "U"),
    "database": ("CTc", "Tc"),
    "column": ("", ""),
}
"""What the owner and what PUBLIC hold where the catalog has no list."""

MAINTAIN_FROM = 170000
"""server_version_num from which on MAINTAIN is a privilege."""


def privileges(acl: Sequence[str] | None, owner: str, kind: str, *, maintain: bool) -> tuple[str, ...]:
    """Return who holds what, sorted: "app: SELECT, INSERT", with an asterisk where it may be passed on.

    The owner is called so, whoever it is: another owner is one difference and not two. `maintain` is false where one
    of the servers compared does not know MAINTAIN.
    """
    if acl is None:
        own, public = _DEFAULTS[kind]
        held = {(_OWNER, _OWNER): dict.fromkeys(own, False), ("PUBLIC", _OWNER): dict.fromkeys(public, False)}
    else:
        held = _held(acl, owner)
    lines = []
    for (grantee, grantor), letters in held.items():
        if not maintain:
            letters.pop("m", None)
        if letters:
            by = "" if grantor == _OWNER else f" (from {grantor})"
            lines.append(f"{grantee}: {_words(letters)}{by}")
    return tuple(sorted(lines))


def _held(acl: Iterable[str], owner: str) -> dict[tuple[str, str], dict[str, bool]]:
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for item in acl:
        one = grant(item)
        grantee = "PUBLIC" if not one.grantee else _OWNER if one.grantee == owner else one.grantee
        grantor = _OWNER if one.grantor == owner else one.grantor
        letters = found.setdefault((grantee, grantor), {})
        for letter in one.privileges:
            # The owner's own grant option is implied.
            option = letter in one.grantable and grantee != _OWNER
            letters[letter] = letters.get(letter, False) or option
    return found


def _words(letters: dict[str, bool]) -> str:
    order = [letter for letter in PRIVILEGES if letter in letters]
    return ", ".join(PRIVILEGES[letter] + ("*" if letters[letter] else "") for letter in order)
