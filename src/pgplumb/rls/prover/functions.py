"""Calls of functions: PostgreSQL's own by a list of names, users' by their bodies."""

from __future__ import annotations

import re

from pgplumb.rls.prover import arguments, changes, inlining, kinds, subselects, values
from pgplumb.rls.prover.gate import FunctionFacts
from pgplumb.rls.prover.kinds import BOOL, INTEGER, TEXT, UNKNOWN, Kind
from pgplumb.rls.prover.literals import Conjunction, Fact, Literal, Snippet
from pgplumb.rls.prover.reading import Reading, Scope, Unreadable, only
from pgplumb.rls.prover.terms import Call, Constant, Term, of_session, parts
from pgplumb.sql.node import Node

_JSON = Kind("json or jsonb")
_PURE = {
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
_SESSION = {
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
_ELEMENTS = (
    "jsonb_array_elements_text",
    "json_array_elements_text",
    "unnest",
    "string_to_table",
    "regexp_split_to_table",
    "jsonb_object_keys",
)
"""Functions that give the elements of one value as rows."""
_AS_ARRAY = {"string_to_table": "string_to_array", "regexp_split_to_table": "regexp_split_to_array"}
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
_FIELDS = ("funcname", "args", "funcformat")
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)


def called(reading: Reading, node: Node, scope: Scope) -> values.Values:
    """Return what a call may be. Raises Unreadable and TooMany."""
    name = node.words("funcname")
    if name[0] == "pg_catalog" and len(name) == 2:
        return _own(reading, name[1], node, scope)
    if len(name) == 1 and (scope.resolved or not reading.functions("", name[0])):
        return _own(reading, name[0], node, scope)
    if len(name) == 1 and (
        name[0] in _PURE or name[0] in _SESSION or name[0] in ("current_setting", "set_config")
    ):
        # Which of the two is meant depends on types that are not known here.
        raise Unreadable
    found: list[tuple[Conjunction, Term]] = []
    for condition, passed in arguments.given(reading, node, scope):
        for given, term in _user(reading, name, passed, scope):
            found.append((condition + given, term))
    return tuple(found)


def _own(reading: Reading, name: str, node: Node, scope: Scope) -> values.Values:
    only(node, *_FIELDS)
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
    if name in _PURE:
        kind = _PURE[name]
        # Equal numbers may be written out in several ways.
        serial = reading.number() if any(p.kind.name == "numeric" for a in terms for p in parts(a)) else 0
        if kind.family == "text" and any(p.kind.name.endswith(kinds.LOOSE) for a in terms for p in parts(a)):
            kind = Kind("text" + kinds.LOOSE)
        return Call(name, terms, kind, serial)
    if name in _SESSION:
        return Call(name, terms, _SESSION[name], 0, True)
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


def rows_of(reading: Reading, node: Node, scope: Scope) -> subselects.Rows | None:
    """Return the rows of a call of a user's function that gives rows; None where it is no such call."""
    if node.kind != "FuncCall":
        return None
    name = node.words("funcname")
    if len(name) == 1 and (scope.resolved or not reading.functions("", name[0])):
        return _elements(reading, name[0], node, scope)
    found: subselects.Rows = []
    for condition, passed in arguments.given(reading, node, scope):
        facts = candidates(reading, name, passed, scope)
        if facts is None or not facts.returns_set:
            return None
        for more, typed in arguments.in_order(reading, facts, passed, scope):
            read = inlining.rows(reading, facts, typed, scope)
            if read is None:
                raise Unreadable
            found += [(condition + more + given, terms) for given, terms in read]
    return found


def arrays_of(
    reading: Reading, node: Node, scope: Scope
) -> list[tuple[Conjunction, Node, Scope, Kind]] | None:
    """Return the SELECT whose rows are the elements of the array that a call of a user's function gives, the scope of
    its body, and the type of array that it declares; None where it is no such function."""
    name = node.words("funcname")
    if not reading.functions(name[0] if len(name) > 1 else "", name[-1]):
        return None
    found: list[tuple[Conjunction, Node, Scope, Kind]] = []
    for condition, passed in arguments.given(reading, node, scope):
        facts = candidates(reading, name, passed, scope)
        if facts is None or facts.returns_set or (facts.schema, facts.name) in reading.protected:
            return None
        for more, typed in arguments.in_order(reading, facts, passed, scope):
            body = inlining.array_body(reading, facts, typed, scope)
            if body is None:
                return None
            found.append((condition + more, *body, kinds.of_oid(reading.world.catalog, facts.returns)))
    return found


def _elements(reading: Reading, name: str, node: Node, scope: Scope) -> subselects.Rows | None:
    if name not in _ELEMENTS:
        return None
    only(node, *_FIELDS)
    found: subselects.Rows = []
    for condition, terms in values.combined(reading, node.nodes("args"), scope):
        array = terms[0].kind.name
        kind = TEXT if name != "unnest" else kinds.named(array[:-2]) if array.endswith("[]") else UNKNOWN
        if name == "unnest" and len(terms) != 1:
            raise Unreadable
        there = Literal(Fact.OTHER, terms, "has elements", Snippet(scope.source, node))
        if name in _AS_ARRAY:
            terms = (Call(_AS_ARRAY[name], terms, Kind("text[]")),)
        found.append(((*condition, there), (Call("element", terms, kind, reading.number()),)))
    return found


def computed(reading: Reading, node: Node) -> Term | None:
    """Return a column of a SELECT that PostgreSQL's own functions work out of the rows in FROM, aggregates among
    them, as a value of its own; None for one that may read more, or that is a value to be read.

    A window function looks at rows that a query around it may leave out again.
    """
    calls = [n for n in node.walk() if n.kind == "FuncCall"]
    if not calls or any(n.kind == "SubLink" for n in node.walk()):
        return None
    for call in calls:
        name = call.words("funcname")
        own = len(name) == 1 or name[0] == "pg_catalog"
        if not own or name[-1].startswith(READERS) or reading.users(name[-1]):
            return None
    looks_around = reading.nested and any("over" in call.fields for call in calls)
    return Call("?window" if looks_around else "computed", (), UNKNOWN, reading.number())


def refuse_aggregates(reading: Reading, node: Node, scope: Scope) -> None:
    """Raise Unreadable where a column of a SELECT may be an aggregate, or give several rows."""
    for call in (n for n in node.walk() if n.kind == "FuncCall"):
        name = call.words("funcname")
        if name[-1] in ("current_setting", *_PURE, *_SESSION, *_ELEMENTS) and name[:-1] in (
            (),
            ("pg_catalog",),
        ):
            continue
        if name[-1] in reading.world.unread_functions or not reading.functions(
            name[0] if len(name) > 1 else "", name[-1]
        ):
            raise Unreadable
