"""What the server's own trees of policies hold, and which of it forbids a rewrite."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pgplumb.foundation.text import sanitise
from pgplumb.sql.query_files import query_file

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.server.unit import Unit

_FILTERING = "rpm"
"""Kinds of relations that hold rows and nothing that runs when they are read."""


@dataclass(frozen=True, slots=True)
class PolicyTree:
    """One policy as the server reads it."""

    relation: int
    name: str
    volatile: tuple[str, ...]
    """Functions that may give another value each time, those of operators too."""
    own_operators: tuple[str, ...]
    """Operators that users made."""
    unsteady: bool
    """Whether something else in it may differ from one evaluation to the next."""
    operators: tuple[str, ...]
    """Each operator with its collation, sorted; an operator and its commutator are one."""
    reads: frozenset[int]
    dear: tuple[str, ...]
    """Functions of users and dear ones: "100 has_role", the cost of a call in operators and the name."""
    using: str | None
    check: str | None

    def known_as(self, oids: Mapping[int, int]) -> PolicyTree:
        """Return it with other oids of what it reads; what has none there is 0."""
        reads = frozenset(oids.get(oid, 0) for oid in self.reads)
        return replace(self, relation=oids.get(self.relation, 0), reads=reads)

    def unlike(self, other: PolicyTree) -> bool:
        """Whether it calls other functions, or holds what the other does not."""
        return (self.volatile, self.own_operators, self.unsteady, self.dear) != (
            other.volatile,
            other.own_operators,
            other.unsteady,
            other.dear,
        )

    @property
    def prices(self) -> tuple[tuple[str, float], ...]:
        """The names of its dear functions with what one call costs, in operators."""
        parts = (text.partition(" ") for text in self.dear)
        return tuple((name, float(price)) for price, _, name in parts)


def read_trees(unit: Unit, relations: Collection[int]) -> Mapping[tuple[int, str], PolicyTree]:
    """Return the policies of tables by table and name. Raises QueryError and LostConnection."""
    rows = unit.query(query_file(__package__, "policy_tree"), [sorted(relations)])
    return {
        (relation, name): PolicyTree(
            relation,
            name,
            tuple(volatile),
            tuple(own),
            unsteady,
            tuple(operators),
            frozenset(reads),
            tuple(dear),
            using,
            check,
        )
        for relation, name, volatile, own, unsteady, operators, reads, dear, using, check in rows
    }


def objection(tree: PolicyTree, trees: Mapping[tuple[int, str], PolicyTree], catalog: Catalog) -> str | None:
    """Return why no rewrite of a policy is known to say the same, or None.

    What its sub-selects read counts too: views and foreign tables may run anything, and so may policies of tables.
    """
    found, waiting = {tree.relation}, [tree]
    while waiting:
        here = waiting.pop()
        if here.volatile:
            name = sanitise(here.volatile[0])
            return (
                f"{name}() is VOLATILE: called once it may say something else than for each row. Declare it STABLE if"
                " its body allows that"
            )
        if here.own_operators:
            name = sanitise(here.own_operators[0])
            return f"operator {name} is not PostgreSQL's own: what it does with NULL is not known"
        if here.unsteady:
            return "it holds what may differ from one evaluation to the next: a domain, a sample, a sequence"
        for oid in here.reads - found:
            found.add(oid)
            relation = catalog.relations.get(oid)
            if relation is None or relation.kind not in _FILTERING:
                name = relation.qualified if relation is not None else "a relation that is not known"
                return f"it reads {sanitise(name)}, which may run anything"
            if relation.row_security:
                waiting += [other for (table, _), other in trees.items() if table == oid]
    return None


def by_column(tree: PolicyTree, catalog: Catalog) -> str | None:
    """Return why an EXISTS may not leave out the columns that it selects: some hold privileges on columns alone."""
    for oid in sorted(tree.reads):
        relation = catalog.relations.get(oid)
        if relation is not None and any(column.acl is not None for column in relation.columns):
            name = sanitise(relation.qualified)
            return f"there are privileges on columns of {name}: naming fewer of them may allow what is denied now"
    return None
