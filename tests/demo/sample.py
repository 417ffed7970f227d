"""The built sample, as tests ask it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg

from pgplumb.checks.checklist import Checklist
from pgplumb.demo.run import Demo


@dataclass
class Sample:
    """A demo and a superuser's connection to its database."""

    demo: Demo
    connection: psycopg.Connection[tuple[Any, ...]]
    major: int
    told: list[tuple[str, float]]
    """What the build said of its progress."""
    at_rest: Checklist = field(default_factory=Checklist)
    """What the rules said before any application was at work."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query.encode()).fetchall()

    def one(self, query: str) -> Any:
        """Return the first column of the first row."""
        return self.rows(query)[0][0]
