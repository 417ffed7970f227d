"""Which column tells one tenant's rows from another's, as stated or as names, keys and policies suggest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pgplumb.catalog.derived import Derived, Gathered, Settled, gathered
from pgplumb.catalog.model import Catalog, is_rules_table
from pgplumb.catalog.relation import Column, Constraint, Relation

PLAIN_NAMES = (
    "tenant_id",
    "organization_id",
    "organisation_id",
    "org_id",
    "workspace_id",
    "tenant_uuid",
    "tenant",
)
"""Names that rarely mean anything else."""

AMBIGUOUS_NAMES = ("account_id", "client_id", "company_id", "team_id", "customer_id", "shop_id", "store_id")
"""Names that in many schemas are ordinary references: they need policies or half of all tables."""

_HINTS = PLAIN_NAMES + AMBIGUOUS_NAMES
_PERSONAL = frozenset(("id", "user_id", "owner_id", "author_id", "created_by", "member_id", "email", "role"))
"""Compared with the session to tell people apart, not tenants."""

_CALL = r"(?:current_setting\(|uid\(|jwt\(|(?i:current_user|session_user)\b|[a-z_]\w*\(\))"
_SESSION = rf"(?:[a-z_]\w*\.)?{_CALL}"
"""What a policy knows of the session: a setting, a claim, a user, or a function without arguments."""
_COLUMN = r"(?:\w+\.)?\"?([a-z_]\w*)\"?\)?(?:::[a-z ]+(?:\(\d+\))?)?\)?"
"""A column as pg_get_expr prints it, perhaps qualified and cast."""
_COMPARISONS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"{_COLUMN}\s*=\s*(?:[\s(]|SELECT\b|ANY\b|ARRAY\b|NULLIF\b)*{_SESSION}",
        rf"{_SESSION}[^=<>]*?=\s*\(*{_COLUMN}(?:\s|\)|\Z)",
        rf"{_COLUMN}\s*(?:=|IN)\s*(?:ANY\s*)?\(+\s*SELECT\b.*{_SESSION}",
    )
)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The tenant column by table. One that reaches its tenant through a foreign key alone is not in it."""

    column_of: Mapping[int, str]
    """By relation oid: ordinary and partitioned tables and partitions; not the table of tenants (`root`)."""
    name: str | None
    """The chosen column name; None where nothing points at one."""
    stated: bool
    """Whether the profile named it."""
    confidence: str
    """stated, high, medium, low or none."""
    reason: str = ""
    """For people, with the counts: "tenant_id in 12 of 15 tables, 9 reference public.tenants"."""
    root: int | None = None
    """The table of tenants, that foreign keys from the column point at."""
    root_column: str | None = None
    """The column of `root` that they point at."""


@dataclass(slots=True)
class _Candidate:
    """What speaks for one column name."""

    name: str
    carriers: list[Relation] = field(default_factory=list)
    compared: int = 0
    roots: Counter[int] = field(default_factory=Counter)
    root_column: dict[int, str] = field(default_factory=dict)

    @property
    def root(self) -> int | None:
        """The table that most foreign keys from the column point at, the first made on a tie."""
        return min(self.roots, key=lambda oid: (-self.roots[oid], oid), default=None)

    @property
    def references(self) -> int:
        return self.roots[self.root] if self.root is not None else 0

    def plausible(self, tables: int) -> bool:
        """Whether enough speaks for it to be called a tenant column at all."""
        share = len(self.carriers) / max(tables - 1, 1)
        if self.name not in _HINTS:
            return self.compared >= 2
        if self.compared:
            return True
        if self.name in AMBIGUOUS_NAMES:
            return len(self.carriers) >= 3 and share >= 0.5
        return len(self.carriers) >= 2 and share >= 0.3

    @property
    def weight(self) -> tuple[int, int, str]:
        """Sorts the best first: policies weigh three times a name, foreign keys twice."""
        hint = _HINTS.index(self.name) if self.name in _HINTS else len(_HINTS)
        return (-(3 * self.compared + 2 * self.references + len(self.carriers)), hint, self.name)

    @property
    def confidence(self) -> str:
        if self.compared and self.references >= 2:
            return "high"
        if self.compared or (self.references >= 2 and 2 * self.references >= len(self.carriers)):
            return "medium"
        return "low"


