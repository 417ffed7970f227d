"""Create a function."""

from __future__ import annotations

from pgplumb.catalog.model import Catalog
from pgplumb.migrate.change import Change, Field, Fields, Intent, Unwritable, script
from pgplumb.migrate.intents.parts import find
from pgplumb.migrate.intents.parts.quoting import name, qualified


def write(fields: Fields, catalog: Catalog) -> Change:
    """Write CREATE FUNCTION with a fixed search_path, without EXECUTE for everybody where it is SECURITY DEFINER."""
    schema = find.schema(catalog, fields.text("schema", "public")).name
    function = qualified(schema, fields.text("name"))
    arguments = fields.text("arguments", "")
    called = f"{function}({arguments})"
    words = [f"CREATE FUNCTION {called} RETURNS {fields.text('returns')}"]
    words += [f"LANGUAGE {name(fields.text('language', 'plpgsql'))} {fields.text('volatility', 'VOLATILE')}"]
    definer = fields.flag("security_definer")
    words += ["SECURITY DEFINER"] if definer else []
    words += (
        ["SET search_path = pg_catalog, pg_temp"] if definer or fields.flag("fixed_search_path", True) else []
    )
    up = [f"{' '.join(words)} AS {_dollars(fields.text('body'))}"]
    callers = [find.role(catalog, role).name for role in fields.names("callers", ())]
    if definer or callers:
        up.append(f"REVOKE EXECUTE ON FUNCTION {called} FROM PUBLIC")
    up += [f"GRANT EXECUTE ON FUNCTION {called} TO {name(role)}" for role in callers]
    return Change(script("BEGIN", *up, "COMMIT"), script(f"DROP FUNCTION {called}"), online=True)


def _dollars(body: str) -> str:
    """Return a body between dollar quotes that it does not hold itself."""
    for tag in ("$$", "$body$", "$function$"):
        if tag not in body and not body.endswith("$"):
            return f"{tag}{body}{tag}"
    raise Unwritable("the body holds $$, $body$ and $function$: rename one of these tags")


INTENT = Intent(
    name="create-function",
    title="Create a function",
    group="Programmability",
    about="A function that finds nothing by its caller's search_path, for everybody or some roles.",
    fields=(
        Field("name", "its name", kind="name"),
        Field("returns", "what it returns: a type, trigger, TABLE (...)"),
        Field("body", "its body; tables and functions outside of pg_catalog with their schema"),
        Field("arguments", "its arguments: a integer, b text DEFAULT ''", required=False),
        Field("language", "plpgsql by default", required=False, kind="choice", choices=("plpgsql", "sql")),
        Field("schema", "its schema; public by default", required=False, kind="schema"),
        Field("volatility", "VOLATILE by default", required=False, kind="choice",
              choices=("IMMUTABLE", "STABLE", "VOLATILE")),
        Field("security_definer", "whether it runs with its owner's rights", required=False, kind="flag"),
        Field("fixed_search_path", "whether it finds nothing by the caller's search_path; yes by default",
              required=False, kind="flag"),
        Field("callers", "roles that may call it; everybody by default", required=False, kind="roles"),
    ),
    write=write,
)  # fmt: skip
