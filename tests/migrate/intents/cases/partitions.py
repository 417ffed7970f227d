"""Partitions made, attached and detached; tenants along foreign keys."""

from __future__ import annotations

from tests.migrate.intents.cases.case import EVENTS, Case, column, constraint
from tests.migrate.intents.cases.reshaping import CHILDREN, PARTED


def is_partition(name: str) -> str:
    """Whether a table is a partition."""
    return f"EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass('{{s}}.{name}'))"


LOOSE = (
    PARTED
    + """CREATE TABLE {s}.kinds (kind text PRIMARY KEY); INSERT INTO {s}.kinds SELECT generate_series(1, 20);
    ALTER TABLE {s}.parted ADD FOREIGN KEY (kind) REFERENCES {s}.kinds;
    ALTER TABLE {s}.parted ADD CHECK (id > 0);
    CREATE TABLE {s}."Loose" (id bigint CHECK (id > 0), at date, kind text);
    ALTER TABLE {s}."Loose" RENAME CONSTRAINT "Loose_id_check" TO parted_id_check;
    INSERT INTO {s}."Loose" SELECT n, '2026-03-01'::date + n, n FROM generate_series(1, 20) n;"""
)

CASES: tuple[Case, ...] = (
    Case(
        "partition-beside-a-default",
        "create-partition",
        EVENTS + "CREATE TABLE {s}.events_rest PARTITION OF {s}.events DEFAULT;"
        " INSERT INTO {s}.events VALUES (1, '2030-01-01', 'a'); ANALYZE {s}.events_rest;",
        {"table": "{s}.events", "from": "2026-01-01", "to": "2027-01-01"},
        is_partition("events_2026"),
    ),
    Case(
        "future",
        "create-future-partitions",
        EVENTS,
        {"table": "{s}.events", "interval": "quarter", "count": 2},
        is_partition("events_2026_04"),
    ),
    Case(
        "future-numbers",
        "create-future-partitions",
        "CREATE TABLE {s}.n (id int NOT NULL) PARTITION BY RANGE (id);"
        " CREATE TABLE {s}.n1 PARTITION OF {s}.n FOR VALUES FROM (0) TO (900);"
        " CREATE TABLE {s}.n2 PARTITION OF {s}.n FOR VALUES FROM (900) TO (1000);",
        {"table": "{s}.n", "width": 500, "count": 2},
        is_partition("n_1500"),
    ),
    Case(
        "attached",
        "attach-partition",
        LOOSE,
        {"table": "{s}.parted", "partition": '{s}."Loose"', "from": "2026-01-01", "to": "2027-01-01"},
        is_partition('"Loose"'),
    ),
    Case(
        "attached-beside-a-default",
        "attach-partition",
        LOOSE + "CREATE TABLE {s}.rest PARTITION OF {s}.parted DEFAULT;"
        " INSERT INTO {s}.parted VALUES (1, '2030-01-01', '1');",
        {"table": "{s}.parted", "partition": '{s}."Loose"', "from": "2026-01-01", "to": "2027-01-01"},
        is_partition('"Loose"'),
    ),
    Case(
        "attached-list",
        "attach-partition",
        EVENTS + "CREATE TABLE {s}.b (id bigint, at date NOT NULL, kind text);"
        " INSERT INTO {s}.b VALUES (1, '2025-02-01', 'b');",
        {"table": "{s}.events_2025", "partition": "{s}.b", "values": ["b", "it's"]},
        is_partition("b"),
        exact=False,
    ),
    Case(
        "detached",
        "detach-partition",
        PARTED,
        {"partition": "{s}.parted_1"},
        "NOT " + is_partition("parted_1"),
        exact=False,
    ),
    Case(
        "detached-beside-a-default",
        "detach-partition",
        PARTED + "CREATE TABLE {s}.rest PARTITION OF {s}.parted DEFAULT;",
        {"partition": "{s}.parted_1"},
        "NOT " + is_partition("parted_1"),
    ),
    Case(
        "tenant",
        "add-tenant-column",
        CHILDREN,
        {"table": "{s}.grandchildren", "tenant_table": "{s}.tenants"},
        column("grandchildren", "tenant_id", "attnotnull")
        + " AND "
        + constraint("grandchildren_tenant_id_fkey", "convalidated")
        + ' AND NOT EXISTS (SELECT FROM {s}.grandchildren WHERE tenant_id <> 1 + "Child" % 2)',
    ),
    Case(
        "tenant-of-the-parent",
        "add-tenant-column",
        CHILDREN
        + "CREATE POLICY own ON {s}.children USING (id > 0); ALTER TABLE {s}.children ENABLE ROW LEVEL SECURITY;",
        {"table": "{s}.children"},
        "(SELECT count(*) = 2 FROM pg_policy WHERE polrelid = '{s}.children'::regclass)",
    ),
)

