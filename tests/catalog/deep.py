"""Two catalogs compared by what they say, every part of every relation included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation

AGEING = {"pages", "tuples", "all_visible", "frozen_age", "multixact_age", "read_at", "database"}
"""What moves without DDL: it belongs to the statistics."""

PARTS = ("columns", "constraints", "indexes", "policies", "triggers", "rules")


def said(relation: Relation) -> dict[str, object]:
    """Return everything a relation says."""
    plain = {f.name for f in fields(Relation) if not f.name.startswith("_")} - AGEING
    found = {name: getattr(relation, name) for name in plain}
    found |= {name: getattr(relation, name) for name in PARTS}
    found["indexes"] = tuple(
        {f.name: getattr(i, f.name) for f in fields(i) if f.name not in AGEING} for i in relation.indexes
    )
    return found


def differences(one: Catalog, other: Catalog) -> list[str]:
    """Return where two catalogs differ, as readable paths."""
    found = []
    for oid in one.relations.keys() | other.relations.keys():
        a, b = one.relations.get(oid), other.relations.get(oid)
        if a is None or b is None:
            found.append(f"relation {oid} is in one only: {a} {b}")
            continue
        x, y = said(a), said(b)
        found += [f"{a.name}.{name}: {x[name]!r} != {y[name]!r}" for name in x if x[name] != y[name]]
    for f in fields(Catalog):
        if f.name in AGEING | {"relations"}:
            continue
        x, y = getattr(one, f.name), getattr(other, f.name)
        if x != y:
            if isinstance(x, Mapping):
                x = {k: v for k, v in x.items() if y.get(k) != v}
            found.append(f"{f.name}: {x!r}")
    return found
