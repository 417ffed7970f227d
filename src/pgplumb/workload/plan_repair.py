"""Makes a normalised text one that the server can read again: pg_stat_statements replaces too much by $n.

`interval '1 day'` becomes `interval $1`, which is no SQL. Everything is done on tokens, so that strings, comments
and quoted names stay as they are.
"""

from __future__ import annotations

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.parser import ParserMissing, SyntaxProblem, TooDeep, parse_statement
from pgplumb.workload.plan_same import unify

_INSTANTS = frozenset(
    (
        "now",
        "clock_timestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "current_timestamp",
        "localtimestamp",
    )
)


def parameters(text: str) -> list[int]:
    """Return the numbers of all $n in a text, in its order, repeated ones too."""
    return [int(token.text[1:]) for token in tokens(text) if token.kind == "parameter"]


def dense(text: str) -> str:
    """Return the text with its parameters numbered without gaps, as PREPARE wants them."""
    present = sorted(set(parameters(text)))
    if present == list(range(1, len(present) + 1)):
        return text
    numbers = {old: new for new, old in enumerate(present, 1)}
    return "".join(f"${numbers[int(t.text[1:])]}" if t.kind == "parameter" else t.text for t in tokens(text))


def cast(text: str, number: int, type_name: str) -> str:
    """Return the text with every $number cast to a type."""
    return "".join(
        f"(${number})::{type_name}" if t.kind == "parameter" and t.text == f"${number}" else t.text
        for t in tokens(text)
    )


def repair(text: str) -> str:
    """Return the text with what normalising made unreadable spelled so that it can be read; else the same text.

    Typed literals become casts, the field of extract() `epoch` (any field gives the same type), and what is
    added to a point in time or counted by generate_series() gets the type that it must have had. Expressions that
    were the same get the same parameters or constants again.
    """
    text = unify(typed_literals(text))
    found = list(tokens(text))
    shown = [i for i, token in enumerate(found) if token.kind not in ("space", "comment")]
    texts = [token.text for token in found]
    words = [_Word(found[i], i) for i in shown]
    for at in range(len(words)):
        _extract(words, at, texts)
        _moved_instant(words, at, texts)
        _series(words, at, texts)
    return dense("".join(texts))


class _Word:
    """A token that the grammar sees, with its place among all tokens."""

    __slots__ = ("index", "is_parameter", "text")

    def __init__(self, token: Token, index: int) -> None:
        self.index = index
        self.is_parameter = token.kind == "parameter"
        self.text = token.lower or token.text


def _texts(words: list[_Word], at: int, count: int) -> list[str]:
    return ["$" if word.is_parameter else word.text for word in words[at : at + count]]


def typed_literals(text: str) -> str:
    """Return the text with typed literals as casts: `interval $1 day`, `timestamp with time zone $1`, `mood $1`.

    libpg_query reads such texts, the server does not.
    """
    try:
        tree = parse_statement(text)
    except (SyntaxProblem, ParserMissing, TooDeep):
        return text
    encoded = text.encode()
    begins: dict[int, int] = {}
    for node in tree.walk():
        name, value = node.node("typeName"), node.node("arg")
        typed_literal = node.kind == "TypeCast" and node.number("location") == -1
        if typed_literal and name and value and value.kind == "ParamRef":
            parameter = len(encoded[: value.number("location")].decode())
            begins[parameter] = len(encoded[: name.number("location")].decode())
    found = list(tokens(text)) if begins else []
    texts = [token.text for token in found]
    for index, token in enumerate(found):
        if (begin := begins.get(token.start)) is None:
            continue
        name_of_type = text[begin : token.start].strip()
        texts[index] = f"({token.text})::{name_of_type}"
        before = index - 1
        while before >= 0 and found[before].start >= begin:
            texts[before] = ""
            before -= 1
    return "".join(texts) if begins else text


def _extract(words: list[_Word], at: int, texts: list[str]) -> None:
    """`extract($1 from x)`."""
    if _texts(words, at, 4) == ["extract", "(", "$", "from"]:
        texts[words[at + 2].index] = "epoch"


def _moved_instant(words: list[_Word], at: int, texts: list[str]) -> None:
    """`now() - $1`, `current_date + $1`."""
    name = words[at].text
    if name not in _INSTANTS and name != "current_date":
        return
    end = at + 3 if _texts(words, at + 1, 2) == ["(", ")"] else at + 1
    if _texts(words, end, 2) in (["-", "$"], ["+", "$"]):
        parameter = words[end + 1].index
        wanted = "integer" if name == "current_date" else "interval"
        binds_closer = _texts(words, end + 2, 1) in (["::"], ["*"], ["/"], ["%"], ["^"])
        if texts[parameter].startswith("$") and not binds_closer:
            texts[parameter] = f"({texts[parameter]})::{wanted}"


def _series(words: list[_Word], at: int, texts: list[str]) -> None:
    """`generate_series($1, $2)`."""
    if _texts(words, at, 6) == ["generate_series", "(", "$", ",", "$", ")"]:
        for word in (words[at + 2], words[at + 4]):
            texts[word.index] = f"({texts[word.index]})::integer"