BIG = """CREATE TABLE {s}.parents ("Id" int GENERATED ALWAYS AS IDENTITY (INCREMENT BY 2) PRIMARY KEY, note text,
        up int REFERENCES {s}.parents);
    INSERT INTO {s}.parents (note) SELECT n FROM generate_series(1, 20) n; UPDATE {s}.parents SET up = 1 WHERE "Id" > 1;
    CREATE INDEX noted ON {s}.parents (note, "Id");
    COMMENT ON COLUMN {s}.parents."Id" IS 'number';
    CREATE TABLE {s}.kids (id serial PRIMARY KEY, parent_id int NOT NULL
        REFERENCES {s}.parents ON DELETE CASCADE);
    CREATE INDEX ON {s}.kids (parent_id) WHERE parent_id > 0;
    INSERT INTO {s}.kids (parent_id) SELECT "Id" FROM {s}.parents;"""
LIVE = """CREATE TABLE {s}.kinds (kind text PRIMARY KEY); INSERT INTO {s}.kinds SELECT generate_series(1, 20);
    CREATE TABLE {s}.live (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
        kind text REFERENCES {s}.kinds,
        n int CHECK (n > 0));
    CREATE INDEX ON {s}.live (kind); COMMENT ON TABLE {s}.live IS 'much'; COMMENT ON COLUMN {s}.live.n IS 'n';
    GRANT SELECT ON {s}.live TO pg_monitor; CREATE POLICY own ON {s}.live USING (n > 0);
    ALTER TABLE {s}.live ENABLE ROW LEVEL SECURITY;
    CREATE TABLE {s}.notes (live_id bigint REFERENCES {s}.live);
    INSERT INTO {s}.live (at, kind, n) SELECT '2026-01-01'::date + n, n, n FROM generate_series(1, 20) n;"""

CASES = (
    *CASES,
    Case(
        "wide-key",
        "int-to-bigint-key",
        BIG,
        {"table": "{s}.parents"},
        column("parents", "Id", "atttypid = 'int8'::regtype AND attidentity = 'a'")
        + " AND "
        + column("kids", "parent_id", "atttypid = 'int8'::regtype")
        + ' AND (SELECT last_value = 39 FROM {s}."parents_Id_seq")',
        exact=False,
    ),
    Case(
        "wide-serial",
        "int-to-bigint-key",
        BIG,
        {"table": "{s}.kids"},
        column("kids", "id", "atttypid = 'int8'::regtype"),
        exact=False,
    ),
    Case(
        "live-table",
        "partition-table",
        LIVE,
        {
            "table": "{s}.live",
            "column": "at",
            "boundary": "2030-01-01",
            "edges": ["2030-02-01"],
            "default": True,
        },
        is_partition("live_before") + " AND (SELECT count(*) = 20 FROM {s}.live)",
    ),
    Case(
        "live-table-of-identities",
        "partition-table",
        'CREATE TABLE {s}.live (id int GENERATED ALWAYS AS IDENTITY, "At" date, PRIMARY KEY (id));'
        ' INSERT INTO {s}.live ("At") SELECT now() FROM generate_series(1, 9);',
        {"table": "{s}.live", "column": "At", "boundary": "2090-01-01"},
        is_partition("live_before") + " AND (SELECT last_value = 9 FROM {s}.live_id_seq)",
    ),
    Case(
        "unique-partitioned",
        "add-unique",
        PARTED,
        {"table": "{s}.parted", "columns": ["at", "kind"], "name": "one"},
        constraint("one", "convalidated"),
    ),
)
