"""The tenant column: stated, or inferred from names, foreign keys and policies of a real schema."""

from __future__ import annotations

from dataclasses import replace

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.rls.tenant import Tenancy, compared_columns, infer_tenancy
from tests.databases import Database

SAAS = """
CREATE TABLE orgs (id uuid PRIMARY KEY, name text);
CREATE TABLE users (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
CREATE TABLE projects (id int PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs);
CREATE TABLE tasks (id int PRIMARY KEY, project_id int REFERENCES projects, org_id uuid REFERENCES orgs);
CREATE TABLE comments (id int PRIMARY KEY, task_id int REFERENCES tasks);
CREATE TABLE countries (code text PRIMARY KEY);
"""


def catalog_of(database: Database, sql: str) -> Catalog:
    database.execute(sql)
    return read_whole(database.session())[0]


def tables_of(catalog: Catalog, tenancy: Tenancy) -> dict[str, str]:
    return {catalog.relations[oid].name: name for oid, name in tenancy.column_of.items()}


def test_names_and_foreign_keys_to_one_table_point_at_the_tenant(database: Database) -> None:
    catalog = catalog_of(database, SAAS)
    found = infer_tenancy(catalog)
    assert found.name == "org_id"
    assert not found.stated
    assert found.confidence == "medium"
    assert tables_of(catalog, found) == {"users": "org_id", "projects": "org_id", "tasks": "org_id"}
    assert found.root == catalog.by_name["public", "orgs"].oid
    assert found.root_column == "id"
    assert found.reason == "org_id in 3 of 6 tables, 3 reference public.orgs"


def test_policies_that_compare_it_raise_the_confidence(database: Database) -> None:
    catalog = catalog_of(
        database,
        SAAS + "CREATE POLICY p ON users USING (org_id = current_setting('app.org')::uuid);"
        "CREATE POLICY p ON projects USING (org_id = current_setting('app.org')::uuid)",
    )
    found = infer_tenancy(catalog)
    assert found.confidence == "high"
    assert "policies of 2 compare it with the session" in found.reason


def test_a_table_that_reaches_its_tenant_through_a_key_alone_is_not_claimed(database: Database) -> None:
    catalog = catalog_of(database, SAAS)
    assert catalog.by_name["public", "comments"].oid not in infer_tenancy(catalog).column_of


def test_the_customers_of_a_shop_are_no_tenants(database: Database) -> None:
    catalog = catalog_of(
        database,
        "CREATE TABLE customers (id int PRIMARY KEY); CREATE TABLE products (id int PRIMARY KEY);"
        "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers);"
        "CREATE TABLE addresses (id int PRIMARY KEY, customer_id int REFERENCES customers);"
        "CREATE TABLE stock (product_id int REFERENCES products); CREATE TABLE countries (code text);",
    )
    found = infer_tenancy(catalog)
    assert found.name is None
    assert found.confidence == "none"
    assert found.column_of == {}


def test_an_ambiguous_name_counts_when_a_policy_compares_it(database: Database) -> None:
    catalog = catalog_of(
        database,
        "CREATE TABLE a (account_id int); CREATE TABLE b (x int); CREATE TABLE c (x int);"
        "CREATE POLICY p ON a USING (account_id = current_setting('app.account')::int)",
    )
    found = infer_tenancy(catalog)
    assert found.name == "account_id"
    assert tables_of(catalog, found) == {"a": "account_id"}


def test_a_name_of_the_project_s_own_is_found_through_its_policies(database: Database) -> None:
    catalog = catalog_of(
        database,
        "CREATE TABLE a (farm_no int); CREATE TABLE b (farm_no int); CREATE TABLE c (farm_no int);"
        "CREATE POLICY p ON a USING (farm_no = current_setting('app.farm')::int);"
        "CREATE POLICY p ON b USING (farm_no = current_setting('app.farm')::int)",
    )
    assert tables_of(catalog, infer_tenancy(catalog)) == dict.fromkeys("abc", "farm_no")


