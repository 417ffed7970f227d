"""CREATE INDEX statements: for new indexes, and rebuilt from the catalog's record of an old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Index, Relation
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import literal, name, names, qualified
from pgplumb.migrate.intents.parts.steps import BUILDS, alone, long, short
from pgplumb.migrate.plan import Step

_DEFAULT_COLLATION = 100


@dataclass(frozen=True, slots=True)
class IndexShape:
    """What follows the table's name in CREATE INDEX."""

    method: str
    keys: str
    """The key columns and expressions as SQL, without the parentheses around them."""
    include: str = ""
    unique: bool = False
    nulls_not_distinct: bool = False
    storage: str = ""
    where: str = ""

    def statement(self, index: str, table: Relation, *, concurrently: bool, only: bool = False) -> str:
        """Return a CREATE INDEX statement."""
        words = ["CREATE", "UNIQUE" if self.unique else "", "INDEX", "CONCURRENTLY" if concurrently else ""]
        words += [name(index), "ON", "ONLY" if only else "", find.sql_name(table)]
        words += [f"USING {name(self.method)}" if self.method != "btree" else "", f"({self.keys})"]
        words += [f"INCLUDE ({self.include})" if self.include else ""]
        words += ["NULLS NOT DISTINCT" if self.nulls_not_distinct else ""]
        words += [
            f"WITH ({self.storage})" if self.storage else "",
            f"WHERE {self.where}" if self.where else "",
        ]
        return " ".join(w for w in words if w)


def shape_of(catalog: Catalog, table: Relation, index: Index) -> IndexShape:
    """Return the shape of an index that exists. Raises Unwritable where a part of it was not read."""
    expressions = iter(_expressions(index))
    keys = [_key(catalog, table, index, at, next(expressions, "")) for at in range(index.key_count)]
    return IndexShape(
        method=index.method,
        keys=", ".join(keys),
        include=names(table.column_names(index.included)),
        unique=index.is_unique,
        nulls_not_distinct=index.nulls_not_distinct,
        storage=", ".join(_storage(option) for option in index.storage_options),
        where=find.known(index.predicate, f"the predicate of {index.name}") if index.has_predicate else "",
    )


def _expressions(index: Index) -> Sequence[str]:
    if not index.has_expressions:
        return ()
    return split_list(find.known(index.expressions, f"the expressions of {index.name}"))


def _key(catalog: Catalog, table: Relation, index: Index, at: int, expression: str) -> str:
    column = table.column(index.columns[at])
    words = [name(column.name) if column else f"({expression})"]
    own = column.collation if column else _DEFAULT_COLLATION
    collation = index.collations[at] if at < len(index.collations) else 0
    if collation not in (0, own):
        found = catalog.collations.get(collation)
        if found is None:
            raise Unwritable(f"the collation of {index.name} was not read")
        words.append(f"COLLATE {qualified(found.schema, found.name)}")
    if at < len(index.opclasses):
        words += _opclass(catalog, index, index.opclasses[at])
    options = index.options[at] if at < len(index.options) else 0
    words += {0: [], 1: ["DESC", "NULLS LAST"], 2: ["NULLS FIRST"], 3: ["DESC"]}[options & 3]
    return " ".join(words)


def _opclass(catalog: Catalog, index: Index, oid: int) -> list[str]:
    found = catalog.opclasses.get(oid)
    if found is None:
        raise Unwritable(f"the operator class of {index.name} was not read")
    return [] if found.default else [qualified(found.schema, found.name)]


def _storage(option: str) -> str:
    key, _, value = option.partition("=")
    return f"{key} = {literal(value)}"


def split_list(text: str) -> list[str]:
    """Split what pg_get_expr prints for several expressions at its top-level commas."""
    parts, start, depth, quote = [], 0, 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            parts.append(text[start:position].strip())
            start = position + 1
    return [*parts, text[start:].strip()]


def serves(table: Relation, columns: Sequence[str]) -> bool:
    """Whether a whole, valid index of a table leads with these columns in any order."""
    wanted = set(columns)
    return any(
        i.is_valid and not i.has_predicate and i.method == "btree"
        and set(table.column_names(i.key_columns[: len(wanted)])) == wanted
        for i in table.indexes
    )  # fmt: skip


