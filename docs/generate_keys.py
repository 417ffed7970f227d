"""Writes `docs/keys.md` from the registry of actions: `python docs/generate_keys.py`. A test compares them."""

from __future__ import annotations

from pathlib import Path

from pgplumb.tui.keys_page import keys_page

PAGE = Path(__file__).parent / "keys.md"


if __name__ == "__main__":
    PAGE.write_text(keys_page(), encoding="utf-8")
