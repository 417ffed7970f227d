"""The trigger that keeps a time stamp current."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.relation import Relation
from pgplumb.migrate.intents.parts import naming
from pgplumb.migrate.intents.parts.quoting import name, qualified
from pgplumb.migrate.intents.parts.rows import equal


def touching(catalog: Catalog, table: Relation, column: str, wanted: str = "") -> tuple[list[str], list[str]]:
    """Return the statements that set a column, raw, to now() whenever a row changes, and those that take them back.

    The function is made where the schema has none of its name yet; it serves every table of the schema.
    """
    kinds = (catalog.types.get(c.type_oid) for c in table.columns)
    equality = all(kind is not None and equal(kind.name.removeprefix("_")) for kind in kinds)
    taken = {t.name for t in table.triggers}
    return on(catalog, table.schema, table.name, column, wanted, taken, equality=equality)


def on(
    catalog: Catalog,
    schema: str,
    table: str,
    column: str,
    wanted: str = "",
    taken: set[str] | None = None,
    *,
    equality: bool = True,
) -> tuple[list[str], list[str]]:
    """Return the same for a table that may not be there yet; names are raw.

    `equality` says whether all its columns have types that can be compared.
    """
    function = naming.cut(f"set_{column}", naming.LIMIT)
    quoted, relation = qualified(schema, function), qualified(schema, table)
    exists = any(
        (f.schema, f.name, f.arguments) == (schema, function, ()) for f in catalog.functions.values()
    )
    trigger = naming.free(wanted or naming.compose(table, (function,)), (taken or set()).__contains__)
    # The second form compares what is stored, for types such as json that have no equality.
    changed = "OLD.* IS DISTINCT FROM NEW.*" if equality else "OLD.* *<> NEW.*"
    create = (
        f"CREATE FUNCTION {quoted}() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS"
        f" $$ BEGIN NEW.{name(column)} := now(); RETURN NEW; END $$"
    )
    up = (
        f"CREATE TRIGGER {name(trigger)} BEFORE UPDATE ON {relation} FOR EACH ROW"
        f" WHEN ({changed}) EXECUTE FUNCTION {quoted}()"
    )
    drop = f"DROP TRIGGER {name(trigger)} ON {relation}"
    return ([up], [drop]) if exists else ([create, up], [drop, f"DROP FUNCTION {quoted}()"])
