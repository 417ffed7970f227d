"""The user's own configuration: saved connections, keys, theme, glyphs.

It is `$XDG_CONFIG_HOME/pgplumb/config.toml` (`~/.config/pgplumb/config.toml`):

    theme = "plumb"
    glyphs = "ascii"
    mouse = true

    [keys]
    quit = "q"

    [connections.shop]
    conninfo = "postgresql://app_ro@db1.example/shop"
    environment = "prod"
    password_command = ["op", "read", "op://work/shop/password"]

    [connections.local]
    conninfo = "service=local"
    environment = "dev"
    read_only = false
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Glyphs = Literal["auto", "unicode", "ascii"]


class ConfigError(Exception):
    """A configuration that cannot be used: one line of text that names file, line, key and what to do."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A saved connection, `@name` on the command line."""

    name: str
    conninfo: str = field(repr=False)
    """What libpq reads: a URI, a key=value string, `service=...`; or a bare database name."""
    environment: str | None = None
    """The badge of the header: prod, staging, dev or a word of the user's."""
    password_command: tuple[str, ...] = ()
    """A program and its arguments, run without a shell at every connect; its first line is the password."""
    read_only: bool = True
    """False lets migrations be applied, cancels and terminates be sent, each after a confirmation."""


def _no_keys() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Config:
    """Everything that the configuration file says; the empty one changes nothing."""

    connections: tuple[Connection, ...] = ()
    """In the order of the file."""
    keys: Mapping[str, str] = field(default_factory=_no_keys)
    """Action name to key."""
    theme: str | None = None
    """None means the application's own."""
    glyphs: Glyphs = "auto"
    """auto takes ASCII where the terminal's encoding has no more."""
    mouse: bool | None = None
    """None means on, but off over SSH."""

    def connection(self, name: str) -> Connection | None:
        """Return the saved connection of that name."""
        return next((c for c in self.connections if c.name == name), None)


def config_path() -> Path:
    """Return where the user's configuration stands, whether or not it exists."""
    # The specification has relative paths ignored.
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "pgplumb" / "config.toml"


def load_config(path: Path | str | None = None) -> Config:
    """Read a configuration; without a path the user's own, which need not exist. Raises ConfigError."""
    if path is None:
        path = config_path()
        if not path.exists():
            return Config()
    from pgplumb.foundation.config_file import read_config

    return read_config(Path(path))
