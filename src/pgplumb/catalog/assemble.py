"""Rows of the system catalogs into records: a relation at once, its parts when first looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
from pgplumb.catalog.unread import Deferred, Text
from pgplumb.server.rows import Rows

_by_name = attrgetter("name")
_NOTHING: tuple[int, ...] = ()


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
        self._where = {(rows[i][1], rows[i][0]): i for i in range(len(rows))}

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


def _columns(
    rows: Rows, at: int | None, relation: int, comments: Comments, expressions: Expressions
) -> tuple[Column, ...]:
    if at is None:
        return ()
    (
        _,
        numbers,
        names,
        types,
        typmods,
        required,
        defaulted,
        identities,
        generated,
        collations,
        targets,
        acls,
        granted,
    ) = rows[at]
    grants = dict(zip(granted or (), acls or (), strict=True))
    notes = comments.parts(relation)
    found = []
    for (
        number,
        name,
        type_oid,
        typmod,
        not_null,
        has_default,
        identity,
        generation,
        collation,
        target,
    ) in sorted(
        zip(
            numbers,
            names,
            types,
            typmods,
            required,
            defaulted,
            identities,
            generated,
            collations,
            targets,
            strict=True,
        )
    ):
        found.append(
            Column(
                number,
                name,
                type_oid,
                typmod,
                not_null,
                has_default,
                identity,
                generation,
                collation,
                target,
                array_elements(grants[number]) if number in grants else None,
                expressions.default(relation, number) if has_default else None,
                notes.get(number),
            )
        )
    return tuple(found)


def _constraints(
    rows: Rows, at: Sequence[int], relation: int, comments: Comments, expressions: Expressions
) -> tuple[Constraint, ...]:
    found = []
    for i in at:
        (
            _,
            oid,
            name,
            kind,
            columns,
            foreign,
            foreign_columns,
            on_delete,
            on_update,
            match,
            set_columns,
            *flags,
        ) = rows[i]
        found.append(
            Constraint(
                *(
                    oid,
                    name,
                    relation,
                    kind,
                    tuple(columns or _NOTHING),
                    foreign,
                    tuple(foreign_columns or _NOTHING),
                    on_delete,
                    on_update,
                    match,
                    tuple(set_columns or _NOTHING),
                    *flags,
                    expressions.check(oid, relation) if kind == "c" else None,
                    comments.of("k", oid),
                )
            )
        )
    return tuple(sorted(found, key=_by_name))


def _indexes(
    rows: Rows, at: Sequence[int], relation: int, comments: Comments, expressions: Expressions
) -> tuple[Index, ...]:
    found = []
    for i in at:
        row = rows[i]
        oid, has_predicate, has_expressions = row[1], row[18], row[19]
        predicate: Text | None = None
        texts: Text | None = None
        if has_predicate or has_expressions:
            predicate, texts = expressions.index(oid, relation)
        found.append(
            Index(
                *(
                    oid,
                    row[2],
                    relation,
                    *row[3:14],
                    tuple(row[14]),
                    tuple(row[15]),
                    tuple(row[16]),
                    tuple(row[17]),
                    *row[18:25],
                    tuple(row[25] or ()),
                    predicate if has_predicate else None,
                    texts if has_expressions else None,
                    comments.of("r", oid),
                )
            )
        )
    return tuple(sorted(found, key=_by_name))


def _policies(
    rows: Rows, at: Sequence[int], relation: int, comments: Comments, expressions: Expressions
) -> tuple[Policy, ...]:
    found = []
    for i in at:
        _, oid, name, command, permissive, roles, has_using, has_check = rows[i]
        using, check = expressions.policy(oid, relation)
        found.append(
            Policy(
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
        )
    return tuple(sorted(found, key=_by_name))


def _triggers(rows: Rows, at: Sequence[int], relation: int, comments: Comments) -> tuple[Trigger, ...]:
    found = []
    for i in at:
        _, oid, name, function, enabled, bits, internal, constraint, parent, condition, columns = rows[i]
        found.append(
            Trigger(
                oid,
                name,
                relation,
                function,
                enabled,
                bits,
                internal,
                constraint,
                parent,
                condition,
                tuple(columns or _NOTHING),
                comments.of("t", oid),
            )
        )
    return tuple(sorted(found, key=_by_name))


def _rules(rows: Rows, at: Sequence[int], relation: int) -> tuple[RewriteRule, ...]:
    found = []
    for i in at:
        _, oid, name, event, instead, enabled, _ = rows[i]
        if name != "_RETURN":
            found.append(RewriteRule(oid, name, relation, event, instead, enabled))
    return tuple(sorted(found, key=_by_name))


def assemble(parts: Structure, expressions: Expressions) -> dict[int, Relation]:
    """Return relations by oid. Only their own row is decoded now; columns, indexes and so on when asked for."""
    columns = {oid: at[0] for oid, at in parts.column.group_by(0).items()}
    constraints = parts.constraint.group_by(0)
    indexes = parts.index.group_by(0)
    policies = parts.policy.group_by(0)
    triggers = parts.trigger.group_by(0)
    rewrites = parts.rewrite.group_by(0)
    parents = {row[0]: tuple(row[1]) for row in parts.inherits}
    extensions: dict[int, str] = {}
    owners: dict[int, tuple[int, int, bool]] = {}
    for oid, dependency, extension, table, number in parts.ownership:
        if dependency == "e":
            extensions[oid] = extension
        else:
            owners[oid] = (table, number, dependency == "i")
    comments = Comments(parts.comment)
    none: Sequence[int] = ()
    found: dict[int, Relation] = {}
    for row in parts.relation:
        oid, kind, is_partition = row[0], row[3], row[11]
        key = None if row[21] is None else PartitionKey(row[21], tuple(row[22]), row[23])
        sequence = None
        if row[24] is not None:
            sequence = SequenceFacts(
                *(
                    *row[24:31],
                    *owners.get(oid, (0, 0, False)),
                )
            )
        rules_at = rewrites.get(oid, none)
        uses: set[int] = set()
        if kind in "vm":
            for i in rules_at:
                uses.update(parts.rewrite[i][6])
        found[oid] = Relation(
            *(
                oid,
                *row[1:12],
                parents.get(oid, _NOTHING),
                row[12],
                tuple(row[13] or ()),
                None if row[14] is None else tuple(row[14]),
                *row[15:21],
                extensions.get(oid),
                comments.of("r", oid),
                tuple(sorted(uses)),
                key,
                expressions.bound(oid) if is_partition else None,
                sequence,
                row[31],
                Deferred(partial(_columns, parts.column, columns.get(oid), oid, comments, expressions)),
                Deferred(
                    partial(
                        _constraints, parts.constraint, constraints.get(oid, none), oid, comments, expressions
                    )
                ),
                Deferred(partial(_indexes, parts.index, indexes.get(oid, none), oid, comments, expressions)),
                Deferred(
                    partial(_policies, parts.policy, policies.get(oid, none), oid, comments, expressions)
                ),
                Deferred(partial(_triggers, parts.trigger, triggers.get(oid, none), oid, comments)),
                Deferred(partial(_rules, parts.rewrite, rules_at, oid)),
            )
        )
    return found
