"""What `pgplumb lint` found, for all its writers."""

from __future__ import annotations

from dataclasses import dataclass

from pgplumb.migrate.lint.answer import Linted

FORMAT = "pgplumb.lint.v1"


@dataclass(frozen=True, slots=True)
class LintAnswer:
    """Every file, in the order in which it was judged."""

    files: tuple[Linted, ...]

    def reaches(self, threshold: str) -> bool:
        """Whether a hazard that is not ignored is at or above "error" or "warning"; never for "never"."""
        counted = {"error": ("error",), "warning": ("error", "warning")}.get(threshold, ())
        return any(hazard.severity in counted for file in self.files for hazard in file.hazards)
