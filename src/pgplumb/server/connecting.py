"""Making one connection, and saying plainly why it could not be made."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from pgplumb.server.errors import ConnectError, ConnectKind, one_line

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.server.target import Target

_GONE_AFTER = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20000,
}
"""A peer that answers nothing for about 25 s is taken as lost; ignored on a Unix socket."""


def connect(target: Target, *, connect_timeout: int, application: str) -> psycopg.Connection[Row]:
    """Return a connection in autocommit that prepares nothing; raises ConnectError."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    stated = target.parameters()
    added: dict[str, str | int] = {k: v for k, v in _GONE_AFTER.items() if k not in stated}
    added |= {"client_encoding": "UTF8", "fallback_application_name": application} | target.overrides()
    if "connect_timeout" not in stated:
        added["connect_timeout"] = connect_timeout
    password = target.password or _password(target)
    if password is not None:
        added["password"] = password
    try:
        return psycopg.Connection.connect(
            make_conninfo(target.conninfo, **added), autocommit=True, prepare_threshold=None
        )
    except psycopg.Error as error:
        reason = _without(password, str(error))
        needs = error.pgconn is not None and bool(error.pgconn.needs_password)
    raise explain(reason, target.label, needs_password=needs)


def _password(target: Target) -> str | None:
    """Return the first line that the password command writes."""
    if not target.password_command:
        return None
    program = target.password_command[0]
    next_step = "Run it by hand to see what it says; it must write the password to standard output."
    try:
        done = subprocess.run(
            target.password_command, capture_output=True, stdin=subprocess.DEVNULL, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = str(error.strerror) if isinstance(error, OSError) else "it took longer than 30 s"
        raise ConnectError(f"password_command {program} failed", why, next_step, "password-command") from None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if done.returncode != 0 or not lines or not lines[0]:
        why = f"it ended with status {done.returncode}" if done.returncode else "it wrote nothing"
        raise ConnectError(f"password_command {program} failed", why, next_step, "password-command")
    return lines[0]


def _without(password: str | None, text: str) -> str:
    """Return a text in which the password does not stand."""
    return text.replace(password, "***") if password else text


def explain(reason: str, label: str, *, needs_password: bool = False) -> ConnectError:
    """Return the error for what libpq and the server said, in their words and with a next step."""
    said = one_line(_PREFIX.sub("", reason))
    if needs_password:
        return ConnectError(
            f"{label} asks for a password", "none was given", _NEXT["password-needed"], "password-needed"
        )
    for kind, what, pattern in _PATTERNS:
        if pattern.search(reason):
            return ConnectError(what.format(label=label), said, _NEXT[kind], kind)
    return ConnectError(f"cannot connect to {label}", said, _NEXT["other"])


_PREFIX = re.compile(r"^(connection failed: |connection is bad: )+")


def _pattern(*texts: str) -> re.Pattern[str]:
    return re.compile("|".join(texts), re.IGNORECASE)


_PATTERNS: tuple[tuple[ConnectKind, str, re.Pattern[str]], ...] = (
    ("full", "{label} is full", _pattern("too many clients", "too many connections", "slots are reserved")),
    ("starting", "{label} does not take connections now", _pattern("the database system is ")),
    ("password-needed", "{label} asks for a password", _pattern("no password supplied")),
    ("password", "{label} refused the password", _pattern("password authentication failed")),
    ("tls", "{label} and we do not agree on TLS", _pattern("SSL", "certificate", "no encryption", "TLS")),
    ("access", "{label} does not let us in", _pattern("pg_hba.conf", "authentication failed")),
    ("database", "{label} has no such database", _pattern(r'database ".*" does not exist')),
    ("role", "{label} has no such role", _pattern(r'role ".*" (does not exist|is not permitted)')),
    ("name", "the host of {label} is unknown", _pattern("could not translate host", "failed to resolve")),
    ("socket", "nothing answers at {label}", _pattern(r"socket .* failed: (No such|Connection refused)")),
    ("unreachable", "nothing answers at {label}", _pattern("Connection refused", "unreachable", "No route")),
    ("timeout", "{label} did not answer in time", _pattern("timeout expired", "timed out")),
)

_NEXT: dict[ConnectKind, str] = {
    "full": "Wait, connect through the pooler, or use a role with pg_use_reserved_connections or SUPERUSER.",
    "starting": "Wait: it is starting, stopping or recovering; its log says how far it is.",
    "password-needed": "Type it when asked, put it into ~/.pgpass, or set password_command.",
    "password": "Check user and password; ~/.pgpass and PGPASSWORD are read too.",
    "tls": "Set sslmode (disable, prefer, require, verify-full) and sslrootcert as this server wants them.",
    "access": "Have a line for this user, database and address added to the server's pg_hba.conf.",
    "database": "List what there is: psql -l, or connect to the database postgres.",
    "role": "Name another user with -U, or have the role created with LOGIN.",
    "name": "Check the spelling of the host, and the name servers of this machine.",
    "socket": "Start the server, or name the directory of its socket with -h.",
    "unreachable": "Check host and port, that the server runs and listens there, and firewalls between.",
    "timeout": "Check host and port, and firewalls that drop packets; connect_timeout=N waits longer.",
    "other": "Try the same with psql; it reads the same settings.",
}
