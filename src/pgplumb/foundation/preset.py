"""Profiles to start from: one data file each, in which every deviation from the rules' own has a reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing in which a preset differs from what the rules say themselves."""

    rule: str | None
    """The rule that is turned off or on, or gets another severity."""
    turn: str | None
    """off, on, or None."""
    severity: str | None
    threshold: str | None
    """The threshold that gets another value."""
    value: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A profile to start from."""

    name: str
    title: str
    identities: tuple[str, ...]
    tenant_columns: tuple[str, ...]
    deviations: tuple[Deviation, ...]


def preset_names() -> tuple[str, ...]:
    """Return the names of all presets, sorted."""
    found = (file.name for file in (files(__package__) / "presets").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def preset(name: str) -> Preset:
    """Return a preset. Raises FileNotFoundError."""
    content = tomllib.loads((files(__package__) / "presets" / f"{name}.toml").read_text(encoding="utf-8"))
    keys = ("rule", "turn", "severity", "threshold", "value", "reason")
    return Preset(
        name,
        content["title"],
        tuple(content.get("identities", ())),
        tuple(content.get("tenant_columns", ())),
        tuple(Deviation(*(d.get(key) for key in keys)) for d in content.get("deviations", ())),
    )
