"""Bounds of partitions: as FOR VALUES, as the condition that rows fulfil, and as the end of a name."""

from __future__ import annotations

import re

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Fields, Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, name

DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?(?:[+-][\d:]+)?)?\Z")
_BOUND = re.compile(
    r"FOR VALUES (?:FROM \((?P<from>.*)\) TO \((?P<to>.*)\)|IN \((?P<list>.*)\))\Z", re.DOTALL
)
EDGES = ("MINVALUE", "MAXVALUE")


def for_values(fields: Fields) -> tuple[str, str]:
    """Return FOR VALUES ... or DEFAULT, and the end of the partition's name."""
    if fields.flag("default"):
        return "DEFAULT", "default"
    if fields.has("values"):
        values = fields.names("values")
        return f"FOR VALUES IN ({', '.join(map(literal, values))})", _word("_".join(values))
    low, high = fields.text("from"), fields.text("to")
    return f"FOR VALUES FROM ({_edge(low)}) TO ({_edge(high)})", _range_word(low, high)


def condition(fields: Fields, parent: Relation) -> str:
    """Return the condition that a row of this partition fulfils. Raises Unwritable where that is not so plain."""
    key = parent.partition_key
    assert key is not None
    if fields.flag("default") or len(key.columns) != 1 or not key.columns[0] or key.strategy == "h":
        raise Unwritable(f"the condition of this partition of {parent.qualified} is not about one column")
    (raw,) = parent.column_names(key.columns)
    column = name(raw)
    if fields.has("values"):
        values = fields.names("values")
        if len(values) == 1:
            return f"{column} = {literal(values[0])}"
        return f"{column} IN ({', '.join(map(literal, values))})"
    return between(column, fields.text("from"), fields.text("to"))


def above(catalog: Catalog, table: Relation) -> list[str]:
    """Return the conditions that rows of a partitioned table fulfil since it is a partition itself.

    Raises Unwritable where one is not plain.
    """
    found = []
    while table.is_partition and table.parents:
        parent = catalog.relations.get(table.parents[0])
        if parent is None or parent.partition_key is None:
            raise Unwritable(f"the table that {table.qualified} belongs to was not read")
        key = parent.partition_key
        text = find.known(table.partition_bound, f"the bound of {table.name}")
        match = _BOUND.match(text)
        if match is None or len(key.columns) != 1 or not key.columns[0]:
            raise Unwritable(f"the bound of {table.qualified} is not about one column")
        column = name(parent.column_names(key.columns)[0])
        found.append(f"{column} IS NOT NULL")
        if match["list"]:
            found.append(f"{column} IN ({match['list']})")
        edges = (("from", ">="), ("to", "<"))
        found += [f"{column} {sign} {match[e]}" for e, sign in edges if match[e] and match[e] not in EDGES]
        table = parent
    return found


def between(column: str, low: str, high: str) -> str:
    """Return the condition of a range over a column, given as SQL."""
    edges = ((">=", low), ("<", high))
    return " AND ".join(f"{column} {sign} {literal(v)}" for sign, v in edges if v not in EDGES) or "true"


def _edge(value: str) -> str:
    return value if value in EDGES else literal(value)


def _range_word(low: str, high: str) -> str:
    """Return `2026` for a year, `2026_11` for a month, `2026_11_05` for other dates, else the value itself."""
    first, last = DATE.match(low), DATE.match(high)
    if first is None or last is None:
        return _word(low)
    year, month, day = first.groups()
    if day == "01" and last[3] == "01":
        return year if month == "01" == last[2] else f"{year}_{month}"
    return f"{year}_{month}_{day}"


def _word(value: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in value).strip("_").lower()
