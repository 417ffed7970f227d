"""Writes into the project's profile whose rows are whose, as somebody confirmed it: the `[tenants]` table, in the place
of one that is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pgplumb.foundation.profile import ConfirmedTenants
from pgplumb.foundation.profile_writing import appended, quoted, replace, text_of

_HEADING = re.compile(r"\s*\[\[?\s*([^\]#]*?)\s*\]\]?\s*(#.*)?\Z")


def tenants_block(confirmed: ConfirmedTenants) -> str:
    """Return it as the profile holds it."""
    lines = ["[tenants]", f"by = {quoted(confirmed.by)}", f"on = {confirmed.on.isoformat()}"]
    lines += [
        f"{key} = [{', '.join(map(quoted, values))}]"
        for key, values in (("columns", confirmed.columns), ("identities", confirmed.identities))
        if values
    ]
    if confirmed.paths:
        lines += ["", "[tenants.map]", *(f"{quoted(k)} = {quoted(v)}" for k, v in confirmed.paths.items())]
    return "\n".join(lines) + "\n"


def confirm_tenants(path: Path, confirmed: ConfirmedTenants) -> None:
    """Write it at the end of a profile, which is made where there is none; an earlier one goes, all else stays.

    Raises ProfileError: the file cannot be read or written, or would be no profile.
    """
    path = path.resolve()
    kept = "".join(_without(text_of(path).splitlines(keepends=True)))
    replace(path, appended(kept, tenants_block(confirmed)))


def _without(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines but for those of `[tenants]` and of the tables in it, and for empty ones before them."""
    kept: list[str] = []
    inside = False
    for text in lines:
        heading = _HEADING.match(text.rstrip("\r\n"))
        if heading:
            inside = heading[1] == "tenants" or re.match(r"tenants\s*\.", heading[1]) is not None
            while inside and kept and not kept[-1].strip():
                kept.pop()
        if not inside:
            kept.append(text)
    return kept