def infer_tenancy(catalog: Catalog, stated: tuple[str, ...] = ()) -> Tenancy:
    """Return the tenant column of each table; equal catalogs give equal answers, kept with the catalog.

    Stated names hold as they are: a table's column is the first of them that it has. Otherwise the names of
    `PLAIN_NAMES` and `AMBIGUOUS_NAMES`, and columns that policies of two tables compare with the session, are
    weighed by how many tables carry them, how many foreign keys lead to one table, and how many policies
    compare them with an expression of the session.
    """
    return _tenancy(stated)(catalog)


@lru_cache(maxsize=8)
def _tenancy(stated: tuple[str, ...]) -> Derived[Tenancy]:
    return Settled(lambda catalog: _infer(catalog, stated), ())


def _infer(catalog: Catalog, stated: tuple[str, ...]) -> Tenancy:
    candidates = _candidates(catalog, stated or _HINTS)
    if stated:
        return _stated(catalog, stated, candidates)
    for name, count in _compared(catalog).items():
        found = candidates.get(name)
        if found is None and name not in _PERSONAL:
            found = candidates[name] = _candidates(catalog, (name,)).get(name, _Candidate(name))
        if found is not None:
            found.compared = count
    tables = len(catalog.tables)
    plausible = sorted((c for c in candidates.values() if c.plausible(tables)), key=lambda c: c.weight)
    if not plausible:
        return Tenancy(
            {}, None, False, "none", "no column is shared by enough tables, or compared by policies"
        )
    best = plausible[0]
    column_of = {table.oid: best.name for table in best.carriers if table.oid != best.root}
    column_of |= _spelled_otherwise(catalog, best, candidates, column_of)
    return Tenancy(
        _with_partitions(catalog, column_of),
        best.name,
        False,
        best.confidence,
        _reason(catalog, best),
        best.root,
        best.root_column.get(best.root) if best.root is not None else None,
    )


def _stated(catalog: Catalog, stated: tuple[str, ...], candidates: Mapping[str, _Candidate]) -> Tenancy:
    column_of: dict[int, str] = {}
    for name in stated:
        for table in candidates[name].carriers if name in candidates else ():
            column_of.setdefault(table.oid, name)
    chosen = next((name for name in stated if name in candidates), stated[0])
    best = candidates.get(chosen, _Candidate(chosen))
    if best.root is not None:
        column_of.pop(best.root, None)
    return Tenancy(
        _with_partitions(catalog, column_of),
        chosen,
        True,
        "stated",
        _reason(catalog, best),
        best.root,
        best.root_column.get(best.root) if best.root is not None else None,
    )


def _candidates(catalog: Catalog, names: tuple[str, ...]) -> dict[str, _Candidate]:
    """Return what tables and foreign keys say of some names; names that no table has are left out."""
    found: dict[str, _Candidate] = {}
    carried = _carried(names)(catalog)
    _shapes(catalog)
    for table in catalog.tables:
        for name, targets in carried.get(table.oid, ()):
            candidate = found.setdefault(name, _Candidate(name))
            candidate.carriers.append(table)
            for root, key_column in targets:
                candidate.roots[root] += 1
                candidate.root_column[root] = key_column
    return found


Carried = tuple[tuple[str, tuple[tuple[int, str], ...]], ...]


