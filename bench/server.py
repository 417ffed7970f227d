"""One server for all benches of a run, with the databases that were asked for."""

from __future__ import annotations

import atexit
from functools import cache

import psycopg

from bench.bigschema import build
from pgplumb.server.embedded import EmbeddedServer

SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "256MB",
    "max_locks_per_transaction": "2048",
    "max_wal_size": "4GB",
    # The databases are analysed once: no worker shall stir in the figures.
    "autovacuum": "off",
    "jit": "off",
}


@cache
def server() -> EmbeddedServer:
    """Return the running server; it is stopped when the process ends."""
    started = EmbeddedServer.start(settings=SETTINGS)
    atexit.register(started.stop)
    return started


@cache
def schema(size: str) -> str:
    """Return the connection string of a database with the large schema: S 50, M 1,000, L 10,000 tables."""
    name = f"big_{size.lower()}"
    with psycopg.connect(server().conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    conninfo = server().conninfo(name)
    build(conninfo, size)
    return conninfo
