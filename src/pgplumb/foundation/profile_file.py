"""Reading a profile from TOML, checked with pydantic. Imported when a file is there to be read."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pgplumb.foundation.profile import Attestation, Profile, ProfileError, Waiver

_Words = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Rules(_Strict):
    enabled: list[_Words] = []
    disabled: list[_Words] = []


class _Waiver(_Strict):
    rule: _Words
    object: _Words
    reason: _Words
    by: _Words
    until: date | None = None


class _Attestation(_Strict):
    rule: _Words
    by: _Words
    on: date
    until: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until < self.on:
            raise ValueError("until lies before on")
        return self


class _File(_Strict):
    tenant_columns: list[_Words] = []
    identities: list[_Words] = []
    thresholds: dict[str, float] = {}
    rules: _Rules = _Rules()
    severities: dict[str, Literal["error", "warning", "info"]] = {}
    waivers: list[_Waiver] = []
    attestations: list[_Attestation] = []


def read_profile(path: Path) -> Profile:
    """Read a profile. Raises ProfileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(
            f"{path}: {error.strerror or error}; give --profile a file that can be read"
        ) from None
    except UnicodeDecodeError:
        raise ProfileError(f"{path}: is not UTF-8; save it as UTF-8") from None
    try:
        content = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: not valid TOML: {error}; correct that place") from None
    except ValidationError as error:
        raise ProfileError(_explain(path, text, error)) from None
    return Profile(
        tenant_columns=tuple(content.tenant_columns),
        identities=tuple(content.identities),
        thresholds=MappingProxyType(dict(content.thresholds)),
        enabled=frozenset(content.rules.enabled),
        disabled=frozenset(content.rules.disabled),
        severities=MappingProxyType(dict(content.severities)),
        waivers=tuple(Waiver(**w.model_dump()) for w in content.waivers),
        attestations=tuple(Attestation(**a.model_dump()) for a in content.attestations),
    )


_NEXT_STEP = {
    "extra_forbidden": ("is no key of a profile", "remove it or correct its spelling"),
    "missing": ("is missing", "add it"),
    "string_type": ("must be a string", "put it in quotes"),
    "string_too_short": ("is empty", "write something or remove it"),
    "date_type": ("must be a date", "write it as 2027-01-31 without quotes"),
    "literal_error": ("must be error, warning or info", "write one of them"),
    "list_type": ("must be a list", "put it in square brackets"),
    "dict_type": ("must be a table", "write it under its own [heading]"),
    "model_type": ("must be a table", "write it under its own [heading]"),
    "float_type": ("must be a number", "write it without quotes"),
}


def _explain(path: Path, text: str, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    location = tuple(part for part in first["loc"] if isinstance(part, str | int))
    what, step = _NEXT_STEP.get(
        first["type"], ("is wrong: " + first["msg"].removeprefix("Value error, "), "correct it")
    )
    key = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in location).lstrip(".")
    return f"{path}, line {line_of(text, location)}: {key} {what}; {step}"


def line_of(text: str, location: tuple[str | int, ...]) -> int:
    """Return the 1-based line where a key stands, or else the heading above it; 1 where neither is found."""
    names = [part for part in location if isinstance(part, str)]
    if not names:
        return 1
    lines = text.splitlines()
    first, last = _section(lines, names[0], next((part for part in location if isinstance(part, int)), 0))
    for name in reversed(names):
        key = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*[=.]""")
        for number in range(first, last):
            if key.match(lines[number]):
                return number + 1
    return first + 1


def _section(lines: list[str], name: str, index: int) -> tuple[int, int]:
    """Return the lines of the index-th table of a name; without one, what precedes all tables."""
    heading = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?\s*(#.*)?\Z")
    headings = [number for number, line in enumerate(lines) if line.lstrip().startswith("[")]
    mine = [number for number in headings if heading.match(lines[number])]
    first = mine[min(index, len(mine) - 1)] if mine else 0
    return first, next((number for number in headings if number > first), len(lines))
