"""Describe an object in the catalog, where every tool can show it."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts.objects import resolve
from pgplumb.migrate.intents.parts.quoting import literal


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write COMMENT ON; an empty comment takes it away."""
    found = resolve(catalog, fields.text("object"))
    return Change(_text(found.words, fields.text("comment")), _text(found.words, found.comment), online=True)


def _text(words: str, comment: str | None) -> str:
    return script(f"COMMENT ON {words} IS {literal(comment) if comment else 'NULL'}")


INTENT = Intent(
    name="comment",
    title="Describe an object",
    group="Table",
    about="The comment that tools and people read on a table, column, function or other object.",
    fields=(
        Field("object", "the object's identifier: column:public.orders.total", kind="object"),
        Field("comment", "the text"),
    ),
    write=write,
)
