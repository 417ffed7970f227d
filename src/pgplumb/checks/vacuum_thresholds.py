"""When autovacuum comes to a table, from the server's settings and the table's own.

Source: https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM
"""

from __future__ import annotations

from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.server_settings import server_value

BUILT_IN = {
    "autovacuum_vacuum_threshold": 50.0,
    "autovacuum_vacuum_scale_factor": 0.2,
    "autovacuum_analyze_threshold": 50.0,
    "autovacuum_analyze_scale_factor": 0.1,
    "autovacuum_freeze_max_age": 200_000_000.0,
    "autovacuum_multixact_freeze_max_age": 400_000_000.0,
}
"""What holds where the server's own value cannot be seen."""


def parameter(relation: Relation, name: str, facts: Facts) -> float:
    """Return an autovacuum parameter of a table: its storage option, or the server's setting."""
    own = relation.option(name)
    value = own if own is not None else server_value(facts.catalog, name)
    try:
        return float(value) if value is not None else BUILT_IN[name]
    except ValueError:
        return BUILT_IN[name]


def vacuum_threshold(relation: Relation, rows: float, facts: Facts) -> float:
    """Return the dead rows at which autovacuum vacuums a table."""
    base = parameter(relation, "autovacuum_vacuum_threshold", facts)
    scale = parameter(relation, "autovacuum_vacuum_scale_factor", facts)
    wanted = base + scale * max(rows, 0)
    # Since 18 there is a maximum; -1 switches it off.
    own = relation.option("autovacuum_vacuum_max_threshold")
    most = own if own is not None else server_value(facts.catalog, "autovacuum_vacuum_max_threshold")
    limit = float(most) if most is not None and most.lstrip("-").isdigit() else -1.0
    return min(wanted, limit) if limit >= 0 else wanted


def analyze_threshold(relation: Relation, rows: float, facts: Facts) -> float:
    """Return the changed rows at which autovacuum analyses a table."""
    base = parameter(relation, "autovacuum_analyze_threshold", facts)
    return base + parameter(relation, "autovacuum_analyze_scale_factor", facts) * max(rows, 0)
