"""The large tables that strategies run on: each world is a database that others are copied from."""

from __future__ import annotations

from pgplumb.server.embedded import EmbeddedServer

ITEMS = """
CREATE TABLE tenants (id int PRIMARY KEY); INSERT INTO tenants SELECT generate_series(1, 5);
CREATE TABLE owners (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
INSERT INTO owners SELECT n, 1 + n % 5 FROM generate_series(1, 50) n;
CREATE TYPE mood AS ENUM ('fine', 'sad', 'bad');
CREATE TABLE items (id serial, owner_id int NOT NULL, name text NOT NULL, price numeric(10,2),
    at timestamptz NOT NULL DEFAULT now(), mood mood NOT NULL DEFAULT 'fine', note text, code varchar(20),
    touched int NOT NULL DEFAULT 0);
INSERT INTO items (owner_id, name, price, mood, note, code)
    SELECT 1 + n % 50, 'n' || n, n, CASE WHEN n % 10 = 0 THEN 'bad' ELSE 'sad' END::mood, 'a note', 'c' || n
    FROM generate_series(1, {rows}) n;
ALTER TABLE items ADD PRIMARY KEY (id);
CREATE INDEX items_owner_id ON items (owner_id);
CREATE UNIQUE INDEX items_code ON items (code);
ALTER TABLE items ADD CONSTRAINT items_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES owners;
CREATE TABLE parts (id int, item_id int, note text);
INSERT INTO parts SELECT n, n, 'a part' FROM generate_series(1, {rows}) n;
ALTER TABLE parts ADD PRIMARY KEY (id);
CREATE INDEX parts_item_id ON parts (item_id);
"""
PLAIN = """
CREATE TABLE plain (id int, key int NOT NULL, touched int NOT NULL DEFAULT 0);
INSERT INTO plain SELECT n, n FROM generate_series(1, {rows}) n;
CREATE UNIQUE INDEX plain_key ON plain (key);
CREATE UNLOGGED TABLE passing (id int PRIMARY KEY, touched int NOT NULL DEFAULT 0);
INSERT INTO passing SELECT n FROM generate_series(1, {rows}) n;
CREATE TABLE stays (id int PRIMARY KEY, during int4range, touched int NOT NULL DEFAULT 0);
INSERT INTO stays SELECT n, int4range(n, n + 1) FROM generate_series(1, {rows}) n;
"""
EVENTS = """
CREATE TABLE {name} (id bigint, at date NOT NULL, touched int NOT NULL DEFAULT 0, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE {name}_2024 PARTITION OF {name} FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE {name}_2025 PARTITION OF {name} FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
INSERT INTO {name} SELECT n, '2024-01-01'::date + n % 366 FROM generate_series(1, {rows}) n;
INSERT INTO {name} SELECT n, '2025-01-01'::date + n % 365 FROM generate_series(1, {rows}) n;
"""
BESIDE = """
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT n, '2030-01-01'::date + n % 365 FROM generate_series(1, {rows}) n;
CREATE TABLE loose (id bigint, at date NOT NULL, touched int NOT NULL DEFAULT 0);
INSERT INTO loose SELECT n, '2027-01-01'::date + n % 365 FROM generate_series(1, {rows}) n;
ALTER TABLE loose ADD PRIMARY KEY (id, at);
"""
WORLDS = {
    "items": ITEMS,
    "plain": PLAIN,
    "months": EVENTS.replace("{name}", "months"),
    "events": EVENTS.replace("{name}", "events") + BESIDE,
}


class Worlds:
    """Makes a world when it is first asked for, and copies of it."""

    def __init__(self, server: EmbeddedServer, rows: int) -> None:
        self._server = server
        self._rows = rows
        self._made: set[str] = set()

    def copy(self, world: str, prepare: str) -> str:
        """Return the name of a new database like a world, with something added."""
        template = f"world_{world}"
        with self._server.connect() as admin:
            if world not in self._made:
                admin.execute(f"CREATE DATABASE {template}".encode())
                with self._server.connect(template) as maker:
                    maker.execute(WORLDS[world].replace("{rows}", str(self._rows)).encode())
                    maker.execute("VACUUM ANALYZE")
                self._made.add(world)
            admin.execute("DROP DATABASE IF EXISTS stalled WITH (FORCE)")
            strategy = " STRATEGY file_copy" if self._server.major >= 15 else ""
            admin.execute(f"CREATE DATABASE stalled TEMPLATE {template}{strategy}".encode())
        with self._server.connect("stalled") as maker:
            maker.execute(prepare.encode())
        return "stalled"
