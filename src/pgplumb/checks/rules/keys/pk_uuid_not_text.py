"""UUID keys are stored as uuid."""

from __future__ import annotations

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.statistics import ColumnStatistics
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import BPCHAR, STRINGS, UUID, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.name_words import words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_UUID_WORDS = frozenset(("uuid", "guid"))
_HASH_WORDS = frozenset(("hash", "md5", "sha", "digest", "checksum", "fingerprint", "token", "etag"))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for text in a primary key that its default, its name or its length gives away as a UUID."""
    key = table.primary_key
    if key is None:
        return
    kinds = leaves(facts.catalog)
    inherited = None
    for number in key.columns:
        column = table.column(number)
        if column is None:
            continue
        leaf = kinds[column.type_oid]
        if leaf.oid == UUID:
            report.checked()
        if leaf.oid not in STRINGS or leaf.is_array:
            continue
        if inherited is None:
            inherited = foreign_key_columns(table)
        if number in inherited:
            continue
        report.checked()
        typmod = column.typmod if column.typmod >= 0 else leaf.typmod
        length = typmod - 4 if typmod >= 0 else None
        sign = signs_of_uuid(column, length)
        if sign is None and length in (32, 36, 38):
            sign = _by_width(table, column, length, leaf.oid, facts, report)
        if sign is None:
            continue
        referenced = bool(facts.catalog.referencing.get(table.oid))
        report.fail(
            table.column_id(column),
            f"the key {table.qualified}.{part(column.name)} holds UUIDs as text ({sign}): uuid takes 16 bytes "
            "instead of 37 and refuses what is none",
            {"length": length, "sign": sign},
            related=(table.id,),
            fix=None
            if referenced
            else Fix("change-type", {"table": table.qualified, "column": column.name, "type": "uuid"}),
        )


def signs_of_uuid(column: Column, length: int | None) -> str | None:
    """Return what says that a text holds UUIDs, whatever its length: its default or its name."""
    if isinstance(column.default, str) and ("uuid" in column.default or "guid" in column.default):
        return f"its default is {column.default}"
    if not _UUID_WORDS.isdisjoint(words(column.name)) and length in (None, 32, 36, 38):
        return "its name"
    return None


def _by_width(
    table: Relation, column: Column, length: int, kind: int, facts: Facts, report: Report
) -> str | None:
    """Judge by the length alone; 32 characters may be a hash as well, and shorter values are no UUIDs."""
    parts = words(column.name)
    if not _HASH_WORDS.isdisjoint(parts):
        return None
    found = column_statistics(table, column.number, facts)
    if kind != BPCHAR and isinstance(found, ColumnStatistics) and found.average_width != length + 1:
        return None
    if length == 32:
        report.unknown(
            f"{table.qualified}.{part(column.name)} has 32 characters: UUIDs without dashes or hashes, no row was read"
        )
        return None
    return f"its {length} characters"


RULE = Rule(
    id="pk-uuid-not-text",
    title="UUID keys are stored as uuid",
    category=Category.KEYS,
    severity=Severity.WARNING,
    tier=Tier.GROWTH,
    passes="No primary key column is text with a UUID as default, text named uuid or guid, or char or varchar of "
    "36 or 38 characters; hashes and keys of parents are not meant.",
    why="As text a UUID takes more than twice the space in the table, in every index and in every referencing "
    "table. Text also takes upper and lower case for different keys and accepts what is no UUID.",
    source="https://www.postgresql.org/docs/current/datatype-uuid.html",
    looks_at="pg_attribute (atttypid, atttypmod), pg_attrdef, pg_stats.avg_width",
    each_table=check,
    reads=("statistics", "catalog.types"),
    unknown_when="a key of 32 characters may be a UUID or a hash",
    not_applicable_when="no primary key has a text or uuid column",
)
