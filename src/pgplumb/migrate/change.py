"""What an intent is made of: its fields, and the change that it writes for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Value
from pgplumb.migrate.plan import Phase, Strategy


class Unwritable(Exception):  # noqa: N818
    """No SQL can be written: a field is missing, or the catalog lacks what it names. One line says which."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as SQL: what makes it and what takes it back."""

    up: str
    """Statements that each end in a semicolon, to be run one by one, each in a transaction of its own
    (but for those between BEGIN and COMMIT)."""
    down: str | None
    """The way back to the same catalog; None where there is none, empty where there is nothing to take back."""
    online: bool
    """Whether nothing that takes longer for a larger table runs while readers or writers are locked out."""
    reversible: Literal["exact", "shape"] = "exact"
    """What the way back brings back: everything, or the shape without rows, values or positions."""


# fmt: off
FieldKind = Literal[
    "table", "tables", "relation", "relations", "view", "matview", "sequence", "sequences", "index", "function",
    "functions", "column", "columns", "constraint", "policy", "trigger", "triggers", "object", "schema", "schemas",
    "role", "roles", "extension", "publication", "setting", "enum",
    "name", "names", "type", "expression", "expressions", "query", "choice", "choices", "flag", "number",
    "text", "texts", "options",
]
# fmt: on
"""What a field holds; plural kinds are lists. From `table` to `enum`: something that is there already. A `name` is
new, `expression`, `query` and `type` are SQL that the parser takes, `options` are names with values."""


# fmt: off
Group = Literal[
    "Table", "Column", "Constraint", "Index", "Type", "View", "Access", "Partition", "Data", "Programmability",
    "Server",
]
# fmt: on
"""What an intent is about."""
GROUPS: tuple[Group, ...] = get_args(Group)
"""In the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input of an intent."""

    name: str
    about: str
    """What it holds, for people: "the table, as schema.name"."""
    required: bool = True
    kind: FieldKind = "text"
    choices: tuple[str, ...] = ()
    """Of the kinds `choice` and `choices`: the words that it takes, in capitals or not."""
    of: str = "table"
    """Of columns, constraints, policies and triggers: the field that names their table."""


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


def _missing(fields: Fields, catalog: Catalog) -> Change:
    raise NotImplementedError("an intent has write or plan")


def _unplanned(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    raise NotImplementedError("an intent has write or plan")


@dataclass(frozen=True, slots=True)
class Intent:
    """One kind of change that people ask for, and the only place that writes its SQL.

    An intent of one step gives `write`, every other gives `plan`; the one that is not given follows from the other.
    Both raise Unwritable.
    """

    name: str
    """kebab-case: `create-index`."""
    title: str
    """What it does, as a command: "Create an index without blocking writers"."""
    group: Group
    about: str
    """One more line: what it is for, or how it goes about it."""
    fields: tuple[Field, ...]
    write: Callable[[Fields, Catalog], Change] = _missing
    """The default strategy as one text forth and one back."""
    plan: Callable[[Fields, Catalog], tuple[Strategy, ...]] = _unplanned
    """The ways to the same end, at most three, the default first."""
    phase: Phase = "expand"
    """Of the one step of an intent that gives `write`."""

    def __post_init__(self) -> None:
        from pgplumb.migrate.intents.parts import steps

        if self.plan is _unplanned:
            one = partial(steps.from_change, title=self.title, phase=self.phase)
            write = self.write
            object.__setattr__(self, "plan", lambda fields, catalog: (one(write(fields, catalog)),))
        if self.write is _missing:
            plan = self.plan
            object.__setattr__(self, "write", lambda fields, catalog: change_of(plan(fields, catalog)[0]))


def change_of(strategy: Strategy) -> Change:
    """Return a strategy as one text forth and one back: steps of several statements stand between BEGIN and COMMIT."""
    up = [text for step in strategy.steps for text in _together(step.up, step.autocommit)]
    if strategy.down is None:
        return Change("\n".join(up), None, strategy.online)
    down = [t for step in reversed(strategy.steps) for t in _together(step.down or "", step.autocommit)]
    shape = any(step.reversible != "exact" for step in strategy.steps)
    return Change("\n".join(up), "\n".join(down), strategy.online, "shape" if shape else "exact")


def _together(text: str, autocommit: bool) -> Iterator[str]:
    from pgplumb.sql.split import split

    if text and not autocommit and len(split(text)) > 1:
        yield from ("BEGIN;", text, "COMMIT;")
    elif text:
        yield text


def script(*statements: str) -> str:
    """Join statements to the text of a change, each ended by a semicolon."""
    return "\n".join(s if s.endswith(";") else s + ";" for s in statements)
