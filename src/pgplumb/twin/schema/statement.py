"""SQL texts from `twin/queries/schema_*.sql`, fitted to a server's version and to what is wanted.

Marks in a text, replaced from the inside out:
`{150000+ new | old}` gives `new` from that server_version_num on, else `old`.
`{own pg_type t}` holds for objects that no initdb and no extension made.
`{locked}` is a CTE: relations that somebody holds, or waits for, in ACCESS EXCLUSIVE mode. They are given, so that all
statements leave out the same; a lock taken since makes a statement fail within lock_timeout.
`{wanted}` is `{locked}` and a CTE of the relations to read, without those under a lock.
`{some}` and `{atomic}` are filters that the reader fills in.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from pgplumb.sql.query_files import query_file

_VERSIONED = re.compile(r"\{(\d+)\+ ([^{}]*?) \| ([^{}]*?)\}", re.DOTALL)
_OWN = re.compile(r"\{own (\w+) (\w+)\}")

# Constructors of ranges and casts of multiranges come with their type: their dependency is internal.
_IS_OWN = (
    r"(\2.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '\1'::regclass"
    r" AND e.objid = \2.oid AND e.deptype IN ('e', 'i')))"
)

_LOCKED = "locked AS MATERIALIZED (SELECT unnest({left_out}) AS relation)"

_WANTED = (
    _LOCKED
    + """,
wanted AS MATERIALIZED (
  SELECT c.*, n.nspname::text AS nspname, format('%I.%I', n.nspname, c.relname) AS full_name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend e
                      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
     AND c.oid NOT IN (SELECT relation FROM locked){only})"""
)


def statement(
    name: str,
    version: int,
    *,
    locked: Collection[int] = (),
    only: Collection[int] | None = None,
    some: Collection[int] | None = None,
    atomic: bool = False,
) -> str:
    """Return the text of `schema_<name>.sql` for a server_version_num.

    `locked` are oids of relations that must not be opened, `only` limits the wanted relations to these oids,
    `some` the objects of this statement.
    """
    text = _fitted(name, version)
    limit = "" if only is None else f"\n     AND c.oid = ANY ({_oids(only)})"
    text = (
        text.replace("{left_out}", _oids(locked))
        .replace("{only}", limit)
        .replace("{atomic}", "true" if atomic else "false")
    )
    return text.replace("{some}", "true" if some is None else f"c.oid = ANY ({_oids(some)})")


@cache
def _fitted(name: str, version: int) -> str:
    text = query_file("pgplumb.twin", f"schema_{name}")
    text = text.replace("{wanted}", _WANTED).replace("{locked}", _LOCKED)
    text = _OWN.sub(_IS_OWN, text)
    before = ""
    while text != before:
        before = text
        text = _VERSIONED.sub(lambda m: m[2] if version >= int(m[1]) else m[3], text)
    return text


def _oids(oids: Collection[int]) -> str:
    return "'{" + ",".join(map(str, sorted(oids))) + "}'::oid[]"
