"""`date_trunc('month', at) = '2026-01-01'` and `extract(year FROM at) = 2026`: a range of the bare column."""

from __future__ import annotations

from datetime import datetime, timedelta

from pgplumb.workload.querylint.context import LintContext
from pgplumb.workload.querylint.finding import Rewrite, RewriteKind
from pgplumb.workload.querylint.operands import after, iso_instant
from pgplumb.workload.querylint.query import Query, Resolved
from pgplumb.workload.querylint.splice import Places, rewritten

REWRITE = RewriteKind(
    id="unit-range",
    title="Compare the column itself with the range that the unit covers",
    held_by="tests/workload/querylint/test_equivalence.py::test_a_range_finds_what_date_trunc_and_extract_find",
)


def rewrite(
    query: Query, context: LintContext, found: Resolved, places: Places, at: int, behind: int
) -> Rewrite | None:
    """Return the query with a range, or None. Only for constants, and for columns without a time zone."""
    base = context.base_type(found.column)
    if base is None or base.name not in ("timestamp", "date"):
        return None
    truncated = _truncated(places, at, behind) if base.name == "timestamp" else None
    first, last, unit = truncated or _year_of(places, at, behind) or (0, 0, "")
    if not unit or places.word(last) != "=":
        return None
    value = after(places, last + 1)
    if value is None or not places.is_condition(first, value.behind):
        return None
    if truncated:
        if value.cast not in ("", "timestamp", "date"):
            return None
        begin = iso_instant(value.string)
    else:
        year = value.value
        begin = (
            datetime(int(year), 1, 1)
            if value.kind == "number" and not value.cast and year.isdigit() and 1000 <= int(year) < 9999
            else None
        )
    end = _behind(begin, unit) if begin is not None else None
    if begin is None or end is None:
        return None
    name = places.text(at, behind)
    text = f"{name} >= {_literal(begin, base.name)} AND {name} < {_literal(end, base.name)}"
    if places.negated(first):
        text = f"({text})"
    return rewritten(query, REWRITE, [places.edit(first, value.behind, text)], "proved")


def _truncated(places: Places, at: int, behind: int) -> tuple[int, int, str] | None:
    """`date_trunc('month', column)`."""
    words = [places.word(at - i) for i in (4, 3, 1)]
    if words != ["date_trunc", "(", ","] or places.word(behind) != ")" or places.kind(at - 2) != "string":
        return None
    return at - 4, behind + 1, places.tokens[at - 2].text[1:-1].lower()


def _year_of(places: Places, at: int, behind: int) -> tuple[int, int, str] | None:
    """`extract(year FROM column)` or `date_part('year', column)`."""
    if places.word(behind) != ")" or places.word(at - 3) != "(":
        return None
    name, field, joint = places.word(at - 4), places.word(at - 2), places.word(at - 1)
    if (name, field, joint) == ("extract", "year", "from") or (name, field, joint) == (
        "date_part",
        "'year'",
        ",",
    ):
        return at - 4, behind + 1, "year"
    return None


def _behind(begin: datetime, unit: str) -> datetime | None:
    """Return where the unit that begins at an instant ends; None where none begins there."""
    start = {
        "year": begin.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0),
        "month": begin.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
        "day": begin.replace(hour=0, minute=0, second=0, microsecond=0),
        "hour": begin.replace(minute=0, second=0, microsecond=0),
        "minute": begin.replace(second=0, microsecond=0),
    }.get(unit)
    if start != begin or begin.year >= 9999:
        return None
    if unit == "year":
        return begin.replace(year=begin.year + 1)
    if unit == "month":
        return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
    return (
        begin + {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}[unit]
    )


def _literal(instant: datetime, column_type: str) -> str:
    if column_type == "date" or instant.time().isoformat() == "00:00:00":
        return f"DATE '{instant.date().isoformat()}'"
    return f"TIMESTAMP '{instant.isoformat(sep=' ')}'"
