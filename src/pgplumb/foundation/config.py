"""The user's own configuration: saved connections, keys, theme, glyphs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connection:
    """A saved connection, `@name` on the command line."""

    name: str
    conninfo: str
    environment: str | None = None
    password_command: tuple[str, ...] = ()
    read_only: bool = True


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the configuration file says."""

    connections: tuple[Connection, ...] = ()

    def connection(self, name: str) -> Connection | None:
        """Return the saved connection of that name."""
        return next((c for c in self.connections if c.name == name), None)
