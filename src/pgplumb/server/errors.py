"""What can go wrong between us and a server, said as what, why and the next step.

No text here ever holds a password. `str()` is one line; texts of the server are data, so whoever prints one
sends it through `foundation.text.sanitise`.
"""

from __future__ import annotations

from typing import Literal

ConnectKind = Literal[
    "name",
    "unreachable",
    "timeout",
    "socket",
    "password",
    "password-needed",
    "password-command",
    "database",
    "role",
    "access",
    "tls",
    "full",
    "starting",
    "version",
    "target",
    "other",
]
"""Which way a connection failed; see `connecting.explain`."""


class ServerError(Exception):
    """Anything that keeps us from an answer of the server.

    `what` happened, `why` (often in the server's own words), and the `next_step` that a person can take.
    """

    def __init__(self, what: str, why: str, next_step: str) -> None:
        super().__init__(what, why, next_step)
        self.what = one_line(what)
        self.why = one_line(why)
        self.next_step = one_line(next_step)

    def __str__(self) -> str:
        """Return one line: `what: why. Next step.`"""
        fact = ": ".join(part for part in (self.what, self.why) if part)
        sentences = (fact, self.next_step)
        return " ".join(s if s.endswith((".", "?", "!")) else s + "." for s in sentences if s)


class ConnectError(ServerError):
    """No connection could be made. `kind` says which way it failed."""

    def __init__(self, what: str, why: str, next_step: str, kind: ConnectKind = "other") -> None:
        super().__init__(what, why, next_step)
        self.kind = kind

    @property
    def password_needed(self) -> bool:
        """True when asking a person for a password (again) can help."""
        return self.kind in ("password", "password-needed")

    @property
    def transient(self) -> bool:
        """True when the same attempt may succeed later with nothing changed."""
        return self.kind in ("unreachable", "timeout", "socket", "full", "starting", "name", "other")


class LostConnection(ServerError):  # noqa: N818
    """The connection was there and is gone; a new one may be made after a pause (`reconnect`)."""


class QueryError(ServerError):
    """The server refused or stopped a statement; the connection still works."""

    def __init__(
        self,
        what: str,
        why: str,
        next_step: str = "",
        *,
        sqlstate: str | None = None,
        position: int | None = None,
        hint: str | None = None,
        detail: str | None = None,
        cancelled: bool = False,
    ) -> None:
        super().__init__(what, why, next_step)
        self.sqlstate = sqlstate
        """Five characters, as in the documentation's appendix A; None where the client itself refused."""
        self.position = position
        """Where in the statement, in characters, from 1."""
        self.hint = hint
        self.detail = detail
        self.cancelled = cancelled
        """True when `Session.cancel` stopped it."""

    @property
    def timed_out(self) -> bool:
        """True when our statement or lock timeout stopped it."""
        return self.sqlstate == "55P03" or (self.sqlstate == "57014" and not self.cancelled)

    @property
    def permission_denied(self) -> bool:
        """True when the role lacks a privilege."""
        return self.sqlstate == "42501"


def one_line(text: str) -> str:
    """Return text with every run of white space, newlines included, as one space."""
    return " ".join(text.split())
