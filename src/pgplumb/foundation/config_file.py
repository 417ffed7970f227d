"""Reading a configuration from TOML, checked with pydantic. Imported when a file is there to be read."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pgplumb.foundation.config import Config, ConfigError, Connection, Glyphs
from pgplumb.foundation.toml_places import NEXT_STEP, dotted, line_of

_Words = Annotated[str, Field(min_length=1)]


def _words(command: object) -> object:
    """Split a command that was written as one string; nothing is expanded, no shell is meant."""
    return shlex.split(command) if isinstance(command, str) else command


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Connection(_Strict):
    conninfo: str
    environment: _Words | None = None
    password_command: Annotated[list[_Words], Field(min_length=1), BeforeValidator(_words)] | None = None
    read_only: bool = True


class _File(_Strict):
    connections: dict[Annotated[str, Field(pattern=r"^[^@\s]+$")], _Connection] = {}
    keys: dict[str, _Words] = {}
    theme: _Words | None = None
    glyphs: Glyphs = "auto"
    mouse: bool | None = None


def read_config(path: Path) -> Config:
    """Read a configuration. Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}; name a file that can be read") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8; save it as UTF-8") from None
    try:
        content = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}; correct that place") from None
    except ValidationError as error:
        raise ConfigError(_explain(path, text, error)) from None
    return Config(
        connections=tuple(
            Connection(
                name=name,
                conninfo=saved.conninfo,
                environment=saved.environment,
                password_command=tuple(saved.password_command or ()),
                read_only=saved.read_only,
            )
            for name, saved in content.connections.items()
        ),
        keys=MappingProxyType(dict(content.keys)),
        theme=content.theme,
        glyphs=content.glyphs,
        mouse=content.mouse,
    )


_NEXT_STEP = {
    **NEXT_STEP,
    "extra_forbidden": ("is no key of the configuration", "remove it or correct its spelling"),
    "string_pattern_mismatch": ("is no name for a connection", "leave out blanks and @"),
    "literal_error": ("must be auto, unicode or ascii", "write one of them"),
    "list_type": ("must be a string or a list of strings", "put it in quotes or in square brackets"),
    "too_short": ("names no program", "write the program and its arguments, or remove it"),
    "bool_type": ("must be true or false", "write it without quotes"),
}


def _explain(path: Path, text: str, error: ValidationError) -> str:
    """Return one line about the first mistake. It never quotes a value: a value may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    location = tuple(part for part in first["loc"] if isinstance(part, str | int) and part != "[key]")
    what, step = _NEXT_STEP.get(first["type"], ("cannot be read", "correct it"))
    return f"{path}, line {_line(text, location)}: {dotted(location)} {what}; {step}"


def _line(text: str, location: tuple[str | int, ...]) -> int:
    """Return the 1-based line where a key stands, that of its connection's heading where it is missing."""
    if location[:1] != ("connections",) or len(location) < 2:
        return line_of(text, location)
    lines = text.splitlines()
    name = re.escape(str(location[1]))
    heading = re.compile(rf"""\s*\[\s*connections\s*\.\s*["']?{name}["']?\s*\]""")
    start = next((number for number, line in enumerate(lines) if heading.match(line)), None)
    if start is None:
        return line_of(text, location)
    key = re.compile(rf"""\s*["']?{re.escape(str(location[2]))}["']?\s*=""") if len(location) > 2 else heading
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if key.match(lines[number]):
            return number + 1
    return start + 1
