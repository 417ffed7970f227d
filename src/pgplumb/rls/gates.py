"""What row security asks of a row: policies composed into the gates of a command, as the server composes them.

Source: src/backend/rewrite/rowsecurity.c, add_security_quals and add_with_check_options.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pgplumb.catalog.relation import Policy
from pgplumb.catalog.unread import Text, Unread
from pgplumb.rls.access import Binding
from pgplumb.rls.prover.gate import Clause, Gate

SIDES = {
    "SELECT": ("using",),
    "INSERT": ("check",),
    "UPDATE": ("using", "check"),
    "DELETE": ("using",),
}
"""The gates of a statement that reads no column: the widest that a role can send. One that reads columns meets the
policies of SELECT besides, which can only take rows away."""


@dataclass(frozen=True, slots=True)
class Composed:
    """One gate of a binding, or why it cannot be put together."""

    which: str
    """"using" or "check"."""
    permissive: tuple[Clause, ...]
    restrictive: tuple[Clause, ...]
    unread: str | None = None
    """Why a predicate is missing."""

    @property
    def sql(self) -> str:
        """The effective predicate."""
        return sql_of(self.permissive, self.restrictive)

    def gate(self, relation: int, role: int, command: str, caller: int = 0) -> Gate:
        """Return it as the question to the prover."""
        return Gate(relation, role, command, self.which, self.permissive, self.restrictive, caller)

    def narrowed(self, clauses: Iterable[Clause]) -> Composed:
        """Return it with what a view demands besides."""
        return Composed(self.which, self.permissive, (*self.restrictive, *clauses), self.unread)


def compose(binding: Binding, which: str) -> Composed:
    """Return one gate of what binds: WITH CHECK where a policy has one, else its USING again."""
    permissive, missing = _clauses(binding.permissive, which)
    restrictive, other = _clauses(binding.restrictive, which)
    return Composed(which, permissive, restrictive, missing or other)


def every_row(which: str) -> Composed:
    """Return the gate of a relation that row security does not bind."""
    return Composed(which, (Clause("", "true"),), ())


def sql_of(permissive: tuple[Clause, ...], restrictive: tuple[Clause, ...]) -> str:
    """Return (a OR b) AND c AND d; false where no permissive predicate lets a row pass."""
    if not permissive:
        return "false"
    either = " OR ".join(_enclosed(c.expression) for c in permissive)
    if not restrictive:
        return either
    bare = [c for c in permissive if c.expression != "true"]
    first = [either if len(permissive) == 1 else f"({either})"] if bare else []
    return " AND ".join((*first, *(_enclosed(c.expression) for c in restrictive)))


def _clauses(policies: Iterable[Policy], which: str) -> tuple[tuple[Clause, ...], str | None]:
    found: list[Clause] = []
    for policy in policies:
        text = _predicate(policy, which)
        if isinstance(text, Unread):
            return tuple(found), f"the predicate of policy {policy.name} was not read: {text.reason}"
        # A policy without a predicate for this side takes no part in it.
        if text is not None:
            found.append(Clause(policy.name, text))
    return tuple(found), None


def _predicate(policy: Policy, which: str) -> Text | None:
    if which == "check" and policy.has_check:
        return policy.check if policy.check is not None else _GONE
    if policy.has_using:
        return policy.using if policy.using is not None else _GONE
    return None


_GONE = Unread("it changed while it was read")


@lru_cache(maxsize=8192)
def _enclosed(text: str) -> str:
    if text.startswith("(") and text.endswith(")") and _closes_last(text):
        return text
    return text if text in ("true", "false") else f"({text})"


def _closes_last(text: str) -> bool:
    """Whether the first parenthesis is closed by the last character; quoted text is passed over."""
    depth, quote = 0, ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return place == len(text) - 1
    return False
