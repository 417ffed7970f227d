"""Change what a publication publishes."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog, Publication
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import literal, name


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write ALTER PUBLICATION: tables added, tables dropped, or which commands are published."""
    publication = find.publication(catalog, fields.text("publication"))
    alter = f"ALTER PUBLICATION {name(publication.name)}"
    up: list[str] = []
    down: list[str] = []
    for field, word, back in (("add", "ADD", "DROP"), ("drop", "DROP", "ADD")):
        if fields.has(field):
            tables = ", ".join(find.sql_name(find.table(catalog, t)) for t in fields.names(field))
            up.append(f"{alter} {word} TABLE {tables}")
            down.append(f"{alter} {back} TABLE {tables}")
    if fields.has("publish"):
        up.append(f"{alter} SET (publish = {literal(', '.join(fields.names('publish')))})")
        down.append(f"{alter} SET (publish = {literal(_published(publication))})")
    if not up:
        raise Unwritable("there is nothing to change")
    return Change(script(*up), script(*down), online=True)


def _published(publication: Publication) -> str:
    words = {
        "insert": publication.inserts,
        "update": publication.updates,
        "delete": publication.deletes,
        "truncate": publication.truncates,
    }
    return ", ".join(word for word, on in words.items() if on)


INTENT = Intent(
    name="alter-publication",
    title="Change what a publication publishes",
    group="Server",
    about="Adds or takes away tables, or other kinds of changes to be sent.",
    fields=(
        Field("publication", "its name", kind="publication"),
        Field("add", "tables to add, as schema.name", required=False, kind="tables"),
        Field("drop", "tables to leave out, as schema.name", required=False, kind="tables"),
        Field(
            "publish",
            "of insert, update, delete, truncate",
            required=False,
            kind="choices",
            choices=("insert", "update", "delete", "truncate"),
        ),
    ),
    write=write,
)
