"""What a predicate's text asks of a witness: its columns, its constants, its settings; and whether it is harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.quote import quote_literal

FUNCTIONS = frozenset(
    """
    abs age array_length array_position btrim cardinality ceil char_length coalesce concat current_setting date
    date_part date_trunc exists extract floor greatest json_extract_path_text jsonb_array_length jsonb_exists
    jsonb_extract_path_text jsonb_typeof least left length lower ltrim make_interval mod now nullif position
    regexp_replace replace right round rtrim split_part starts_with strpos substr substring sign to_char to_date
    to_number translate trim trunc upper
    """.split()  # noqa: SIM905
)
"""Built-in functions that read and change nothing but their arguments, and end soon."""
_WORDS = frozenset(
    {"any", "all", "array", "and", "or", "not", "in", "case", "when", "then", "else", "from", "row", "values"}
)
"""Words that stand before a parenthesis without being functions."""
CALLERS = frozenset({"current_user", "user", "current_role"})
_OURS = frozenset({"session_user", "system_user", "current_schema", "current_schemas", "current_query"})
"""What would speak of our own session, not of the one that is made up."""


@dataclass(frozen=True)
class Predicate:
    """One predicate as pg_get_expr prints it."""

    text: str
    enums: frozenset[str] = frozenset()
    """Types of users whose input runs nothing, as pg_get_expr qualifies them."""

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All but blanks."""
        return tuple(t for t in tokens(self.text) if t.kind not in ("space", "comment"))

    @cached_property
    def harmless(self) -> bool:
        """Whether it reads no table and calls only functions of `FUNCTIONS`: it may be evaluated unasked."""
        found = self.tokens
        for number, token in enumerate(found):
            following = found[number + 1].text if number + 1 < len(found) else ""
            before = found[number - 1].text if number else ""
            if token.lower in ("select", "operator"):
                return False
            if token.kind not in ("word", "quoted"):
                continue
            if (
                before == "::"
                and following == "."
                and f"{token.text}.{self._text(number + 2)}" not in self.enums
            ):
                return False
            called = following == "(" and before != "::" and token.lower != "varying"
            if called and (before == "." or not self._built_in(token)):
                return False
        return True

    @staticmethod
    def _built_in(token: Token) -> bool:
        """Whether what is called is a word of SQL, or a function of `FUNCTIONS` as search_path pg_catalog finds it."""
        if token.kind == "quoted":
            return token.text[1:-1] in FUNCTIONS
        return token.lower in FUNCTIONS or token.lower in _WORDS

    @cached_property
    def fair(self) -> bool:
        """Whether it says of a made-up row and session what it would say of a real one.

        A whole row has columns that are not made up; built-in settings and the session's user are our own.
        """
        found = self.tokens
        for number, token in enumerate(found):
            if token.text == "*" and number and found[number - 1].text == ".":
                return False
            if token.lower in _OURS:
                return False
        return all("." in name for name in self.settings)

    @cached_property
    def demanded(self) -> frozenset[str]:
        """The settings without which it raises: those read without missing_ok."""
        return frozenset(name for _, end, name in self._reads if not self._forgives(end))

    def _forgives(self, end: int) -> bool:
        """Whether the arguments that end there end with `, true`."""
        last = next(n for n, token in enumerate(self.tokens) if token.end == end)
        return self.tokens[last - 1].lower == "true" and self._text(last - 2) == ","

    def names(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return those of some columns that it may name, in their order."""
        said = {
            t.text if t.kind == "word" else t.text[1:-1].replace('""', '"')
            for t in self.tokens
            if t.kind in ("word", "quoted")
        }
        return tuple(name for name in columns if name in said)

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """Its string constants but for names of settings, each once."""
        found = []
        for number, token in enumerate(self.tokens):
            if (
                token.kind == "string"
                and token.text.startswith("'")
                and self._callee(number) != "current_setting"
            ):
                found.append(token.text[1:-1].replace("''", "'"))
        return tuple(dict.fromkeys(found))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Its numeric constants, each once."""
        return tuple(dict.fromkeys(t.text for t in self.tokens if t.kind == "number"))

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The settings that it reads by a constant name, in the order of the text."""
        return tuple(dict.fromkeys(name for _, _, name in self._reads))

    @cached_property
    def readable(self) -> bool:
        """Whether every current_setting names its setting by a constant."""
        calls = sum(t.lower == "current_setting" for t in self.tokens)
        return calls == len(self._reads)

    def with_settings(self, values: Mapping[str, str | None], caller: str) -> str:
        """Return the text with settings and current_user as constants: nothing has to be set for it."""
        edits = [(start, end, _constant(values.get(name))) for start, end, name in self._reads]
        for token in self.tokens:
            if token.lower in CALLERS:
                edits.append((token.start, token.end, f"({quote_literal(caller)}::name)"))
        text = self.text
        for start, end, replacement in sorted(edits, reverse=True):
            text = text[:start] + replacement + text[end:]
        return text

    @cached_property
    def _reads(self) -> tuple[tuple[int, int, str], ...]:
        """Each `current_setting('name', ...)`: start, end, name."""
        found: list[tuple[int, int, str]] = []
        for number, token in enumerate(self.tokens):
            if token.lower != "current_setting" or self._text(number + 1) != "(":
                continue
            name = self._text(number + 2)
            end = self._closing(number + 1)
            if name.startswith("'") and end is not None:
                found.append((token.start, self.tokens[end].end, name[1:-1].replace("''", "'")))
        return tuple(found)

    def _text(self, number: int) -> str:
        return self.tokens[number].text if number < len(self.tokens) else ""

    def _closing(self, opening: int) -> int | None:
        depth = 0
        for number in range(opening, len(self.tokens)):
            depth += {"(": 1, ")": -1}.get(self.tokens[number].text, 0)
            if depth == 0:
                return number
        return None

    def _callee(self, number: int) -> str:
        """The function whose first argument a token is."""
        return self.tokens[number - 2].lower if number >= 2 and self._text(number - 1) == "(" else ""


def _constant(value: str | None) -> str:
    return "(NULL::text)" if value is None else f"({quote_literal(value)}::text)"
