"""What psql sends of a script that holds psql's own commands: its variables put in, and what nobody can tell named.

Source: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from pgplumb.sql.lexer import Token, tokens
from pgplumb.sql.quote import quote_identifier, quote_literal

_RUNS_FILES = frozenset({"i", "include", "ir", "include_relative"})
_RUNS_MORE = {
    "gexec": "the statements that a query gives are run",
    "watch": "a statement is run again and again",
    "!": "a command of the shell is run",
    "copy": "rows are copied",
    "c": "it goes on in another database",
    "connect": "it goes on in another database",
}
_ASSIGNS = frozenset({"gset", "getenv", "prompt", "bind", "bind_named"})
_TRUE, _FALSE = ("true", "on", "1", "yes"), ("false", "off", "0", "no")
_COMMAND = re.compile(r"\\([a-z_]+|!|\?)\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sent:
    """A script as the server gets it, each statement on its own line."""

    text: str
    unknown: tuple[str, ...] = ()
    """What it runs beside that, or where its text depends on what is not in it."""


def sent(script: str) -> Sent:
    """Return what psql would send of a script. Never fails."""
    if "\\" not in script and ":" not in script:
        return Sent(script)
    reader = _Reader()
    text = "".join(reader.read(script))
    return Sent(text, tuple(dict.fromkeys(reader.unknown)))


class _Reader:
    """Goes over the tokens once, as psql does."""

    def __init__(self) -> None:
        self.unknown: list[str] = []
        self._values: dict[str, str] = {}
        self._branches: list[tuple[bool, bool]] = []
        """For each \\if around: whether its text is sent here, and whether one of its branches was."""

    def read(self, script: str) -> Iterator[str]:
        for token in tokens(script):
            if token.kind == "meta" and token.text.startswith("\\"):
                self._command(token)
                yield token.text
            elif not self._is_sent:
                # Left out, its lines kept.
                yield "\n" * token.text.count("\n")
            elif token.kind == "meta":
                yield self._value(token.text)
            else:
                yield token.text

    @property
    def _is_sent(self) -> bool:
        return all(taken for taken, _ in self._branches)

    def _value(self, text: str) -> str:
        name = text.lstrip(":").strip("'\"{}?")
        if name not in self._values:
            self.unknown.append(f"what :{name} is: nothing in the file sets it")
            # Something that can be parsed where a name or a number can stand.
            return quote_identifier(name) if text[1:2] != "'" else quote_literal(name)
        value = self._values[name]
        if text[1:2] == "'":
            return quote_literal(value)
        return quote_identifier(value) if text[1:2] == '"' else value

    def _command(self, token: Token) -> None:
        match = _COMMAND.match(token.text)
        if match is None:
            return
        name, rest = match[1].lower(), match[2].strip()
        if name in ("if", "elif", "else", "endif"):
            self._branch(name, rest)
        elif not self._is_sent:
            return
        elif name == "set":
            words = _words(rest)
            if words:
                self._values[words[0]] = "".join(self._resolved(word) for word in words[1:])
        elif name == "unset":
            self._values.pop(rest, None)
        elif name in _ASSIGNS:
            self.unknown.append(f"what \\{name} sets")
        elif name in _RUNS_FILES:
            self.unknown.append(f"what {rest or 'the other file'} holds, which \\{name} runs")
        elif name in _RUNS_MORE:
            self.unknown.append(f"what \\{name} does: {_RUNS_MORE[name]}")

    def _branch(self, name: str, rest: str) -> None:
        if name == "if":
            taken = self._truth(rest) if self._is_sent else False
            self._branches.append((taken, taken))
        elif self._branches and name == "endif":
            self._branches.pop()
        elif self._branches:
            _, before = self._branches[-1]
            taken = not before and (name == "else" or self._truth(rest))
            self._branches[-1] = (taken, before or taken)

    def _truth(self, rest: str) -> bool:
        said = "".join(self._resolved(word) for word in _words(rest)).lower()
        if said in _TRUE or said in _FALSE:
            return said in _TRUE
        self.unknown.append(f"whether \\if {rest} holds")
        return True

    def _resolved(self, word: str) -> str:
        return self._values.get(word[1:].strip("'\""), word) if word.startswith(":") else word


def _words(rest: str) -> list[str]:
    try:
        return shlex.split(rest)
    except ValueError:
        return rest.split()
