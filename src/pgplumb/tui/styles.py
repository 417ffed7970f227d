"""Finds the style sheets, in a wheel and in a checkout."""

from __future__ import annotations

from pathlib import Path, PurePath


def styles_dir() -> Path:
    """Return the folder that holds the `.tcss` files. Raises FileNotFoundError in a broken installation."""
    package = Path(__file__).resolve().parents[1]
    for candidate in (package / "styles", package.parents[1] / "styles"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError("the style sheets are missing from this installation: install pgplumb again")


def style_sheets() -> list[str | PurePath]:
    """Return every style sheet, `app.tcss` first."""
    return [*sorted(styles_dir().glob("*.tcss"), key=lambda path: (path.name != "app.tcss", path.name))]
