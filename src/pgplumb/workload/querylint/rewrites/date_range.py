"""`date(at) = $1`, `at::date <= $1`, `at::date BETWEEN $1 AND $2`: a range of the bare column."""

from __future__ import annotations

from datetime import timedelta

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.operands import Operand, after, before, iso_date
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="date-range",
    title="Compare the column itself with a half-open range of the day",
    held_by="tests/workload/querylint/test_equivalence.py::test_a_range_finds_the_days_that_date_finds",
)

ZONE = (
    "the session's TimeZone never sets clocks back across midnight "
    "(UTC and Europe/Berlin do not; America/Havana does)"
)
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def rewrite(
    query: Query, context: LintContext, found: Resolved, places: Places, at: int, behind: int
) -> Rewrite | None:
    """Return the query with a range, or None; `at` and `behind` are the tokens of the column reference."""
    base = context.base_type(found.column)
    if base is None or base.name not in ("date", "timestamp", "timestamptz"):
        return None
    operand = _day_of(places, at, behind)
    if operand is None:
        return None
    first, last = operand
    name = places.text(at, behind)
    if places.word(last) == "between":
        low = after(places, last + 1)
        high = after(places, low.behind + 1) if low and places.word(low.behind) == "and" else None
        if low is None or high is None or not places.is_condition(first, high.behind):
            return None
        parts, end, begin = [(">=", low), ("<=", high)], high.behind, first
    elif places.word(last) in _MIRRORED:
        value = after(places, last + 1)
        if value is None or not places.is_condition(first, value.behind):
            return None
        operator = places.word(last)
        parts, begin, end = _parts(operator, value), first, value.behind
    elif places.word(first - 1) in _MIRRORED:
        value = before(places, first - 1)
        if value is None or not places.is_condition(value.first, last):
            return None
        parts, begin, end = _parts(_MIRRORED[places.word(first - 1)], value), value.first, last
    else:
        return None
    bounds = [_bound(name, operator, value, base.name) for operator, value in parts]
    if any(bound is None for bound in bounds):
        return None
    text = " AND ".join(bound for bound in bounds if bound)
    if places.negated(begin):
        text = f"({text})"
    assumes = tuple(
        dict.fromkeys(
            f"{value.value} is a finite date: the range leaves out rows that are infinite themselves"
            for operator, value in parts
            if value.kind == "parameter"
            and (operator in ("<=", ">") or len(parts) == 2)
            and base.name != "date"
        )
    )
    if base.name == "timestamptz":
        assumes = (*assumes, ZONE)
    return rewritten(
        query, REWRITE, [places.edit(begin, end, text)], "assuming" if assumes else "proved", assumes
    )


def _parts(operator: str, value: Operand) -> list[tuple[str, Operand]]:
    return [(">=", value), ("<=", value)] if operator == "=" else [(operator, value)]


def _bound(name: str, operator: str, value: Operand, column_type: str) -> str | None:
    """Return one comparison of the bare column, or None for a value that is no plain date."""
    if value.cast not in ("", "date"):
        return None
    day = iso_date(value.string) if value.kind == "string" else None
    if value.kind == "number" or (value.kind == "string" and day is None):
        return None
    plain = {
        "parameter": f"{value.value}::date",
        "string": f"DATE {value.value}",
        "current_date": "current_date",
    }
    sql = plain[value.kind]
    if column_type == "date" or operator in ("<", ">="):
        return f"{name} {operator} {sql}"
    if day is not None:
        if day.year == 9999:
            return None
        sql = f"DATE '{(day + timedelta(days=1)).isoformat()}'"
    else:
        sql += " + 1"
    return f"{name} {'<' if operator == '<=' else '>='} {sql}"


def _day_of(places: Places, at: int, behind: int) -> tuple[int, int] | None:
    """Return the tokens of `date(column)`, `column::date`, `(column)::date` or `CAST(column AS date)`."""
    if places.word(behind) == "::" and places.word(behind + 1) == "date":
        return at, behind + 2
    if places.word(at - 1) != "(":
        return None
    if places.word(at - 2) == "date" and places.word(behind) == ")" and places.word(at - 3) != ".":
        return at - 2, behind + 1
    if places.word(at - 2) == "cast" and [places.word(behind + i) for i in range(3)] == ["as", "date", ")"]:
        return at - 2, behind + 3
    if places.word(behind) == ")" and [places.word(behind + 1), places.word(behind + 2)] == ["::", "date"]:
        return (
            (at - 1, behind + 3) if places.kind(at - 2) != "word" or places.word(at - 2) in _OPENERS else None
        )
    return None


_OPENERS = frozenset(("where", "and", "or", "on", "not", "when", "having"))
