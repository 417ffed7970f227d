"""SQL texts from `queries/`, fitted to a server's version.

Two marks are replaced in a text. `{150000+ new | old}` gives `new` from that server_version_num on, else `old`.
`{only column}` gives a filter on oids where a few relations are read again, else nothing.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_VERSIONED = re.compile(r"\{(\d+)\+ (.*?) \| (.*?)\}", re.DOTALL)
_ONLY = re.compile(r"\{only ([a-z_.]+)\}")


@cache
def statement(name: str, version: int, *, only: bool = False) -> str:
    """Return the text of `queries/<name>.sql` for a server_version_num, without its header comment.

    With `only`, the text takes one parameter: an array of relation oids.
    """
    text = (files(__package__) / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("--"))
    text = _VERSIONED.sub(lambda m: m[2] if version >= int(m[1]) else m[3], text)
    return _ONLY.sub(r"AND \1 = ANY(%s::oid[])" if only else "", text)
