"""Minor releases with a known defect in row security. Source: https://www.postgresql.org/support/security/"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgplumb.foundation.names import object_id
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.side_channels.channel import SideChannel, protected

_FIXED: Mapping[str, tuple[str, Mapping[int, int]]] = {
    "CVE-2023-2455": (
        "policies of the wrong role may be used after inlining",
        {15: 3, 14: 8, 13: 11},
    ),
    "CVE-2024-10976": (
        "a plan made for one role may be used for another below a sub-query",
        {17: 1, 16: 5, 15: 9, 14: 14, 13: 17},
    ),
    "CVE-2025-8713": (
        "planner statistics may show sampled values of rows that policies hide",
        {17: 6, 16: 10, 15: 14, 14: 19, 13: 22},
    ),
}
"""By CVE: what it is, and the first minor release of each major version without it."""


def find(judgement: Judgement) -> Iterator[SideChannel]:
    """Give each defect that the server has, where row security is in use."""
    catalog = judgement.matrix.catalog
    if next(protected(judgement), None) is None:
        return
    major, minor = divmod(catalog.server_version, 10_000)
    for name, (what, fixed) in _FIXED.items():
        if minor < fixed.get(major, 0):
            message = f"{name}: {what}; fixed in {major}.{fixed[major]}"
            yield SideChannel("server-defect", object_id("database", catalog.database.name), message)
