"""The texts of `queries/statistics_*.sql`, fitted to a server's version and to what is asked for.

Marks in a text: `{values x}` is `x` where sample values are wanted; `{listed x}` too, but only where those of every
type can be read; `{150000+ new | old}` is `new` from that server_version_num on; `{only x}` is a filter on names;
`{each x}` is `x` five times, `#` in it being 1 to 5: the slots of a row of pg_statistic.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from pgplumb.sql.query_files import query_file

Values = Literal["all", "built-in", "none"]
"""Which sample values: every type's, those of the server's own types, none."""

_VALUES = re.compile(r"\{values ([^{}]*)\}")
_LISTED = re.compile(r"\{listed ([^{}]*)\}")
_VERSIONED = re.compile(r"\{(\d+)\+ ([^{}|]*?) \| ([^{}]*?)\}")
_EACH = re.compile(r"\{each ([^{}]*)\}")
_ONLY = re.compile(r"\{only ([a-z_.]+)\}")

_OWN_TYPE = (
    r"CASE WHEN (schemaname, tablename, attname) NOT IN (SELECT n.nspname, c.relname, a.attname FROM pg_attribute a"
    r" JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    r" WHERE a.atttypid >= 16384) THEN \1 END"
)
_SHOWN: dict[Values, tuple[str, str]] = {
    "all": (r"\1", r"\1"),
    "built-in": (_OWN_TYPE, "NULL"),
    "none": ("NULL", "NULL"),
}


@cache
def text(name: str, version: int, *, values: Values = "all", only: bool = False) -> str:
    """Return the text of `queries/statistics_<name>.sql` for a server_version_num.

    With `only`, the text takes one parameter: an array of names.
    """
    found = query_file("pgplumb.twin", f"statistics_{name}")
    shown, listed = _SHOWN[values]
    found = _LISTED.sub(listed, _VALUES.sub(shown, found))
    found = _EACH.sub(lambda m: ", ".join(m[1].replace("#", str(i)) for i in range(1, 6)), found)
    found = _VERSIONED.sub(lambda m: m[2] if version >= int(m[1]) else m[3], found)
    return _ONLY.sub(r"AND \1 = ANY(%s::name[])" if only else "", found)
