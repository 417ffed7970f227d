"""Indexes are named by table and columns."""

from __future__ import annotations

from pgplumb.catalog.relation import Index, Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.named_objects import own_indexes, pattern
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part

_PREFIXES = ("idx_", "uq_", "ux_", "uidx_")
_LONGEST = 63


def expected(index: Index, table: Relation) -> str:
    """Return idx_<table>_<columns>, as far as a name can be long."""
    numbers = index.key_columns
    names = table.column_names(tuple(n for n in numbers if n))
    whole = "_".join(("idx", table.name, *names)) + ("_expr" if 0 in numbers else "")
    return _cut(whole)


def _cut(name: str) -> str:
    """Return a name as the server keeps it."""
    return name if len(name) * 4 <= _LONGEST else name.encode()[:_LONGEST].decode(errors="ignore")


def follows(index: Index, table: Relation, wanted: str) -> bool:
    """Whether a name follows the pattern; a predicate, an expression or a method may add a word of their own."""
    for prefix in _PREFIXES if index.is_unique else _PREFIXES[:1]:
        if index.name.startswith(prefix):
            start = prefix + table.name + "_"
            if not (index.has_predicate or index.has_expressions):
                start = prefix + wanted[4:]
            return index.name.startswith(_cut(start))
    return False


def is_default(index: Index) -> bool:
    """Whether a name has the ending that the server gives to indexes without a name."""
    return index.name.rstrip("0123456789").endswith(("_idx", "_key"))


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Judge indexes that back no constraint; the server's own pattern counts where the profile says so."""
    own = facts.profile.naming.get("index")
    defaults = bool(facts.profile.threshold("index-name-accept-default", 0))
    for index in own_indexes(table):
        report.checked()
        wanted = expected(index, table)
        if own is not None:
            _match(index, table, own, report)
            continue
        if follows(index, table, wanted) or (defaults and is_default(index)):
            continue
        taken = (table.schema, wanted) in facts.catalog.by_name or any(
            i.name == wanted for i in table.indexes
        )
        report.fail(
            table.index_id(index),
            f"the index {part(index.name)} of {table.qualified} is not named {wanted}",
            {"expected": wanted},
            related=(table.id,),
            fix=None if taken else Fix("rename", {"object": table.index_id(index), "name": wanted}),
        )


def _match(index: Index, table: Relation, own: str, report: Report) -> None:
    """Judge a name by the profile's own pattern."""
    columns = "_".join(table.column_names(tuple(n for n in index.key_columns if n)))
    if not pattern(own, table.name, columns).match(index.name):
        report.fail(
            table.index_id(index),
            f"the index {part(index.name)} of {table.qualified} does not match {own}",
            {"pattern": own},
            related=(table.id,),
        )


RULE = Rule(
    id="index-name-convention",
    title="Indexes are named idx_<table>_<columns>",
    category=Category.NAMING,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="An index that backs no constraint is named idx_<table>_<columns> (uq_ or ux_ if it is unique), perhaps "
    "with more words at the end; <table>_<columns>_idx counts with index-name-accept-default = 1, "
    "and `index` of [naming] in the profile goes before both.",
    why="Plans, locks and errors name the index alone. A name that says table and columns saves looking it up in the "
    "middle of an incident.",
    source="https://www.postgresql.org/docs/current/sql-alterindex.html",
    looks_at="pg_class.relname, pg_index.indkey, pg_constraint.conindid",
    each_table=check,
    not_applicable_when="every index backs a constraint",
)
