"""Writes `docs/rules/` from the rules themselves: `python docs/generate_rules.py`. A test compares them."""

from __future__ import annotations

from pathlib import Path

from pgplumb.checks.registry import all_rules
from pgplumb.cli.writers.rules_markdown import pages

FOLDER = Path(__file__).parent / "rules"


def main() -> None:
    """Write every page and remove those of rules that are no more."""
    wanted = pages(all_rules())
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
