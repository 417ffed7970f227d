"""Generated keys are identity columns."""

from __future__ import annotations

from collections import Counter

from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


def check(facts: Facts, report: Report) -> None:
    """Look for sequences that a column owns and alone draws from: what `serial` makes."""
    relations = facts.catalog.relations
    uses: Counter[str] = Counter()
    identities = 0
    for table in facts.catalog.tables:
        for column in table.columns:
            if column.identity:
                identities += 1
            elif column.has_default and isinstance(column.default, str) and "nextval(" in column.default:
                uses[column.default] += 1
    report.checked(identities)
    for sequence in relations.values():
        facts_of = sequence.sequence
        if facts_of is None or facts_of.internal or not facts_of.owner_relation:
            continue
        owner = relations.get(facts_of.owner_relation)
        if owner is None or not owner.is_table or owner.is_partition or owner.extension is not None:
            continue
        drawing = owner.column(facts_of.owner_column)
        if drawing is None or not drawing.has_default:
            continue
        if not isinstance(drawing.default, str):
            reason = drawing.default.reason if isinstance(drawing.default, Unread) else "it was not read"
            report.unknown(f"the default of {owner.qualified}.{part(drawing.name)} is not known: {reason}")
            continue
        if not drawing.default.startswith("nextval(") or part(sequence.name) not in drawing.default:
            continue
        report.checked()
        if uses[drawing.default] > 1:
            continue
        report.fail(
            owner.column_id(drawing),
            f"{owner.qualified}.{part(drawing.name)} is a serial: an identity column does the same without a "
            "default that can be overwritten and a sequence with privileges of its own",
            {"default": drawing.default},
            related=(sequence.id,),
            fix=Fix("set-identity", {"table": owner.qualified, "column": drawing.name})
            if drawing.not_null
            else None,
        )


RULE = Rule(
    id="identity-over-serial",
    title="Generated keys are identity columns",
    category=Category.KEYS,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="No column draws from a sequence that it owns alone, as serial makes it; shared sequences are meant.",
    why="The sequence of a serial has its own privileges and owner and is easily missed or dropped. GENERATED AS "
    "IDENTITY is standard SQL, and ALWAYS refuses values that would later collide.",
    source="https://www.postgresql.org/docs/current/ddl-identity-columns.html",
    looks_at="pg_attribute.attidentity, pg_attrdef, pg_depend (deptype a) of sequences",
    whole=check,
    reads=("catalog.relations",),
    unknown_when="defaults could not be read",
    not_applicable_when="no column has an identity or a sequence of its own",
)
