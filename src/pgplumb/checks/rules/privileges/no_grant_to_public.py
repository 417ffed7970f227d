"""Privileges on relations are granted to roles, not to everybody."""

from __future__ import annotations

from pgplumb.catalog.acl import PRIVILEGES, grants
from pgplumb.catalog.relation import Relation
from pgplumb.checks.exposure import revocation
from pgplumb.checks.facts import Facts
from pgplumb.checks.finding import Report
from pgplumb.checks.rule import Category, Rule, Severity, Tier


def public_letters(relation: Relation) -> str:
    """Return the letters of what PUBLIC may do with a relation or any of its columns."""
    acls = [relation.acl] if relation.acl else []
    if relation.kind != "S":
        acls += [column.acl for column in relation.columns if column.acl]
    # An aclitem without a grantee is PUBLIC's.
    items = [item for acl in acls for item in acl if item.startswith("=")]
    letters = {letter for grant in grants(items) for letter in grant.privileges} if items else set()
    return "".join(sorted(letters))


def check(relation: Relation, facts: Facts, report: Report) -> None:
    """Look at a relation or sequence; partitions count with their root where it is open too."""
    if relation.extension is not None or relation.persistence == "t":
        return
    report.checked()
    letters = public_letters(relation)
    if not letters:
        return
    if relation.is_partition and public_letters(facts.catalog.root(relation)):
        return
    names = tuple(PRIVILEGES[letter] for letter in letters if letter in PRIVILEGES)
    report.fail(
        relation.id,
        f"every role, those to come included, has {', '.join(names)} on {relation.qualified}",
        {"privileges": names, "acl": relation.acl},
        fix=revocation(relation.id, names, ("PUBLIC",)),
    )


RULE = Rule(
    id="no-grant-to-public",
    title="No table privilege is granted to PUBLIC",
    category=Category.PRIVILEGES,
    severity=Severity.WARNING,
    tier=Tier.NOW,
    passes="No table, view, sequence or column grants anything to PUBLIC.",
    why="PUBLIC is every role of the cluster, also those made later for something else. A grant to it "
    "cannot be taken from one role alone.",
    source="https://www.postgresql.org/docs/current/ddl-priv.html",
    looks_at="pg_class.relacl, pg_attribute.attacl",
    each_object=check,
    not_applicable_when="there is no relation",
)
