"""What to connect to: the caller's own words for libpq, and what our configuration adds.

The string is handed to libpq as given: it reads services, `.pgpass`, `PG*` and certificates as psql would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pgplumb.server.errors import ConnectError

if TYPE_CHECKING:
    from pgplumb.foundation.config import Config

PASSWORD_WARNING = (
    "The connection string holds a password: other users of this machine can read it among the arguments of our"
    " process. Put it into ~/.pgpass, PGPASSWORD or a password_command."
)
_URI = ("postgresql://", "postgres://")
_SECRETS = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")


@dataclass(frozen=True, slots=True)
class Target:
    """One database to connect to."""

    conninfo: str = field(default="", repr=False)
    """A URI or a key=value string, exactly as libpq will read it; empty means `PG*` and libpq's defaults."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Values of -h, -p, -U, -d and service: they hold where `conninfo` says nothing, as with psql."""
    forced: Mapping[str, str] = field(default_factory=dict)
    """Values that replace those of `conninfo`: the way to switch to another database."""
    password: str | None = field(default=None, repr=False)
    """A password that a person typed. Never in `conninfo`."""
    password_command: tuple[str, ...] = ()
    """A program whose first line of output is the password; it runs at every connect."""
    environment: str | None = None
    """"prod", "staging", "dev" or the like, from the saved connection."""
    name: str | None = None
    """The saved connection's name, without the @."""
    read_only: bool = True
    """False where the saved connection permits writing, after confirmation."""

    @classmethod
    def from_arguments(
        cls,
        target: str | None = None,
        host: str | None = None,
        port: str | int | None = None,
        user: str | None = None,
        dbname: str | None = None,
        service: str | None = None,
        config: Config | None = None,
    ) -> Target:
        """Return the target that the command line names; raises ConnectError for one that cannot be read.

        `target` is a URI, a key=value string, a bare database name, `@name` of a saved connection, or None.
        """
        given = {"host": host, "port": None if port is None else str(port), "user": user, "service": service}
        options = {name: value for name, value in given.items() if value}
        if target is None:
            target, dbname = dbname, None
        elif dbname:
            options["dbname"] = dbname
        if target and target.startswith("@"):
            return _saved(target[1:], options, config)
        return cls._of(target or "", options)

    @classmethod
    def _of(cls, text: str, options: Mapping[str, str]) -> Target:
        if not text or is_conninfo(text):
            made = cls(text, options)
        else:
            made = cls("", {**options, "dbname": text})
        made.parameters()
        return made

    def with_database(self, name: str) -> Target:
        """Return the same server's other database."""
        return replace(self, forced={**self.forced, "dbname": name})

    def with_password(self, password: str) -> Target:
        """Return the target with a password that a person typed."""
        return replace(self, password=password)

    @property
    def warning(self) -> str | None:
        """What a person should know before connecting, or None."""
        if self.name is None and _parsed(self.conninfo).get("password"):
            return PASSWORD_WARNING
        return None

    @property
    def label(self) -> str:
        """For people: `app@db1:5433/shop`, `local/shop` by socket; no secret, and nothing that is a default."""
        known = self.parameters()
        if known.get("service") and not known.get("host"):
            place = f"service {known['service']}"
        else:
            place = known.get("host") or known.get("hostaddr") or "local"
            # A directory or an abstract name: a Unix socket.
            place = "local" if place[0] in "/@" else place
            # What stands before another @ is the rest of a password that was not written with %40.
            place = place.rpartition("@")[2]
            place += f":{known['port']}" if known.get("port") else ""
        user = f"{known['user']}@" if known.get("user") else ""
        database = f"/{known['dbname']}" if known.get("dbname") else ""
        label = f"{user}{place}{database}"
        return f"{self.name} ({label})" if self.name else label

    def parameters(self) -> dict[str, str]:
        """Return what libpq is told, without any secret."""
        known = {**self.defaults, **_parsed(self.conninfo), **self.forced}
        return {name: value for name, value in known.items() if name not in _SECRETS}

    @property
    def shareable(self) -> str:
        """What to type to come here again: `@name`, or a connection string without any secret."""
        if self.name is not None and not self.forced:
            return f"@{self.name}"
        from psycopg.conninfo import make_conninfo

        return make_conninfo("", **self.parameters())

    def overrides(self) -> dict[str, str]:
        """Return what is added to `conninfo` at connect, the typed password not included."""
        stated = _parsed(self.conninfo)
        added = {name: value for name, value in self.defaults.items() if not stated.get(name)}
        return {**added, **self.forced}

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets that stand in the connection string, to be kept out of texts."""
        stated = _parsed(self.conninfo)
        spilled = stated.get("host", "").rpartition("@")[0]
        named = tuple(stated[name] for name in _SECRETS if stated.get(name))
        return (*named, spilled) if spilled else named


_HOLDS_PASSWORD = re.compile(r"://[^/?#@]*:[^/?#@]+@|(?:^|[\s?&])password\s*=", re.IGNORECASE)


def holds_password(text: str) -> bool:
    """Tell, without libpq's help, whether a connection string seems to hold a password."""
    return _HOLDS_PASSWORD.search(text) is not None


def is_conninfo(text: str) -> bool:
    """Tell whether psql would read a text as a connection string, and not as a database's name."""
    return text.startswith(_URI) or "=" in text


def _parsed(conninfo: str) -> dict[str, str]:
    """Return what libpq's own parser finds in a connection string."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        if "\0" not in conninfo:
            return {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    except ProgrammingError:
        pass
    # libpq's message quotes a piece of the string, and the piece may be the password.
    raise ConnectError(
        "the connection string cannot be read",
        "libpq does not understand it",
        "Write postgresql://USER@HOST:PORT/DATABASE or 'host=... dbname=... user=...'; a special character in"
        " a URI is written as %XX.",
        "target",
    )


def _saved(name: str, options: Mapping[str, str], config: Config | None) -> Target:
    """Return the saved connection of that name."""
    saved = config.connection(name) if config is not None else None
    if saved is None:
        known = ", ".join(f"@{c.name}" for c in config.connections) if config is not None else ""
        raise ConnectError(
            f"there is no saved connection @{name}",
            f"saved are {known}" if known else "the configuration has no connections",
            "Add [connections." + name + '] with conninfo = "..." to the configuration file.',
            "target",
        )
    return replace(
        Target._of(saved.conninfo, {}),
        forced=options,
        password_command=saved.password_command,
        environment=saved.environment,
        name=saved.name,
        read_only=saved.read_only,
    )
