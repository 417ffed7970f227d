"""Rows of the system catalogs into records: a relation at once, its parts when first looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from pgplumb.catalog.acl import array_elements
from pgplumb.catalog.expressions import Expressions
from pgplumb.catalog.relation import (
    Column,
    Constraint,
    Index,
    PartitionKey,
    Policy,
    Relation,
    RewriteRule,
    Trigger,
)
from pgplumb.catalog.relation import (
    Sequence as SequenceFacts,
)
from pgplumb.catalog.unread import Text
from pgplumb.foundation.collector import collector_paused
from pgplumb.server.rows import Row, Rows

_by_name = attrgetter("name")
_NO_OWNER = (0, 0, False)


@dataclass(slots=True)
class Structure:
    """One reading of the relation catalogs as the server delivered it, with row numbers by relation."""

    relation: Rows
    column: Rows
    constraint: Rows
    index: Rows
    policy: Rows
    trigger: Rows
    rewrite: Rows
    inherits: Rows
    ownership: Rows
    comment: Rows


class Comments:
    """Texts of COMMENT by object: `of("k", oid)` for a constraint, `of("r", table, 3)` for a column."""

    __slots__ = ("_rows", "_where")

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._where = dict(
            zip(zip(rows.column(1), rows.column(0), strict=True), range(len(rows)), strict=True)
        )

    def of(self, catalog: str, oid: int, part: int = 0) -> str | None:
        """Return an object's comment, or None."""
        at = self._where.get((catalog, oid))
        if at is None:
            return None
        _, _, parts, texts = self._rows[at]
        return next((t for p, t in zip(parts, texts, strict=True) if p == part), None)

    def parts(self, oid: int) -> Mapping[int, str]:
        """Return the comments of a relation (0) and its columns by number."""
        at = self._where.get(("r", oid))
        if at is None:
            return {}
        _, _, parts, texts = self._rows[at]
        return dict(zip(parts, texts, strict=True))


def _columns(row: Row, comments: Comments, expressions: Expressions) -> tuple[Column, ...]:
    relation, *properties = row
    *arrays, acls, granted = properties
    grants = dict(zip(granted or (), acls or (), strict=True))
    notes = comments.parts(relation)
    found = []
    for values in sorted(zip(*arrays, strict=True)):
        number, has_default = values[0], values[5]
        found.append(
            Column(
                *(
                    *values,
                    array_elements(grants[number]) if number in grants else None,
                    expressions.default(relation, number) if has_default else None,
                    notes.get(number),
                )
            )
        )
    return tuple(found)


def _constraint(row: Row, comments: Comments, expressions: Expressions) -> Constraint:
    (
        relation,
        oid,
        name,
        kind,
        columns,
        foreign,
        foreign_columns,
        on_delete,
        on_update,
        match,
        partly,
        *flags,
    ) = row
    return Constraint(
        *(
            oid,
            name,
            relation,
            kind,
            tuple(columns or ()),
            foreign,
            tuple(foreign_columns or ()),
            on_delete,
            on_update,
            match,
            tuple(partly or ()),
            *flags,
            expressions.check(oid, relation) if kind == "c" else None,
            comments.of("k", oid),
        )
    )


def _index(row: Row, comments: Comments, expressions: Expressions) -> Index:
    relation, oid, name = row[:3]
    has_predicate, has_expressions = row[18], row[19]
    predicate: Text | None = None
    texts: Text | None = None
    if has_predicate or has_expressions:
        predicate, texts = expressions.index(oid, relation)
    return Index(
        *(
            oid,
            name,
            relation,
            *row[3:14],
            *map(tuple, row[14:18]),
            *row[18:25],
            tuple(row[25] or ()),
            predicate if has_predicate else None,
            texts if has_expressions else None,
            comments.of("r", oid),
        )
    )


def _policy(row: Row, comments: Comments, expressions: Expressions) -> Policy:
    relation, oid, name, command, permissive, roles, has_using, has_check = row
    using, check = expressions.policy(oid, relation)
    return Policy(
        oid,
        name,
        relation,
        command,
        permissive,
        tuple(roles),
        has_using,
        has_check,
        using if has_using else None,
        check if has_check else None,
        comments.of("p", oid),
    )


def _trigger(row: Row, comments: Comments) -> Trigger:
    relation, oid, name, *facts, columns = row
    return Trigger(*(oid, name, relation, *facts, tuple(columns or ()), comments.of("t", oid)))


