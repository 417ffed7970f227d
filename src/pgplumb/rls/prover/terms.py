"""Values that a predicate speaks of: columns of rows, constants, and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from uuid import UUID

from pgplumb.rls.prover.kinds import BOOL, INTEGERS, LOOSE, TEXT, TEXTS, UNKNOWN, Kind


@dataclass(frozen=True, slots=True)
class Row:
    """Some row of a relation. Number 0 is the row that the gate tests; others stand for rows that exist."""

    number: int
    relation: int
    """pg_class.oid."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's value in a row."""

    row: Row
    name: str
    kind: Kind
    """Without a family where its collation takes different texts for equal."""
    not_null: bool = field(default=False, compare=False)
    _hash: int = field(init=False, default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.row.number, self.row.relation, self.name)))

    def __hash__(self) -> int:
        # Terms are looked up far more often than made.
        return self._hash


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is written out. None is NULL."""

    value: str | bool | Decimal | None
    kind: Kind = field(compare=False)
    family: str = field(init=False, default="")
    """Values of two families are never the same constant."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "family", self.kind.family or self.kind.name)

    @property
    def exact(self) -> bool:
        """Whether another exact constant with another value is another value to the server too."""
        return self.kind.family in ("number", "text", "uuid", "bool") or self.kind.family.startswith("enum")


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values. Two that are equal here have the same value within one statement."""

    name: str
    arguments: tuple[Term, ...]
    kind: Kind = field(compare=False)
    serial: int = 0
    """Not 0 where each call may give another value."""
    session: bool = field(default=False, compare=False)
    """Whether it asks the session for something by itself, as current_setting does."""
    _hash: int = field(init=False, default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.name, self.arguments, self.serial)))

    def __hash__(self) -> int:
        return self._hash


Term = Column | Constant | Call

NULL = Constant(None, UNKNOWN)
TRUE = Constant(True, BOOL)
FALSE = Constant(False, BOOL)


def is_null(term: Term) -> bool:
    """Whether a term is NULL, written out."""
    return isinstance(term, Constant) and term.value is None


def parts(term: Term) -> Iterator[Term]:
    """Yield a term and all that it is made of."""
    yield term
    if isinstance(term, Call):
        for argument in term.arguments:
            yield from parts(argument)


def is_loose(term: Term) -> bool:
    """Whether a text is compared by a collation that takes different texts for equal."""
    return any(part.kind.name.endswith(LOOSE) for part in parts(term))


def loosened(term: Term) -> Term:
    """Return a text as one that is compared so because of what stands beside it."""
    if term.kind.family != "text":
        return term
    return Call("collate", (term,), Kind(term.kind.name + LOOSE))


def rows(term: Term) -> frozenset[Row]:
    """Return the rows that a term depends on."""
    return frozenset(part.row for part in parts(term) if isinstance(part, Column))


def of_session(term: Term) -> bool:
    """Whether a term depends on the session alone, so that it is one value for all rows."""
    asks = False
    for part in parts(term):
        if isinstance(part, Column) or (isinstance(part, Call) and part.serial):
            return False
        asks = asks or (isinstance(part, Call) and part.session)
    return asks


def cast(term: Term, kind: Kind) -> Term:
    """Return a term as another type. What keeps the value keeps the term."""
    source = term.kind
    if isinstance(term, Constant):
        made = _constant(term, kind)
        if made is not None:
            return made
    elif (
        (source.name == kind.name and source.name)
        or (
            source.family == "number"
            and kind.family == "number"
            and (source.name != "numeric" or kind.name == "numeric")
        )
        or (source.family == "text" and kind.name in TEXTS)
    ):
        return term
    elif source.name in (*INTEGERS, "uuid", "bool") and kind.name in TEXTS:
        return Call("text", (term,), TEXT)
    elif source.family.startswith("enum") and kind.name in TEXTS:
        return Call("label", (term,), TEXT)
    elif source.family == "text" and (
        kind.name in INTEGERS or kind.name in ("numeric", "uuid") or kind.family.startswith("enum ")
    ):
        return parsed(term, kind)
    if source.name.endswith(LOOSE) and kind.family == "text":
        return Call(f"cast {kind.name}", (term,), Kind(kind.name + LOOSE))
    return Call(f"cast {kind.name}", (term,), kind)


def parsed(term: Term, kind: Kind) -> Term:
    """Return a text read as a number, a uuid or an enum."""
    if isinstance(term, Constant):
        made = _constant(term, kind)
        if made is not None:
            return made
    written = isinstance(term, Call) and term.name in ("text", "label")
    if written and isinstance(term, Call) and term.arguments[0].kind.family == kind.family:
        return term.arguments[0]
    return Call(kind.family, (term,), kind)


def is_read(name: str) -> bool:
    """Whether a call of this name is a text read as a number, a uuid or an enum."""
    return name in ("number", "uuid") or name.startswith("enum ")


def _constant(term: Constant, kind: Kind) -> Constant | None:
    """Return a constant of another type in one spelling, or None where that is not known."""
    value = term.value
    if value is None:
        return Constant(None, kind)
    if term.kind.family == kind.family and kind.family:
        if (
            kind.family == "number"
            and kind.name != "numeric"
            and isinstance(value, Decimal)
            and value != int(value)
        ):
            return None
        if kind.name == "name" and len(str(value).encode()) > 63:
            return None
        return Constant(value, kind)
    if isinstance(value, Decimal) and kind.name in TEXTS and term.kind.name in INTEGERS:
        return Constant(str(int(value)), kind)
    if not isinstance(value, str) or term.kind.family not in ("text", ""):
        return None
    return _read(value, kind) if term.kind.name in ("unknown", *TEXTS) else None


def _read(value: str, kind: Kind) -> Constant | None:
    try:
        if kind.family == "number":
            number = Decimal(value.strip())
            if not number.is_finite() or (kind.name != "numeric" and number != int(number)):
                return None
            return Constant(number, kind)
        if kind.family == "uuid":
            return Constant(str(UUID(value)), kind)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    if kind.family == "bool":
        low = value.strip().lower()
        known = {"t": True, "true": True, "f": False, "false": False}
        return Constant(known[low], kind) if low in known else None
    if kind.name == "name" and len(value.encode()) > 63:
        return None
    return Constant(value, kind)
