"""What has a type of its own is not text."""

from __future__ import annotations

from functools import lru_cache

from pgplumb.catalog.relation import Column, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_statistics import column_statistics
from pgplumb.checks.column_types import STRINGS, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.foreign_keys import foreign_key_columns
from pgplumb.checks.name_words import words
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

_WIDTHS = {"inet": (8, 40), "macaddr": (13, 18), "uuid": (37, 37), "jsonb": (3, 10**9)}
"""How wide the texts of such values are, the byte of their length included."""
_MASKED = frozenset(("hash", "hashed", "masked", "anonymized", "anonymised", "encrypted", "token"))


@lru_cache(maxsize=16384)
def meant(name: str) -> str | None:
    """Return the type that a name says a column holds: client_ip, mac_address, request_uuid, payload_json."""
    found = words(name)
    if not _MASKED.isdisjoint(found):
        return None
    if (
        found[-1:] in (("ip",), ("ipv4",), ("ipv6",))
        or found[-2:] == ("ip", "address")
        or name == "remote_addr"
    ):
        return "inet"
    if found[-2:] == ("mac", "address") or found[-1:] in (("mac",), ("macaddr",)):
        return "macaddr"
    if found[-1:] in (("uuid",), ("guid",)):
        return "uuid"
    return "jsonb" if found[-1:] in (("json",), ("jsonb",)) else None


def _held(table: Relation) -> set[int]:
    """Return the columns that cannot change by themselves: of keys and of the partition key."""
    keyed = {n for c in table.constraints if c.kind in "pxf" for n in c.columns}
    return keyed | set(table.partition_key.columns if table.partition_key else ())


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Compare names with types, and what ANALYZE saw of the widths with what such values have."""
    columns = [c for c in table.columns if meant(c.name)]
    if not columns:
        return
    kinds = leaves(facts.catalog)
    referring = foreign_key_columns(table)
    for column in columns:
        leaf = kinds[column.type_oid]
        wanted = meant(column.name)
        if wanted is None or leaf.is_array or leaf.is_domain or column.generated:
            continue
        report.checked()
        if leaf.oid in STRINGS and column.number not in referring:
            _judge(table, column, wanted, facts, report)


def _judge(table: Relation, column: Column, wanted: str, facts: Facts, report: Report) -> None:
    found = column_statistics(table, column.number, facts)
    if isinstance(found, Unread):
        report.unknown(found.reason)
        return
    least, most = _WIDTHS[wanted]
    if found is not None and not least <= found.average_width <= most:
        return
    quoted = quote_identifier(column.name)
    fields = {"table": table.qualified, "column": column.name, "type": wanted}
    if not column.has_default:
        fields["using"] = f"nullif({quoted}, '')::{wanted}"
    report.fail(
        table.column_id(column),
        f"{table.qualified}.{part(column.name)} is named for {_ARTICLE[wanted]} and holds text, which takes any",
        {"type": wanted, "average_width": found.average_width if found else None},
        related=(table.id,),
        fix=Fix("change-type", fields) if column.number not in _held(table) else None,
    )


_ARTICLE = {"inet": "an IP address", "macaddr": "a MAC address", "uuid": "a UUID", "jsonb": "JSON"}

RULE = Rule(
    id="email-ip-native-types",
    title="Addresses, UUIDs and JSON have their own types",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Columns named for an IP address, a MAC address, a UUID or JSON (client_ip, mac_address, request_uuid, "
    "payload_json) are inet, macaddr, uuid and json, unless their values are of another width; no value is looked at.",
    why="Text takes '10.0.0.999' and two spellings of one UUID, compares them letter by letter and needs twice the "
    "space. The type refuses what is none, and brings operators for networks and paths.",
    source="https://www.postgresql.org/docs/current/datatype-net-types.html",
    looks_at="pg_attribute (attname, atttypid), pg_stats.avg_width",
    each_table=check,
    reads=("catalog.types", "statistics"),
    unknown_when="a large table was never analysed, or its pg_stats rows are hidden",
    not_applicable_when="no column is named for such a value",
)
