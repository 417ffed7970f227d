"""`pgplumb diff --format json`: pgplumb.diff.v1."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from pgplumb.catalog.diff import NOT_COMPARED, WHOLE, CatalogDiff
from pgplumb.catalog.model import Catalog

FORMAT = "pgplumb.diff.v1"


def write(before: Catalog, after: Catalog, found: CatalogDiff) -> Iterator[str]:
    """Give the document; `what` is null where a whole object was added or removed."""
    counts = Counter(d.change for d in found.differences)
    document = {
        "format": FORMAT,
        "before": _side(before),
        "after": _side(after),
        "summary": {
            "added": counts["added"],
            "removed": counts["removed"],
            "changed": counts["changed"],
            "unknown": len(found.unknown),
        },
        "differences": [
            {
                "object": d.object,
                "change": d.change,
                "what": None if d.what == WHOLE else d.what,
                "before": d.before,
                "after": d.after,
                "of": d.owner or None,
                "soft": d.soft,
            }
            for d in found.differences
        ],
        "unknown": [{"object": u.object, "what": u.what, "reason": u.reason} for u in found.unknown],
        "not_compared": list(NOT_COMPARED),
    }
    yield json.dumps(document, indent=2, ensure_ascii=False)


def _side(catalog: Catalog) -> dict[str, str]:
    return {
        "database": catalog.database.name,
        "server_version": catalog.server_version_text,
        "read_at": catalog.read_at.isoformat(),
    }
