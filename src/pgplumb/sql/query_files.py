"""SQL texts that stand in `queries/` beside the module that runs them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def query_file(package: str, name: str) -> str:
    """Return the text of `queries/<name>.sql` of a package, without its header comment."""
    text = (files(package) / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("--"))
