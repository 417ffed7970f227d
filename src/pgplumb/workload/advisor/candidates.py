"""Which indexes might serve one mention of a table: the shapes that are worth pricing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from pgplumb.catalog.relation import Relation
from pgplumb.sql.quote import quote_qualified
from pgplumb.workload.advisor.facts import WIDE, Facts
from pgplumb.workload.advisor.shape import IndexKey, Shape
from pgplumb.workload.advisor.use import Key, Predicate, Sorted, TableUse

MOST_KEYS = 4
_MOST_INCLUDED = 3
_INCLUDED_BYTES = 32
_MOST_VISIBLE = 0.8
_BRIN_CORRELATION = 0.95
_BRIN_PAGES = 100_000
_Order = Callable[[Key], tuple[float, float, str]]
_RANGE_TYPES = frozenset(
    ("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "box", "circle", "polygon")
)


def candidates(use: TableUse, facts: Facts, popularity: Mapping[tuple[int, str], int]) -> tuple[Shape, ...]:
    """Return the shapes for one mention, in an order of their own; none for what no index may be made on.

    `popularity` says in how many queries a table's key is compared for equality: shared keys come first.
    """
    if use.relation.kind not in "rpm" or facts.tiny(use.relation):
        return ()
    found = dict.fromkeys((*_trees(use, facts, popularity), *_others(use, facts)))
    new = (shape for shape in found if not served(shape, use.relation))
    return tuple(sorted(new, key=lambda shape: shape.sort_key))


def served(shape: Shape, relation: Relation) -> bool:
    """Whether an index that is there begins with the same columns: a wider copy of it is not worth having."""
    if shape.method != "btree" or any(not k.key.is_column or k.opclass for k in shape.keys):
        return False
    names = tuple(key.key.sql for key in shape.keys)
    wanted = tuple(_option(key) for key in shape.keys)
    for index in relation.indexes:
        if index.method != "btree" or not index.is_valid or index.has_predicate:
            continue
        options = index.options[: len(names)]
        # Read backwards, every key is the other way round.
        same = options in (wanted, tuple(option ^ 3 for option in wanted))
        if same and relation.column_names(index.key_columns[: len(names)]) == names:
            return True
    return False


def _option(key: IndexKey) -> int:
    """Return pg_index.indoption of a key: bit 0 DESC, bit 1 NULLS FIRST."""
    first = key.descending if key.nulls_first is None else key.nulls_first
    return int(key.descending) + 2 * int(first)


def _trees(use: TableUse, facts: Facts, popularity: Mapping[tuple[int, str], int]) -> Iterator[Shape]:
    """B-trees: plain, with a range, with an order, for joins, partial, covering."""
    relation = use.relation
    bases: dict[tuple[IndexKey, ...], bool] = {}

    def add(keys: Iterable[IndexKey], cover: bool = False) -> None:
        kept = _distinct(keys)[:MOST_KEYS]
        if kept and all(_may_lead(k.key, relation, facts) for k in kept):
            bases[kept] = bases.get(kept, False) or cover

    order = _ordering(relation, facts, popularity)
    equal = sorted(_keys(use.equal), key=order)
    listed = sorted(_keys(use.listed), key=order)
    joined = sorted(_keys(use.joined), key=order)
    both = sorted((*equal, *listed), key=order)
    sort = _sort(use.sort)
    for key in (*both, *joined):
        add([IndexKey(key)])
    add(map(IndexKey, equal), cover=True)
    add(map(IndexKey, both), cover=True)
    for key in _keys(use.ranges):
        add([IndexKey(key)])
        add([*map(IndexKey, equal), IndexKey(key)], cover=True)
        add([*map(IndexKey, both), IndexKey(key)], cover=True)
        for one in both:
            add([IndexKey(one), IndexKey(key)])
    for keys in use.rows:
        add([*map(IndexKey, equal), *map(IndexKey, keys)], cover=True)
        add(map(IndexKey, keys))
    if sort and (use.limited or equal):
        add([*map(IndexKey, equal), *sort], cover=True)
        for key in _keys(use.ranges):
            add([*map(IndexKey, equal), *sort, IndexKey(key)])
        if use.limited:
            add(sort)
            for one in equal:
                add([IndexKey(one), *sort])
    for key in joined:
        for keys in ((key, *equal), (*equal, key)):
            add(map(IndexKey, keys), cover=True)
        for other in (*_keys(use.ranges), *listed):
            add([IndexKey(key), IndexKey(other)])
    for pair in combinations(joined, 2):
        add(map(IndexKey, pair))
    for key in _keys(use.prefixes):
        opclass = "" if facts.sorts_by_byte(relation, key.columns[0]) else "text_pattern_ops"
        add([IndexKey(key, opclass=opclass)])
        add([*map(IndexKey, equal), IndexKey(key, opclass=opclass)])
    yield from _variants(use, facts, bases)


def _variants(use: TableUse, facts: Facts, bases: Mapping[tuple[IndexKey, ...], bool]) -> Iterator[Shape]:
    """Each base as it is, partial where a condition has no parameter, and covering where little is missing."""
    relation = use.relation
    wheres = _wheres(use.predicates)
    if wheres and not bases:
        bases = {(key,): False for key in _stand_in(use, facts)}
    for keys, cover in bases.items():
        for where in ((), *wheres):
            fixed = {column for predicate in where if _fixes(predicate) for column in predicate.columns}
            left = tuple(k for k in keys if not set(k.key.columns) <= fixed) or keys
            yield Shape(relation.schema, relation.name, "btree", left, (), where)
            included = _included(use, facts, left, where) if cover else ()
            if included:
                yield Shape(relation.schema, relation.name, "btree", left, included, where)


def _others(use: TableUse, facts: Facts) -> Iterator[Shape]:
    """GIN for containment and patterns, GiST for ranges, BRIN for large tables in their column's order."""
    relation = use.relation
    wheres = ((), *_wheres(use.predicates))

    def shapes(method: str, key: Key, opclass: str = "") -> Iterator[Shape]:
        for where in wheres:
            yield Shape(relation.schema, relation.name, method, (IndexKey(key, opclass=opclass),), (), where)

    for key, operator in use.contains:
        kind = facts.type_name(relation, key.sql) if key.is_column else ""
        if kind == "jsonb" or (not key.is_column and "->" in key.sql):
            if operator in ("@>", "@@", "@?"):
                yield from shapes("gin", key, "jsonb_path_ops")
            elif operator != "<@":
                yield from shapes("gin", key)
        elif (
            (kind.startswith("_") and operator in ("@>", "&&", "<@"))
            or kind == "tsvector"
            or (operator == "@@" and "to_tsvector" in key.sql)
        ):
            yield from shapes("gin", key)
        elif kind in _RANGE_TYPES and operator in ("@>", "&&", "<@"):
            yield from shapes("gist", key)
    schema = facts.extension_schema("pg_trgm")
    if schema is not None:
        for key in _keys(use.patterns):
            yield from shapes("gin", key, quote_qualified(schema, "gin_trgm_ops"))
    for key in _keys(use.ranges):
        found = facts.column_statistics(relation, key.sql) if key.is_column else None
        if (
            found is not None
            and abs(found.correlation or 0.0) >= _BRIN_CORRELATION
            and facts.pages(relation) >= _BRIN_PAGES
        ):
            yield Shape(relation.schema, relation.name, "brin", (IndexKey(key),))


