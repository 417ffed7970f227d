"""Tenants of relations as people state them, and as keys and policies suggest them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from pgplumb.catalog.model import Catalog
from pgplumb.catalog.reader import read_whole
from pgplumb.foundation.profile import ConfirmedTenants, Profile
from pgplumb.rls.identities import inferred_identities
from pgplumb.rls.tenant_map import TenantMap, TenantPath
from pgplumb.rls.tenant_paths import PathError, inferred_paths, path_text, read_path, stated_paths
from pgplumb.rls.tenants import tenant_map, to_confirm
from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database

SCHEMA = """
CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT NULL::jsonb';
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE projects (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);
CREATE TABLE tasks (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects);
CREATE TABLE comments (id int PRIMARY KEY, task_id int NOT NULL REFERENCES tasks);
CREATE TABLE docs (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants) PARTITION BY RANGE (id);
CREATE TABLE docs_1 PARTITION OF docs FOR VALUES FROM (1) TO (10);
CREATE TABLE countries (code text PRIMARY KEY);
CREATE TABLE members (user_id uuid, tenant_id int);
CREATE POLICY a ON projects USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::int);
CREATE POLICY b ON docs USING (tenant_id IN (SELECT m.tenant_id FROM members m WHERE m.user_id = auth.uid()));
CREATE POLICY c ON docs USING (tenant_id::text = (SELECT auth.jwt() ->> 'tenant'));
CREATE POLICY d ON docs USING (tenant_id = 7);
"""


@pytest.fixture(scope="module")
def catalog(server: EmbeddedServer) -> Iterator[Catalog]:
    database = Database.create(server, "rls_paths")
    database.execute(SCHEMA)
    yield read_whole(database.session())[0]
    database.drop()


def names(catalog: Catalog, paths: dict[int, str]) -> dict[str, str]:
    return {catalog.relations[oid].name: text for oid, text in paths.items()}


def test_a_stated_column_holds_for_tables_that_have_it_and_no_others(catalog: Catalog) -> None:
    found = stated_paths(catalog, ("tenant_id",), {})
    assert {catalog.relations[oid].name for oid in found.path_of} == {"projects", "docs", "docs_1", "members"}
    assert not found.inferred


def test_a_path_goes_through_foreign_keys_to_a_column(catalog: Catalog) -> None:
    comments = catalog.by_name["public", "comments"]
    path = read_path(catalog, comments, "task_id -> tasks.project_id -> public.projects.tenant_id")
    assert [(hop.column, hop.key) for hop in path.hops] == [("task_id", "id"), ("project_id", "id")]
    assert path.column == "tenant_id"
    assert path_text(catalog, path) == "task_id -> public.tasks.project_id -> public.projects.tenant_id"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("owner_id", "public.tasks has no column owner_id"),
        ("project_id -> nowhere.tenant_id", "there is no table nowhere"),
        ("project_id -> tenant_id", "names no table"),
        ("project_id -> members.tenant_id", "has no foreign key to public.members"),
        ("project_id -> projects.owner", "public.projects has no column owner"),
        ('"', "is no name"),
    ],
)
def test_a_path_that_the_catalog_does_not_have_is_refused(catalog: Catalog, text: str, said: str) -> None:
    with pytest.raises(PathError, match=said):
        read_path(catalog, catalog.by_name["public", "tasks"], text)


def test_paths_are_inferred_through_keys_and_the_table_of_tenants_is_its_own(catalog: Catalog) -> None:
    found = inferred_paths(catalog)
    said = names(catalog, {oid: path_text(catalog, path) for oid, path in found.path_of.items()})
    assert said["comments"] == "task_id -> public.tasks.project_id -> public.projects.tenant_id"
    assert said["tenants"] == "id"
    assert said["docs_1"] == "tenant_id"
    assert "countries" not in said
    assert found.inferred


def test_identities_are_what_policies_compare_the_tenant_with(catalog: Catalog) -> None:
    assert inferred_identities(catalog, inferred_paths(catalog).path_of) == (
        "(auth.jwt() ->> 'tenant')",
        "current_setting('app.tenant_id')",
        "public.members(tenant_id) where user_id = auth.uid()",
    )


def test_a_map_is_stated_only_where_tenants_and_identity_are(catalog: Catalog) -> None:
    assert tenant_map(catalog, ("tenant_id",)).inferred
    assert not tenant_map(catalog, ("tenant_id",), None, ("auth.uid()",)).inferred
    assert tenant_map(catalog, (), None, ("auth.uid()",)).inferred


def test_a_confirmed_map_is_the_one_that_was_found_and_nothing_of_it_is_inferred(catalog: Catalog) -> None:
    found = tenant_map(catalog)
    confirmed = to_confirm(catalog, found, "maria", date(2026, 11, 21))
    assert confirmed.columns == ("tenant_id",)
    assert confirmed.paths == {
        "public.comments": "task_id -> public.tasks.project_id -> public.projects.tenant_id",
        "public.tasks": "project_id -> public.projects.tenant_id",
        "public.tenants": "id",
    }
    profile = Profile(confirmed.columns, confirmed.identities, confirmed=confirmed)
    again = tenant_map(catalog, profile=profile)
    assert found.inferred
    assert not again.inferred
    assert again.path_of == found.path_of
    assert again.identities == found.identities
    assert again.reason.startswith("stated: tenant_id, a map of 3; confirmed by maria on 2026-11-21")


def test_what_was_confirmed_of_a_table_that_is_gone_is_passed_over(catalog: Catalog) -> None:
    confirmed = ConfirmedTenants(
        (), ("current_user",), {"public.tasks": "project_id", "public.gone": "a"}, "m", date(2026, 1, 1)
    )
    found = tenant_map(catalog, profile=Profile(identities=("current_user",), confirmed=confirmed))
    assert [catalog.relations[oid].name for oid in found.path_of] == ["tasks"]


def test_a_name_that_also_means_something_else_is_confirmed_table_by_table(catalog: Catalog) -> None:
    tenants = catalog.by_name["public", "tenants"].oid
    confirmed = to_confirm(catalog, TenantMap({tenants: TenantPath("id")}, (), True), "m", date(2026, 1, 1))
    assert confirmed.columns == ()
    assert confirmed.paths == {"public.tenants": "id"}
