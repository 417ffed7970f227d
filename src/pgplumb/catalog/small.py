"""Everything in the catalog that is no relation: few rows, decoded at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pgplumb.catalog.model import (
    Catalog,
    Collation,
    Database,
    DefaultPrivilege,
    DynamicBody,
    Extension,
    Function,
    Membership,
    Opclass,
    Publication,
    Role,
    Schema,
    Setting,
    SettingOverride,
    StatisticsObject,
    Subscription,
    Type,
)
from pgplumb.server.rows import Row, Rows

SMALL = (
    "schema",
    "role",
    "membership",
    "extension",
    "type",
    "function",
    "setting",
    "setting_override",
    "default_privilege",
    "statistics_object",
    "publication",
    "subscription",
    "opclass",
    "collation",
)
"""Statements whose rows `build` takes."""


def build(database: Row, rows: Mapping[str, Rows], comments: Rows) -> tuple[Catalog, int]:
    """Return a catalog without relations, and the low-water mark of its snapshot."""
    types = {row[0]: _type(row) for row in rows["type"]}
    notes = {row[0]: row[3][0] for row in comments if row[1] == "f"}
    number, text, clock, role, standby, low_water, words = database[13:]
    memberships = sorted(rows["membership"])
    overrides = sorted(rows["setting_override"])
    privileges = sorted(rows["default_privilege"])
    objects = sorted(rows["statistics_object"])
    catalog = Catalog(
        read_at=clock,
        server_version=number,
        server_version_text=text,
        database=Database(
            *(
                *database[:7],
                acl(database[7]),
                *database[8:13],
            )
        ),
        current_role=role,
        is_standby=standby,
        schemas={
            row[0]: Schema(
                *(
                    *row[:3],
                    acl(row[3]),
                    *row[4:],
                )
            )
            for row in rows["schema"]
        },
        roles={row[0]: Role(*row) for row in rows["role"]},
        memberships=tuple(Membership(*row) for row in memberships),
        functions={row[0]: _function(row, notes) for row in rows["function"]},
        types=types,
        extensions={row[0]: Extension(*row) for row in rows["extension"]},
        settings={row[0]: Setting(*row) for row in rows["setting"]},
        setting_overrides=tuple(SettingOverride(*(*row[:2], tuple(row[2] or ()))) for row in overrides),
        default_privileges=tuple(DefaultPrivilege(*(*row[:3], tuple(row[3] or ()))) for row in privileges),
        statistics_objects=tuple(
            StatisticsObject(
                *(
                    *row[:4],
                    tuple(row[4]),
                    tuple(row[5]),
                    row[6],
                )
            )
            for row in objects
        ),
        publications={
            row[0]: Publication(
                *(
                    *row[:8],
                    tuple(row[8]),
                    tuple(row[9]),
                )
            )
            for row in rows["publication"]
        },
        subscriptions=tuple(Subscription(*row) for row in sorted(rows["subscription"])),
        opclasses={row[0]: Opclass(*row) for row in rows["opclass"]},
        collations={row[0]: Collation(*row) for row in rows["collation"]},
        reserved_words=frozenset(words),
    )
    return catalog, low_water


def acl(items: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return aclitems, or None where the catalog has none: the built-in default holds."""
    return None if items is None else tuple(items)


def _type(row: Row) -> Type:
    labels, has_checks, comment = row[13:]
    return Type(
        *(
            *row[:13],
            tuple(labels or ()),
            has_checks,
            comment,
        )
    )


def _function(row: Row, notes: Mapping[int, str]) -> Function:
    oid, schema, name, arguments, names, *rest = row
    config, privileges, sql_body, extension, argument_names, body = rest[10:]
    return Function(
        *(
            oid,
            schema,
            name,
            tuple(arguments),
            tuple(names),
            *rest[:10],
            tuple(config or ()),
            acl(privileges),
            sql_body,
            extension,
            notes.get(oid),
            None if body is None else DynamicBody(tuple(argument_names), body),
        )
    )
