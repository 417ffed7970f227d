"""`pgplumb rls --format json`: pgplumb.rls.v1.

Lists are sorted and only `read_at` differs between two runs over the same facts; a cell's reasons are a chain and
keep their order. Everything outside ASCII is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC

from pgplumb.cli.rls_costs import NOT_ASKED
from pgplumb.cli.writers import rls_costs
from pgplumb.cli.writers.json_values import Json
from pgplumb.cli.writers.rls_answer import RlsAnswer
from pgplumb.rls.accepted import key_of
from pgplumb.rls.probe import Probe
from pgplumb.rls.verdict import Branch, Cell, Verdict

FORMAT = "pgplumb.rls.v1"


_NO_CELLS = '"cells": []'


def write(answer: RlsAnswer) -> Iterator[str]:
    """Give the document, indented by two; a cell is one line, since there may be a hundred thousand."""
    names = {oid: relation.qualified for oid, relation in answer.judgement.matrix.catalog.relations.items()}
    before, after = json.dumps(_around(answer), indent=2, allow_nan=False).split(_NO_CELLS, 1)
    cells = (json.dumps(_cell(cell, names, answer), allow_nan=False) for cell in answer.judgement.cells)
    lines = ",\n".join(f"    {cell}" for cell in cells)
    yield f'{before}"cells": [\n{lines}\n  ]{after}' if lines else f"{before}{_NO_CELLS}{after}"


def _around(answer: RlsAnswer) -> dict[str, Json]:
    """Return the document without its cells."""
    judgement = answer.judgement
    catalog, tenants = judgement.matrix.catalog, judgement.tenants
    cells: list[Json] = []
    return {
        "format": FORMAT,
        "server_version": catalog.server_version_text,
        "database": catalog.database.name,
        "read_at": catalog.read_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "tenant": {
            "columns": dict(answer.columns),
            "identity": sorted(tenants.identities),
            "inferred": tenants.inferred,
            "reason": tenants.reason,
        },
        "summary": {verdict.value: judgement.counts[verdict] for verdict in Verdict},
        "cells": cells,
        "side_channels": [
            {"kind": c.kind, "object": c.object, "message": c.message, "related": list(c.related)}
            for c in answer.side_channels
        ],
        "probe": [_probe(probe) for probe in answer.probes],
        "internal_errors": list(answer.faults),
        "costs": rls_costs.document(answer.costs or NOT_ASKED, catalog),
    }


def _probe(probe: Probe) -> dict[str, Json]:
    return {
        "object": probe.object,
        "role": probe.role,
        "tenant": probe.tenant,
        "session": probe.session,
        "foreign_row_seen": probe.foreign_row_seen,
        "error": probe.error,
    }


def _cell(cell: Cell, names: Mapping[int, str], answer: RlsAnswer) -> dict[str, Json]:
    return {
        "object": cell.object,
        "kind": cell.kind,
        "role": cell.role,
        "command": cell.command,
        "verdict": cell.verdict.value,
        "suspected": cell.suspected,
        "reasons": list(cell.reasons),
        "policies": sorted(cell.policies),
        "using": cell.using,
        "check": cell.check,
        "assumptions": sorted(cell.assumptions),
        "branches": [_branch(branch) for branch in cell.branches],
        "trusts": sorted(names[oid] for oid in cell.trusts if oid in names),
        "reaches": list(cell.reaches),
        "accepted": [
            {
                "branch": one.branch,
                "reason": one.reason,
                "by": one.by,
                "until": one.until.isoformat() if one.until else None,
            }
            for one in answer.accepted.get(key_of(cell), ())
        ],
    }


def _branch(branch: Branch) -> dict[str, Json]:
    return {
        "ground": branch.ground.value,
        "text": branch.text,
        "policies": list(branch.policies),
        "confirmed": branch.confirmed,
    }