def steps(
    catalog: Catalog,
    table: Relation,
    index: str,
    shape: IndexShape,
    *,
    comment: str | None = None,
    like: Index | None = None,
) -> tuple[list[Step], bool]:
    """Return the steps that create an index without blocking writers, and whether they manage that.

    A partitioned table gets an index on itself alone, then one on each partition, built concurrently and
    attached; with the last one the parent's index turns valid. Foreign tables cannot have one, so that the
    parent's index is made in one go beside them. `like` is one that exists: its parts keep their names.
    """
    said = f"COMMENT ON INDEX {qualified(table.schema, index)} IS {literal(comment)}" if comment else ""
    if table.kind != "p":
        return [built(table, index, shape, said)], True
    if any(leaf.kind != "r" for leaf in _descendants(catalog, table)):
        return [at_once(table, index, shape, said)], False
    found: list[Step] = []
    _partitioned(catalog, table, index, shape, found, like)
    return found + ([short(said, "", "describe it")] if said else []), True


def built(table: Relation, index: str, shape: IndexShape, *more: str, about: str = "build the index") -> Step:
    """Return the step that builds an index of a table, not partitioned, beside its writers."""
    up = [shape.statement(index, table, concurrently=True), *filter(None, more)]
    # A constraint that takes the index over takes it along when it is dropped.
    down = f"DROP INDEX CONCURRENTLY IF EXISTS {qualified(table.schema, index)}"
    return alone(up, down, about, waits_for=BUILDS)


def at_once(table: Relation, index: str, shape: IndexShape, *more: str) -> Step:
    """Return the step that builds an index while writers wait: for tables without rows."""
    up = [shape.statement(index, table, concurrently=False), *filter(None, more)]
    return long(up, f"DROP INDEX {qualified(table.schema, index)}", "build the index while writers wait")


def drop(table: Relation, index: str) -> str:
    """Return the statement that drops an index; on a partitioned table it cannot be done concurrently."""
    concurrently = "" if table.kind == "p" else "CONCURRENTLY "
    return f"DROP INDEX {concurrently}{qualified(table.schema, index)}"


def _descendants(catalog: Catalog, table: Relation) -> list[Relation]:
    found: list[Relation] = []
    for child in catalog.children.get(table.oid, ()):
        found += _descendants(catalog, child) if child.kind == "p" else [child]
    return found


def _partitioned(
    catalog: Catalog, table: Relation, index: str, shape: IndexShape, out: list[Step], like: Index | None
) -> None:
    whole = qualified(table.schema, index)
    # Attached indexes of partitions go with their parent's, and cannot go alone.
    gone = f"DROP INDEX IF EXISTS {whole}"
    only = shape.statement(index, table, concurrently=False, only=True)
    out.append(short(only, gone, f"declare the index on {table.name} alone"))
    for child in catalog.children.get(table.oid, ()):
        part = next((i for i in child.indexes if like is not None and i.parent == like.oid), None)
        suffix = index.removeprefix("idx_").removeprefix(f"{table.name}_")
        own = part.name if part else naming.index_name(catalog, child, (suffix,))
        if child.kind == "p":
            _partitioned(catalog, child, own, shape, out, part)
        else:
            out.append(built(child, own, shape, about=f"build the index of {child.name}"))
        attach = f"ALTER INDEX {whole} ATTACH PARTITION {qualified(child.schema, own)}"
        out.append(short(attach, gone, f"attach the index of {child.name}", phase="switch"))


def keyed(
    catalog: Catalog,
    table: Relation,
    key: str,
    columns: tuple[str, ...],
    *,
    primary: bool,
    nulls: bool = False,
) -> list[Step]:
    """Return the steps that make a primary key or unique constraint of a table, raw, by indexes built beside writers.

    A partitioned table's is declared on it alone; it turns valid with the last partition's that is attached.
    """
    word = "PRIMARY KEY" if primary else "UNIQUE"
    distinct = " NULLS NOT DISTINCT" if nulls else ""
    alter = f"ALTER TABLE {find.sql_name(table)}"
    gone = f"{alter} DROP CONSTRAINT IF EXISTS {name(key)}"
    if table.kind != "p":
        shape = IndexShape("btree", names(columns), unique=True, nulls_not_distinct=nulls)
        take = f"{alter} ADD CONSTRAINT {name(key)} {word} USING INDEX {name(key)}"
        about = f"make the index the key of {table.name}"
        return [built(table, key, shape), short(take, gone, about, phase="switch")]
    only = f"ALTER TABLE ONLY {find.sql_name(table)} ADD CONSTRAINT {name(key)} {word}{distinct} ({names(columns)})"
    found = [short(only, gone, f"declare the key on {table.name} alone")]
    for child in catalog.children.get(table.oid, ()):
        taken = naming.relation_taken(catalog, child.schema)
        own = naming.constraint_name(child, () if primary else columns, "pkey" if primary else "key", taken)
        found += keyed(catalog, child, own, columns, primary=primary, nulls=nulls)
        attach = f"ALTER INDEX {qualified(table.schema, key)} ATTACH PARTITION {qualified(child.schema, own)}"
        found.append(short(attach, gone, f"attach the key of {child.name}", phase="switch"))
    return found