def _keys(keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(keys))


def _distinct(keys: Iterable[IndexKey]) -> tuple[IndexKey, ...]:
    """Keep the first of keys over the same column."""
    found: dict[Key, IndexKey] = {}
    for key in keys:
        found.setdefault(key.key, key)
    return tuple(found.values())


def _ordering(relation: Relation, facts: Facts, popularity: Mapping[tuple[int, str], int]) -> _Order:
    def order(key: Key) -> tuple[float, float, str]:
        return (-popularity.get((relation.oid, key.sql), 0), -facts.distinct(relation, key), key.sql)

    return order


def _may_lead(key: Key, relation: Relation, facts: Facts) -> bool:
    """Whether a B-tree may hold a key: not too wide, and of a type with an order."""
    if any(facts.column(relation, name) is None for name in key.columns):
        return False
    if not key.is_column:
        return True
    kind = facts.type_name(relation, key.sql)
    return facts.width(relation, key.sql) <= WIDE and kind not in (
        "json",
        "xml",
        "jsonb",
        "point",
        "tsvector",
    )


def _sort(keys: Sequence[Sorted]) -> tuple[IndexKey, ...]:
    """Return the order to keep: read backwards where the first key descends."""
    flip = bool(keys) and keys[0].descending
    found = []
    for key in keys:
        first = key.descending if key.nulls_first is None else key.nulls_first
        descending, first = (key.descending != flip), (first != flip)
        found.append(IndexKey(key.key, descending, None if first == descending else first))
    return tuple(found)


def _wheres(predicates: Sequence[Predicate]) -> tuple[tuple[Predicate, ...], ...]:
    """Each condition alone, and all of them."""
    known = tuple(sorted(set(predicates)))[:3]
    singles = tuple((predicate,) for predicate in known)
    return (*singles, known) if len(known) > 1 else singles


def _fixes(predicate: Predicate) -> bool:
    """Whether a condition leaves a single value of its column, so that the column is no use as a key."""
    return not any(word in predicate.sql for word in (" < ", " > ", " <= ", " >= ", "IS NOT NULL"))


def _stand_in(use: TableUse, facts: Facts) -> Iterator[IndexKey]:
    """Return what to index where only a constant condition restricts: the primary key, else its own column."""
    primary = use.relation.primary_key
    names = use.relation.column_names(primary.columns) if primary else ()
    if not names and use.predicates:
        names = use.predicates[0].columns
    if names and facts.width(use.relation, names[0]) <= WIDE:
        yield IndexKey(Key(names[0], (names[0],)))


def _included(
    use: TableUse, facts: Facts, keys: Sequence[IndexKey], where: Sequence[Predicate]
) -> tuple[str, ...]:
    """Return the columns that would let an index-only scan answer, where they are few and small."""
    if use.output is None or facts.all_visible(use.relation) < _MOST_VISIBLE:
        return ()
    conditions = [*use.equal, *use.listed, *use.joined, *use.ranges]
    needed = use.output | {column for key in conditions for column in key.columns}
    # What the index's own predicate says need not be looked up.
    needed |= {c for predicate in use.predicates if predicate not in where for c in predicate.columns}
    missing = sorted(needed - {k.key.sql for k in keys if k.key.is_column})
    bytes_more = sum(facts.width(use.relation, name) for name in missing)
    return tuple(missing) if 0 < len(missing) <= _MOST_INCLUDED and bytes_more <= _INCLUDED_BYTES else ()
