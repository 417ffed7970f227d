"""Add the partitions of the time to come, before rows need them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents import create_partition
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.plan import Step, Strategy

_UPPER = re.compile(r"TO \('?([^')]+)'?\)")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
INTERVALS = ("day", "week", *_MONTHS)


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """One short step for each partition, from where the last one ends."""
    parent = find.table(catalog, fields.text("table"))
    if parent.partition_key is None or parent.partition_key.strategy != "r":
        raise Unwritable(f"{parent.qualified} is not partitioned by range")
    count = int(fields.text("count", "3"))
    if not 1 <= count <= 1000:
        raise Unwritable("count must be between 1 and 1000")
    steps: list[Step] = []
    titles = []
    for low, high in _ranges(fields, catalog, parent, count):
        one = Fields({"table": fields.text("table"), "from": low, "to": high})
        found = create_partition.plan(one, catalog)[0]
        steps += found.steps
        titles.append(found)
    online = all(found.online for found in titles)
    return (Strategy("online" if len(steps) > count else "direct", f"{count} partitions, one after the other",
                     tuple(steps), online),)  # fmt: skip


def _ranges(fields: Fields, catalog: Catalog, parent: Relation, count: int) -> list[tuple[str, str]]:
    start = fields.text("start", "") or _last(catalog, parent)
    if fields.has("width"):
        width, low = int(fields.text("width")), _number(start)
        return [(str(low + width * n), str(low + width * (n + 1))) for n in range(count)]
    interval = fields.text("interval", "month").lower()
    if interval not in INTERVALS:
        raise Unwritable(f"{interval} is not one of {', '.join(INTERVALS)}")
    try:
        edges = [date.fromisoformat(start[:10])]
    except ValueError:
        raise Unwritable(f"{start} is no date: say width for numbers") from None
    for _ in range(count):
        edges.append(_after(edges[-1], interval))
    return [(str(low), str(high)) for low, high in pairwise(edges)]


def _after(day: date, interval: str) -> date:
    if interval in ("day", "week"):
        return day + timedelta(days=1 if interval == "day" else 7)
    month = day.year * 12 + day.month - 1 + _MONTHS[interval]
    return date(month // 12, month % 12 + 1, 1)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unwritable(f"{text} is no number") from None


def _last(catalog: Catalog, parent: Relation) -> str:
    """Return where the last partition ends. Raises Unwritable where there is none that does."""
    ends = []
    for child in catalog.children.get(parent.oid, ()):
        bound = find.known(child.partition_bound, f"the bound of {child.name}")
        found = _UPPER.search(bound)
        if found and found[1] != "MAXVALUE":
            ends.append(found[1])
    if not ends:
        raise Unwritable(f"no partition of {parent.qualified} ends anywhere: say start")
    return max(ends, key=lambda end: (len(end), end) if end.lstrip("-").isdigit() else (0, end))


INTENT = Intent(
    name="create-future-partitions",
    title="Add the partitions of the time to come",
    group="Partition",
    about="Several partitions ahead of today, before rows for them come.",
    fields=(
        Field("table", "the partitioned table, as schema.name", kind="table"),
        Field(
            "interval", "how long each is; month by default", required=False, kind="choice", choices=INTERVALS
        ),
        Field("width", "or how many numbers each takes", required=False, kind="number"),
        Field("count", "how many; 3 by default", required=False, kind="number"),
        Field("start", "where the first begins; where the last one ends by default", required=False),
    ),
    plan=plan,
)
