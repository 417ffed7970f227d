"""Turns the entries of a workload into queries to price: what they ask of tables, and what the server runs besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Constraint, Relation
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep
from pgplumb.sql.quote import quote_identifier, quote_qualified
from pgplumb.workload.advisor.facts import Facts
from pgplumb.workload.advisor.likely_values import Asked
from pgplumb.workload.advisor.pricing import Priced, Text
from pgplumb.workload.advisor.references import references
from pgplumb.workload.advisor.use import Key, QueryUses, TableUse
from pgplumb.workload.advisor.workload import Entry
from pgplumb.workload.plan import refuse, search_path_of


@dataclass(frozen=True, slots=True)
class Read:
    """One entry, understood."""

    entry: Entry
    uses: QueryUses
    implied: tuple[tuple[TableUse, str], ...]
    """Look-ups of foreign keys that a DELETE or UPDATE makes the server run, with their text."""
    search_path: str | None

    @property
    def all_uses(self) -> tuple[TableUse, ...]:
        """Mentions of tables in it and in what it makes the server run."""
        return (*self.uses.tables, *(use for use, _ in self.implied))

    def relations(self) -> tuple[Relation, ...]:
        """The tables that it touches, by name."""
        found = {use.relation.oid: use.relation for use in self.all_uses}
        found |= {write.relation.oid: write.relation for write in self.uses.writes}
        return tuple(sorted(found.values(), key=lambda relation: relation.qualified))

    def asked(self) -> Asked:
        """Return it as something to put values in."""
        plain = len(self.uses.tables) == 1 and not self.uses.tables[0].limited
        each = self.entry.rows_per_call
        return Asked(self.entry.query, each, each if plain else None, self.search_path)

    def priced(self, texts: tuple[Text, ...]) -> Priced:
        """Return it as something to price, with the texts that stand for its calls."""
        known = self.entry.rows_per_call
        each = 1.0 if known is None else known
        implied = tuple(Text(sql, each) for _, sql in self.implied)
        tables = frozenset(relation.qualified for relation in self.relations())
        returned = self.asked().returned if not implied else None
        return Priced(
            self.entry.query, self.entry.calls, (*texts, *implied), tables, self.search_path, returned
        )


def read_entry(entry: Entry, facts: Facts, views: Mapping[str, str]) -> Read | str:
    """Return an entry understood, or why it cannot be."""
    refusal = refuse(entry.query)
    if refusal is not None:
        return str(refusal)
    path = search_path_of(facts.catalog, entry.userid) if entry.userid else None
    try:
        uses = references(entry.query, facts.catalog, _names(facts.catalog, path), views)
    except SyntaxProblem as problem:
        return f"cannot be read: {problem}"
    except (ParserMissing, TooDeep) as problem:
        return str(problem)
    return Read(entry, uses, tuple(_implied(uses, facts.catalog)), path)


def _names(catalog: Catalog, path: str | None) -> Sequence[str]:
    """Return the schemas of a search_path, in order."""
    setting = catalog.settings.get("search_path")
    # The value is that of the transaction that read it, which set its own.
    role = (setting.reset_value if setting else None) or '"$user", public'
    text = path if path is not None else role
    current = catalog.roles.get(catalog.current_role)
    names = [part.strip() for part in text.split(",")]
    names = [n[1:-1].replace('""', '"') if n.startswith('"') else n.lower() for n in names if n]
    return [current.name if n == "$user" and current else n for n in names] or ["public"]


def _implied(uses: QueryUses, catalog: Catalog) -> Iterable[tuple[TableUse, str]]:
    """Yield the look-ups in referencing tables that a write makes the server run."""
    seen: set[int] = set()
    for write in uses.writes:
        if write.kind not in ("DELETE", "UPDATE"):
            continue
        for child, key in catalog.referencing.get(write.relation.oid, ()):
            referenced = set(write.relation.column_names(key.foreign_columns))
            concerned = write.kind == "DELETE" or referenced & write.columns
            if concerned and key.oid not in seen and not child.is_partition:
                seen.add(key.oid)
                yield _look_up(child, key)


def _look_up(child: Relation, key: Constraint) -> tuple[TableUse, str]:
    names = child.column_names(key.columns)
    conditions = " AND ".join(f"x.{quote_identifier(name)} = ${i}" for i, name in enumerate(names, 1))
    only = "ONLY " if child.kind == "r" else ""
    text = f"SELECT 1 FROM {only}{quote_qualified(child.schema, child.name)} x WHERE {conditions}"
    use = TableUse(child, equal=[Key(name, (name,)) for name in names], output=None)
    return use, text
