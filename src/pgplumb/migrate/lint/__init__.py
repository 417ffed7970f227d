"""Judging migrations that others wrote: hazards read off their text, and measured in the twin where that can be."""

from pgplumb.migrate.lint.answer import Ignored, Linted, LintedStatement, UselessIgnore
from pgplumb.migrate.lint.judge import lint

__all__ = ["Ignored", "Linted", "LintedStatement", "UselessIgnore", "lint"]
