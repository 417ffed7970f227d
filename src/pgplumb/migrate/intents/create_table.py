"""Create a table that is right from the start: key, times, tenant, row-level security, indexes."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import find, naming, touch
from pgplumb.migrate.intents.parts.quoting import literal, name, names, qualified, split_dotted
from pgplumb.migrate.intents.parts.steps import direct, short, validate
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Step, Strategy
from pgplumb.sql.lexer import significant


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """The table with all that is its own in one transaction; then each foreign key in a short one of its own.

    A foreign key locks the writers of the table that it references until its transaction ends.
    """
    parts = split_dotted(fields.text("name"))
    schema, raw = parts if len(parts) == 2 else ("public", parts[0])
    find.schema(catalog, schema)
    naming.new_relation(catalog, schema, raw)
    table, tenant = qualified(schema, raw), fields.text("tenant", "")
    up = [f"CREATE TABLE {table} (\n    {_columns(fields, catalog, tenant)}\n)"]
    references = dict(fields.options("references")) if fields.has("references") else {}
    if tenant and fields.has("tenant_table"):
        references.setdefault(tenant, fields.text("tenant_table"))
    up += _indexes(fields, catalog, schema, raw, tenant, references)
    down = [f"DROP TABLE {table}"]
    if fields.flag("timestamps", True):
        made, back = touch.on(catalog, schema, raw, "updated_at")
        up += made
        down += [text for text in back if text.startswith("DROP FUNCTION")]
    up += _security(fields, catalog, table, tenant)
    up += [f"COMMENT ON TABLE {table} IS {literal(fields.text('comment'))}"] if fields.has("comment") else []
    for role in fields.names("writers", ()):
        up.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {name(find.role(catalog, role).name)}")
    steps = [short(up, down, "create it with all that is its own")]
    for column, other in references.items():
        steps += _reference(catalog, schema, raw, column, other)
    return (direct("Direct: a new table locks nobody out", *steps),)


def _columns(fields: Fields, catalog: Catalog, tenant: str) -> str:
    key = fields.text("key", "identity").lower()
    made = [f"{name(tenant)} {_tenant_type(fields, catalog)} NOT NULL"] if tenant else []
    if key == "identity":
        made.insert(0, "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY")
    elif key == "uuid":
        # Version 7 grows with time, so that new rows stand together in the index.
        made.insert(
            0,
            f"id uuid PRIMARY KEY DEFAULT {'uuidv7()' if catalog.server_version >= 180000 else 'gen_random_uuid()'}",
        )
    elif key != "none":
        raise Unwritable(f"{key} is not one of identity, uuid, none")
    made += fields.names("columns", ())
    if fields.flag("timestamps", True):
        made += [f"{c} timestamptz NOT NULL DEFAULT now()" for c in ("created_at", "updated_at")]
    if not made:
        raise Unwritable("the field columns is missing")
    return ",\n    ".join(made)


def _tenant_type(fields: Fields, catalog: Catalog) -> str:
    if fields.has("tenant_type") or not fields.has("tenant_table"):
        return fields.text("tenant_type", "bigint")
    other = find.table(catalog, fields.text("tenant_table"))
    (column,) = _key(other)
    return column_type(catalog, find.column(other, column))


def _key(table: Relation) -> tuple[str, ...]:
    columns = table.column_names(table.primary_key.columns) if table.primary_key else ()
    if len(columns) != 1:
        raise Unwritable(f"{table.qualified} has no primary key of one column")
    return columns


def _indexes(
    fields: Fields, catalog: Catalog, schema: str, raw: str, tenant: str, references: dict[str, str]
) -> list[str]:
    """Return an index for each list of columns asked for, and one for each reference that none of them serves."""
    wanted = [tuple(_words(text)) for text in fields.names("indexes", ())]
    leading = {columns[0] for columns in wanted}
    wanted += [(column,) for column in ([tenant] if tenant else []) if column not in leading]
    wanted += [(column,) for column in references if column not in leading and column != tenant]
    taken, made = naming.relation_taken(catalog, schema), []
    for columns in wanted:
        index = naming.free(naming.compose(f"idx_{raw}", columns), taken)
        made.append(f"CREATE INDEX {name(index)} ON {qualified(schema, raw)} ({names(columns)})")
    return made


def _words(text: str) -> list[str]:
    found = [t for t in significant(text) if t.kind in ("word", "quoted")]
    return [t.text if t.kind == "word" else t.text[1:-1].replace('""', '"') for t in found]


def _security(fields: Fields, catalog: Catalog, table: str, tenant: str) -> list[str]:
    using = fields.text("using", "")
    if not using and tenant and fields.flag("rls", True):
        setting = literal(fields.text("setting", "app.tenant_id"))
        using = (
            f"{name(tenant)} = nullif(current_setting({setting}, true), '')::{_tenant_type(fields, catalog)}"
        )
    if not using:
        return []
    policy = name(naming.compose(split_dotted(table)[-1], ("tenant" if tenant else "all",), "policy"))
    return [
        f"CREATE POLICY {policy} ON {table} USING ({using}) WITH CHECK ({using})",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    ]


def _reference(catalog: Catalog, schema: str, raw: str, column: str, other: str) -> list[Step]:
    parent = find.table(catalog, other)
    (key,) = _key(parent)
    constraint = name(naming.compose(raw, (column,), "fkey"))
    alter = f"ALTER TABLE {qualified(schema, raw)}"
    text = f"FOREIGN KEY ({name(column)}) REFERENCES {find.sql_name(parent)} ({name(key)})"
    return [
        short(
            f"{alter} ADD CONSTRAINT {constraint} {text} NOT VALID",
            f"{alter} DROP CONSTRAINT {constraint}",
            f"reference {parent.name}, whose writers wait for a moment",
            waits_for=f"transactions that write to {parent.name}",
        ),
        validate(f"{alter} VALIDATE CONSTRAINT {constraint}", "check the rows written since"),
    ]


INTENT = Intent(
    name="create-table",
    title="Create a table",
    group="Table",
    about="With key, tenant column, timestamps, indexes and row-level security from the start.",
    fields=(
        Field("name", "its name, as schema.name"),
        Field("columns", "its columns as SQL: total numeric(12,2) NOT NULL", required=False, kind="texts"),
        Field("key", "identity by default", required=False, kind="choice", choices=("identity", "uuid", "none")),
        Field("timestamps", "whether it has created_at and updated_at; yes by default", required=False, kind="flag"),
        Field("tenant", "the column that says whose a row is: tenant_id", required=False, kind="name"),
        Field("tenant_table", "the table of the tenants, as schema.name", required=False, kind="table"),
        Field("tenant_type", "that column's type; that of the tenants' key, or bigint", required=False, kind="type"),
        Field("rls", "whether a tenant sees its own rows only; yes by default", required=False, kind="flag"),
        Field("setting", "the setting that names the tenant; app.tenant_id by default", required=False),
        Field("using", "or any condition of a first policy", required=False, kind="expression"),
        Field("references", "columns with the tables that they reference: customer_id=public.customers", required=False,
              kind="options"),
        Field("indexes", "lists of columns: (customer_id, created_at)", required=False, kind="expressions"),
        Field("writers", "roles that read and write it", required=False, kind="roles"),
        Field("comment", "what it is for", required=False),
    ),
    plan=plan,
)  # fmt: skip
