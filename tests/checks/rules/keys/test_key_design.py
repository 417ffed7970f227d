"""Rules on how keys are chosen and what they do: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

CASES = [
    Case(
        "fk-on-delete-cascade-blast",
        "a cascade over two levels counts what goes with one row",
        """CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 4);
        CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a ON DELETE CASCADE);
        INSERT INTO b SELECT i, i % 4 + 1 FROM generate_series(1, 2000) i;
        CREATE TABLE c (b_id int REFERENCES b ON DELETE CASCADE);
        INSERT INTO c SELECT i % 2000 + 1 FROM generate_series(1, 8000) i; ANALYZE a; ANALYZE b; ANALYZE c""",
        ["fk:{s}.b.b_a_id_fkey"],
        says="about 2,500 rows",
        thresholds=(("fk-on-delete-cascade-blast", 2000),),
    ),
    Case(
        "fk-on-delete-cascade-blast",
        "few children, or another action, are fine",
        """CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 1000);
        CREATE TABLE b (a_id int REFERENCES a ON DELETE CASCADE, up int REFERENCES a ON DELETE SET NULL);
        INSERT INTO b SELECT i % 1000 + 1, 1 FROM generate_series(1, 4000) i; ANALYZE a; ANALYZE b""",
        thresholds=(("fk-on-delete-cascade-blast", 10),),
    ),
    Case(
        "fk-on-delete-cascade-blast",
        "a child that was never analysed leaves it open, and circles end",
        """CREATE TABLE a (id int PRIMARY KEY, b_id int); CREATE TABLE b (id int PRIMARY KEY,
            a_id int REFERENCES a ON DELETE CASCADE);
        ALTER TABLE a ADD CONSTRAINT back FOREIGN KEY (b_id) REFERENCES b ON DELETE CASCADE;
        INSERT INTO a SELECT generate_series(1, 10); ANALYZE a;
        INSERT INTO b SELECT i, i % 10 + 1 FROM generate_series(1, 3000) i""",
        status=Status.UNKNOWN,
        says="never analysed",
    ),
    Case(
        "check-constraint-present-in-source",
        "prices and quantities that may be negative are found",
        "CREATE TABLE lines (id int, unit_price numeric(12,2), quantity int NOT NULL, price_cents bigint, note text)",
        ["column:{s}.lines.price_cents", "column:{s}.lines.quantity", "column:{s}.lines.unit_price"],
    ),
    Case(
        "check-constraint-present-in-source",
        "a check, a domain, a refund and a price list in words are fine",
        """CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
        CREATE TABLE lines (price numeric CHECK (price > 0), shipping_cents cents, refund_cents bigint,
            quantity text, prices numeric[]);
        CREATE TABLE stock_movements (quantity int)""",
    ),
    Case(
        "exclusion-for-ranges",
        "bookings of a room and versions of a price that may overlap are found",
        """CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public; CREATE TABLE rooms (id int PRIMARY KEY);
        CREATE TABLE bookings (room_id int REFERENCES rooms, starts_at timestamptz, ends_at timestamptz);
        CREATE TABLE room_prices (room_id int REFERENCES rooms, valid_from date, valid_to date);
        CREATE TABLE reservations (room_id int REFERENCES rooms, during tstzrange)""",
        ["table:{s}.bookings", "table:{s}.reservations", "table:{s}.room_prices"],
    ),
    Case(
        "exclusion-for-ranges",
        "an exclusion, a comment that allows it and tables that claim nothing are fine",
        """CREATE TABLE rooms (id int PRIMARY KEY);
        CREATE TABLE bookings (room_id int REFERENCES rooms, during tstzrange,
            EXCLUDE USING gist (room_id WITH =, during WITH &&));
        CREATE TABLE shifts (room_id int REFERENCES rooms, starts_at timestamptz, ends_at timestamptz);
        COMMENT ON TABLE shifts IS 'two people may share a room: overlap is meant';
        CREATE TABLE calls (room_id int REFERENCES rooms, started_at timestamptz, ended_at timestamptz)""",
    ),
    Case(
        "unique-index-backed-by-constraint",
        "a plain unique index is found",
        "CREATE TABLE t (id int PRIMARY KEY, code text, n int); CREATE UNIQUE INDEX by_code ON t (code, n)",
        ["index:{s}.by_code"],
    ),
    Case(
        "unique-index-backed-by-constraint",
        "what no constraint can take over is fine",
        """CREATE TABLE t (id int PRIMARY KEY, code text, n int UNIQUE);
        CREATE UNIQUE INDEX ON t (lower(code)); CREATE UNIQUE INDEX ON t (code) WHERE n > 0;
        CREATE UNIQUE INDEX ON t (n DESC); CREATE UNIQUE INDEX ON t (code text_pattern_ops);
        CREATE UNIQUE INDEX ON t (code COLLATE "C")""",
    ),
    Case(
        "pk-surrogate-preferred",
        "an address or a day that others refer to is found",
        """CREATE TABLE people (email text PRIMARY KEY); CREATE TABLE days (day date PRIMARY KEY);
        CREATE TABLE t (email text REFERENCES people, day date REFERENCES days)""",
        ["table:{s}.days", "table:{s}.people"],
    ),
    Case(
        "pk-surrogate-preferred",
        "codes, numbers, composite keys and keys that nobody refers to are fine",
        """CREATE TABLE currencies (code char(3) PRIMARY KEY); CREATE TABLE big (id numeric(20) PRIMARY KEY);
        CREATE TABLE names (name text PRIMARY KEY); CREATE TABLE two (name text, n int, PRIMARY KEY (name, n));
        CREATE TABLE t (code char(3) REFERENCES currencies, big_id numeric(20) REFERENCES big,
            name text, n int, FOREIGN KEY (name, n) REFERENCES two)""",
    ),
    Case(
        "pk-columns-first",
        "a key in the middle is found",
        "CREATE TABLE t (a int, id int PRIMARY KEY)",
        ["table:{s}.t"],
    ),
    Case(
        "pk-columns-first",
        "a key whose columns come first in another order is fine",
        "CREATE TABLE t (a int, b int, c int, PRIMARY KEY (b, a))",
    ),
    Case(
        "fk-not-overlapping",
        "a key that is part of a longer one is found",
        """CREATE TABLE p (tenant_id int, id int PRIMARY KEY, UNIQUE (tenant_id, id));
        CREATE TABLE t (tenant_id int NOT NULL, p_id int NOT NULL REFERENCES p,
            FOREIGN KEY (tenant_id, p_id) REFERENCES p (tenant_id, id))""",
        ["fk:{s}.t.t_p_id_fkey"],
    ),
    Case(
        "fk-not-overlapping",
        "keys that share the tenant alone, and two roles of one table, are fine",
        """CREATE TABLE p (tenant_id int, id int PRIMARY KEY, UNIQUE (tenant_id, id));
        CREATE TABLE t (tenant_id int, from_id int, to_id int,
            FOREIGN KEY (tenant_id, from_id) REFERENCES p (tenant_id, id),
            FOREIGN KEY (tenant_id, to_id) REFERENCES p (tenant_id, id));
        CREATE TABLE u (a int REFERENCES p, b int REFERENCES p)""",
    ),
    Case(
        "fk-self-reference-delete-policy",
        "a tree where nobody decided is found",
        "CREATE TABLE t (id int PRIMARY KEY, parent_id int REFERENCES t, top int NOT NULL REFERENCES t)",
        ["fk:{s}.t.t_parent_id_fkey", "fk:{s}.t.t_top_fkey"],
    ),
    Case(
        "fk-self-reference-delete-policy",
        "any decision is fine, RESTRICT too",
        """CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES t ON DELETE SET NULL,
            b int REFERENCES t ON DELETE RESTRICT, c int REFERENCES t ON DELETE CASCADE);
        CREATE TABLE u (t_id int REFERENCES t)""",
    ),
    Case(
        "fk-inside-schema",
        "a key within the schema is fine",
        "CREATE TABLE here (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES here)",
    ),
    Case(
        "table-linked-by-fk",
        "a table without any link is found where others are linked",
        """CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a);
        CREATE TABLE lost (id int, x int)""",
        ["table:{s}.lost"],
    ),
    Case(
        "table-linked-by-fk",
        "settings, logs and a tree are fine",
        """CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a); CREATE TABLE app_settings (k text, v text);
        CREATE TABLE access_log (at timestamptz, line text)""",
    ),
    Case(
        "table-linked-by-fk",
        "without any foreign key there is nothing to say",
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (x int, y int)",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "table-has-two-columns",
        "a single column that is no key is found",
        "CREATE TABLE leftover (line text); CREATE TABLE nothing ()",
        ["table:{s}.leftover", "table:{s}.nothing"],
    ),
    Case(
        "table-has-two-columns",
        "a list of what there may be is fine",
        "CREATE TABLE units (unit text PRIMARY KEY); CREATE TABLE t (a int, b int)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)
