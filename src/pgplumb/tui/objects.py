"""Object identifiers on the screen: what they belong to, which tab shows them, and all of them for the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
    if '"' not in name and "(" not in name:
        return kind, tuple(name.split("."))
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


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The findings by relation of the latest answers: several widgets ask for the same."""

    checklist: Checklist
    catalog: Catalog
    parts: Mapping[int, RelationFindings]
    """Those of each answer, by its identity."""
    found: RelationFindings


class _Latest:
    gathered: _Gathered | None = None


def findings_by_relation(checklist: Checklist, catalog: Catalog) -> RelationFindings:
    """Return the open findings of each relation, by oid: about itself, its columns, keys, indexes, policies.

    The same mapping as before where no relation's findings are other ones. Usable from any thread.
    """
    held = _Latest.gathered
    if held is not None and held.catalog is not catalog:
        held = None
    if held is not None and held.checklist is checklist:
        return held.found
    known = held.parts if held is not None else {}
    parts = {id(r): known.get(id(r)) or _of_relations(r, catalog) for r in checklist.results}
    if held is not None and _said(parts) == _said(held.parts):
        found = held.found
    else:
        gathered: dict[int, list[tuple[RuleResult, Finding]]] = {}
        for part in parts.values():
            for oid, findings in part.items():
                gathered.setdefault(oid, []).extend(findings)
        found = {oid: tuple(findings) for oid, findings in gathered.items()}
    _Latest.gathered = _Gathered(checklist, catalog, parts, found)
    return found


def _of_relations(result: RuleResult, catalog: Catalog) -> RelationFindings:
    """Return one answer's open findings by relation."""
    found: dict[int, list[tuple[RuleResult, Finding]]] = {}
    for finding in result.open_findings:
        relation = relation_of(finding.object, catalog)
        if relation is not None:
            found.setdefault(relation.oid, []).append((result, finding))
    return {oid: tuple(findings) for oid, findings in found.items()}


def _said(parts: Mapping[int, RelationFindings]) -> list[int]:
    """Return the identities of those answers that say something of relations."""
    return [identity for identity, part in parts.items() if part]


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
