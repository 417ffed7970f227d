"""Both gates of an UPDATE are passed in one session; restrictive policies hold for every way through the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgplumb.server.embedded import EmbeddedServer
from tests.databases import Database
from tests.rls.judging import SETTING, Cells, judged

OWN = "nullif(current_setting('app.tenant_id', true), '')::int"
UNSET = "current_setting('app.tenant_id', true) IS NULL"
POLICIES = {
    "unset_then_own": f"USING ({UNSET} OR tenant_id = {OWN}) WITH CHECK (tenant_id = {OWN})",
    "own_then_unset": f"USING (tenant_id = {OWN}) WITH CHECK ({UNSET} OR tenant_id = {OWN})",
    "unset_twice": f"USING ({UNSET}) WITH CHECK ({UNSET})",
    "flag_then_own": f"USING (is_public) WITH CHECK (tenant_id = {OWN})",
    "same_flag": f"USING (is_public) WITH CHECK (NOT is_public AND tenant_id = {OWN})",
    # A statement may set it between the two: UPDATE t SET note = set_config('app.admin', '', true).
    "other_setting": "USING (current_setting('app.admin', true) = 'on')"
    f" WITH CHECK (tenant_id = {OWN} AND current_setting('app.admin', true) = '')",
}
FLOORS = {
    "floored": (f"tenant_id = {OWN} AND is_public", "NOT is_public"),
    "within": (f"tenant_id = {OWN}", "is_public"),
    "held": ("is_public", f"tenant_id = {OWN}"),
    "shut": ("NOT is_public", f"tenant_id = {OWN} AND is_public"),
}


@pytest.fixture(scope="module")
def cells(server: EmbeddedServer) -> Iterator[Cells]:
    database = Database.create(server, "rls_two_gates")
    database.execute("CREATE ROLE app LOGIN")
    for name in (*POLICIES, *FLOORS):
        database.execute(
            f"CREATE TABLE {name} (id int PRIMARY KEY, tenant_id int NOT NULL, is_public boolean NOT NULL, note text);"
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; GRANT SELECT, UPDATE ON {name} TO app"
        )
    for name, text in POLICIES.items():
        database.execute(f"CREATE POLICY p ON {name} FOR UPDATE {text}")
    for name, (permissive, restrictive) in FLOORS.items():
        database.execute(
            f"CREATE POLICY p ON {name} USING ({permissive});"
            f"CREATE POLICY r ON {name} AS RESTRICTIVE USING ({restrictive})"
        )
    yield judged(database, identities=(SETTING,))
    database.drop()


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("unset_then_own", "isolated"),
        ("own_then_unset", "isolated"),
        ("unset_twice", "suspected"),
        ("flag_then_own", "suspected"),
        ("same_flag", "suspected"),
        ("other_setting", "suspected"),
    ],
)
def test_an_update_leaks_only_where_one_session_passes_both_gates(
    cells: Cells, name: str, verdict: str
) -> None:
    assert cells.verdict(name, "UPDATE") == verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("floored", "denied"), ("shut", "denied"), ("within", "isolated"), ("held", "isolated")],
)
def test_what_a_restrictive_policy_contradicts_lets_nothing_pass(
    cells: Cells, name: str, verdict: str
) -> None:
    assert cells.verdict(name, "SELECT") == verdict
