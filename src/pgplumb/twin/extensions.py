"""Which extensions the twin may have: those that reach nothing but the database they are in."""

from __future__ import annotations

HARMLESS = frozenset(
    {
        "amcheck",
        "autoinc",
        "bloom",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "fuzzystrmatch",
        "hstore",
        "insert_username",
        "intagg",
        "intarray",
        "isn",
        "lo",
        "ltree",
        "moddatetime",
        "pageinspect",
        "pg_buffercache",
        "pg_freespacemap",
        "pg_stat_statements",
        "pg_trgm",
        "pg_visibility",
        "pgcrypto",
        "pgrowlocks",
        "pgstattuple",
        "plpgsql",
        "postgis",
        "refint",
        "seg",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
        "vector",
    }
)
"""Names as in pg_available_extensions. None reads or writes files, runs programs, opens connections or brings a
language in which anybody could; what is not named here was not looked at.

Left out on purpose: adminpack, file_fdw, pg_surgery (files), dblink, postgres_fdw (connections), pg_cron,
pg_background, pg_net, http (programs or networks), plpython3u, plperlu, pltclu and their transforms (languages),
sslinfo, xml2 (libraries that read what a document names).
"""
