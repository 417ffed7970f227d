"""Who logs in as Ann and as ann is one person."""

from __future__ import annotations

import re

from pgplumb.catalog.relation import Column, Index, Relation
from pgplumb.catalog.unread import Unread
from pgplumb.checks.column_types import STRINGS, leaves
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Fix, Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier
from pgplumb.checks.wording import listed
from pgplumb.foundation.names import part
from pgplumb.sql.quote import quote_identifier

_LOGINS = frozenset(
    (
        "email",
        "email_address",
        "user_email",
        "login",
        "login_name",
        "username",
        "user_name",
        "screen_name",
        "handle",
    )
)


def folded(text: str, name: str) -> bool:
    """Whether an expression takes the case out of a column."""
    quoted = rf'(?:"{re.escape(name)}"|{re.escape(name)})'
    return re.search(rf"\b(?:lower|upper|casefold)\(\(*{quoted}\)*(?:::[\w ]+)?\)", text) is not None


def _guarded(table: Relation, column: Column) -> bool | Unread:
    """Whether a unique index over the folded value, or a CHECK on its case, keeps spellings apart."""
    unread: Unread | None = None
    texts = [i.expressions for i in table.indexes if i.is_unique and i.expressions is not None]
    texts += [c.expression for c in table.constraints if c.kind == "c" and c.expression is not None]
    for text in texts:
        if isinstance(text, Unread):
            unread = text
        elif folded(text, column.name):
            return True
    return unread or False


def check(table: Relation, facts: Facts, report: Report) -> None:
    """Look at unique indexes over a column that people log in with."""
    columns = {c.number: c for c in table.columns if c.name in _LOGINS}
    if not columns:
        return
    kinds = leaves(facts.catalog)
    for index in table.indexes:
        named = [columns[n] for n in index.key_columns if n in columns]
        if not index.is_unique or index.parent or not named:
            continue
        column = named[0]
        if kinds[column.type_oid].oid not in STRINGS:
            # citext and domains over it compare without case.
            report.checked()
            continue
        report.checked()
        collation = facts.catalog.collations.get(column.collation)
        if collation is not None and not collation.deterministic:
            continue
        guarded = _guarded(table, column)
        if isinstance(guarded, Unread):
            report.unknown(f"an expression of {table.qualified} is not known: {guarded.reason}")
        elif not guarded:
            _fail(table, column, index, report)


def _fail(table: Relation, column: Column, index: Index, report: Report) -> None:
    plain = 0 not in index.key_columns and not index.has_predicate and table.kind == "r"
    keys = ", ".join(
        f"lower({quote_identifier(name)})" if name == column.name else quote_identifier(name)
        for name in table.column_names(index.key_columns)
    )
    report.fail(
        table.column_id(column),
        f"{listed(table.column_names(index.key_columns))} is unique in {table.qualified} letter by letter, so "
        f"that 'Ann' and 'ann' may both be {part(column.name)}",
        {"index": index.name, "columns": table.column_names(index.key_columns)},
        related=(table.index_id(index), table.id),
        fix=Fix("create-index", {"table": table.qualified, "keys": keys, "unique": True}) if plain else None,
    )


RULE = Rule(
    id="case-insensitive-key-indexed",
    title="Logins are unique in any case",
    category=Category.TYPES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Where a column named email, login, username or handle is unique, it is citext, has a non-deterministic "
    "collation, a unique index over lower() or upper(), or a CHECK that keeps it in one case.",
    why="People type their address in whatever case, and get a second account or none. Folding it in the application "
    "works until the first import that does not.",
    source="https://www.postgresql.org/docs/current/citext.html",
    looks_at="pg_index (indisunique, indexprs), pg_attribute (atttypid, attcollation), pg_constraint (contype c)",
    each_table=check,
    reads=("catalog.types", "catalog.collations"),
    unknown_when="an expression could not be read because its table is locked",
    not_applicable_when="no column that people log in with is unique",
)
