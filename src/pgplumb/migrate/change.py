"""What an intent is made of: its fields, and the change that it writes for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Value


class Unwritable(Exception):  # noqa: N818
    """No SQL can be written: a field is missing, or the catalog lacks what it names. One line says which."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as SQL: what makes it and what takes it back."""

    up: str
    """Statements that each end in a semicolon, to be run one by one, each in a transaction of its own
    (but for those between BEGIN and COMMIT)."""
    down: str | None
    """The way back to the same catalog; None where there is none, or nothing to take back."""
    online: bool
    """Whether nothing that takes longer for a larger table runs while readers or writers are locked out."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input of an intent."""

    name: str
    about: str
    """What it holds, for people: "the table, as schema.name"."""
    required: bool = True


class Fields:
    """The values given for an intent's fields, read as the type that the intent expects."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        """Whether a field was given, null counting as not given."""
        return self._values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text, number or flag as SQL would write it. Raises Unwritable where it is missing."""
        value = self._values.get(name)
        if value is None:
            if default is None:
                raise Unwritable(f"the field {name} is missing")
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        raise Unwritable(f"the field {name} must be one value")

    def names(self, name: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return a list of names; a single text is a list of one. Raises Unwritable where it is missing."""
        value = self._values.get(name)
        if value is None:
            if default is None:
                raise Unwritable(f"the field {name} is missing")
            return tuple(default)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Sequence):
            return tuple(value)
        raise Unwritable(f"the field {name} must be a list of names")

    def options(self, name: str) -> Mapping[str, str]:
        """Return a mapping of option names to values. Raises Unwritable where it is missing."""
        value = self._values.get(name)
        if isinstance(value, Mapping) and value:
            return value
        raise Unwritable(f"the field {name} must hold names and values")

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no; the words that PostgreSQL takes for them count too."""
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return value.lower() in ("true", "on", "yes", "1", "t")
        return bool(value)


@dataclass(frozen=True, slots=True)
class Intent:
    """One kind of change that people ask for, and the only place that writes its SQL."""

    name: str
    """kebab-case: `create-index`."""
    title: str
    """What it does, as a command: "Create an index without blocking writers"."""
    fields: tuple[Field, ...]
    write: Callable[[Fields, Catalog], Change]
    """Raises Unwritable."""


def script(*statements: str) -> str:
    """Join statements to the text of a change, each ended by a semicolon."""
    return "\n".join(s if s.endswith(";") else s + ";" for s in statements)
