"""One name, one type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.checks.column_types import STRINGS, TEXT, type_text, without_domain
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.name_words import vocabulary
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Tier
from pgplumb.foundation.names import object_id, part

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


def collect(table: Relation, facts: Facts) -> Iterator[tuple[str, int]]:
    """Yield the specific names of a table's columns with their types."""
    for column in table.columns:
        if column.name.lower() not in GENERIC:
            yield column.name, column.type_oid


def judge(name: Hashable, members: Mapping[int, Sequence[int]], facts: Facts, report: Report) -> None:
    """Where the types of columns of one name differ, report those that the fewest tables have.

    They are compared beneath domains; text, varchar and char are one, as they hold the same values.
    """
    if len(members) < 2:
        return
    report.checked()
    if len({kind for (kind,) in members.values()}) < 2:
        return
    catalog = facts.catalog
    plain = {kind: _plain(catalog, kind) for kind in {kind for (kind,) in members.values()}}
    uses = [(catalog.relations[oid], plain[kind]) for oid, (kind,) in members.items()]
    uses = [(table, kind) for table, kind in uses if table.is_table]
    counts = Counter(kind for _, kind in uses)
    if len(counts) < 2:
        return
    shown = {oid: type_text(catalog, oid) for oid in counts}
    usual = min(counts, key=lambda oid: (-counts[oid], shown[oid]))
    example = next(table for table, kind in uses if kind == usual)
    assert isinstance(name, str)
    for table, own in uses:
        if own != usual:
            report.fail(
                object_id("column", table.schema, table.name, name),
                f"{table.qualified}.{part(name)} is {shown[own]}; in {counts[usual]} other "
                f"{'table' if counts[usual] == 1 else 'tables'} a column of this name is {shown[usual]}",
                {"type": shown[own], "usual": shown[usual], "tables": len(uses)},
                related=(object_id("column", example.schema, example.name, name),),
            )


def _plain(catalog: Catalog, type_oid: int) -> int:
    oid, _ = without_domain(catalog, type_oid, -1)
    return TEXT if oid in STRINGS else oid


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
    each_group=Groups(collect, judge),
    reads=("catalog.types",),
    not_applicable_when="no two tables share a specific column name",
)
