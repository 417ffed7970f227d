"""UUID keys are ordered by time."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import UUID, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_ORDERED = re.compile(
    r"v[67]\b|uuid_?[67]|uuid_generate_v[67]|ulid|timeordered|time_ordered|sequential", re.IGNORECASE
)
_RANDOM = re.compile(
    r"\b(?:gen_random_uuid|uuidv4|uuid_generate_v[1345]|uuid_generate_v1mc|newid)\(", re.IGNORECASE
)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at the default of a uuid in the primary key; without one the application decides."""
    key = table.primary_key
    if key is None:
        return
    kinds = leaves(facts.catalog)
    inherited = None
    for number in key.columns:
        column = table.column(number)
        if column is None or kinds[column.type_oid].oid != UUID:
            continue
        if inherited is None:
            inherited = foreign_key_columns(table)
        # In a composite key a column without a default names something that has its key elsewhere.
        if column.number in inherited or (len(key.columns) > 1 and not column.has_default):
            continue
        report.checked()
        _judge(table, column, facts, report)


def _judge(table: Relation, column: Column, facts: Facts, report: Report) -> None:
    where = f"{table.qualified}.{part(column.name)}"
    default = column.default
    if not column.has_default:
        report.unknown(f"{where} has no default: the application makes its UUIDs")
    elif not isinstance(default, str):
        reason = default.reason if isinstance(default, Unread) else "not read"
        report.unknown(f"the default of {where} is not known: {reason}")
    elif _RANDOM.search(default):
        ordered = facts.catalog.server_version >= 180000
        report.fail(
            table.column_id(column),
            f"{where} takes random keys from {default}: every insert touches another page of its indexes",
            {"default": default},
            related=(table.id,),
            fix=Fix(
                "set-default",
                {"table": table.qualified, "column": column.name, "default": "pg_catalog.uuidv7()"},
            )
            if ordered
            else None,
        )
    elif not _ORDERED.search(default):
        report.unknown(f"whether {default} makes {where} in order of time is not known")


RULE = Rule(
    id="pk-uuid-time-ordered",
    title="UUID keys are ordered by time",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.SCALE,
    passes="The default of a uuid primary key is a time-ordered version (7, or 6 and ULID), not random.",
    why="Random keys spread inserts over the whole index, so that caches miss and the write-ahead log fills with "
    "full page images. Keys in order of time append to its right edge.",
    source="https://www.postgresql.org/docs/current/functions-uuid.html",
    looks_at="pg_attribute.atttypid, pg_attrdef",
    each_table=check,
    reads=("catalog.types",),
    unknown_when="a uuid key has no default, or one that is not known to be ordered",
    not_applicable_when="no primary key has a uuid of its own",
)
