"""Making one connection, and saying plainly why it could not be made."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pgplumb.server.errors import ConnectError, ConnectKind, one_line
from pgplumb.server.refusal import sqlstate_of_refusal

if TYPE_CHECKING:
    import psycopg

    from pgplumb.server.rows import Row
    from pgplumb.server.target import Target

_GONE_AFTER: dict[str, str | int] = {
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

    # What psycopg tells its log about a failed pipeline would land on the screen; people get it as our own one line.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    stated = target.parameters()
    added = {name: value for name, value in _GONE_AFTER.items() if name not in stated}
    if "connect_timeout" not in stated and "PGCONNECT_TIMEOUT" not in os.environ:
        added["connect_timeout"] = connect_timeout
    added |= {"client_encoding": "UTF8", "fallback_application_name": application, **target.overrides()}
    password = target.password or _password(target)
    if password is not None:
        added["password"] = password
    conninfo = make_conninfo(target.conninfo, **added)
    try:
        return psycopg.Connection.connect(conninfo, autocommit=True, prepare_threshold=None)
    except UnicodeError:
        # Python's own resolver raises it for a name that cannot be a host's.
        reason, needs = "failed to resolve host: it cannot be the name of a host", False
    except psycopg.Error as error:
        reason = _without((password, *target.secrets()), str(error))
        needs = error.pgconn is not None and bool(error.pgconn.needs_password)
    kind = "password-needed" if needs else kind_of(reason)
    if kind == "other" and _refused(reason):
        kind = _BY_SQLSTATE.get(sqlstate_of_refusal(conninfo, connect_timeout) or "", kind)
    raise explain(kind, reason, target.label)


def cancel(connection: psycopg.Connection[Row], timeout: float) -> None:
    """Stop what runs on a connection of another thread; harmless when nothing runs."""
    import psycopg

    try:
        connection.cancel_safe(timeout=timeout)
    except psycopg.Error:
        # The server cannot be reached or has nothing to stop: who waits for the statement learns of either.
        return


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


def _without(secrets: Iterable[str | None], text: str) -> str:
    """Return a text in which no secret stands as a word; stars inside of words would betray a short one."""
    for secret in secrets:
        if secret:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return text


def kind_of(reason: str) -> ConnectKind:
    """Return which way a connection failed, as far as libpq's and the server's English words tell."""
    # A database called "ssl" says nothing about TLS.
    words = re.sub(r'"[^"]*"', '""', reason)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(words)), "other")


def explain(kind: ConnectKind, reason: str, label: str) -> ConnectError:
    """Return the error for a failure: what, in whose words, and what can be done."""
    said = reason.split("Multiple connection attempts failed.")[0]
    for pattern in _NOISE:
        said = pattern.sub("", said)
    what, next_step = _TEXTS[kind]
    return ConnectError(what.format(label=label), one_line(said), next_step, kind)


def _refused(reason: str) -> bool:
    """Tell whether a server answered: then the words are its own, in its language."""
    return "failed: " in reason and not re.search(
        r"failed: (could not|server closed|timeout|received|expected)", reason
    )


_NOISE = (
    re.compile(r"^(connection failed: |connection is bad: )+"),
    re.compile(
        r'connection to server (at|on socket) "[^"]*"( \([^)]*\))?(, port \d+)? failed: (FATAL: +|fe_sendauth: )'
    ),
    re.compile(r"\s*Is the server running (locally|on that host)[^?]*\?"),
)


def _pattern(*texts: str) -> re.Pattern[str]:
    return re.compile("|".join(texts), re.IGNORECASE)


_PATTERNS: tuple[tuple[ConnectKind, re.Pattern[str]], ...] = (
    (
        "target",
        _pattern(
            "definition of service",
            "service file",
            r"invalid \w+ value",
            "invalid port number",
            "invalid integer",
            "bad value for",
            r"could not match \d+",
            "Servname not supported",
            "could not parse network address",
        ),
    ),
    (
        "full",
        _pattern("too many clients", "too many connections", "connection slots are", "no more connections"),
    ),
    ("starting", _pattern("the database system is ", "server_login_retry", "server login has been failing")),
    ("password-needed", _pattern("no password supplied")),
    ("password", _pattern("password authentication failed", "SASL authentication failed")),
    ("access", _pattern(r"pg_hba\.conf", "authentication failed", "permission denied for database")),
    ("other", _pattern("invalid response to SSL", "expected authentication request")),
    ("tls", _pattern(r"\bSSL\b", "certificate", r"\bTLS\b", "encryption")),
    ("database", _pattern('database "" does not exist', "no such database")),
    ("role", _pattern('role "" (does not exist|is not permitted)', "no such user")),
    ("name", _pattern("could not translate host", "failed to resolve host")),
    ("socket", _pattern('on socket "" failed: (No such file|Connection refused)', "socket path .* too long")),
    ("unreachable", _pattern("Connection refused", "unreachable", "No route to host", "Connection reset")),
    ("timeout", _pattern("timeout expired", "timed out")),
)
"""English words of libpq and of the server, the first that fits; quoted names are taken out before."""

_BY_SQLSTATE: dict[str, ConnectKind] = {
    "53300": "full",
    "57P03": "starting",
    "28P01": "password",
    "28000": "access",
    "42501": "access",
    "3D000": "database",
}

_TEXTS: dict[ConnectKind, tuple[str, str]] = {
    "target": (
        "{label} cannot be understood",
        "Correct that part of the connection string, of the service file or of the PG* variables.",
    ),
    "full": (
        "{label} takes no more connections",
        "Wait, go through the pooler, or use a role with SUPERUSER or pg_use_reserved_connections.",
    ),
    "starting": (
        "{label} takes no connections now",
        "Wait: it is starting, stopping or recovering; its log says how far it is.",
    ),
    "password-needed": (
        "{label} asks for a password",
        "Type it when asked, put it into ~/.pgpass, or set password_command.",
    ),
    "password": (
        "{label} refused the password",
        "Check user and password; ~/.pgpass and PGPASSWORD are read too.",
    ),
    "access": (
        "{label} does not let us in",
        "Have this user, database and address allowed in pg_hba.conf and by GRANT CONNECT; where TLS is demanded,"
        " set sslmode=require.",
    ),
    "tls": (
        "{label} and we do not agree on TLS",
        "Set sslmode (disable, prefer, require, verify-full) and sslrootcert as this server wants them.",
    ),
    "database": (
        "there is no such database at {label}",
        "See what there is with psql -l, or connect to the database postgres.",
    ),
    "role": (
        "the role may not log in at {label}",
        "Name another user with -U, or have the role created with LOGIN.",
    ),
    "name": (
        "the host of {label} cannot be found",
        "Check the spelling of the host, and the name servers of this machine.",
    ),
    "socket": (
        "nothing answers at {label}",
        "Start the server, or name its host or the directory of its socket with -h.",
    ),
    "unreachable": (
        "nothing answers at {label}",
        "Check host and port, that the server runs and listens there, and firewalls between.",
    ),
    "timeout": (
        "{label} did not answer in time",
        "Check host and port, and firewalls that drop packets; connect_timeout=N waits longer.",
    ),
    "other": (
        "cannot connect to {label}",
        "Check that a PostgreSQL server listens there; psql reads the same settings and may say more.",
    ),
}
"""What happened and the next step; the kinds that are raised elsewhere have no place here."""
