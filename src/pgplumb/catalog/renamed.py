"""New names of old objects: rows of other relations do not change, but what is deparsed or printed from them does.

A policy's text names other tables and columns, a default names its sequence, an index expression its functions, an
enum constant its label, an aclitem its roles. Renaming is rare, so the answer to any of it is to read all again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pgplumb.catalog.assemble import Structure
from pgplumb.catalog.model import Catalog


class _Named(Protocol):
    @property
    def schema(self) -> str: ...
    @property
    def name(self) -> str: ...


def texts_moved(before: Catalog, now: Catalog) -> bool:
    """Tell whether a schema, role, function, type, label, operator class or collation has another name than before."""
    schemas = ((s.name, now.schemas[o].name) for o, s in before.schemas.items() if o in now.schemas)
    roles = ((r.name, now.roles[o].name) for o, r in before.roles.items() if o in now.roles)
    if any(old != new for old, new in (*schemas, *roles)):
        return True
    # A label is never dropped, so one that is gone has another name; one more renames none.
    labels = ((t.labels, now.types[o].labels) for o, t in before.types.items() if o in now.types)
    if any(not set(old) <= set(new) for old, new in labels):
        return True
    return any(
        _other_name(old, new)
        for old, new in (
            (before.functions, now.functions),
            (before.types, now.types),
            (before.opclasses, now.opclasses),
            (before.collations, now.collations),
        )
    )


def relations_moved(before: Catalog, structure: Structure) -> bool:
    """Tell whether a relation that was read again, or one of its columns, has another name than before."""
    for row in structure.relation:
        known = before.relations.get(row[0])
        if known is not None and (known.schema, known.name) != (row[1], row[2]):
            return True
    for relation, numbers, names, *_ in structure.column:
        known = before.relations.get(relation)
        if known is not None:
            now = dict(zip(numbers, names, strict=True))
            if any(now.get(c.number, c.name) != c.name for c in known.columns):
                return True
    return False


def _other_name(old: Mapping[int, _Named], new: Mapping[int, _Named]) -> bool:
    return any(
        (there.schema, there.name) != (known.schema, known.name)
        for oid, known in old.items()
        if (there := new.get(oid)) is not None
    )
