"""Facts in a file: what `pgplumb snapshot` saves and `--offline` opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.snapshot import SnapshotError, StoredParts, load, parts_of, save
from pgplumb.catalog.statistics import Statistics
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.foundation.profile import Profile
from pgplumb.rls.access import AccessMatrix
from pgplumb.rls.surface import Surface
from pgplumb.server.capabilities import Capabilities
from pgplumb.workload.statements import Statements

NO_SURFACE = Unread(
    "the file does not say what views and functions do: save it again with `pgplumb snapshot` to have verdicts"
)
NOT_SAVED = Unread("not in a saved catalog: activity belongs to a moment")


@dataclass(frozen=True, slots=True)
class SavedAccess:
    """An access matrix without the catalog that it refers to."""

    roles: tuple[int, ...]
    objects: tuple[int, ...]
    group_of: Mapping[int, int]
    bits: Mapping[tuple[int, int], int | None]
    usage: frozenset[tuple[int, int]]
    omitted: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file holds."""

    facts: Facts
    access: AccessMatrix | Unread
    surface: Surface | Unread
    """What views and functions do: without it no verdict of row security can be given."""


def save_facts(
    path: Path, facts: Facts, access: AccessMatrix | Unread, surface: Surface | Unread | None = None
) -> None:
    """Save facts without activity. Raises SnapshotError."""
    values: dict[str, object] = {
        "catalog": facts.catalog,
        "parts": {oid: parts_of(relation) for oid, relation in facts.catalog.relations.items()},
        "now": facts.now,
        "statistics": facts.statistics,
        "statements": facts.statements,
        "capabilities": facts.capabilities,
    }
    if not isinstance(access, Unread):
        values["access"] = SavedAccess(
            tuple(role.oid for role in access.roles),
            tuple(relation.oid for relation in access.objects),
            access.group_of,
            access.bits,
            access.usage,
            access.omitted,
        )
    if isinstance(surface, Surface):
        values["surface"] = surface
    save(path, values)


def open_facts(path: Path, profile: Profile) -> Saved:
    """Open saved facts. Raises SnapshotError."""
    found = load(
        path,
        {
            "catalog": Catalog,
            "parts": Mapping[int, StoredParts],
            "now": datetime,
            "statistics": Statistics | Unread,
            "statements": Statements | Unread,
            "capabilities": Capabilities | Unread,
            "access": SavedAccess,
            "surface": Surface,
        },
    )
    if not {"catalog", "parts", "now"} <= found.keys():
        raise SnapshotError(f"{path} holds no catalog. Name a file made by `pgplumb snapshot`.")
    parts: Mapping[int, StoredParts] = found["parts"]
    bare: Catalog = found["catalog"]
    relations = {
        oid: replace(r, _parts=parts[oid]) if oid in parts else r for oid, r in bare.relations.items()
    }
    catalog = replace(bare, relations=relations)
    missing = Unread("not in the saved file")
    facts = Facts(
        catalog=catalog,
        now=found["now"],
        statistics=found.get("statistics", missing),
        activity=NOT_SAVED,
        statements=found.get("statements", missing),
        capabilities=found.get("capabilities", missing),
        profile=profile,
    )
    access = _access(found["access"], catalog) if "access" in found else missing
    return Saved(facts, access, found.get("surface", NO_SURFACE))


def _access(saved: SavedAccess, catalog: Catalog) -> AccessMatrix:
    return AccessMatrix(
        catalog,
        tuple(catalog.roles[oid] for oid in saved.roles if oid in catalog.roles),
        tuple(catalog.relations[oid] for oid in saved.objects if oid in catalog.relations),
        saved.group_of,
        saved.bits,
        saved.usage,
        saved.omitted,
    )