class ReadParts:
    """Parts of relations out of one reading; rows are sorted by relation when the first part is asked for."""

    def __init__(self, structure: Structure, expressions: Expressions) -> None:
        self._structure = structure
        self._expressions = expressions

    @cached_property
    def comments(self) -> Comments:
        """All comments of the reading."""
        return Comments(self._structure.comment)

    @cached_property
    def _column_rows(self) -> Mapping[int, Sequence[int]]:
        return self._structure.column.group_by(0)

    @cached_property
    def _constraint_rows(self) -> Mapping[int, Sequence[int]]:
        return self._structure.constraint.group_by(0)

    @cached_property
    def _index_rows(self) -> Mapping[int, Sequence[int]]:
        return self._structure.index.group_by(0)

    @cached_property
    def _policy_rows(self) -> Mapping[int, Sequence[int]]:
        return self._structure.policy.group_by(0)

    @cached_property
    def _trigger_rows(self) -> Mapping[int, Sequence[int]]:
        return self._structure.trigger.group_by(0)

    @cached_property
    def _rewrite_rows(self) -> Mapping[int, Sequence[int]]:
        return self._structure.rewrite.group_by(0)

    def columns(self, relation: int, /) -> tuple[Column, ...]:
        """Columns in order of their number."""
        at = self._column_rows.get(relation)
        return _columns(self._structure.column[at[0]], self.comments, self._expressions) if at else ()

    def constraints(self, relation: int, /) -> tuple[Constraint, ...]:
        """Constraints by name."""
        at = self._constraint_rows.get(relation, ())
        rows = self._structure.constraint
        found = (_constraint(rows[i], self.comments, self._expressions) for i in at)
        return tuple(sorted(found, key=_by_name))

    def indexes(self, relation: int, /) -> tuple[Index, ...]:
        """Indexes by name."""
        at = self._index_rows.get(relation, ())
        rows = self._structure.index
        return tuple(sorted((_index(rows[i], self.comments, self._expressions) for i in at), key=_by_name))

    def policies(self, relation: int, /) -> tuple[Policy, ...]:
        """Policies by name."""
        at = self._policy_rows.get(relation, ())
        rows = self._structure.policy
        return tuple(sorted((_policy(rows[i], self.comments, self._expressions) for i in at), key=_by_name))

    def triggers(self, relation: int, /) -> tuple[Trigger, ...]:
        """Triggers by name."""
        at = self._trigger_rows.get(relation, ())
        rows = self._structure.trigger
        return tuple(sorted((_trigger(rows[i], self.comments) for i in at), key=_by_name))

    def rules(self, relation: int, /) -> tuple[RewriteRule, ...]:
        """Rewrite rules by name, without the `_RETURN` rules of views."""
        at = self._rewrite_rows.get(relation, ())
        rows = (self._structure.rewrite[i] for i in at)
        found = (RewriteRule(row[1], row[2], relation, *row[3:6]) for row in rows if row[2] != "_RETURN")
        return tuple(sorted(found, key=_by_name))

    def uses(self, relation: int, /) -> tuple[int, ...]:
        """Relations that a view reads, by oid."""
        at = self._rewrite_rows.get(relation, ())
        return tuple(sorted({oid for i in at for oid in self._structure.rewrite[i][6]}))


def assemble(structure: Structure, expressions: Expressions) -> dict[int, Relation]:
    """Return relations by oid. Only their own row is decoded now; columns, indexes and so on when asked for."""
    with collector_paused():
        return _assemble(structure, expressions)


def _assemble(structure: Structure, expressions: Expressions) -> dict[int, Relation]:
    parts = ReadParts(structure, expressions)
    comment = parts.comments.of
    parents = {row[0]: tuple(row[1]) for row in structure.inherits}
    extensions: dict[int, str] = {}
    owners: dict[int, tuple[int, int, bool]] = {}
    for oid, dependency, extension, table, number in structure.ownership:
        if dependency == "e":
            extensions[oid] = extension
        else:
            owners[oid] = (table, number, dependency == "i")
    found: dict[int, Relation] = {}
    for row in structure.relation:
        oid, kind, is_partition = row[0], row[3], row[11]
        key = None if row[21] is None else PartitionKey(row[21], tuple(row[22]), row[23])
        sequence = None
        if row[24] is not None:
            sequence = SequenceFacts(*(*row[24:31], *owners.get(oid, _NO_OWNER)))
        found[oid] = Relation(
            *(
                *row[:12],
                parents.get(oid, ()),
                row[12],
                tuple(row[13] or ()),
                None if row[14] is None else tuple(row[14]),
                *row[15:21],
                extensions.get(oid),
                comment("r", oid),
                parts.uses(oid) if kind in "vm" else (),
                key,
                expressions.bound(oid) if is_partition else None,
                sequence,
                row[31],
                parts,
            )
        )
    return found
