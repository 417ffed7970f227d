"""One name, one type."""

from __future__ import annotations

from collections import Counter

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Relation
from pgplumb.checks.column_types import STRINGS, TEXT, type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary
from pgplumb.checks.named_objects import columns_by_name
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

GENERIC = vocabulary(
    """id uuid key value values data name names status state type types kind code description title label note notes
    comment comments content contents body text payload metadata meta settings config options params args result
    results error message version number position rank level priority sort order size length width height weight
    count total amount score rate ratio duration source target ref reference external_id resource_id entity_id
    object_id subject_id target_id source_id record_id item_id parent_id old_value new_value before after attributes
    properties tags flags details extra raw hash token date time timestamp start end url path format language role
    category content_id reference_id model_id owner_id actor_id"""
)
"""Names that mean something else in each table."""


def check(facts: Facts, report: Report) -> None:
    """Group columns by name; where types differ, report those that the fewest tables have."""
    catalog = facts.catalog
    plain: dict[int, int] = {}
    for name, uses in columns_by_name(catalog).items():
        if len(uses) < 2 or name.lower() in GENERIC:
            continue
        report.checked()
        types = {column.type_oid for _, column in uses}
        if len(types) > 1:
            _compare(name, [use for use in uses if use[0].is_table], catalog, plain, report)


def _compare(
    name: str,
    uses: list[tuple[Relation, Column]],
    catalog: Catalog,
    plain: dict[int, int],
    report: Report,
) -> None:
    """Compare beneath domains; text, varchar and char are one, as they hold the same values."""
    for _, column in uses:
        if column.type_oid not in plain:
            oid, _ = without_domain(catalog, column.type_oid, -1)
            plain[column.type_oid] = TEXT if oid in STRINGS else oid
    counts = Counter(plain[column.type_oid] for _, column in uses)
    if len(counts) < 2:
        return
    shown = {oid: type_text(catalog, oid) for oid in counts}
    usual = min(counts, key=lambda oid: (-counts[oid], shown[oid]))
    example = next((t, c) for t, c in uses if plain[c.type_oid] == usual)
    for table, column in uses:
        own = plain[column.type_oid]
        if own != usual:
            report.fail(
                table.column_id(column),
                f"{table.qualified}.{part(name)} is {shown[own]}; in {counts[usual]} other "
                f"{'table' if counts[usual] == 1 else 'tables'} a column of this name is {shown[usual]}",
                {"type": shown[own], "usual": shown[usual], "tables": len(uses)},
                related=(example[0].column_id(example[1]),),
            )


RULE = Rule(
    id="column-type-consistent-by-name",
    title="Columns of one name have one type",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Columns of the same specific name have the same type in all tables, domains looked through; general names "
    "(id, name, status, value) are left out.",
    why="A name that means bigint here and text there is joined and compared with casts, which keep indexes from "
    "being used. It is mostly the trace of a copy that went its own way.",
    source="https://www.postgresql.org/docs/current/typeconv.html",
    looks_at="pg_attribute (attname, atttypid), pg_type.typbasetype",
    whole=check,
    reads=("catalog.relations", "catalog.types"),
    not_applicable_when="no two tables share a specific column name",
)
