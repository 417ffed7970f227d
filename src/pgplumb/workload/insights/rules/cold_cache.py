"""Most of what was read was not in the cache."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.foundation.text import duration, percent, size
from pgplumb.workload.insights.context import Context
from pgplumb.workload.insights.insight import Severity
from pgplumb.workload.insights.measures import blocks, share
from pgplumb.workload.insights.raw import Explained, Node
from pgplumb.workload.insights.rule import Found, Needs, Rule

SHARE = 0.5
BLOCKS = 1000
MOST = 0.8
"""A node that did so much of the reading is named instead of the one above it."""
BLOCK = 8192

_TIMES = ("Shared I/O Read Time", "I/O Read Time")
"""From 17 on, and before; missing where track_io_timing is off."""


def look(plan: Explained, _: Context) -> Iterator[Found]:
    """Compare blocks read with blocks found, for the whole statement."""
    read = plan.root.number("Shared Read Blocks")
    part = share(read, blocks(plan.root))
    if read < BLOCKS or part < SHARE:
        return
    node = _lowest(plan.root, read)
    milliseconds = max(node.number(key) for key in _TIMES)
    yield Found(
        node,
        f"{size(read * BLOCK)}, {percent(part)} of the blocks, came from outside shared buffers"
        + (f" in {duration(milliseconds / 1000)}" if milliseconds else ""),
        {
            "blocks_read": round(read),
            "blocks_hit": round(plan.root.number("Shared Hit Blocks")),
            "share": round(part, 3),
            "read_milliseconds": milliseconds or None,
        },
    )


def _lowest(node: Node, read: float) -> Node:
    """Return the lowest node that did most of the reading."""
    while True:
        below = next((c for c in node.children if c.number("Shared Read Blocks") >= read * MOST), None)
        if below is None:
            return node
        node = below


RULE = Rule(
    id="cold-cache",
    title="Most of what was read was not in the cache",
    severity=Severity.INFO,
    needs=Needs.ANALYSED,
    fires="at least 1000 blocks, and half of all, were read from outside shared buffers",
    silent="plans without BUFFERS",
    why="The first run after a start, or over data that is seldom read, measures the disk. A second run measures the "
    "statement.",
    source="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS",
    hint="Run it again; if it stays so, it reads more than fits: read fewer pages, or give shared_buffers more.",
    look=look,
)
