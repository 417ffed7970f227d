"""What hangs on a relation and what it hangs on: partitions, views, referencing tables, sequences, publications."""

from __future__ import annotations

from pgplumb.catalog.held import held_rows
from pgplumb.foundation.text import count
from pgplumb.tui.tabs.detail.part import DetailRow, Look, Part, column, said
from pgplumb.tui.widgets.ink import Cell, Span


def rows(look: Look) -> list[DetailRow]:
    """Return one row a relation or publication that is tied to this one."""
    r, catalog = look.relation, look.catalog
    found: list[DetailRow] = []

    def add(how: str, oid: int, note: Cell = "") -> None:
        other = catalog.relations.get(oid)
        if other is not None:
            found.append(
                DetailRow(
                    (how, oid),
                    (Span(how, "muted"), Span(other.qualified, "link"), note),
                    other.id,
                    other.qualified,
                )
            )

    for parent in r.parents:
        add("partition of" if r.is_partition else "inherits", parent, said(r.partition_bound))
    for child in catalog.children.get(r.oid, ()):
        held = held_rows(child, catalog)
        rows_text = "never analysed" if held is None else count(held) + " rows"
        bound = said(child.partition_bound)
        note: Cell = (
            *(
                bound
                if isinstance(bound, tuple)
                else (Span(str(bound.text if isinstance(bound, Span) else bound)),)
            ),
            Span(f"  {rows_text}", "muted"),
        )
        add("partition" if child.is_partition else "inherited by", child.oid, note)
    for view in catalog.dependents.get(r.oid, ()):
        add("read by", view.oid, Span({"v": "view", "m": "materialized view"}.get(view.kind, ""), "muted"))
    for used in r.depends_on:
        add("reads", used)
    for table, key in catalog.referencing.get(r.oid, ()):
        add("referenced by", table.oid, Span(key.name, "muted"))
    for sequence in catalog.relations.values():
        if sequence.sequence is not None and sequence.sequence.owner_relation == r.oid:
            owner = r.column(sequence.sequence.owner_column)
            add("owns", sequence.oid, Span(f"sequence of {owner.name}" if owner else "sequence", "muted"))
    for publication in catalog.publications.values():
        if publication.all_tables or r.oid in publication.relations:
            found.append(
                DetailRow(
                    ("p", publication.oid),
                    (Span("published in", "muted"), publication.name, ""),
                    None,
                    publication.name,
                )
            )
    return found


PART = Part(
    "dependents",
    "dependents",
    (
        column(0, "how", width=13),
        column(1, "object", max_width=60),
        column(2, "note", max_width=80, grow=True),
    ),
    rows,
    "nothing hangs on it",
)
