"""Laying out one query for display: line breaks before clauses. Tokens stay exactly as they are."""

from __future__ import annotations

from pgplumb.sql.lexer import Token, tokens

_QUERIES = {"select", "with", "insert", "update", "delete", "values", "merge", "table"}
_CLAUSES = {
    "select", "from", "where", "having", "window", "limit", "offset", "fetch", "union", "intersect", "except",
    "values", "returning", "set", "join", "insert", "update", "delete",
}  # fmt: skip
_WITH_NEXT = {
    "group": {"by"},
    "order": {"by"},
    "on": {"conflict"},
    "for": {"update", "share", "no", "key"},
    "when": {"matched", "not"},
    "left": {"join", "outer"},
    "right": {"join", "outer"},
    "full": {"join", "outer"},
    "inner": {"join"},
    "cross": {"join"},
    "natural": {"join", "left", "right", "full", "inner"},
}
"""Words that begin a clause only before another: `left join`, but `left(name, 1)`."""
_NOT_AFTER = {
    "from": {"distinct", "delete"},
    "select": {"("},
    "join": {"left", "right", "full", "inner", "cross", "natural", "outer"},
    "update": {"for", "do", "key", "then"},
    "set": {"update"},
    "delete": {"then"},
    "insert": {"then"},
    "values": {"default", "insert"},
    "left": {"natural"},
    "right": {"natural"},
    "full": {"natural"},
    "inner": {"natural"},
}
_STEP = 2


def format_statement(text: str, width: int = 80) -> str:
    """Return a query with a line for each clause and each condition; anything but a query stays as it is.

    Only white space changes, so what is shown is what runs. Lists are broken at commas beyond `width`.
    """
    found = [token for token in tokens(text) if token.kind != "space"]
    first = next((token for token in found if token.kind != "comment" and token.text != "("), None)
    if first is None or first.lower not in _QUERIES:
        return text[found[0].start : found[-1].end] if found else ""
    return _Layout(text, found, width).write()


class _Layout:
    """Where lines break. A level is a bracket: where it holds a query, its lines have their own indentation."""

    def __init__(self, text: str, found: list[Token], width: int) -> None:
        self.text = text
        self.found = found
        self.words = [t.lower or t.text for t in found if t.kind != "comment"]
        self.width = width
        self.levels: list[int | None] = [0]
        self.cases = 0
        self.between = 0
        self.lines: list[str] = [""]

    @property
    def _in_query(self) -> bool:
        return self.levels[-1] is not None

    def write(self) -> str:
        place = -1
        for number, token in enumerate(self.found):
            if token.kind != "comment":
                place += 1
            self._put(number, token, place)
        return "\n".join(self.lines)

    def _put(self, number: int, token: Token, place: int) -> None:
        previous = self.found[number - 1] if number else None
        inner = self.levels.pop() if token.text == ")" and len(self.levels) > 1 else None
        closes_query = inner is not None
        indent = inner - _STEP if inner is not None else self.levels[-1] or 0
        if previous is None:
            pass
        elif self._must_keep(previous, token):
            self._verbatim(previous, token)
        elif previous.kind == "comment" and previous.text.startswith("--"):
            self._break(indent + _STEP * (not closes_query and not self._begins_clause(token, place)))
        elif (
            closes_query
            or (token.text != ")" and self._opened_query(previous))
            or self._begins_clause(token, place)
        ):
            self._break(indent)
        elif self._begins_condition(token):
            self._break(indent + _STEP)
        elif previous.end < token.start:
            if previous.text == "," and self._in_query and not self._item_fits(number, place):
                self._break(indent + 2 * _STEP)
            else:
                self.lines[-1] += " "
        self.lines[-1] += token.text
        self._note(token, place)

    def _item_fits(self, number: int, place: int) -> bool:
        """Whether what stands from here to the next comma fits on the line."""
        used, depth, end = len(self.lines[-1]), 0, -1
        for token in self.found[number:]:
            depth += (token.text == "(") - (token.text == ")")
            ended = depth == 0 and (token.text in (",", ";") or self._begins_clause(token, place))
            if ended or depth < 0 or token.kind == "comment" or used > self.width:
                break
            used += len(token.text) + (token.start > end)
            end = token.end
            place += 1
        return used <= self.width

    def _break(self, indent: int) -> None:
        self.lines.append(" " * indent)

    def _must_keep(self, previous: Token, token: Token) -> bool:
        # Two strings on two lines are one string to the server: the line break between them is kept.
        near = previous.kind in ("string", "comment") and token.kind in ("string", "comment")
        return near and "\n" in self.text[previous.end : token.start]

    def _verbatim(self, previous: Token, token: Token) -> None:
        self.lines[-1] += self.text[previous.end : token.start]

    def _opened_query(self, previous: Token) -> bool:
        return previous.text == "(" and previous.kind == "punctuation" and self._in_query

    def _begins_clause(self, token: Token, place: int) -> bool:
        if not self._in_query or self.cases or place == 0:
            return False
        word, before = token.lower, self.words[place - 1]
        after = self.words[place + 1] if place + 1 < len(self.words) else ""
        if before == "." or before in _NOT_AFTER.get(word, ()):
            return False
        return word in _CLAUSES or after in _WITH_NEXT.get(word, ())

    def _begins_condition(self, token: Token) -> bool:
        if token.lower == "and" and self.between:
            return False
        return token.lower in ("and", "or") and self._in_query and not self.cases

    def _note(self, token: Token, place: int) -> None:
        word = token.lower
        if word == "case":
            self.cases += 1
        elif word == "end" and self.cases:
            self.cases -= 1
        elif word == "between":
            self.between += 1
        elif word == "and" and self.between:
            self.between -= 1
        elif token.text == "(" and token.kind == "punctuation":
            after = self.words[place + 1] if place + 1 < len(self.words) else ""
            here = len(self.lines[-1]) - len(self.lines[-1].lstrip())
            is_query = after in ("select", "with", "values") and not self.cases
            self.levels.append(here + _STEP if is_query else None)
