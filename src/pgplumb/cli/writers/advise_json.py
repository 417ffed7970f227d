"""`pgplumb advise --format json`: pgplumb.advise.v1."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pgplumb.workload.advisor.advice import Advice


def write(advice: Advice) -> Iterator[str]:
    """Give the document, indented by two; everything outside ASCII is escaped."""
    yield json.dumps(advice.to_json(), indent=2, allow_nan=False)
