"""What tools say of a schema beside what is right: the same questions, in the same names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

SCHEMAS = Path(__file__).parent / "schemas"
QUESTIONS = (
    "unindexed-foreign-key",
    "no-primary-key",
    "needless-index",
    "type-mismatch",
    "timestamp-without-zone",
    "json-column",
    "char-column",
    "float-money",
    "invalid-index",
    "unused-index",
)
Answers = dict[str, list[str]]
"""By question, the objects that are said to be wrong; a question that is not asked is not in it."""

_NAMES = """
SELECT c.relname, r.relname FROM pg_class c
JOIN LATERAL (SELECT relid FROM pg_partition_ancestors(c.oid) WITH ORDINALITY a (relid, n)
    ORDER BY n DESC LIMIT 1) t ON true
JOIN pg_class r ON r.oid = t.relid WHERE c.relispartition
"""
_KEYS = """
SELECT conrelid::regclass::text, conname, (SELECT array_agg(attname ORDER BY n)
    FROM unnest(conkey) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attrelid = conrelid AND attnum = num)
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
"""


@dataclass(frozen=True, slots=True)
class Names:
    """How the names of a database hang together."""

    roots: Mapping[str, str]
    """The root of each partition, of tables and of indexes."""
    keys: Mapping[tuple[str, str], str]
    """`table(columns)` of a foreign key by table and name."""
    columns: Mapping[str, tuple[str, tuple[str, ...]]]
    """Table and columns by `table(columns)`."""

    def plain(self, name: str) -> str:
        """Return a name without quotes, without `public`, and of the root in place of a partition."""
        name = name.replace('"', "").removeprefix("public.")
        head, bracket, rest = name.partition("(")
        return self.roots.get(head, head) + bracket + rest

    def key_of(self, table: str, column: str) -> list[str]:
        """Return the foreign keys of a table over a column, for a tool that names columns alone."""
        table = self.plain(table)
        return [key for key, (owner, columns) in self.columns.items() if owner == table and column in columns]


def read_names(connection: psycopg.Connection[tuple[object, ...]]) -> Names:
    """Read them off the server."""
    roots = {str(name): str(root) for name, root in connection.execute(_NAMES.encode()).fetchall()}
    keys: dict[tuple[str, str], str] = {}
    columns: dict[str, tuple[str, tuple[str, ...]]] = {}
    for table, name, names in connection.execute(_KEYS.encode()).fetchall():
        assert isinstance(names, list)
        owner = str(table).replace('"', "")
        key = f"{owner}({','.join(names)})"
        keys[owner, str(name)] = key
        columns[key] = (owner, tuple(str(one) for one in names))
    return Names(roots, keys, columns)


def right(schema: str) -> Answers:
    """Return the right answers of a schema as they were written."""
    return {
        q: [str(o) for o in found]
        for q, found in tomllib.loads((SCHEMAS / f"{schema}.toml").read_text()).items()
    }


@dataclass(slots=True)
class Score:
    """How a tool answered one question over schemas."""

    right: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    repeats: int = 0
    """Times that something right was said once more, for another partition or in other words."""

    def add(self, said: Iterable[str], wanted: Iterable[str], names: Names) -> None:
        """Hold what is said against what is right."""
        left = [tuple(names.plain(one) for one in want.split("|")) for want in wanted]
        self.right += len(left)
        known = {name for alternatives in left for name in alternatives}
        told: set[str] = set()
        for name in map(names.plain, said):
            alternatives = next((one for one in left if name in one), None)
            if alternatives is not None:
                left.remove(alternatives)
                self.found += 1
            elif name in known or name in told:
                self.repeats += 1
            else:
                self.alarms.append(name)
            told.add(name)
        self.missed += ["|".join(one) for one in left]