def test_a_person_is_no_tenant(database: Database) -> None:
    catalog = catalog_of(
        database,
        "CREATE TABLE a (user_id int); CREATE TABLE b (user_id int);"
        "CREATE POLICY p ON a USING (user_id = current_setting('app.user')::int);"
        "CREATE POLICY p ON b USING (user_id = current_setting('app.user')::int)",
    )
    assert infer_tenancy(catalog).name is None


def test_stated_names_hold_whatever_else_is_there(database: Database) -> None:
    catalog = catalog_of(
        database, SAAS + "CREATE TABLE ledger (book int, org_id uuid); CREATE TABLE t (book int)"
    )
    found = infer_tenancy(catalog, ("book", "org_id"))
    assert found.stated
    assert found.confidence == "stated"
    assert found.name == "book"
    assert tables_of(catalog, found) == {
        "ledger": "book", "t": "book", "users": "org_id", "projects": "org_id", "tasks": "org_id",
    }  # fmt: skip


def test_a_stated_name_that_no_table_has_is_said(database: Database) -> None:
    found = infer_tenancy(catalog_of(database, SAAS), ("tenant_ref",))
    assert found.name == "tenant_ref"
    assert found.column_of == {}
    assert found.reason == "no table has a column tenant_ref"


def test_partitions_carry_the_column_of_their_table(database: Database) -> None:
    catalog = catalog_of(
        database,
        SAAS + "CREATE TABLE events (org_id uuid REFERENCES orgs, at date) PARTITION BY RANGE (at);"
        "CREATE TABLE events_26 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
        " PARTITION BY RANGE (at);"
        "CREATE TABLE events_26_1 PARTITION OF events_26 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
    )
    found = tables_of(catalog, infer_tenancy(catalog))
    assert [found.get(name) for name in ("events", "events_26", "events_26_1")] == ["org_id"] * 3


def test_another_spelling_counts_where_it_refers_to_the_same_table(database: Database) -> None:
    catalog = catalog_of(
        database,
        SAAS
        + "CREATE TABLE invoices (organization_id uuid REFERENCES orgs); CREATE TABLE x (organization_id uuid)",
    )
    found = tables_of(catalog, infer_tenancy(catalog))
    assert found["invoices"] == "organization_id"
    assert "x" not in found


def test_the_answer_does_not_depend_on_the_order_of_reading(database: Database) -> None:
    catalog = catalog_of(database, SAAS + "CREATE TABLE z (tenant_id int); CREATE TABLE y (tenant_id int)")
    backwards = replace(catalog, relations=dict(reversed(list(catalog.relations.items()))))
    assert infer_tenancy(catalog) == infer_tenancy(backwards)


COMPARISONS = {
    "tenant_id = current_setting('app.t')::int": {"tenant_id"},
    "current_setting('app.t', true)::int = tenant_id": {"tenant_id"},
    "tenant_id::text = nullif(current_setting('app.t', true), '')": {"tenant_id"},
    "tenant_id = (SELECT current_tenant())": {"tenant_id"},
    "tenant_id = ANY (ARRAY(SELECT my_tenants()))": {"tenant_id"},
    "name = current_user": {"name"},
    "tenant_id IN (SELECT m.tenant_id FROM members m WHERE m.name = current_user)": {"tenant_id", "name"},
    "tenant_id = 7": set(),
    "tenant_id IS NOT NULL": set(),
    "true": set(),
}


def test_comparisons_are_seen_in_the_server_s_own_spelling(every_database: Database) -> None:
    policies = "".join(f"CREATE POLICY p{n} ON t USING ({text});" for n, text in enumerate(COMPARISONS))
    catalog = catalog_of(
        every_database,
        "CREATE TABLE members (tenant_id int, name text); CREATE TABLE t (tenant_id int, name text);"
        "CREATE FUNCTION current_tenant() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION my_tenants() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';" + policies,
    )
    printed = {p.name: p.using for p in catalog.by_name["public", "t"].policies}
    for number, (text, columns) in enumerate(COMPARISONS.items()):
        using = printed[f"p{number}"]
        assert isinstance(using, str)
        assert compared_columns(using) == columns, text
