"""The manifest of flaws, and how each shows in the catalogs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pgplumb.foundation.names import function_id, object_id


@dataclass(frozen=True)
class Flaw:
    """One entry of flaws.toml."""

    rule: str
    object: str
    why: str
    live: bool = False
    since: int = 0

    @property
    def table(self) -> str:
        """The table that it is about: `app.tasks`; empty where it is about none."""
        kind, _, name = self.object.partition(":")
        if kind not in ("table", "column", "fk", "constraint", "trigger", "policy"):
            return ""
        return ".".join(name.replace('"', "").split(".")[:2])


def flaws(major: int = 999) -> list[Flaw]:
    """Return the flaws that the sample has on a major version."""
    text = (files("pgplumb.demo") / "flaws.toml").read_text("utf-8")
    return [flaw for entry in tomllib.loads(text)["flaw"] if (flaw := Flaw(**entry)).since <= major]


@cache
def queries() -> dict[str, str]:
    """Return the queries of flaws.sql by rule, and the views that they use as `setup`."""
    text = Path(__file__).with_name("flaws.sql").read_text("utf-8")
    parts = [part.split("\n", 1) for part in text.split("-- rule: ")[1:]]
    return {name.strip(): query.strip() for name, query in parts}


def identifier(kind: str, parts: list[str]) -> str:
    """Return the identifier for a row of one of the queries."""
    return function_id(parts[0], parts[1], parts[2:]) if kind == "function" else object_id(kind, *parts)
