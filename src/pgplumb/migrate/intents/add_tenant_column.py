"""Say of each row whose it is: a tenant column, filled along foreign keys, and the policy that keeps tenants apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Column, Constraint, Relation
from pgplumb.migrate.change import Field, Fields, Intent, Unwritable
from pgplumb.migrate.intents.parts import constraint_ddl, find, index_ddl, naming, not_null, policy_ddl
from pgplumb.migrate.intents.parts.index_ddl import IndexShape
from pgplumb.migrate.intents.parts.quoting import literal, name
from pgplumb.migrate.intents.parts.rows import at_once, batches
from pgplumb.migrate.intents.parts.steps import batched, online, shim, short
from pgplumb.migrate.intents.parts.sync import Sync
from pgplumb.migrate.intents.parts.types import column_type
from pgplumb.migrate.plan import Step, Strategy

_FARTHEST = 4


@dataclass(frozen=True, slots=True)
class Path:
    """The way from a table to one that knows the tenant: foreign keys, each followed from the table before."""

    keys: tuple[Constraint, ...]
    tables: tuple[Relation, ...]
    column: Column
    """The tenant, in the last of the tables."""


def plan(fields: Fields, catalog: Catalog) -> tuple[Strategy, ...]:
    """A nullable column, its values, an index, NOT NULL, a foreign key, a policy, in this order.

    New rows get their tenant from code that is deployed first, or from a trigger that follows the same foreign keys.
    """
    table = find.table(catalog, fields.text("table"))
    column = fields.text("column", "tenant_id")
    if table.column_named(column) is not None:
        raise Unwritable(f"{table.qualified} has a column {column} already")
    tenants = find.table(catalog, fields.text("tenant_table")) if fields.has("tenant_table") else None
    path = _path(catalog, table, column, tenants)
    kind = column_type(catalog, path.column)
    alter = f"ALTER TABLE {find.sql_name(table)}"
    add = short(
        f"{alter} ADD COLUMN {name(column)} {kind}",
        f"{alter} DROP COLUMN {name(column)}",
        "add the column, empty",
    )
    fill = _fill(table, path, column)
    written = f"deploy code that writes {column} in each new row of {table.name}"
    rest = _rest(fields, catalog, table, column, tenants, kind)
    sync = Sync(catalog, table, naming.cut(column, 40))
    follow = short(
        sync.create(_body(table, path, column)),
        sync.drop(),
        "give new rows the tenant of what they belong to",
    )
    return (
        online("Online: code writes the tenant of new rows first", add, replace(fill, gate=written), *rest),
        shim("With a trigger that gives new rows their tenant", add, follow, fill, *rest),
    )


def _path(catalog: Catalog, table: Relation, column: str, tenants: Relation | None) -> Path:
    """Return the shortest way to the tenant. Raises Unwritable where no foreign key leads to one."""
    ways: list[tuple[tuple[Constraint, ...], tuple[Relation, ...]]] = [((), ())]
    for _ in range(_FARTHEST):
        further = []
        for keys, tables in ways:
            here = tables[-1] if tables else table
            for key in here.foreign_keys:
                parent = catalog.relations.get(key.foreign_relation)
                if parent is None or parent in tables or parent is table:
                    continue
                found = _tenant_of(parent, column, tenants)
                if found is not None:
                    return Path((*keys, key), (*tables, parent), found)
                further.append(((*keys, key), (*tables, parent)))
        ways = further
    raise Unwritable(f"no foreign key leads from {table.qualified} to a table with {column}")


def _tenant_of(table: Relation, column: str, tenants: Relation | None) -> Column | None:
    if tenants is not None and table.oid == tenants.oid:
        key = table.primary_key
        return table.column(key.columns[0]) if key and len(key.columns) == 1 else None
    found = table.column_named(column)
    return found if found is not None and found.not_null else None


def _joined(table: Relation, path: Path, first: str) -> tuple[str, str]:
    """Return the tables of a path with aliases, and how they are joined; `first` stands for the row itself."""
    sources, conditions, before, child = [], [], first, table
    for at, (key, parent) in enumerate(zip(path.keys, path.tables, strict=True), start=1):
        sources.append(f"{find.sql_name(parent)} AS p{at}")
        pairs = zip(child.column_names(key.columns), parent.column_names(key.foreign_columns), strict=True)
        conditions += [f"{before}.{name(here)} = p{at}.{name(there)}" for here, there in pairs]
        before, child = f"p{at}", parent
    return ", ".join(sources), " AND ".join(conditions)


def _fill(table: Relation, path: Path, column: str) -> Step:
    sources, joined = _joined(table, path, "t")
    value = f"p{len(path.keys)}.{name(path.column.name)}"
    change = batches(table, f"{name(column)} = {value}", f"t.{name(column)} IS NULL AND {joined}", sources)
    return batched(at_once(change), change, "fill it in the rows that are there")


def _body(table: Relation, path: Path, column: str) -> str:
    sources, joined = _joined(table, path, "NEW")
    value = f"p{len(path.keys)}.{name(path.column.name)}"
    quoted = name(column)
    return f"IF NEW.{quoted} IS NULL THEN NEW.{quoted} := (SELECT {value} FROM {sources} WHERE {joined}); END IF;"


def _rest(
    fields: Fields, catalog: Catalog, table: Relation, column: str, tenants: Relation | None, kind: str
) -> list[Step]:
    index = naming.index_name(catalog, table, (column,))
    steps, _ = index_ddl.steps(catalog, table, index, IndexShape("btree", name(column)))
    steps += not_null.for_new(catalog, table, column)
    if tenants is not None and tenants.primary_key is not None:
        text = constraint_ddl.foreign_key(
            (column,), tenants, tenants.column_names(tenants.primary_key.columns)
        )
        made, _ = constraint_ddl.steps(catalog, table, naming.constraint_name(table, (column,), "fkey"), text)
        steps += made
    if fields.flag("rls", True):
        steps.append(_policy(fields, table, column, kind))
    return steps


def _policy(fields: Fields, table: Relation, column: str, kind: str) -> Step:
    """Return the step that shows each tenant its own rows. Where policies are there already, it narrows them."""
    setting = fields.text("setting", "app.tenant_id")
    using = f"{name(column)} = nullif(current_setting({literal(setting)}, true), '')::{kind}"
    raw = naming.free(
        naming.compose(table.name, (column,), "policy"), {p.name for p in table.policies}.__contains__
    )
    narrows = table.row_security and any(p.permissive for p in table.policies)
    policy = policy_ddl.create(
        table, raw, permissive=not narrows, command="ALL", roles="PUBLIC", using=using, check=using
    )
    alter = f"ALTER TABLE {find.sql_name(table)}"
    up, down = [policy], [f"DROP POLICY {name(raw)} ON {find.sql_name(table)}"]
    if not table.row_security:
        up.append(f"{alter} ENABLE ROW LEVEL SECURITY")
        down.insert(0, f"{alter} DISABLE ROW LEVEL SECURITY")
    gate = f"deploy code that sets {setting} in each transaction"
    return short(up, down, "show each tenant its own rows", phase="switch", gate=gate)


INTENT = Intent(
    name="add-tenant-column",
    title="Add a tenant column, filled along foreign keys",
    group="Access",
    about="Every row gets its tenant, filled along foreign keys, with index, key and row-level security.",
    fields=(
        Field("table", "the table, as schema.name", kind="table"),
        Field("column", "the column; tenant_id by default", required=False, kind="name"),
        Field("tenant_table", "the table of the tenants, as schema.name", required=False, kind="table"),
        Field("rls", "whether a tenant sees its own rows only; yes by default", required=False, kind="flag"),
        Field("setting", "the setting that names the tenant; app.tenant_id by default", required=False),
    ),
    plan=plan,
)
