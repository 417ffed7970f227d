"""What a plpgsql function puts into the SQL that it executes: arguments that reach the text without being quoted.

Only what is certain is said: concatenation, `format` with %s, `concat` and functions that hand a text on as it is.
What a function of people's own, a sub-select or a choice by CASE makes of an argument is not followed. Statements are
taken in the order of the text; the last assignment of a variable counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.checks.name_words import vocabulary
from pgplumb.sql.lexer import Token, significant

_HANDED_ON = vocabulary(
    """concat concat_ws lower upper initcap trim btrim ltrim rtrim coalesce nullif left right substr substring
    array_to_string string_agg lpad rpad repeat reverse"""
)
"""Functions of the server whose result holds their arguments' text as it is."""
_HARMLESS = vocabulary(
    """int integer int2 int4 int8 smallint bigint numeric decimal real double float float4 float8 boolean bool uuid
    oid date time timetz timestamp timestamptz interval regclass regtype regproc regprocedure regrole regnamespace
    regoper money inet cidr macaddr bytea"""
)
"""Types whose text, printed by the server, is no SQL of anybody's choosing."""
_BEGINS = frozenset(("begin", "then", "else", "loop", "declare"))
_SPECIFIER = re.compile(r"%(?:(\d+)\$)?-?(?:\*(?:\d+\$)?|\d+)?([sIL%])")
_TESTS = frozenset(("in", "any", "=", "<>", "!=", "~", "!~", "~*", "!~*", "like", "similar", "exists"))

Reach = Mapping[str, frozenset[str]]
"""Names of variables and arguments to the arguments whose text they hold."""


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a function's arguments."""

    raw: tuple[str, ...] = ()
    """Arguments that reach an executed text unquoted, by name."""
    tested: tuple[str, ...] = ()
    """Those of which the same would be said, had the function not tested them and raised an error before."""


def built(text: str, function: str, arguments: Sequence[str | None]) -> Built:
    """Follow arguments through a body: those that may hold any text, by name; None stands for another."""
    reach = {name: frozenset((name,)) for name in arguments if name is not None}
    reach |= {f"${at}": frozenset((name,)) for at, name in enumerate(arguments, 1) if name is not None}
    raw: dict[str, None] = {}
    tested: set[str] = set()
    fixed: set[str] = set()
    """Variables of types that hold no text."""
    statements = list(_statements(text))
    for at, statement in enumerate(statements):
        words = [_word(t) for t in statement]
        if words[0] in ("if", "elsif", "assert") and _TESTS & set(words):
            following = statements[at + 1] if at + 1 < len(statements) else ()
            if words[0] == "assert" or (following and _word(following[0]) == "raise"):
                tested |= {a for w in words for a in reach.get(w, ())}
        for expression in _executed(statement, words):
            raw |= dict.fromkeys(sorted(_held(expression, reach, function.lower())))
        declared = [word for word in words[1:3] if word != "constant"]
        if declared and declared[0] in _HARMLESS:
            fixed.add(words[0])
        for name, value in _assigned(statement, words):
            reach[name] = frozenset(_held(value, reach, function.lower()) if name not in fixed else ())
    return Built(
        tuple(name for name in raw if name not in tested), tuple(name for name in raw if name in tested)
    )


def _statements(text: str) -> Iterator[list[Token]]:
    """Yield the statements of a body in their order: what stands between semicolons and the words that open blocks."""
    found: list[Token] = []
    depth = 0
    for token in significant(text):
        word = _word(token)
        depth += (word in ("(", "[", "case")) - (word in (")", "]") or (word == "end" and depth > 0))
        if depth == 0 and (word == ";" or word in _BEGINS):
            if found:
                # FOR ... IN EXECUTE ... LOOP and IF ... THEN are statements of their own; THEN of a CASE is not.
                yield found
            found = []
        else:
            found.append(token)
    if found:
        yield found


def _executed(statement: Sequence[Token], words: Sequence[str]) -> Iterator[Sequence[Token]]:
    """Yield what is executed: what stands behind EXECUTE, up to INTO, USING or the end."""
    if words[0] in ("grant", "revoke", "create", "alter"):
        return
    for at, word in enumerate(words):
        if word == "execute":
            end = next(
                (i for i in _at_top(statement, at + 1) if words[i] in ("into", "using")), len(statement)
            )
            yield statement[at + 1 : end]
            return


def _assigned(statement: Sequence[Token], words: Sequence[str]) -> Iterator[tuple[str, Sequence[Token]]]:
    """Yield the variables that a statement gives a value, and the value."""
    if len(words) > 3 and words[1:3] == ["alias", "for"]:
        yield words[0], statement[3:]
    elif len(words) > 2 and words[1] in (":=", "="):
        yield words[0], statement[2:]
    elif words[0] == "select" and "into" in words:
        tops = list(_at_top(statement, 1))
        into = next((i for i in tops if words[i] == "into"), None)
        if into is not None:
            start = into + 1 + (into + 1 < len(words) and words[into + 1] == "strict")
            ends = [i for i in tops if words[i] in ("from", "where", "into") and i != into]
            if start < len(words) and into > 1:
                yield words[start], statement[1 : min([into, *ends])]
    elif len(words) > 3 and statement[0].kind in ("word", "quoted"):
        # A declaration with a value.
        sign = next((i for i in _at_top(statement, 1) if words[i] in (":=", "=", "default")), None)
        if sign is not None and sign > 1:
            yield words[0], statement[sign + 1 :]


