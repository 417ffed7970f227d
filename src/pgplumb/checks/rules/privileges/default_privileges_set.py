"""New tables get the grants that the tables beside them have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache

from pgplumb.catalog.acl import grants
from pgplumb.catalog.relation import Relation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Groups, Rule, Severity, Tier


@lru_cache(maxsize=1024)
def grantees(acl: tuple[str, ...]) -> frozenset[str]:
    """Return the roles that grants name, PUBLIC left out. Few grants are unlike all others."""
    return frozenset(grant.grantee for grant in grants(acl) if grant.grantee)


def collect(table: Relation, facts: Facts) -> Iterator[tuple[tuple[str, int], tuple[str, ...]]]:
    """Yield, under a table's schema and owner, the roles that it is granted to beside its owner."""
    if table.is_table and table.acl:
        names = grantees(table.acl) - {facts.catalog.role_name(table.owner)}
        if names:
            yield (table.schema, table.owner), tuple(sorted(names))


def judge(key: Hashable, members: Mapping[int, Sequence[Hashable]], facts: Facts, report: Report) -> None:
    """Look for ALTER DEFAULT PRIVILEGES of the owner of tables that are granted to others."""
    catalog = facts.catalog
    assert isinstance(key, tuple)
    name, owner_oid = key
    schema = next((s for s in catalog.schemas.values() if s.name == name), None)
    if schema is None:
        return
    report.checked()
    set_for = {(p.role, p.schema) for p in catalog.default_privileges if p.kind == "r"}
    if (owner_oid, schema.oid) in set_for or (owner_oid, 0) in set_for:
        return
    owner = catalog.role_name(owner_oid)
    roles = Counter(role for (names,) in members.values() if isinstance(names, tuple) for role in names)
    readers = tuple(role for role, _ in roles.most_common(3))
    report.fail(
        schema.id,
        f"tables in {name} are granted to {', '.join(readers)}, but the next one that {owner} creates "
        "there will not be",
        {"owner": owner, "roles": tuple(sorted(roles))},
    )


RULE = Rule(
    id="default-privileges-set",
    title="New tables get the grants of their schema",
    category=Category.PRIVILEGES,
    severity=Severity.INFO,
    tier=Tier.GROWTH,
    passes="Where tables of a schema are granted to roles other than their owner, the owner has default "
    "privileges for tables, in that schema or everywhere.",
    why="A table made by the next migration has no grants: the application fails on it until somebody "
    "remembers. Default privileges give the same grants to whatever comes.",
    source="https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html",
    looks_at="pg_class.relacl, pg_default_acl",
    each_group=Groups(collect, judge),
    reads=("catalog.schemas", "catalog.default_privileges", "catalog.roles"),
    not_applicable_when="no table is granted to a role besides its owner",
)
