"""Extensions that a twin takes: none that reaches files, programs, the network or other databases.

Contrib modules are those of https://www.postgresql.org/docs/current/contrib.html.
"""

from __future__ import annotations

from collections.abc import Iterable

from pgplumb.foundation.names import object_id
from pgplumb.server.rows import Row
from pgplumb.sql.quote import quote_identifier
from pgplumb.twin.schema.text import Step

HARMLESS = frozenset(
    [
        *(
            "amcheck",
            "autoinc",
            "bloom",
            "btree_gin",
            "btree_gist",
            "citext",
            "cube",
            "dict_int",
            "dict_xsyn",
        ),
        *("earthdistance", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray", "isn", "lo"),
        *("ltree", "moddatetime", "pg_buffercache", "pg_freespacemap", "pg_stat_statements", "pg_trgm"),
        *("pg_visibility", "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql", "refint", "seg", "tablefunc"),
        *(
            "tcn",
            "tsm_system_rows",
            "tsm_system_time",
            "unaccent",
            "uuid-ossp",
            "vector",
            "postgis",
            "hypopg",
        ),
    ]
)


def steps(rows: Iterable[Row]) -> tuple[list[Step], dict[str, str]]:
    """Return the statements for the rows of `schema_extensions.sql`, and why others are left out."""
    made: list[Step] = []
    refused: dict[str, str] = {}
    for name, schema, own_schema, _ in rows:
        if name not in HARMLESS:
            refused[name] = (
                f"extension {name} is left out: the twin takes only extensions known to be harmless"
            )
        elif name != "plpgsql":
            where = "" if own_schema else f" SCHEMA {quote_identifier(schema)}"
            sql = f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(name)}{where}"
            made.append(Step(6, object_id("extension", name), None, sql))
    return made, refused
