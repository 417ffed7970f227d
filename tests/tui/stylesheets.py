"""Style sheets are parsed once for all apps of a run: that takes a tenth of the time that an app takes to open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse: Callable[..., list[RuleSet]] = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}
_variables: WeakKeyDictionary[Stylesheet, tuple[dict[str, str], frozenset[tuple[str, str]]]] = (
    WeakKeyDictionary()
)


def parse_once(stylesheet: Stylesheet, css: str, *arguments: Any, **named: Any) -> list[RuleSet]:
    """Return what Textual's own method does; rules are not changed once they are parsed, variables are replaced."""
    variables = stylesheet._variables
    known = _variables.get(stylesheet)
    if known is None or known[0] is not variables:
        known = _variables[stylesheet] = variables, frozenset(variables.items())
    key = (css, *arguments, *named.items(), known[1])
    if key not in _parsed:
        _parsed[key] = _parse(stylesheet, css, *arguments, **named)
    return _parsed[key]
