"""Which roles are taken for an application's."""

from __future__ import annotations

import pytest

from pgplumb.checks.app_roles import application_logins, called_application, is_tool
from tests.checks.rules import records as r


@pytest.mark.parametrize(
    "name", ["app", "shop_app", "api-v2", "web1", "backend", "appuser", "order_service", "worker_3"]
)
def test_a_name_says_that_a_role_is_an_applications(name: str) -> None:
    assert called_application(r.role(name))
    assert not is_tool(r.role(name))


@pytest.mark.parametrize("name", ["apple", "weber", "jobst", "postgres", "maria"])
def test_a_part_of_a_word_says_nothing(name: str) -> None:
    assert not called_application(r.role(name))


@pytest.mark.parametrize(
    "name", ["nightly_backup", "pgbackrest", "replicator", "site_admin", "migrator", "postgres_exporter"]
)
def test_tools_and_people_who_run_things_are_no_application(name: str) -> None:
    assert is_tool(r.role(name))


@pytest.mark.parametrize("name", ["replies", "dumpling", "badminton"])
def test_a_tools_name_inside_a_word_makes_no_tool(name: str) -> None:
    assert not is_tool(r.role(name))


def test_where_nobody_else_can_write_the_owner_is_the_application() -> None:
    owner, other = r.role("maria", 100), r.role("hugo", 101)
    mine = r.table(7, "t", owner=100)
    alone = r.catalog(roles={100: owner, 101: other}, relations={7: mine})
    assert application_logins(alone) == (owner,)
    named = r.catalog(roles={100: owner, 102: r.role("web", 102)}, relations={7: mine})
    assert [role.name for role in application_logins(named)] == ["web"]
