"""What a row must be like to pass by a leaking way: the values that a witness is built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pgplumb.rls.prover.gate import Gate, World
from pgplumb.rls.prover.identity import bare
from pgplumb.rls.prover.kinds import UNKNOWN, Kind
from pgplumb.rls.prover.literals import Fact, Literal
from pgplumb.rls.prover.prove import leaks
from pgplumb.rls.prover.run import Leak
from pgplumb.rls.prover.terms import Call, Column, Constant, Row, Term, parts
from pgplumb.rls.verdict import Branch

Value = Constant


@dataclass(slots=True)
class Wish:
    """What is asked of one value. Columns that must be equal share one."""

    kind: Kind = UNKNOWN
    constant: Value | None = None
    """What it must be."""
    setting: str | None = None
    """The setting that it must equal, as current_setting gives it."""
    null: bool = False
    not_null: bool = False
    others: list[Value] = field(default_factory=list)
    """What it must not be."""
    differs: list[int] = field(default_factory=list)
    """Values, by number, that it must not equal."""
    bounds: list[tuple[str, Value]] = field(default_factory=list)
    """(operator, constant): < 5, >= 7."""


@dataclass(frozen=True, slots=True)
class RowModel:
    """One row that must exist, or that is tested."""

    relation: int
    columns: Mapping[str, int]
    """Numbers of wishes by column; a column that is missing may be anything."""


@dataclass(frozen=True, slots=True)
class Model:
    """One leaking way as values."""

    branch: Branch
    tested: RowModel
    others: tuple[RowModel, ...]
    """Rows of other relations that must be there."""
    wishes: Mapping[int, Wish]
    settings: Mapping[str, int]
    """Numbers of wishes by setting; null means that the setting was never set."""
    tenant: int | None
    """The wish of the row's tenant, which is to be a foreign one; None where nothing is asked of it."""
    more: tuple[str, ...]
    """Conditions that are not values: LIKE, functions. They are tried, not built."""


def models(gate: Gate, world: World) -> tuple[Model, ...]:
    """Return a model of each leaking way through a gate, in the order of their facts."""
    return tuple(_model(leak, gate) for leak in leaks(gate, world))


def _model(leak: Leak, gate: Gate) -> Model:
    closure = leak.closure
    numbers: dict[Term, int] = {}
    wishes: dict[int, Wish] = {}

    def wish(term: Term) -> int:
        root = closure.find(term)
        if root not in numbers:
            numbers[root] = len(numbers)
            wishes[numbers[root]] = Wish()
        return numbers[root]

    rows: dict[Row, dict[str, int]] = {Row(0, gate.relation): {}}
    settings: dict[str, int] = {}
    met = {part for literal in leak.facts for term in literal.terms for part in parts(term)}
    for term in sorted((*met, *leak.tenants), key=repr):
        if isinstance(term, Column):
            rows.setdefault(closure.row(term.row), {})[term.name] = wish(term)
            wishes[wish(term)].kind = term.kind
        elif isinstance(term, Constant) and term.value is not None:
            wishes[wish(term)].constant = term
        name = _setting(term)
        if name is not None:
            wishes[wish(term)].setting = name
            if isinstance(term, Call) and term.name == "current_setting":
                settings[name] = wish(term)
    more = tuple(dict.fromkeys(text for literal in leak.facts if (text := _ask(literal, wish, wishes))))
    tested = RowModel(gate.relation, rows.pop(Row(0, gate.relation)))
    others = tuple(
        RowModel(r.relation, columns) for r, columns in sorted(rows.items(), key=lambda i: i[0].number)
    )
    tenant = wish(leak.tenants[0]) if leak.tenants else None
    return Model(leak.branch, tested, others, wishes, settings, tenant, more)


def _setting(term: Term) -> str | None:
    """Return the setting whose value a term is, through casts and NULLIF."""
    core = term
    while isinstance(core, Call) and core.name in ("nullif", "text", "number", "uuid"):
        core = core.arguments[0]
    if isinstance(core, Call) and core.name == "current_setting" and isinstance(core.arguments[0], Constant):
        return str(core.arguments[0].value)
    found = bare(core)
    if isinstance(found, Call) and found.name in ("claims", "->>") and found != core:
        return "request.jwt.claims"
    return None


def _ask(literal: Literal, wish: Callable[[Term], int], wishes: dict[int, Wish]) -> str:
    """Put one fact into the wishes; return its text where it is none of values."""
    first = wishes[wish(literal.terms[0])] if literal.terms else None
    if first is None or literal.fact in (Fact.OTHER, Fact.UNREAD):
        return literal.snippet.text
    if literal.fact is Fact.NULL:
        first.null = True
    elif literal.fact is Fact.NOT_NULL:
        first.not_null = True
    elif literal.fact is Fact.NOT_EQUAL:
        _differ(literal.terms, wish, wishes)
    elif literal.fact is Fact.ORDER:
        left, right = literal.terms
        if isinstance(right, Constant):
            first.bounds.append((literal.operator, right))
        elif isinstance(left, Constant):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[literal.operator]
            wishes[wish(right)].bounds.append((turned, left))
        else:
            return literal.snippet.text
    return ""


def _differ(terms: tuple[Term, ...], wish: Callable[[Term], int], wishes: dict[int, Wish]) -> None:
    left, right = terms
    if isinstance(right, Constant):
        wishes[wish(left)].others.append(right)
    elif isinstance(left, Constant):
        wishes[wish(right)].others.append(left)
    else:
        wishes[wish(left)].differs.append(wish(right))
