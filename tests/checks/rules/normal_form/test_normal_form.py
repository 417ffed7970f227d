"""Rules on normal form: what each must find, and what only looks wrong."""

from __future__ import annotations

import pytest

from tests.checks.rules.schema_cases import Case, CaseDatabase

CASES = [
    Case(
        "no-repeating-column-groups",
        "numbers from 0 or 1 over one name and type are a list",
        """CREATE TABLE a (phone1 text, phone2 text, phone3 text);
        CREATE TABLE b (tag_0 text, tag_1 text, tag_2 text);
        CREATE TABLE c (item_1_price numeric, item_2_price numeric, item_3_price numeric)""",
        ["table:{s}.a", "table:{s}.b", "table:{s}.c"],
    ),
    Case(
        "no-repeating-column-groups",
        "hashes, encodings, pairs, gaps, address lines and mixed types are no lists",
        """CREATE TABLE t (sha1 text, sha256 text, sha512 text, utf8 text, utf16 text, x1 int, y1 int, x2 int, y2 int,
        address_line1 text, address_line2 text, address_line3 text, line1 text, line2 text, line3 text,
        q2 int, q3 int, q4 int, v1 int, v2 text, v3 date, md5 text, ipv4 text, ipv6 text, oauth2 text)""",
    ),
    Case(
        "no-delimited-lists",
        "a text named like a list is found",
        "CREATE TABLE t (user_ids text, tags varchar(200), codes_csv text, good int[])",
        ["column:{s}.t.codes_csv", "column:{s}.t.tags", "column:{s}.t.user_ids"],
    ),
    Case(
        "no-delimited-lists",
        "arrays, documents and prose are fine",
        """CREATE TABLE t (user_ids bigint[], tags text[], keywords jsonb, description text, name text,
        listing text, ids_count int);
        INSERT INTO t (name, description) VALUES ('Doe, Jane', 'one, two, three')""",
    ),
    Case(
        "no-eav-table",
        "entity, attribute and value are found",
        """CREATE TABLE product_attributes (id bigint PRIMARY KEY, product_id bigint, attribute text, value text,
        UNIQUE (product_id, attribute));
        CREATE TABLE postmeta (meta_id bigint PRIMARY KEY, post_id bigint, meta_key text, meta_value text);
        CREATE TABLE eav (entity_id bigint, attribute_id int, value_text text, PRIMARY KEY (entity_id,
        attribute_id))""",
        ["table:{s}.eav", "table:{s}.postmeta", "table:{s}.product_attributes"],
    ),
    Case(
        "no-eav-table",
        "settings, measurements over time and ordinary tables are fine",
        """CREATE TABLE app_values (key text PRIMARY KEY, value jsonb);
        CREATE TABLE user_settings (user_id bigint, key text, value text, PRIMARY KEY (user_id, key));
        CREATE TABLE by_tenant (tenant_id bigint, key text, value text, PRIMARY KEY (tenant_id, key));
        CREATE TABLE readings (device_id bigint, attribute text, at timestamptz, value float8,
        PRIMARY KEY (device_id, attribute, at));
        CREATE TABLE api_keys (id bigint PRIMARY KEY, user_id bigint, key text)""",
    ),
    Case(
        "no-transitive-copy",
        "a column of the parent beside its key is found",
        """CREATE TABLE customers (id bigint PRIMARY KEY, name text, email varchar(80));
        CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers,
        customer_name text, customer_email text, customer_note text)""",
        ["column:{s}.orders.customer_email", "column:{s}.orders.customer_name"],
    ),
    Case(
        "no-transitive-copy",
        "another type, another parent and columns of the key are no copies",
        """CREATE TABLE customers (id bigint PRIMARY KEY, name text, address_id bigint, region text,
        UNIQUE (id, region));
        CREATE TABLE addresses (id bigint PRIMARY KEY);
        CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, customer_name int, supplier_name text,
        customer_address_id bigint REFERENCES addresses, customer_region text,
        FOREIGN KEY (customer_region, customer_id) REFERENCES customers (region, id))""",
    ),
    Case(
        "no-table-inheritance",
        "a child is found, a partition is not",
        """CREATE TABLE t (a int); CREATE TABLE child (b int) INHERITS (t);
        CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)""",
        ["table:{s}.child"],
    ),
    Case(
        "no-table-inheritance",
        "partitions are none",
        "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
    ),
    Case(
        "no-rewrite-rules",
        "a rule on a table is found, what makes a view is not",
        """CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;
        CREATE RULE no_delete AS ON DELETE TO t DO INSTEAD NOTHING""",
        ["table:{s}.t"],
        says="no_delete",
    ),
    Case("no-rewrite-rules", "views are fine", "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_rule_finds_what_is_wrong_and_nothing_else(case: Case, cases: CaseDatabase) -> None:
    cases.confirm(case)
