"""What is known around a plan: the catalog, the counters, the settings, the statement's text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.catalog.model import Catalog, Setting
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.statistics import Statistics, TableCounters
from pgplumb.catalog.unread import Unread
from pgplumb.workload.insights.raw import Node

_MEMORY = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)?\s*")
_UNITS = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_WORK_MEM = 4 * 1024**2
"""The built-in value."""


@dataclass(frozen=True, slots=True)
class Context:
    """All of it may be missing: a rule that needs what is not there stays silent."""

    catalog: Catalog | None = None
    statistics: Statistics | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """The settings that the plan was made with, as SHOW prints them: {"work_mem": "4MB"}."""
    query: str | None = None
    """The statement's text."""
    rows_per_call: float | None = None
    """How many rows it returns on average, where pg_stat_statements knows."""

    def relation(self, node: Node) -> Relation | None:
        """Return the table that a node reads. A name without a schema counts if only one table has it."""
        name = node.text("Relation Name")
        if self.catalog is None or name is None:
            return None
        schema = node.text("Schema")
        if schema is not None:
            return self.catalog.by_name.get((schema, name))
        found = [r for r in self.catalog.relations.values() if r.name == name and r.kind in "rpmf"]
        return found[0] if len(found) == 1 else None

    def counters(self, relation: Relation) -> TableCounters | None:
        """Return the counters of a table."""
        return self.statistics.tables.get(relation.oid) if self.statistics else None

    def pages(self, relation: Relation) -> int:
        """Return a table's size in pages: the younger reading has it."""
        counters = self.counters(relation)
        return max(relation.pages, counters.pages if counters else 0)

    def rows(self, relation: Relation) -> float:
        """Return a table's rows as the planner knows them; -1 where it was never analysed."""
        counters = self.counters(relation)
        return counters.tuples if counters else relation.tuples

    def root(self, relation: Relation) -> Relation:
        """Return the partitioned table above a partition, or the table itself."""
        return self.catalog.root(relation) if self.catalog else relation

    def has_column_statistics(self, relation: Relation) -> bool | None:
        """Whether ANALYZE has left anything about its columns; None where that cannot be seen."""
        known = self.statistics.columns if self.statistics else None
        if self.statistics is None or not known or isinstance(known, Unread):
            return None
        if relation.oid in self.statistics.unreadable:
            return None
        return any((relation.oid, column.number) in known for column in relation.columns)

    def setting(self, name: str) -> str | None:
        """Return a setting as the plan had it, else as the server has it."""
        if name in self.settings:
            return self.settings[name]
        setting = self.catalog.settings.get(name) if self.catalog else None
        return _of_server(setting) if setting else None

    def work_mem(self) -> int:
        """Return work_mem in bytes."""
        text = self.settings.get("work_mem")
        if text is None:
            return self._octets("work_mem", _WORK_MEM)
        return octets(text) or _WORK_MEM

    def _octets(self, name: str, default: int) -> int:
        setting = self.catalog.settings.get(name) if self.catalog else None
        value = _of_server(setting) if setting else None
        if setting is None or value is None or not value.isdigit():
            return default
        return int(value) * _UNITS.get(setting.unit or "", 1024)


def _of_server(setting: Setting) -> str | None:
    """Return what other sessions get: ours may have set it for itself."""
    return setting.reset_value if setting.source == "session" else setting.value


def octets(text: str) -> int | None:
    """Return a memory setting in bytes; a bare number counts kilobytes. None where it is no such setting."""
    match = _MEMORY.fullmatch(text)
    return int(float(match[1]) * _UNITS[match[2] or "kB"]) if match else None
