"""What samples of rows showed: counts alone, no row and no value of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgplumb.catalog.statistics import Dependency


@dataclass(frozen=True, slots=True)
class Sampled:
    """One reading of samples, by relation."""

    dependencies: Mapping[int, tuple[Dependency, ...]] = field(default_factory=dict)
    """Columns that follow from another one; an empty tuple where none does."""
    statements: Mapping[int, str] = field(default_factory=dict)
    """What was run."""
    refused: Mapping[int, str] = field(default_factory=dict)
    """Why a table could not be sampled."""
