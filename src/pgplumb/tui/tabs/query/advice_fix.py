"""An advice as a finding with a fix, so that it is composed as every other fix is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgplumb.checks.finding import Finding, Fix
from pgplumb.foundation.names import dotted
from pgplumb.foundation.text import count, size
from pgplumb.sql.lexer import tokens

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.tui.tabs.query.advice_rows import AdviceRow
    from pgplumb.workload.advisor.advice import AdvisedIndex, Drop


def key_list(ddl: str) -> str:
    """Return what stands between the first parentheses of a CREATE INDEX statement: its keys, as SQL."""
    depth, start = 0, 0
    for token in tokens(ddl):
        if token.text == "(":
            depth += 1
            start = start or token.start + 1
        elif token.text == ")":
            depth -= 1
            if not depth:
                return ddl[start : token.start]
    return ""


def plain_ddl(card: AdvisedIndex) -> str:
    """Return the statement for a database without users: not concurrently."""
    return card.ddl.replace("CREATE INDEX CONCURRENTLY ", "CREATE INDEX ", 1)


def qualified(card: AdvisedIndex, catalog: Catalog | None) -> str:
    """Return the index's name with its table's schema."""
    schema = next((r.schema for r in catalog.tables if r.qualified == card.table), None) if catalog else None
    return dotted(schema, card.name) if schema is not None else card.name


def creation(card: AdvisedIndex, catalog: Catalog | None) -> Finding:
    """Return what composes an advised index."""
    saved = sum(effect.calls * (effect.cost_before - effect.cost_after) for effect in card.helps)
    queries = f"{len(card.helps)} queries" if len(card.helps) != 1 else "one query"
    message = f"helps {queries}: saves {count(saved)} of the planner's cost, takes {size(card.size_bytes)}"
    fields = {
        "table": card.table,
        "name": card.name,
        "keys": key_list(card.ddl),
        "method": card.method,
        **({"include": card.include} if card.include else {}),
        **({"where": card.where} if card.where else {}),
    }
    evidence = {"ddl": card.ddl, "undo": card.undo, "verified": card.verified}
    return Finding(f"index:{qualified(card, catalog)}", message, evidence, fix=Fix("create-index", fields))


def removal(drop: Drop) -> Finding:
    """Return what composes the end of an index."""
    message = f"{drop.reason}: frees {size(drop.size_bytes)}"
    return Finding(f"index:{drop.index}", message, fix=Fix("drop-index", {"index": drop.index}))


def advice_fix(row: AdviceRow, catalog: Catalog | None) -> Finding | None:
    """Return what composes a row of an advice; None for one that is there to be read."""
    if row.card is not None:
        return creation(row.card, catalog)
    return removal(row.drop) if row.drop is not None else None
