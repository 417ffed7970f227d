"""Whether an expression must be computed for every row: what decides if a new column's default rewrites the table."""

from __future__ import annotations

from typing import Literal

from pgplumb.migrate.hazards.world import World
from pgplumb.sql.node import Node

Volatility = Literal["stable", "volatile", "unknown"]

_VOLATILE = frozenset(
    {
        "clock_timestamp", "currval", "gen_random_bytes", "gen_random_uuid", "gen_salt", "lastval", "nextval",
        "random", "random_normal", "set_config", "setseed", "setval", "timeofday", "uuid_generate_v1",
        "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4", "uuidv7", "pg_sleep", "pg_advisory_lock",
    }
)  # fmt: skip
_STABLE = frozenset(
    {
        "now", "transaction_timestamp", "statement_timestamp", "current_setting", "current_database", "date_trunc",
        "date_part", "age", "make_date", "make_timestamp", "make_timestamptz", "make_interval", "to_timestamp",
        "to_date", "to_char", "to_number", "timezone", "lower", "upper", "initcap", "trim", "btrim", "ltrim",
        "rtrim", "replace", "substring", "substr", "left", "right", "lpad", "rpad", "concat", "concat_ws", "format",
        "md5", "sha256", "sha512", "encode", "decode", "length", "char_length", "repeat", "reverse", "split_part",
        "abs", "round", "floor", "ceil", "ceiling", "power", "sqrt", "mod", "sign", "trunc", "to_json", "to_jsonb",
        "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array", "array_length",
        "array_to_string", "string_to_array", "to_tsvector", "to_tsquery", "inet", "cidr", "int4range", "int8range",
        "numrange", "tsrange", "tstzrange", "daterange", "uuid_generate_v5", "uuid_generate_v3", "uuid_nil",
        "pg_backend_pid", "txid_current", "pg_current_xact_id", "session_user", "quote_literal", "quote_ident",
        "hashtext", "hstore", "point", "box", "coalesce", "overlay", "position", "extract",
    }
)  # fmt: skip
"""Functions of the server, immutable or stable, that defaults call."""


def volatility(expression: Node, world: World) -> tuple[Volatility, str]:
    """Return how volatile an expression is, and the function that makes it so."""
    unknown = ""
    for node in expression.walk():
        if node.kind != "FuncCall":
            continue
        name = node.words("funcname")
        found = _function(name, world)
        if found == "volatile":
            return "volatile", name[-1]
        if found == "unknown":
            unknown = name[-1]
    return ("unknown", unknown) if unknown else ("stable", "")


def _function(name: tuple[str, ...], world: World) -> Volatility:
    if world.catalog is not None:
        schemas = (name[-2],) if len(name) > 1 else world.search_path
        users = [f for f in world.catalog.functions.values() if f.name == name[-1] and f.schema in schemas]
        if users:
            volatile = [f for f in users if f.volatility == "v"]
            if not volatile:
                return "stable"
            # A function in SQL may be inlined, and then only what its body calls counts.
            return "unknown" if any(f.language == "sql" for f in volatile) else "volatile"
    if len(name) > 1 and name[0] != "pg_catalog":
        return "unknown"
    if name[-1] in _VOLATILE:
        return "volatile"
    return "stable" if name[-1] in _STABLE else "unknown"
