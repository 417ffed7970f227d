"""Create a view that reads with the rights of whoever asks."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, script
from pgplumb.migrate.intents.parts import find, naming
from pgplumb.migrate.intents.parts.quoting import literal, name, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE VIEW, with security_invoker from PostgreSQL 15 on unless told otherwise."""
    schema = find.schema(catalog, fields.text("schema", "public")).name
    view = qualified(schema, naming.new_relation(catalog, schema, fields.text("name")))
    options = []
    if catalog.server_version >= 150000 and fields.flag("security_invoker", True):
        options.append("security_invoker = true")
    if fields.flag("security_barrier"):
        options.append("security_barrier = true")
    attached = f" WITH ({', '.join(options)})" if options else ""
    up = [f"CREATE VIEW {view}{attached} AS {fields.text('query').rstrip().rstrip(';')}"]
    up += [f"COMMENT ON VIEW {view} IS {literal(fields.text('comment'))}"] if fields.has("comment") else []
    for role in fields.names("readers", ()):
        up.append(f"GRANT SELECT ON {view} TO {name(find.role(catalog, role).name)}")
    return Change(script("BEGIN", *up, "COMMIT"), script(f"DROP VIEW {view}"), online=True)


INTENT = Intent(
    name="create-view",
    title="Create a view",
    group="View",
    about="A query under a name, with the rights of whoever asks.",
    fields=(
        Field("name", "its name", kind="name"),
        Field("query", "its query", kind="query"),
        Field("schema", "its schema; public by default", required=False, kind="schema"),
        Field(
            "security_invoker",
            "whether it reads with the reader's rights; yes by default",
            required=False,
            kind="flag",
        ),
        Field(
            "security_barrier",
            "whether no function of a reader runs on rows it hides",
            required=False,
            kind="flag",
        ),
        Field("readers", "roles that may read it", required=False, kind="roles"),
        Field("comment", "what it is for", required=False),
    ),
    write=write,
)
