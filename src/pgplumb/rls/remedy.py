"""Conditions that keep rows within their tenant, and what would be judged with them: tried before anybody sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pgplumb.catalog.relation import Policy, Relation
from pgplumb.catalog.type_names import type_name
from pgplumb.rls.accepted import key_of
from pgplumb.rls.judge import rejudge
from pgplumb.rls.judgement import Judgement
from pgplumb.rls.sessions import membership_in
from pgplumb.rls.tenant_map import TenantPath
from pgplumb.rls.verdict import Cell, Verdict
from pgplumb.sql.lexer import tokens
from pgplumb.sql.quote import quote_identifier, quote_qualified

MOST = 8
"""Conditions that are tried of one relation: each is judged."""


def conditions(judgement: Judgement, relation: Relation) -> tuple[str, ...]:
    """Return conditions on a relation's rows that may isolate them: those that policies of it or of another table by
    the same column were proved by first, then such as the tenant map asks for. None is proved for any role here."""
    path = judgement.tenants.path_of.get(relation.oid)
    if path is None:
        return ()
    found = [*_proved(judgement, relation, path), *_composed(judgement, relation, path)]
    return tuple(dict.fromkeys(map(_bare, found)))[:MOST]


def judged_with(judgement: Judgement, changed: Relation) -> Judgement:
    """Return what would be judged if a relation were as given."""
    matrix = judgement.matrix
    catalog = replace(matrix.catalog, relations={**matrix.catalog.relations, changed.oid: changed})
    objects = tuple(changed if one.oid == changed.oid else one for one in matrix.objects)
    return rejudge(
        judgement, replace(matrix, catalog=catalog, objects=objects), judgement.surface, judgement.tenants
    )


def cell_in(judgement: Judgement, like: Cell) -> Cell:
    """Return the cell of the same object, role and command. Raises StopIteration where it is gone."""
    key = key_of(like)
    return next(cell for cell in judgement.cells if key_of(cell) == key)


def narrowed(predicate: str, condition: str, leaking: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield predicates that let nothing pass which `predicate` would not let pass, the simplest first.

    `leaking` holds conditions under which it lets foreign rows pass: arms of its own that are one of them are left out.
    """
    arms = _arms(predicate)
    kept = [arm for arm in arms if _plain(arm) not in {_plain(text) for text in leaking}]
    if 0 < len(kept) < len(arms):
        yield kept[0] if len(kept) == 1 else " OR ".join(f"({arm})" for arm in kept)
    if _plain(predicate) == "true" or _plain(condition) in map(_plain, arms):
        yield condition
    else:
        yield f"({_bare(predicate)}) AND ({_bare(condition)})"


def with_policy(relation: Relation, policy: str, **texts: str) -> Relation:
    """Return a relation one of whose policies has other expressions (`using`, `check`)."""

    def altered(one: Policy) -> Policy:
        has = {f"has_{name}": True for name in texts}
        return replace(one, **texts, **has) if one.name == policy else one  # type: ignore[arg-type]

    return relation.with_policies(tuple(map(altered, relation.policies)))


def _proved(judgement: Judgement, relation: Relation, path: TenantPath) -> Iterator[str]:
    """Yield what proved isolation of the relation itself, then of others whose rows have the same tenant column."""
    own, others = [], []
    column = relation.column_named(path.column) if not path.hops else None
    for cell in judgement.cells:
        if (
            cell.verdict is not Verdict.ISOLATED
            or cell.trusts
            or cell.kind != "table"
            or cell.command == "TRUNCATE"
        ):
            continue
        texts = [text for text in (cell.using, cell.check) if text is not None and _plain(text) != "false"]
        if cell.relation == relation.oid:
            own += texts
            continue
        other = judgement.matrix.catalog.relations.get(cell.relation or 0)
        if other is None or column is None or judgement.tenants.path_of.get(other.oid) != path:
            continue
        there = other.column_named(path.column)
        if there is not None and there.type_oid == column.type_oid:
            others += [text for text in texts if f"{other.name}." not in text]
    # The condition that most tables have is the one of this schema.
    yield from sorted(dict.fromkeys(own), key=len)
    yield from sorted(dict.fromkeys(others), key=lambda text: (-others.count(text), len(text)))[:3]


def _composed(judgement: Judgement, relation: Relation, path: TenantPath) -> Iterator[str]:
    """Yield a condition for each identity: the tenant, at the end of the path, is the session's."""
    catalog = judgement.matrix.catalog
    ends = [catalog.relations.get(hop.relation) for hop in path.hops]
    last = ends[-1] if ends else relation
    column = last.column_named(path.column) if last is not None else None
    if column is None:
        return
    kind = type_name(catalog.types, column.type_oid, column.typmod)
    for identity in judgement.tenants.identities:
        membership = membership_in(identity)
        if membership is None:
            session = f"(SELECT ({identity})::{kind})"
        else:
            table, theirs, condition = membership
            session = f"ANY (ARRAY(SELECT {theirs} FROM {table} WHERE {condition}))"
        alias = f"parent_{len(ends)}." if ends else ""
        text = f"{alias}{quote_identifier(column.name)} = {session}"
        for number, (hop, there) in reversed(list(enumerate(zip(path.hops, ends, strict=True), 1))):
            if there is None:
                return
            name, own = quote_qualified(there.schema, there.name), f"parent_{number}"
            keys = f"SELECT {own}.{quote_identifier(hop.key)} FROM {name} {own} WHERE {text}"
            outer = f"parent_{number - 1}." if number > 1 else ""
            text = f"{outer}{quote_identifier(hop.column)} = ANY (ARRAY({keys}))"
        yield text


def _arms(predicate: str) -> list[str]:
    """Return what is joined by OR at the outermost level."""
    text = _bare(predicate)
    arms, depth, start, case = [], 0, 0, 0
    for token in tokens(text):
        depth += (token.text in "([") - (token.text in ")]") if len(token.text) == 1 else 0
        case += (token.lower == "case") - (token.lower == "end")
        if token.lower == "or" and not depth and not case:
            arms.append(text[start : token.start])
            start = token.end
    return [_bare(arm) for arm in (*arms, text[start:])]


def _bare(text: str) -> str:
    """Return an expression without the parentheses around it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for token in tokens(text):
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                if token.end != len(text):
                    return text
                break
        text = text[1:-1].strip()
    return text


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _bare(text))
