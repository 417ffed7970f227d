"""Generated keys are identity columns."""

from __future__ import annotations

from collections import Counter

from pgplumb.catalog.derived import gathered, settled
from pgplumb.catalog.model import Catalog, is_rules_table
from pgplumb.catalog.relation import Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.foundation.names import part


@gathered
def _defaults(table: Relation, catalog: Catalog) -> tuple[str, ...] | None:
    """The defaults of a table's columns that draw from a sequence."""
    if not is_rules_table(table):
        return None
    texts = (c.default for c in table.columns if c.has_default and not c.identity)
    return tuple(text for text in texts if isinstance(text, str) and "nextval(" in text) or None


@settled()
def shared(catalog: Catalog) -> frozenset[str]:
    """Return the defaults that several columns have: a sequence that is shared is meant."""
    uses = Counter(text for texts in _defaults(catalog).values() for text in texts)
    return frozenset(text for text, count in uses.items() if count > 1)


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look for sequences that a column owns and alone draws from: what `serial` makes."""
    report.checked(sum(bool(column.identity) for column in table.columns))
    for sequence in facts.catalog.owned_sequences.get(table.oid, ()):
        facts_of = sequence.sequence
        if facts_of is None or facts_of.internal:
            continue
        drawing = table.column(facts_of.owner_column)
        if drawing is None or not drawing.has_default:
            continue
        if not isinstance(drawing.default, str):
            reason = drawing.default.reason if isinstance(drawing.default, Unread) else "it was not read"
            report.unknown(f"the default of {table.qualified}.{part(drawing.name)} is not known: {reason}")
            continue
        if not drawing.default.startswith("nextval(") or part(sequence.name) not in drawing.default:
            continue
        report.checked()
        if drawing.default in shared(facts.catalog):
            continue
        report.fail(
            table.column_id(drawing),
            f"{table.qualified}.{part(drawing.name)} is a serial: an identity column does the same without a "
            "default that can be overwritten and a sequence with privileges of its own",
            {"default": drawing.default},
            related=(sequence.id,),
            fix=Fix("set-identity", {"table": table.qualified, "column": drawing.name})
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
    each_table=check,
    unknown_when="defaults could not be read",
    not_applicable_when="no column has an identity or a sequence of its own",
)
