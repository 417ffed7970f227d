"""One or more cases of each intent whose effect lies inside one schema."""

from __future__ import annotations

from tests.migrate.intents.cases import (
    access,
    columns,
    constraints,
    indexes,
    objects,
    partitions,
    reshaping,
    tables,
)
from tests.migrate.intents.cases.case import Case

CASES: tuple[Case, ...] = (
    *indexes.CASES,
    *constraints.CASES,
    *columns.CASES,
    *access.CASES,
    *objects.CASES,
    *tables.CASES,
    *reshaping.CASES,
    *partitions.CASES,
)

__all__ = ["CASES", "Case"]
