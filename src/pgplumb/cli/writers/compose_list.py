"""`pgplumb compose --list`: what can be composed, and out of which fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pgplumb.cli.writers.compose_answer import FORMAT
from pgplumb.migrate.change import GROUPS
from pgplumb.migrate.intents.parts.choices import choices
from pgplumb.migrate.intents.parts.form import LISTS

if TYPE_CHECKING:
    from pgplumb.catalog.model import Catalog
    from pgplumb.cli.terminal import Screen
    from pgplumb.migrate.change import Field, Intent

_MOST = 12
"""Names out of the catalog that are listed for people."""


def write(
    intents: Sequence[Intent],
    catalog: Catalog | None,
    chosen: Mapping[str, str],
    screen: Screen,
    *,
    whole: bool,
) -> Iterator[str]:
    """Give the lines for people, grouped; `whole` where one intent was asked for.

    `chosen` are fields that are filled in: columns are those of the table among them.
    """
    for number, group in enumerate(g for g in GROUPS if any(i.group == g for i in intents)):
        yield from ("",) if number else ()
        yield screen.paint(group, "bold")
        for of in intents:
            if of.group == group:
                yield f"  {screen.paint(of.name, 'cyan')}"
                yield from screen.wrap(f"{of.title}. {of.about}", 6)
                for field in of.fields:
                    yield from _field(field, catalog, chosen, screen)
    yield ""
    yield "* is required. A list takes A,B or a JSON list, options take NAME=VALUE,... or a JSON object."
    if not whole:
        yield "`pgplumb compose INTENT --list` shows one of them; with a TARGET or --setup, what it can name."


def _field(field: Field, catalog: Catalog | None, chosen: Mapping[str, str], screen: Screen) -> Iterator[str]:
    mark = "*" if field.required else " "
    head = f"{field.name}{mark} ({_type(field)})"
    yield from screen.wrap(f"{head:<32}  {screen.own(field.about)}", 8, hanging=34)
    found = _choices(field, catalog, chosen)
    if found and field.kind != "flag":
        more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
        yield from screen.wrap(screen.clean(f"one of {', '.join(found[:_MOST])}{more}"), 42)


def _type(field: Field) -> str:
    one = {"choices": "choice"}.get(field.kind, field.kind)
    return f"list of {one}" if field.kind in LISTS and field.kind == "choices" else one


def _choices(field: Field, catalog: Catalog | None, chosen: Mapping[str, str]) -> tuple[str, ...]:
    if field.choices or catalog is None:
        return field.choices
    return choices(field, catalog, chosen)


def write_json(
    intents: Sequence[Intent], catalog: Catalog | None, chosen: Mapping[str, str]
) -> Iterator[str]:
    """Give the document: intents by name, fields in the order of the form."""
    document = {
        "format": FORMAT,
        "groups": [group for group in GROUPS if any(i.group == group for i in intents)],
        "intents": [
            {
                "name": of.name,
                "group": of.group,
                "title": of.title,
                "about": of.about,
                "fields": [
                    {
                        "name": field.name,
                        "type": field.kind,
                        "list": field.kind in LISTS,
                        "required": field.required,
                        "choices": list(_choices(field, catalog, chosen)),
                        "about": field.about,
                    }
                    for field in of.fields
                ],
            }
            for of in sorted(intents, key=lambda of: of.name)
        ],
    }
    yield json.dumps(document, indent=2, allow_nan=False)
