"""An intent with its fields filled in, as a plan: so that it is looked at, rehearsed, proved, exported and applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pgplumb.catalog.model import Catalog
from pgplumb.checks.finding import Value
from pgplumb.migrate.change import Fields, Intent, Unwritable
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
    """Return what a plan is called for people: `Add a check: public.orders`."""
    main = next((values[f.name] for f in of.fields if f.kind in _SUBJECTS and values.get(f.name)), None)
    said = main if isinstance(main, str) else ", ".join(main) if isinstance(main, list | tuple) else ""
    return f"{of.title}: {said}" if said else of.title


def slug_of(of: Intent, values: Mapping[str, Value]) -> str:
    """Return a plan's name as part of a file's: `create_index_orders_customer_id`."""
    words = [of.name]
    for field in of.fields:
        value = values.get(field.name)
        if field.kind in _SUBJECTS and value:
            found = (
                [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
            )
            words += [name.removeprefix("public.") for name in found]
    plain = re.sub(r"[^a-z0-9]+", "_", "_".join(words).lower()).strip("_")
    return plain[:_LONGEST].rstrip("_") or of.name.replace("-", "_")
