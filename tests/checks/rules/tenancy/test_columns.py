"""Rules on the tenant column, its keys and its indexes."""

from __future__ import annotations

import pytest

from pgplumb.checks.rule import Status
from tests.checks.rules.schema_cases import Case, CaseDatabase

TENANTS = """CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE docs (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
"""

CASES = [
    Case(
        "tenant-column-present",
        "a table that reaches its tenant through a parent is found",
        TENANTS + "CREATE TABLE comments (id bigint PRIMARY KEY, doc_id bigint NOT NULL REFERENCES docs)",
        ["table:{s}.comments"],
        says="belong to {s}.docs",
    ),
    Case(
        "tenant-column-present",
        "a table without a parent is found",
        TENANTS + "CREATE TABLE leaflets (id bigint PRIMARY KEY, body text)",
        ["table:{s}.leaflets"],
    ),
    Case(
        "tenant-column-present",
        "the profile may let a parent do",
        TENANTS + "CREATE TABLE comments (id bigint PRIMARY KEY, doc_id bigint NOT NULL REFERENCES docs)",
        thresholds=(("tenant-column-present-by-parent", 1),),
    ),
    Case(
        "tenant-column-present",
        "lookups, tables for all and the tools' own are no tenant's",
        """CREATE TABLE countries (code text PRIMARY KEY, name text);
        CREATE TABLE plans (id int PRIMARY KEY);
        CREATE TABLE tenants (id uuid PRIMARY KEY, plan int REFERENCES plans);
        CREATE TABLE docs (tenant_id uuid NOT NULL REFERENCES tenants, country text REFERENCES countries);
        CREATE TABLE notes (tenant_id uuid NOT NULL REFERENCES tenants);
        CREATE TABLE rates (day date); COMMENT ON TABLE rates IS 'Exchange rates @global';
        CREATE TABLE schema_migrations (version text PRIMARY KEY)""",
    ),
    Case(
        "tenant-column-present",
        "a partitioned table is reported once",
        TENANTS
        + """CREATE TABLE e (id int) PARTITION BY RANGE (id);
        CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (9)""",
        ["table:{s}.e"],
    ),
    Case(
        "tenant-column-present",
        "two unrelated columns of one name are only a guess",
        """CREATE TABLE a (tenant_id int); CREATE TABLE b (tenant_id int); CREATE TABLE c (x int)""",
        status=Status.UNKNOWN,
        says="state it in the profile",
    ),
    Case(
        "tenant-column-present",
        "a database without tenants has nothing to judge",
        "CREATE TABLE a (x int); CREATE TABLE b (customer_id int)",
        status=Status.NOT_APPLICABLE,
        says="no tenant column is recognised",
    ),
    Case(
        "tenant-column-not-null",
        "a nullable tenant is found and a valid CHECK is as good as NOT NULL",
        """CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE a (tenant_id int REFERENCES tenants);
        CREATE TABLE b (tenant_id int NOT NULL REFERENCES tenants);
        CREATE TABLE c (tenant_id int REFERENCES tenants, CHECK (tenant_id IS NOT NULL));
        CREATE TABLE d (tenant_id int REFERENCES tenants);
        ALTER TABLE d ADD CHECK (tenant_id IS NOT NULL) NOT VALID""",
        ["column:{s}.a.tenant_id", "column:{s}.d.tenant_id"],
    ),
    Case(
        "tenant-column-type-uniform",
        "another type is found and a domain over the usual one is not",
        """CREATE TABLE tenants (id bigint PRIMARY KEY); CREATE DOMAIN tenant AS bigint;
        CREATE TABLE a (tenant_id bigint NOT NULL REFERENCES tenants);
        CREATE TABLE b (tenant_id tenant NOT NULL REFERENCES tenants);
        CREATE TABLE c (tenant_id text NOT NULL)""",
        ["column:{s}.c.tenant_id"],
        says="is text, but the tenant column is bigint",
    ),
    Case(
        "tenant-column-type-uniform",
        "a second table of tenants is found",
        TENANTS
        + """CREATE TABLE accounts (id uuid PRIMARY KEY);
        CREATE TABLE odd (tenant_id uuid NOT NULL REFERENCES accounts)""",
        ["fk:{s}.odd.odd_tenant_id_fkey"],
    ),
    Case(
        "tenant-fk-carries-tenant",
        "a key by id alone is found, a key by tenant and id is not",
        """CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants,
          parent int REFERENCES docs, UNIQUE (tenant_id, id));
        CREATE TABLE pages (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, doc int,
          FOREIGN KEY (tenant_id, doc) REFERENCES docs (tenant_id, id));
        CREATE TABLE swapped (tenant_id int NOT NULL REFERENCES tenants, doc int,
          FOREIGN KEY (doc, tenant_id) REFERENCES docs (id, tenant_id))""".replace(
            "UNIQUE (tenant_id, id)", "UNIQUE (tenant_id, id), UNIQUE (id, tenant_id)"
        ),
        ["fk:{s}.docs.docs_parent_fkey"],
    ),
    Case(
        "tenant-fk-carries-tenant",
        "a key to a table of no tenant needs none",
        TENANTS
        + """CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE seats (tenant_id uuid NOT NULL REFERENCES tenants, who int REFERENCES users)""",
        status=Status.NOT_APPLICABLE,
    ),
    Case(
        "tenant-leading-index",
        "a large table without the index is found, a small one and one with it are not",
        """CREATE TABLE big (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE TABLE small (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE TABLE good (tenant_id int NOT NULL, id int, PRIMARY KEY (tenant_id, id));
        CREATE TABLE half (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE INDEX ON half (tenant_id) WHERE id > 5; CREATE INDEX ON big (id, tenant_id);
        INSERT INTO big SELECT n, 1 FROM generate_series(1, 2000) n; INSERT INTO half SELECT * FROM big;
        INSERT INTO good SELECT 1, n FROM generate_series(1, 2000) n; INSERT INTO small VALUES (1, 1);
        ANALYZE big, half, good, small""",
        ["table:{s}.big", "table:{s}.half"],
        thresholds=(("tenant-leading-index", 2000),),
    ),
    Case(
        "tenant-leading-index",
        "a table divided by tenant is served by its partitions",
        """CREATE TABLE e (tenant_id int NOT NULL, x int) PARTITION BY LIST (tenant_id);
        CREATE TABLE e1 PARTITION OF e FOR VALUES IN (1);
        CREATE TABLE f (tenant_id int NOT NULL PRIMARY KEY);
        INSERT INTO e SELECT 1, n FROM generate_series(1, 2000) n; ANALYZE e1, e""",
    ),
    Case(
        "tenant-unique-scoped",
        "a business key over all tenants is found",
        """CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE a (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, code text UNIQUE);
        CREATE TABLE b (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, name text);
        CREATE UNIQUE INDEX b_name ON b (lower(name)); CREATE UNIQUE INDEX b_exact ON b (name)""",
        ["index:{s}.a_code_key", "index:{s}.b_exact", "index:{s}.b_name"],
    ),
    Case(
        "tenant-unique-scoped",
        "surrogates, secrets, keys per tenant and keys per parent pass",
        """CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE a (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, code text, name text,
          key uuid UNIQUE, serial bigint GENERATED ALWAYS AS IDENTITY UNIQUE, api_token text UNIQUE,
          UNIQUE (tenant_id, code));
        CREATE UNIQUE INDEX a_name ON a (lower(name), tenant_id);
        CREATE UNIQUE INDEX a_both ON a ((tenant_id::text || name));
        CREATE TABLE b (tenant_id int NOT NULL REFERENCES tenants, a_id int REFERENCES a, place int,
          UNIQUE (a_id, place))""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rule(cases: CaseDatabase, case: Case) -> None:
    cases.confirm(case)
