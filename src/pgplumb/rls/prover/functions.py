"""Calls of functions that give one value: PostgreSQL's own by a list of names, users' by their bodies."""

from __future__ import annotations

import re

from pgplumb.rls.prover import arguments, changes, inlining, kinds, values
from pgplumb.rls.prover.gate import FunctionFacts
from pgplumb.rls.prover.kinds import BOOL, INTEGER, TEXT, UNKNOWN, Kind
from pgplumb.rls.prover.literals import Conjunction
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable, only
from pgplumb.rls.prover.terms import Call, Constant, Term, of_session, parts
from pgplumb.sql.node import Node

_JSON = Kind("json or jsonb")
PURE = {
    **dict.fromkeys(
        (
            "lower",
            "upper",
            "initcap",
            "btrim",
            "ltrim",
            "rtrim",
            "replace",
            "split_part",
            "md5",
            "left",
            "right",
        ),
        TEXT,
    ),
    **dict.fromkeys(
        ("substring", "substr", "reverse", "translate", "concat", "concat_ws", "format", "encode"), TEXT
    ),
    **dict.fromkeys(
        ("regexp_replace", "jsonb_extract_path_text", "json_extract_path_text", "array_to_string"), TEXT
    ),
    **dict.fromkeys(
        ("jsonb_extract_path", "json_extract_path", "to_jsonb", "to_json", "jsonb_build_object"), _JSON
    ),
    **dict.fromkeys(("length", "char_length", "octet_length", "position", "strpos", "array_length"), INTEGER),
    **dict.fromkeys(
        ("cardinality", "abs", "mod", "jsonb_array_length", "hashtext", "num_nulls", "num_nonnulls"), INTEGER
    ),
    **dict.fromkeys(("starts_with", "jsonb_exists", "like_escape", "isfinite"), BOOL),
    **dict.fromkeys(
        ("date_trunc", "date_part", "extract", "age", "make_interval", "to_timestamp"), Kind("of time")
    ),
    **dict.fromkeys(
        ("array_position", "array_append", "greatest", "least", "to_char", "to_date"), Kind("other")
    ),
    **dict.fromkeys(("string_to_array", "regexp_split_to_array"), Kind("text[]")),
    **dict.fromkeys(("similar_to_escape", "lpad", "rpad", "repeat", "quote_literal", "chr"), TEXT),
    **dict.fromkeys(("round", "ceil", "ceiling", "floor", "trunc", "sign", "to_number"), Kind("other")),
    "jsonb_typeof": TEXT,
}
"""Functions of PostgreSQL's own that give the same value for the same arguments within a statement."""
SESSION = {
    "now": kinds.named("timestamptz"),
    "statement_timestamp": kinds.named("timestamptz"),
    "transaction_timestamp": kinds.named("timestamptz"),
    "pg_has_role": BOOL,
    "has_table_privilege": BOOL,
    "has_schema_privilege": BOOL,
    "current_database": kinds.NAME,
    "current_schema": kinds.NAME,
    "pg_backend_pid": INTEGER,
    "txid_current": kinds.named("int8"),
    "inet_client_addr": Kind("inet"),
    "row_security_active": BOOL,
}
READERS = (
    "query_to",
    "table_to",
    "schema_to",
    "database_to",
    "cursor_to",
    "pg_read",
    "pg_ls",
    "lo_",
    "ts_stat",
    "ts_rewrite",
    "pg_logical",
)
"""What functions begin with that read relations or files by name."""
FIELDS = ("funcname", "args", "funcformat")
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)


def called(reading: Reading, node: Node, scope: Scope) -> values.Values:
    """Return what a call may be. Raises Unreadable and TooMany."""
    name = node.words("funcname")
    if name[0] == "pg_catalog" and len(name) == 2:
        return _own(reading, name[1], node, scope)
    if len(name) == 1 and (scope.resolved or not reading.functions("", name[0])):
        return _own(reading, name[0], node, scope)
    if len(name) == 1 and (
        name[0] in PURE or name[0] in SESSION or name[0] in ("current_setting", "set_config")
    ):
        # Which of the two is meant depends on types that are not known here.
        raise Unreadable
    found: list[tuple[Conjunction, Term]] = []
    for condition, passed in arguments.given(reading, node, scope):
        for given, term in _user(reading, name, passed, scope):
            found.append((condition + given, term))
    return tuple(found)


