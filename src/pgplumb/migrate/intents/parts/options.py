"""Storage and view options: SET and RESET, and the way back to what was set before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Unwritable
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, name

_WORDS = {"v": "VIEW", "m": "MATERIALIZED VIEW", "f": "FOREIGN TABLE"}


def alter(relation: Relation) -> str:
    """Return ALTER with the kind and name of a relation."""
    return f"ALTER {_WORDS.get(relation.kind, 'TABLE')} {find.sql_name(relation)}"


def set_options(relation: Relation, values: Mapping[str, str]) -> str:
    """Return the statement that sets options."""
    return f"{alter(relation)} SET ({', '.join(f'{_key(k)} = {_value(v)}' for k, v in values.items())})"


def reset_options(relation: Relation, keys: Iterable[str]) -> str:
    """Return the statement that takes options back to their defaults."""
    return f"{alter(relation)} RESET ({', '.join(map(_key, keys))})"


def restore(relation: Relation, keys: Iterable[str]) -> list[str]:
    """Return the statements that bring options back to what they are now."""
    kept = {k: v for k in keys if (v := relation.option(k)) is not None}
    absent = [k for k in keys if k not in kept]
    statements = [set_options(relation, kept)] if kept else []
    return statements + ([reset_options(relation, absent)] if absent else [])


def _key(text: str) -> str:
    """Return an option's name; toast options have a dot in theirs."""
    parts = text.split(".")
    if len(parts) > 2:
        raise Unwritable(f"{text} is no option")
    return ".".join(map(name, parts))


def _value(text: str) -> str:
    """Return an option's value: numbers and yes or no as they are, the rest quoted."""
    plain = text.replace(".", "", 1).removeprefix("-").isdigit() or text in ("true", "false", "on", "off")
    return text if plain else literal(text)
