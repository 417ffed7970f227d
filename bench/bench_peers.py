"""pgplumb and its peers over the same schemas and migrations; PGPLUMB_PEERS names where they are installed.

What is not installed is said and left out. docs/comparison.md tells how answers are held against each other.
"""

from __future__ import annotations

import os
import sys

from bench.figure import Figure
from bench.peers import lints, rls, schemas
from bench.peers.installed import VARIABLE, find, version

PROGRAMS = ("pgrls", "squawk", "pgfence", "sqlfluff", "pg-schema-diff", "pg-advisor", "pgextras")


def run() -> list[Figure]:
    """Compare and print; there is no bar, and so no figure but how many peers took part.

    PGPLUMB_PEERS_PARTS chooses among schemas, demo, lints and rls.
    """
    installed = [program for program in PROGRAMS if find(program)]
    print(file=sys.stderr)
    for program in PROGRAMS:
        place = find(program)
        # pgextras has no option for it.
        said = "not installed" if place is None else "installed" if program == "pgextras" else version(place)
        print(f"{program}: {said}", file=sys.stderr)
    if not installed:
        print(f"no peer is installed: set {VARIABLE}", file=sys.stderr)
        return []
    parts = {"schemas": schemas.compare, "demo": schemas.demo, "lints": lints.compare, "rls": rls.compare}
    for name in os.environ.get("PGPLUMB_PEERS_PARTS", ",".join(parts)).split(","):
        print("\n".join([f"== {name}", *parts[name]()]), flush=True)
    return [Figure("peers compared with", len(installed), "peers")]
