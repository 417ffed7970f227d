"""Rows that an EXCLUDE constraint does not let stand together."""

from __future__ import annotations

from collections.abc import Iterator

from pgplumb.migrate.probes.fact import Fact
from pgplumb.migrate.probes.keys import of_exclusion, overlaps_sql
from pgplumb.migrate.probes.moment import Moment, column_list
from pgplumb.migrate.probes.probe import Probe


def ask(moment: Moment) -> Iterator[Probe]:
    """Ask for each exclusion constraint: each row is compared with every other, so only where that is little."""
    table = moment.table
    if table is None:
        return
    for constraint in moment.added():
        if constraint.text("contype") != "CONSTR_EXCLUSION":
            continue
        key = of_exclusion(moment, constraint)
        columns = key.columns if key else ()
        yield moment.probe(
            "overlaps",
            f"Do two rows of {table.id} exclude each other by {column_list(columns)}?",
            overlaps_sql(table, key) if key else None,
            table,
            columns,
            violation=f"at least two rows of {table.id} exclude each other by {column_list(columns)}",
        )


FACT = Fact("overlaps", ask)