@lru_cache(maxsize=64)
def _carried(names: tuple[str, ...]) -> Gathered[Carried]:
    """Return, for each table, which of some names it has and what foreign keys from them alone refer to."""
    wanted = frozenset(names)

    def collect(table: Relation, catalog: Catalog) -> Carried | None:
        if not is_rules_table(table):
            return None
        columns = {c.name: c for c in table.columns if c.name in wanted}
        found = ((name, columns[name]) for name in names if name in columns)
        return tuple((n, tuple((r.oid, k) for r, k in _targets(catalog, table, c))) for n, c in found) or None

    return Gathered(collect)


@gathered
def _shapes(relation: Relation, catalog: Catalog) -> tuple[object, ...] | None:
    """What is told of tables by name and number, and how partitions hang together."""
    if relation.kind not in "rp":
        return None
    return relation.schema, relation.name, relation.parents, is_rules_table(relation), relation.is_partition


def _targets(catalog: Catalog, table: Relation, column: Column) -> Iterator[tuple[Relation, str]]:
    """Yield the tables that a column alone refers to, with the column there."""
    for key in table.foreign_keys:
        target = _single_target(catalog, key, column.number)
        if target is not None and target[0].oid != table.oid:
            yield target


def _single_target(catalog: Catalog, key: Constraint, number: int) -> tuple[Relation, str] | None:
    if key.columns != (number,) or key.foreign_relation not in catalog.relations:
        return None
    root = catalog.relations[key.foreign_relation]
    column = root.column(key.foreign_columns[0])
    return (root, column.name) if column else None


@lru_cache(maxsize=16_384)
def compared_columns(expression: str) -> frozenset[str]:
    """Return the columns that a policy's expression seems to compare with the session.

    A hint for choosing a name, not a proof: it reads the text as pg_get_expr prints it.
    """
    return frozenset(name for pattern in _COMPARISONS for name in pattern.findall(expression))


@gathered
def _compared_here(relation: Relation, catalog: Catalog) -> frozenset[str] | None:
    """The columns of a table that its policies compare with the session."""
    if not is_rules_table(relation):
        return None
    names: set[str] = set()
    for policy in relation.policies:
        for text in (policy.using, policy.check):
            if isinstance(text, str):
                names |= compared_columns(text)
    return frozenset(name for name in names if relation.column_named(name)) or None


def _compared(catalog: Catalog) -> dict[str, int]:
    """Return in how many tables policies compare each column with an expression of the session."""
    counts: Counter[str] = Counter()
    for names in _compared_here(catalog).values():
        counts.update(names)
    return dict(sorted(counts.items()))


def _spelled_otherwise(
    catalog: Catalog, best: _Candidate, candidates: Mapping[str, _Candidate], known: Mapping[int, str]
) -> dict[int, str]:
    """Return tables that lack the chosen column but refer to the same root by another of the hinted names."""
    found: dict[int, str] = {}
    if best.root is None:
        return found
    for name in _HINTS:
        for table in candidates[name].carriers if name in candidates else ():
            column = table.column_named(name)
            if table.oid in known or table.oid in found or column is None or table.oid == best.root:
                continue
            if any(root.oid == best.root for root, _ in _targets(catalog, table, column)):
                found[table.oid] = name
    return found


def _with_partitions(catalog: Catalog, column_of: dict[int, str]) -> Mapping[int, str]:
    """Add the partitions of partitioned tables, which have the same columns by name."""
    if not column_of:
        return {}
    found = dict(column_of)
    for relation in catalog.relations.values():
        if relation.is_partition:
            name = column_of.get(catalog.root(relation).oid)
            if name:
                found[relation.oid] = name
    return found


def _reason(catalog: Catalog, best: _Candidate) -> str:
    if not best.carriers:
        return f"no table has a column {best.name}"
    said = [f"{best.name} in {len(best.carriers)} of {len(catalog.tables)} tables"]
    if best.root is not None:
        said.append(f"{best.references} reference {catalog.relations[best.root].qualified}")
    if best.compared:
        said.append(f"policies of {best.compared} compare it with the session")
    return ", ".join(said)
