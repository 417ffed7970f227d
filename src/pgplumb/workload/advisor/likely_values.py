"""Which parameter values to plan a query with: those that its calls most likely had.

The generic plan takes all values of a column for equally common. Where one value fills much of the table, or where
calls returned far more or fewer rows than that, plans are made with values from the statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, prod

from pgplumb.catalog.model import Catalog
from pgplumb.server.session import Session
from pgplumb.workload.advisor.limits import with_limit
from pgplumb.workload.advisor.pricing import Text, searched_rows
from pgplumb.workload.column_values import ColumnValues, read_values
from pgplumb.workload.compared import ColumnKey, comparisons
from pgplumb.workload.parameters import Setting, columns_compared, readable, settings_for
from pgplumb.workload.plan import Plan, explain_all

_SKEWED = 0.2
"""A value in so many rows is planned for by itself."""
_FARTHER = log(3)
"""A setting is taken for the calls' own where its rows come so much nearer to theirs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it comes, before values are put in."""

    query: str
    rows_per_call: float | None
    returned: float | None
    """Rows of one call, where they are those that its one table was searched for."""
    search_path: str | None


def texts_of(asked: Sequence[Asked], catalog: Catalog, session: Session) -> list[tuple[Text, ...]]:
    """Return for each query the texts to plan, their weights adding up to 1. Raises as `Session.unit`."""
    limited = [with_limit(one.query, one.rows_per_call) for one in asked]
    wanted: set[ColumnKey] = set()
    for one, text in zip(asked, limited, strict=True):
        wanted |= columns_compared(text, catalog, one.search_path)
    values = read_values(session, wanted)
    return [_texts(one, text, catalog, values, session) for one, text in zip(asked, limited, strict=True)]


def _texts(
    asked: Asked, text: str, catalog: Catalog, values: Mapping[ColumnKey, ColumnValues], session: Session
) -> tuple[Text, ...]:
    settings = {
        s.name: s for s in settings_for(text, catalog, values, asked.rows_per_call, asked.search_path)
    }
    if len(settings) > 1 and asked.returned is not None:
        nearest = _nearest(asked.returned, list(settings.values()), session, asked.search_path)
        if nearest is not None:
            return (Text(nearest),)
    share = _common_share(text, catalog, values, asked.search_path)
    if "common" in settings and share >= _SKEWED:
        return (Text(settings["common"].text, share), Text(settings["generic"].text, 1 - share))
    return (Text(settings["generic"].text),)


def _nearest(
    returned: float, settings: Sequence[Setting], session: Session, search_path: str | None
) -> str | None:
    """Return the text whose expected rows come nearest to those that calls returned; the generic one in doubt.

    None where a call returns something else than the rows that it finds.
    """
    plans = explain_all(session, [s.text for s in settings], search_path=search_path)
    distances = []
    for plan in plans:
        rows = searched_rows(plan.root) if isinstance(plan, Plan) else None
        distances.append(abs(log((rows + 1) / (returned + 1))) if rows is not None else None)
    best, text = distances[0], settings[0].text
    if best is None:
        return None
    for setting, distance in zip(settings[1:], distances[1:], strict=True):
        if distance is not None and distance < best - _FARTHER:
            best, text = distance, setting.text
    return text


def _common_share(
    text: str, catalog: Catalog, values: Mapping[ColumnKey, ColumnValues], search_path: str | None
) -> float:
    """Return how likely a call has the most common values, were they drawn as the rows are; 0 without equality."""
    shares: dict[ColumnKey, float] = {}
    for one in comparisons(readable(text), catalog, search_path):
        known = values.get(one.column) if one.column is not None else None
        if known is not None and one.column is not None and one.operator in ("=", "any"):
            shares[one.column] = known.frequencies[0] if known.frequencies else 0.0
    return prod(shares.values()) if shares else 0.0