def _held(expression: Sequence[Token], reach: Reach, function: str) -> set[str]:
    """Return the arguments whose text an expression holds as it is."""
    found: set[str] = set()
    at = 0
    while at < len(expression):
        token = expression[at]
        word = _word(token)
        end = at + 1
        held: set[str] = set()
        if word == "case":
            end = _closing(expression, at)
            held = _chosen(expression[at + 1 : end - 1], reach, function)
        elif word == "(":
            end = _closing(expression, at)
            inner = expression[at + 1 : end - 1]
            if not (inner and _word(inner[0]) in ("select", "with")):
                held = _held(inner, reach, function)
        elif token.kind in ("word", "quoted") and _at(expression, at + 1) == "(":
            end = _closing(expression, at + 1)
            held = _called(word, expression[at + 2 : end - 1], reach, function)
        elif word == function and _at(expression, at + 1) == ".":
            end = at + 3
            held = set(reach.get(_at(expression, at + 2), ()))
        elif token.kind in ("word", "quoted") and _at(expression, at + 1) == ".":
            # A field of a record, or a function with its schema.
            end = at + (2 if _at(expression, at + 3) == "(" else 3)
        elif word == "as":
            # The name that a result is given.
            end = at + 2
        elif token.kind in ("word", "quoted", "parameter"):
            held = set(reach.get(word, ()))
        while _at(expression, end) == "[":
            end = _closing(expression, end)
        while _at(expression, end) == "::":
            if _at(expression, end + 1) in _HARMLESS and _at(expression, end + 2) != "[":
                held = set()
            end += 2
        found |= held
        at = end
    return found


def _called(name: str, inner: Sequence[Token], reach: Reach, function: str) -> set[str]:
    """Return what a call holds of its arguments."""
    given = list(_listed(inner))
    if name == "format" and given:
        return _formatted(given, reach, function)
    if name == "cast":
        kind = next((i for i in _at_top(inner, 0) if _word(inner[i]) == "as"), None)
        if kind is None or _at(inner, kind + 1) in _HARMLESS:
            return set()
        return _held(inner[:kind], reach, function)
    if name not in _HANDED_ON:
        return set()
    return {name for part in given for name in _held(part, reach, function)}


def _formatted(given: Sequence[Sequence[Token]], reach: Reach, function: str) -> set[str]:
    """Return what `format` puts in by %s; what %I and %L put in is quoted."""
    pattern = given[0]
    found = _held(pattern, reach, function)
    texts = [t for t in pattern if _word(t) != "||"]
    if not texts or any(t.kind != "string" for t in texts):
        return found
    place = 0
    for position, kind in _SPECIFIER.findall("".join(t.text for t in texts)):
        if kind == "%":
            continue
        place = int(position) if position else place + 1
        if kind == "s" and place < len(given) and _at(given[place], 0) != "variadic":
            found |= _held(given[place], reach, function)
    return found


def _chosen(inner: Sequence[Token], reach: Reach, function: str) -> set[str]:
    """Return what the results of a CASE hold; its conditions choose and are not part of the text."""
    found: set[str] = set()
    result: list[Token] | None = None
    for at in range(len(inner)):
        word = _word(inner[at])
        top = at in set(_at_top(inner, 0))
        if top and word in ("when", "then", "else"):
            if result is not None:
                found |= _held(result, reach, function)
            result = None if word == "when" else []
        elif result is not None:
            result.append(inner[at])
    return found | (_held(result, reach, function) if result is not None else set())


def _listed(inner: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield what stands between the commas."""
    start = 0
    for at in _at_top(inner, 0):
        if _word(inner[at]) == ",":
            yield inner[start:at]
            start = at + 1
    if inner:
        yield inner[start:]


def _at_top(tokens: Sequence[Token], start: int) -> Iterable[int]:
    """Yield the places from a start on that are in no bracket and no CASE."""
    depth = 0
    for at in range(start, len(tokens)):
        word = _word(tokens[at])
        depth -= word in (")", "]") or (word == "end" and depth > 0)
        if depth == 0:
            yield at
        depth += word in ("(", "[", "case")


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Return the place behind what closes a bracket or a CASE."""
    depth = 0
    for place in range(at, len(tokens)):
        word = _word(tokens[place])
        depth += (word in ("(", "[", "case")) - (word in (")", "]", "end"))
        if depth == 0:
            return place + 1
    return len(tokens)


def _at(tokens: Sequence[Token], at: int) -> str:
    return _word(tokens[at]) if 0 <= at < len(tokens) else ""


def _word(token: Token) -> str:
    """Return a token as names and signs are compared: words folded, quotes taken off."""
    if token.kind == "quoted":
        return token.text[1:-1].replace('""', '"')
    return token.lower or token.text
