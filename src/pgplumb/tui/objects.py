"""Object identifiers on the screen: what they belong to, which tab shows them, and all of them for the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from pgplumb.tui.entry import Entry
from pgplumb.tui.place import Place

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.catalog.relation import Relation
    from pgplumb.checks.checklist import Checklist, RuleResult
    from pgplumb.checks.finding import Finding

_OF_RELATION = {
    "table": "",
    "view": "",
    "matview": "",
    "foreign_table": "",
    "sequence": "",
    "column": "columns",
    "fk": "constraints",
    "constraint": "constraints",
    "policy": "policies",
    "trigger": "triggers",
}
"""Kinds whose identifier starts with schema and relation, and the part of the detail that shows them."""


def split_id(object_id: str) -> tuple[str, tuple[str, ...]]:
    """Return kind and parts of an identifier, quotes taken off: `fk:public."A.b".x` has three parts."""
    kind, _, name = object_id.partition(":")
    parts: list[str] = []
    part, quoted, i = "", False, 0
    while i < len(name):
        character = name[i]
        if character == '"':
            if quoted and name[i + 1 : i + 2] == '"':
                part += '"'
                i += 1
            else:
                quoted = not quoted
        elif character == "." and not quoted:
            parts.append(part)
            part = ""
        elif character == "(" and not quoted and kind == "function":
            part += name[i:]
            break
        else:
            part += character
        i += 1
    return kind, (*parts, part)


def relation_of(object_id: str, catalog: Catalog) -> Relation | None:
    """Return the table or view that an object is or belongs to."""
    kind, parts = split_id(object_id)
    if len(parts) < 2:
        return None
    if kind in _OF_RELATION:
        return catalog.by_name.get((parts[0], parts[1]))
    if kind == "index":
        found = catalog.indexes.get((parts[0], parts[1]))
        return found[0] if found else None
    return None


def place_of(object_id: str, catalog: Catalog) -> Place | None:
    """Return where an object is shown; None where no tab shows it."""
    kind, _ = split_id(object_id)
    if kind == "index":
        return Place("indexes", object_id)
    if kind == "query":
        return Place("queries", object_id)
    relation = relation_of(object_id, catalog)
    return None if relation is None else Place("tables", relation.id, _OF_RELATION[kind])


RelationFindings = Mapping[int, tuple[tuple["RuleResult", "Finding"], ...]]


class _Latest:
    """The findings by relation of the latest answers: several widgets ask for the same."""

    checklist: Checklist | None = None
    catalog: Catalog | None = None
    found: RelationFindings = {}  # noqa: RUF012


def findings_by_relation(checklist: Checklist, catalog: Catalog) -> RelationFindings:
    """Return the open findings of each relation, by oid: about itself, its columns, keys, indexes, policies."""
    if _Latest.checklist is not checklist or _Latest.catalog is not catalog:
        found: dict[int, list[tuple[RuleResult, Finding]]] = {}
        for object_id, findings in checklist.by_object.items():
            relation = relation_of(object_id, catalog)
            if relation is not None:
                found.setdefault(relation.oid, []).extend(findings)
        _Latest.checklist, _Latest.catalog = checklist, catalog
        _Latest.found = {oid: tuple(findings) for oid, findings in found.items()}
    return _Latest.found


_KIND_WORDS = {"r": "table", "p": "table", "v": "view", "m": "matview", "f": "foreign", "S": "sequence"}


def object_entries(catalog: Catalog, go: Callable[[Place], object]) -> Iterator[Entry]:
    """Yield everything of a schema that can be gone to, by name."""
    for relation in sorted(catalog.relations.values(), key=lambda r: (r.schema, r.name)):
        if relation.kind != "S":
            word = _KIND_WORDS.get(relation.kind, relation.kind)
            yield Entry(relation.qualified, word, partial(_call, go, Place("tables", relation.id)))
    for (schema, name), (relation, index) in sorted(catalog.indexes.items(), key=lambda item: item[0]):
        place = Place("indexes", relation.index_id(index))
        yield Entry(f"{schema}.{name}", "index", partial(_call, go, place), detail=relation.qualified)


def _call(go: Callable[[Place], object], place: Place) -> None:
    go(place)
