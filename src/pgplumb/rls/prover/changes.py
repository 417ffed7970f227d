"""Whether a predicate may change what it compares with: settings of the session, or rows of tables."""

from __future__ import annotations

import re

from pgplumb.rls.prover.gate import FunctionFacts, World
from pgplumb.rls.prover.reading import Reading

_SETS = re.compile(
    r"\bset_config\b|\bset\s+(?:local\s+|session\s+)?(?:role\b|session\b|[\w\"]+\s*\.)|\breset\s+(?:all|role|[\w\"]+\s*\.)",
    re.IGNORECASE,
)
_WRITES = re.compile(
    r"\binsert\s+into\b|\bdelete\s+from\b|\bmerge\s+into\b|\btruncate\s|\bcopy\s"
    r"|\bupdate\s+(?:only\s+)?[\w\".]+(?:\s+(?:as\s+)?[\w\"]+)?\s+set\b",
    re.IGNORECASE,
)
_DYNAMIC = re.compile(r"\bexecute\b(?!\s*'[^']*'\s*(?:;|into\b|using\b|loop\b))", re.IGNORECASE)
_ANYTHING = (_SETS, _DYNAMIC)
_CALL = re.compile(r"(\w+)\"?\s*\(")
_UNNAMED = re.compile(r"\bOPERATOR\(|::\s*(?:\w+|\"[^\"]+\")\s*\.|\.\s*(?:\w+|\"[^\"]+\")\s*\(")
"""What may run functions that a text does not name: operators, types and functions of users, as they are printed."""
_WORD = re.compile(r"\w+")
_READ = ("sql", "plpgsql")
_OWN = ("internal", "c")


class ChangesSession(Exception):  # noqa: N818
    """A predicate changes settings or tables: what it compares with them proves nothing."""


def refuse_changes(reading: Reading, text: str) -> None:
    """Raise ChangesSession where a text, or a function of users that it calls, may change settings or tables: read or
    not."""
    cache = reading.world.cache.entries
    key = ("changes", text)
    if key not in cache:
        cache[key] = (
            (_UNNAMED.search(text) is not None and _unnamed_changes(reading.world))
            or _SETS.search(text) is not None
            or _calls_such(reading.world, text, (*_ANYTHING, _WRITES))
        )
    if cache[key]:
        raise ChangesSession


def changes_settings(world: World, facts: FunctionFacts) -> bool:
    """Whether a function, or one that it calls, may change settings."""
    return _may(facts, _ANYTHING) or _calls_such(world, facts.body or "", _ANYTHING)


def kept_by(world: World, oid: int) -> tuple[str, ...]:
    """Say which functions with their owner's rights write rows of a relation: that they do it well is not looked at."""
    cache, key = world.cache.entries, ("kept by", oid)
    if key not in cache:
        relation = world.catalog.relations[oid]
        schema, name = (f'"?{re.escape(part)}"?' for part in (relation.schema, relation.name))
        writes = re.compile(
            rf"\b(?:insert\s+into|merge\s+into|update)\s+(?:only\s+)?(?:{schema}\s*\.\s*)?{name}(?![\w.])",
            re.IGNORECASE,
        )
        cache[key] = tuple(
            f"{facts.schema}.{facts.name} writes rows of {relation.qualified} as they should be"
            for facts in sorted(world.functions.values(), key=lambda f: (f.schema, f.name))
            if facts.security_definer and facts.body is not None and writes.search(facts.body)
        )
    found = cache[key]
    return found if isinstance(found, tuple) else ()


def text_changes_settings(world: World, text: str) -> bool:
    """Whether an expression, or a function that it calls, may change settings."""
    return _SETS.search(text) is not None or _calls_such(world, text, _ANYTHING)


def _unnamed_changes(world: World) -> bool:
    """Whether an operator, cast, aggregate or domain does: which of them a text uses is not looked at."""
    cache = world.cache.entries
    if "unnamed changes" not in cache:
        such = (_SETS, _WRITES)
        behind = [world.functions[oid] for oid in world.overrides.behind if oid in world.functions]
        cache["unnamed changes"] = any(
            any(pattern.search(facts.body or "") for pattern in such)
            or _calls_such(world, facts.body or "", such)
            for facts in behind
            if facts.language in _READ
        )
    return cache["unnamed changes"] is True


def _calls_such(world: World, text: str, such: tuple[re.Pattern[str], ...]) -> bool:
    seen: set[str] = set()
    waiting = [text]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        waiting += _views(world, here)
        for name in {form for found in _CALL.findall(here) for form in (found, found.lower())}:
            for facts in world.named_functions.get(("", name), ()):
                if _may(facts, such):
                    return True
                waiting += [facts.body or "", facts.default_text or ""]
    return False


def _may(facts: FunctionFacts, such: tuple[re.Pattern[str], ...]) -> bool:
    body = facts.body
    if body is None or facts.language in _OWN:
        return False
    return facts.language not in _READ or any(pattern.search(body) for pattern in such)


def _views(world: World, text: str) -> list[str]:
    """Return the queries of views that a text may read: they run what they call."""
    if "select" not in text.lower() or not world.views:
        return []
    named = world.view_queries
    return [query for word in set(_WORD.findall(text.lower())) for query in named.get(word, ())]