def _own(reading: Reading, name: str, node: Node, scope: Scope) -> values.Values:
    only(node, *FIELDS)
    if name == "set_config":
        raise changes.ChangesSession
    found: list[tuple[Conjunction, Term]] = []
    for condition, terms in values.combined(reading, node.nodes("args"), scope):
        found.append((condition, own(reading, name, terms)))
    return tuple(found)


def own(reading: Reading, name: str, terms: tuple[Term, ...]) -> Term:
    """Return a call of a function of PostgreSQL's own."""
    if name == "current_setting" and _plain_setting(terms):
        setting = str(terms[0].value).lower() if isinstance(terms[0], Constant) else ""
        return Call(name, (Constant(setting, TEXT),), TEXT, 0, True)
    if name in PURE:
        kind = PURE[name]
        # Equal numbers may be written out in several ways.
        serial = reading.number() if any(p.kind.name == "numeric" for a in terms for p in parts(a)) else 0
        if kind.family == "text" and any(p.kind.name.endswith(kinds.LOOSE) for a in terms for p in parts(a)):
            kind = Kind("text" + kinds.LOOSE)
        return Call(name, terms, kind, serial)
    if name in SESSION:
        return Call(name, terms, SESSION[name], 0, True)
    # It may ask the session for anything.
    return Call(f"?{name}" if name.startswith(READERS) else name, terms, UNKNOWN, reading.number(), True)


def _plain_setting(terms: tuple[Term, ...]) -> bool:
    """Whether the name of a setting is written out, and so is what is to be where it is missing."""
    return bool(terms) and all(isinstance(term, Constant) and term.value is not None for term in terms)


def candidates(
    reading: Reading, name: tuple[str, ...], passed: arguments.Given, scope: Scope
) -> FunctionFacts | None:
    """Return the function that a call means, or None where that is not known."""
    if name[-1] in reading.world.unread_functions:
        # Which of several is meant depends on types that are not all known here.
        return None
    if len(name) == 2:
        named = reading.functions(name[0], name[1])
    elif scope.path:
        named = [f for schema in scope.path for f in reading.functions(schema, name[0])]
        # The first schema that has a match wins only among equal matches.
        if len({f.schema for f in named}) > 1:
            return None
    else:
        named = reading.functions("", name[0])
        if len({f.schema for f in named}) > 1:
            return None
    fitting = [f for f in named if arguments.fits(f, passed)]
    exact = [f for f in fitting if arguments.exactly(reading, f, passed)] if len(fitting) > 1 else fitting
    if len(exact) != 1 or any(
        arguments.alike(reading, f, exact[0], passed) for f in fitting if f is not exact[0]
    ):
        return None
    return exact[0]


def _user(reading: Reading, name: tuple[str, ...], passed: arguments.Given, scope: Scope) -> values.Values:
    facts = candidates(reading, name, passed, scope)
    if facts is None:
        return values.single(Call(f"?{'.'.join(name)}", passed.terms, UNKNOWN, reading.number()))
    if facts.returns_set:
        raise Unreadable
    found: list[tuple[Conjunction, Term]] = []
    for condition, typed in arguments.in_order(reading, facts, passed, scope):
        found += [(condition + given, term) for given, term in _given(reading, facts, typed, scope)]
    return tuple(found)


def _given(reading: Reading, facts: FunctionFacts, typed: tuple[Term, ...], scope: Scope) -> values.Values:
    """Return what a function gives for arguments: by its body, or as a value of its own."""
    qualified = (facts.schema, facts.name)
    if qualified not in reading.protected:
        read = inlining.value(reading, facts, typed, scope)
        if read is not None:
            return read
        changes.refuse_changes(reading, facts.body or "")
    steady = facts.volatility in "is" or qualified in reading.protected
    fixed = all(of_session(t) or isinstance(t, Constant) for t in typed)
    title = ".".join(qualified)
    if facts.schema == "auth" and not asks_jwt(facts):
        title = f"own {title}"
    return values.single(
        Call(
            title if steady and fixed else f"?{title}",
            typed,
            kinds.of_oid(reading.world.catalog, facts.returns),
            0 if steady else reading.number(),
            steady and fixed,
        )
    )


def asks_jwt(facts: FunctionFacts) -> bool:
    """Whether auth.uid() and the like give what they give elsewhere, as far as their bodies tell."""
    if facts.body is None:
        return True
    claim = {"uid": "sub", "jwt": "request.jwt.claim", "role": "role"}.get(facts.name)
    asked = claim is not None and "request.jwt.claim" in facts.body and claim in facts.body
    return asked and _FROM.search(facts.body) is None
