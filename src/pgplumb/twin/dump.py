"""A twin's source from a plain pg_dump: its schema and, where the dump holds them (18 and later), its statistics.

The text may come from a stranger. The schema is held to what `schema.dump` lets through; of statistics only calls
of pg_dump's own two functions with constants are taken. The cage role runs both.
"""

from __future__ import annotations

import re
from pathlib import Path

from pgplumb.sql.node import Node
from pgplumb.sql.parser import SyntaxProblem, TooDeep, parse_statement
from pgplumb.sql.split import split
from pgplumb.twin.dump_settings import settings_of
from pgplumb.twin.gaps import Gaps
from pgplumb.twin.schema import from_dump
from pgplumb.twin.source import Locality, TwinSource

_VERSION = re.compile(r"^-- Dumped from database version (\d+)(?:\.(\d+))?", re.MULTILINE)
_RESTORES = frozenset(("pg_restore_relation_stats", "pg_restore_attribute_stats"))
_HEAD = 4000
"""Characters in which pg_dump says what it is."""
NO_STATISTICS = "the dump holds no statistics: make it with pg_dump --no-data --statistics (of version 18)"


class DumpError(Exception):
    """A file is no plain dump; the text says why."""


def read_dump(path: Path) -> TwinSource:
    """Return what a twin of a dump is made from. Raises DumpError, OSError and ParserMissing."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if text.startswith("PGDMP"):
        raise DumpError(
            "it is in pg_dump's own format, and only plain text is read: run pg_restore -f - on it"
        )
    said = _VERSION.search(text, 0, _HEAD)
    statements = split(text)
    restores = tuple(s.text for s in statements if "pg_restore_" in s.text and restores_statistics(s.text))
    schema = from_dump(path)
    if not schema.steps:
        raise DumpError("it holds no statement that makes anything")
    gaps = schema.gaps
    if not restores:
        gaps = gaps.and_also(Gaps(notes=(NO_STATISTICS,)))
    version = int(said[1]) * 10000 + int(said[2] or 0) if said else 180000
    # Whoever dumped it may read all of it; texts compare as in most databases.
    locality = Locality(collate="C.UTF-8", ctype="C.UTF-8", provider="c", superuser=True)
    settings = settings_of(statements, schema)
    return TwinSource(
        version,
        schema,
        settings=settings,
        locality=locality,
        gaps=gaps,
        restores=restores,
        stranger=True,
    )


def restores_statistics(text: str) -> bool:
    """Whether a text is one call of pg_dump's functions for statistics, of constants alone."""
    try:
        node = parse_statement(text)
    except (SyntaxProblem, TooDeep):
        return False
    sources = node.nodes("fromClause")
    if node.kind != "SelectStmt" or len(sources) != 1 or sources[0].kind != "RangeFunction":
        return False
    if set(node.fields) - {"targetList", "fromClause", "limitOption", "op"}:
        return False
    calls = [n for n in node.walk() if n.kind == "FuncCall"]
    if len(calls) != 1 or calls[0].words("funcname")[:-1] != ("pg_catalog",):
        return False
    names_it = calls[0].words("funcname")[-1] in _RESTORES
    return names_it and all(_constant(argument) for argument in calls[0].nodes("args"))


def _constant(node: Node) -> bool:
    if node.kind == "TypeCast":
        inner, type_name = node.node("arg"), node.node("typeName")
        plain = (
            type_name is not None and type_name.words("names")[-1:] != () and not type_name.nodes("typmods")
        )
        return plain and inner is not None and _constant(inner)
    return node.kind == "A_Const"
