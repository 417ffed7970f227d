"""An intent with its fields filled in, as a plan: so that it is looked at, rehearsed, proved, exported and applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Value
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.plan import Plan

_SUBJECTS = frozenset({
    "table", "relation", "view", "matview", "sequence", "index", "function", "column", "constraint", "policy",
    "trigger", "object", "schema", "role", "extension", "publication", "setting", "enum", "name", "columns",
})  # fmt: skip
"""Kinds of fields that tell one plan of an intent from another, in a name."""
_LONGEST = 60


def plan_of(of: Intent, values: Mapping[str, Value], catalog: Catalog, when: datetime | None = None) -> Plan:
    """Return an intent's plan, the default way chosen. `values` are those that `read_form` gives. Raises Unwritable.

    With a time, the plan's name begins with it, so that the same change made again later is another plan; without
    one, equal fields give equal plans.
    """
    ways = of.plan(Fields(values), catalog)
    if not ways:
        raise Unwritable("there is nothing to do")
    slug = slug_of(of, values)
    stamp = f"{when.astimezone(UTC):%Y%m%d%H%M%S}_" if when is not None else ""
    return Plan(stamp + slug, title_of(of, values), ways, ways[0].name, of.name, dict(values))


def title_of(of: Intent, values: Mapping[str, Value]) -> str:
    """Return what a plan is called for people: `Drop a column: public.orders, total`."""
    subjects = [name for field in of.fields for name in _subjects(field, values)]
    return f"{of.title}: {', '.join(subjects)}" if subjects else of.title


def slug_of(of: Intent, values: Mapping[str, Value]) -> str:
    """Return a plan's name as part of a file's: `create_index_orders_customer_id`."""
    names = [name.removeprefix("public.") for field in of.fields for name in _subjects(field, values)]
    plain = re.sub(r"[^a-z0-9]+", "_", "_".join([of.name, *names]).lower()).strip("_")
    return plain[:_LONGEST].rstrip("_") or of.name.replace("-", "_")


def _subjects(field: Field, values: Mapping[str, Value]) -> tuple[str, ...]:
    value = values.get(field.name)
    if field.kind not in _SUBJECTS or not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
